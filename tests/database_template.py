"""A migrated database that test databases are copied from, made once per set of migrations.

Running all migrations takes Django many seconds, copying a database takes half of one. The copy's
name carries a hash of every migration and every pinned package, so that a change makes a new one;
those of older hashes are dropped.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from psycopg import sql

PREFIX = "test_template_"
# Any number: who holds this advisory lock may make or drop templates.
LOCK = 5_130_017


def ensure() -> str:
    """The name of the template, which exists now."""
    name = PREFIX + fingerprint()
    with closing(connect()) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        there = {
            row[0]
            for row in connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
            )
        }
        if name not in there:
            building = sql.Identifier(name + "_new")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(building))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(building))
            _migrate(name + "_new")
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(building, sql.Identifier(name))
            )
        for old in there - {name}:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    return name


def fingerprint() -> str:
    root = Path(settings.BASE_DIR)
    parts = hashlib.sha256()
    for path in sorted([*root.glob("*/migrations/**/*"), root / "requirements.txt"]):
        if path.is_file() and path.suffix != ".pyc":
            parts.update(f"{path.relative_to(root)}\0".encode())
            parts.update(path.read_bytes())
    return parts.hexdigest()[:16]


def connect() -> psycopg.Connection:
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


def url_of(name: str) -> str:
    """DATABASE_URL of another database of the same cluster."""
    database = settings.DATABASES["default"]
    who = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        who += ":" + quote(database["PASSWORD"], safe="")
    where = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgis://{who}@{where}/{name}"


def _migrate(name: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": url_of(name),
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
        },
        check=True,
    )
