from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from maps.importing.districts import import_districts, read_facts
from maps.importing.report import ImportReport
from maps.importing.sources import SourceFacts
from maps.management.importing import ImportCommand
from maps.reading import read_features


class Command(ImportCommand):
    help = (
        "Replace the 18 districts by those of FILE (GeoJSON, Esri JSON, Shapefile, GeoPackage; "
        "a ZIP of one). Nothing is loaded unless every district is right and they all meet."
    )
    default_source = "districts"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--facts",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "krakow_districts_facts.csv",
            help="CSV of official names and areas (nr, nazwa, pow_km2_urzedowa)",
        )
        parser.add_argument(
            "--generalised",
            action="store_true",
            help="the borders are simplified: points within 30 m of one are to be checked",
        )

    def load(self, path: Path, source: SourceFacts, options: dict[str, Any]) -> ImportReport:
        return import_districts(
            read_features(path, srid=options["srid"]),
            read_facts(options["facts"]),
            source,
            generalised=options["generalised"],
            dry_run=options["dry_run"],
        )
