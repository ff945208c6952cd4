"""A database of a benchmark's own, beside the product's on the same server.

A benchmark is a management command that calls itself once more inside that database: another
process, so that the product's own code measures on its default connection.

    own = OwnDatabase("zasoby_bench")
    own.prepare(rebuild=options["rebuild"])
    own.run("bench_search", "--inside", "--spaces=50000")
"""

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg import sql


@dataclass(frozen=True)
class OwnDatabase:
    """`name` of the database; it is left for the next run until somebody drops it."""

    name: str

    def prepare(self, *, rebuild: bool = False) -> None:
        """Make it if it is not there; `rebuild` drops it first."""
        if rebuild:
            self.drop()
        with closing(_server()) as server:
            there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            if there.fetchone() is None:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def drop(self) -> None:
        with closing(_server()) as server:
            server.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
            )

    def run(self, command: str, *arguments: str) -> int:
        """The management command in a process whose product lives in this database; its status."""
        done = subprocess.run(  # noqa: S603 - ourselves, with numbers
            [sys.executable, "manage.py", command, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": self._address()},
            check=False,
        )
        return done.returncode

    def _address(self) -> str:
        database = settings.DATABASES["default"]
        who = quote(database["USER"], safe="")
        if database["PASSWORD"]:
            who += ":" + quote(database["PASSWORD"], safe="")
        port = f":{database['PORT']}" if database["PORT"] else ""
        return f"postgis://{who}@{quote(database['HOST'], safe='')}{port}/{self.name}"


def set_up() -> None:
    """Tables, cache and hashed static files, as the product needs them. Called inside."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def _server() -> psycopg.Connection:
    database = settings.DATABASES["default"]
    return psycopg.connect(
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )
