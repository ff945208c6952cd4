from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from maps.importing.population import import_population
from maps.importing.report import ImportReport
from maps.importing.sources import SourceFacts
from maps.management.importing import ImportCommand
from maps.reading import read_features


class Command(ImportCommand):
    help = (
        "Replace the 1 km census cells around Kraków by those of FILE: GUS's package "
        "GRID_NSP2021_RES.zip (Shapefile or its DBF) or a CSV with the same columns."
    )
    default_source = "population-grid-2021"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, default=2021, help="year of the census")

    def load(self, path: Path, source: SourceFacts, options: dict[str, Any]) -> ImportReport:
        return import_population(
            read_features(path, srid=options["srid"]),
            source,
            year=options["year"],
            dry_run=options["dry_run"],
        )
