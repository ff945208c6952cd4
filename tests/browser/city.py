"""Databases of the browser tests: one with the sample city as a template, copied per test.

Copying takes half a second and leaves every test the same city; truncating after each would lose
what migrations wrote and would have to load the city again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connections
from psycopg import sql

from records.clock import today
from tests import database_template
from tests.database_template import connect, url_of

PREFIX = "sample_template_"
_copies = count(1)


def ensure() -> str:
    """The name of a database with the sample city as of today, which exists now."""
    name = PREFIX + fingerprint()
    migrated = database_template.ensure()
    with closing(connect()) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [database_template.LOCK + 1])
        there = {
            row[0]
            for row in connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
            )
        }
        if name not in there:
            building = sql.Identifier(name + "_new")
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(building))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(building, sql.Identifier(migrated))
            )
            _load(name + "_new")
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(building, sql.Identifier(name))
            )
        for old in there - {name}:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(old)))
            shutil.rmtree(pictures_of(old), ignore_errors=True)
    return name


def fingerprint() -> str:
    """Changes with the date, the migrations, and any program or fixture that makes the city."""
    root = Path(settings.BASE_DIR)
    parts = hashlib.sha256(f"{today()} {database_template.fingerprint()}".encode())
    patterns = ("fixtures/**/*", "*/sample*.py", "*/sample*/**/*.py", "*/**/commands/*sample*.py")
    for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
        if path.is_file():
            parts.update(f"{path.relative_to(root)}\0".encode())
            parts.update(path.read_bytes())
    return parts.hexdigest()[:16]


def _load(name: str) -> None:
    for command in ("createcachetable", "load_sample_city"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": url_of(name),
                "DJANGO_SETTINGS_MODULE": "config.settings_test",
                "TEST_MEDIA_ROOT": str(pictures_of(name.removesuffix("_new"))),
            },
            check=True,
        )


def pictures_of(template: str) -> Path:
    """Where the files of the rows in a template lie."""
    return Path(settings.VAR_DIR) / "test-pictures" / template


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """A copy of the database, in use by all connections of this process within the block."""
    name = f"browser_{os.getpid()}_{next(_copies)}"
    database = connections.settings["default"]
    before = database["NAME"], database["CONN_MAX_AGE"]
    with closing(connect()) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        if pictures_of(template).is_dir():
            shutil.copytree(pictures_of(template), settings.MEDIA_ROOT, dirs_exist_ok=True)
        connections.close_all()
        # A server thread gives its connection back after each request.
        database["NAME"], database["CONN_MAX_AGE"] = name, 0
        try:
            yield name
        finally:
            connections.close_all()
            database["NAME"], database["CONN_MAX_AGE"] = before
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
