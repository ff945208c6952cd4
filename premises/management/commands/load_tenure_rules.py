"""bin/manage load_tenure_rules: what the law asks of contracts and lists, VAT, prices."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from premises.notices.rules import load_notice_rules
from premises.rules.loading import load_rules
from records.dictionaries import load_legal_acts
from records.history import acting_as


class Command(BaseCommand):
    help = "Load the rules of letting that come with the code. A second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), acting_as("command:load_tenure_rules"):
            load_legal_acts()
            for loaded in (*load_rules(), load_notice_rules()):
                if options["verbosity"]:
                    self.stdout.write(f"{loaded.name}: {loaded.rows}, new: {loaded.new}")
