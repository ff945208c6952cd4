from typing import Any

from django.core.management.base import BaseCommand

from premises.procedures.kinds import load_procedure_kinds
from records.dictionaries import load_legal_acts
from records.history import acting_as


class Command(BaseCommand):
    help = "Load the usual kinds of allocation procedure. What officials changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_as("command:load_procedure_kinds"):
            for loaded in [load_legal_acts(), *load_procedure_kinds()]:
                if options["verbosity"]:
                    self.stdout.write(f"{loaded.name}: {loaded.rows}, new: {loaded.new}")
