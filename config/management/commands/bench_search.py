"""bin/manage bench_search: what the search costs on 50,000 rooms and 5,000,000 claims.

The synthetic city gets a database of its own beside the product's, which is left for the next run
(`--rebuild` makes it anew, `--drop` takes it away). docs/performance.md has figures.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import closing
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from psycopg import sql

from bench import city, search
from records.clock import today
from resources.models import Claim, Resource

NAME = "zasoby_bench"
#: Older cities have too few claims ahead.
FRESH_DAYS = 60


class Command(BaseCommand):
    help = "Measure the search on a synthetic city in a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--spaces", type=int, default=50_000)
        parser.add_argument("--claims", type=int, default=5_000_000)
        parser.add_argument("--searches", type=int, default=60, help="of each kind")
        parser.add_argument("--rebuild", action="store_true", help="make the city anew")
        parser.add_argument("--drop", action="store_true", help="only remove the database")
        parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        if options["inside"]:
            self._measure(options)
            return
        with closing(_server()) as server:
            if options["drop"] or options["rebuild"]:
                server.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
                )
            if options["drop"]:
                return
            there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if there.fetchone() is None:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        arguments = [f"--{name}={options[name]}" for name in ("spaces", "claims", "searches")]
        # Another process, so that the product's own code measures on its default connection.
        done = subprocess.run(  # noqa: S603 - ourselves, with numbers
            [sys.executable, "manage.py", "bench_search", "--inside", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": _address()},
            check=False,
        )
        sys.exit(done.returncode)

    def _measure(self, options: dict[str, Any]) -> None:
        started = time.perf_counter()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not self._is_built(options["spaces"]):
            self.stdout.write("building the city")
            city.raze()  # what an interrupted build left
            made = city.build(
                spaces=options["spaces"], claims=options["claims"], today=today(), say=self._say
            )
            city.settle()
            self._say(f"  {made:,} claims in {time.perf_counter() - started:.0f} s")
        search.run(number=options["searches"], say=self._say)
        self._say(f"{time.perf_counter() - started:.0f} s in all")

    def _is_built(self, spaces: int) -> bool:
        newest = Resource.objects.order_by("-created_at").first()
        if newest is None or Resource.objects.count() != spaces or not Claim.objects.exists():
            return False
        return (today() - newest.created_at.date()).days < FRESH_DAYS

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


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


def _address() -> str:
    """DATABASE_URL of the benchmark's database."""
    database = settings.DATABASES["default"]
    who = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        who += ":" + quote(database["PASSWORD"], safe="")
    where = quote(database["HOST"], safe="") + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgis://{who}@{where}/{NAME}"
