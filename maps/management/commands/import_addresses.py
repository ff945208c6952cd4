from pathlib import Path
from typing import Any

from maps.crs import WGS84
from maps.importing.addresses import import_addresses
from maps.importing.report import ImportReport
from maps.importing.sources import SourceFacts
from maps.management.importing import ImportCommand
from maps.reading import read_features


class Command(ImportCommand):
    help = (
        "Make the address points of one source those of FILE: MSIP's Adresy_JSON.zip, an answer of "
        "PRG's WFS (GML), another file of points, or a CSV with lon and lat (x and y with --srid)."
    )
    default_source = "addresses"

    def load(self, path: Path, source: SourceFacts, options: dict[str, Any]) -> ImportReport:
        return import_addresses(
            read_features(path, srid=options["srid"]),
            source,
            srid=options["srid"] or WGS84,
            dry_run=options["dry_run"],
        )
