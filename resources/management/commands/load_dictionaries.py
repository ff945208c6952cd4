"""bin/manage load_dictionaries: legal acts, spheres, equipment, holidays and school breaks."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from organisations.spheres import load_spheres
from records import clock
from records.dictionaries import (
    Loaded,
    load_legal_acts,
    load_public_holidays,
    load_school_breaks,
    read_csv,
)
from records.history import acting_as
from resources.models import Equipment


def load_equipment() -> Loaded:
    """What places may offer beside their walls: fixtures/equipment.csv."""
    loaded = Loaded("equipment")
    for row in read_csv("equipment.csv"):
        _equipment, is_new = Equipment.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_pl": row["name_pl"],
                "name_en": row["name_en"],
                "order": int(row["order"]),
            },
        )
        loaded.count(is_new=is_new)
    return loaded


class Command(BaseCommand):
    help = "Load the dictionaries that come with the code. A second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        year = clock.today().year
        loaders: list[Callable[[], Loaded]] = [
            load_legal_acts,
            load_spheres,
            load_equipment,
            lambda: load_public_holidays(range(year - 1, year + 3)),
            load_school_breaks,
        ]
        with transaction.atomic(), acting_as("command:load_dictionaries"):
            for load in loaders:
                loaded = load()
                if options["verbosity"]:
                    self.stdout.write(f"{loaded.name}: {loaded.rows}, new: {loaded.new}")
