"""The dictionary of equipment, kept in fixtures/equipment.csv."""

import csv
from pathlib import Path

from django.conf import settings

from resources.models import Equipment


def ensure_equipment(path: Path | None = None) -> int:
    """Make the dictionary as the file has it, keeping what was added by hand; returns its size."""
    path = path or settings.BASE_DIR / "fixtures" / "equipment.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [Equipment(**row) for row in csv.DictReader(file)]
    Equipment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_pl", "name_en", "order"],
    )
    return len(rows)
