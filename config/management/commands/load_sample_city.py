"""bin/manage load_sample_city: an invented city with bookings, once."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.sample.build import AlreadyLoaded, load_sample_city
from organisations import sample_accounts
from records.clock import today


class Command(BaseCommand):
    help = "Load the sample city once: units, rooms, premises, organisations, people, bookings"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="day around which the bookings lie (YYYY-MM-DD); the same day gives the same city",
        )
        parser.add_argument(
            "--small", action="store_true", help="a few units, for tests and quick trials"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="remove everything marked as sample (with the requests for it) and build anew",
        )
        parser.add_argument(
            "--accounts",
            type=Path,
            default=settings.SAMPLE_ACCOUNTS,
            help="file for the passwords of the sample accounts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sample_accounts.refuse_in_public()
        try:
            report = load_sample_city(
                options["today"] or today(),
                small=options["small"],
                replace=options["replace"],
                passwords=options["accounts"],
            )
        except AlreadyLoaded as loaded:
            self.stdout.write(f"{loaded}; --replace builds it anew. Nothing was changed.")
            return
        if options["verbosity"]:
            for name, seconds in report.seconds.items():
                self.stdout.write(f"{name}: {seconds:.1f} s")
            self.stdout.write(", ".join(f"{n} {name}" for name, n in report.counts.items()))
            self.stdout.write(f"Accounts: {options['accounts']}")
