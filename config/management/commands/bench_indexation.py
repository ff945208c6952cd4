"""bin/manage bench_indexation: a run of 20,000 contracts against plain SQL, as a ratio."""

import argparse
import sys
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from bench import indexation
from bench.own_database import OwnDatabase

NAME = "zasoby_bench_indexation"


class Command(BaseCommand):
    help = "Measure an indexation run in a database of its own, which is dropped afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leases", type=int, default=20_000)
        parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)

    def handle(self, **options: Any) -> None:
        if options["inside"]:
            self._measure(options["leases"])
            return
        own = OwnDatabase(NAME)
        own.prepare(rebuild=True)
        try:
            status = own.run("bench_indexation", "--inside", f"--leases={options['leases']}")
        finally:
            own.drop()
        sys.exit(status)

    def _measure(self, leases: int) -> None:
        started = time.perf_counter()
        call_command("migrate", verbosity=0)
        self._say(f"an empty database in {time.perf_counter() - started:.0f} s")
        indexation.run(leases, self._say)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
