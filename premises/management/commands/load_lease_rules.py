from typing import Any

from django.core.management.base import BaseCommand

from premises.leasing.rules import load_lease_rules


class Command(BaseCommand):
    help = "Load the days and months that the course of contracts follows, where none are set."

    def handle(self, *_args: Any, **options: Any) -> None:
        loaded = load_lease_rules()
        if options["verbosity"]:
            self.stdout.write(f"{loaded.name}: {loaded.rows} rows, {loaded.new} new")
