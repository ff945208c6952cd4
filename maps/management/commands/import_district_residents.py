from pathlib import Path
from typing import Any

from maps.importing.report import ImportReport
from maps.importing.residents import import_district_residents
from maps.importing.sources import SourceFacts
from maps.management.importing import ImportCommand


class Command(ImportCommand):
    help = (
        "Load registered residents per district from a CSV with nr, nazwa and one column "
        "zameldowani_staly_YYYY_MM_DD for each date."
    )
    default_source = "district-residents"

    def load(self, path: Path, source: SourceFacts, options: dict[str, Any]) -> ImportReport:
        return import_district_residents(path, source, dry_run=options["dry_run"])
