"""What the import commands have in common: options of provenance, the report, the refusals."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from maps.importing.report import ImportRefused, ImportReport
from maps.importing.sources import SourceFacts
from maps.reading import UnreadableFile
from records import history

SHOWN_REFUSALS = 200


class ImportCommand(BaseCommand):
    """A command `import_x FILE [--dry-run] [--source-code ...]`; subclasses give `load`."""

    default_source = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check and count, keep nothing")
        parser.add_argument(
            "--srid", type=int, help="EPSG code, for a file that does not name its own"
        )
        parser.add_argument("--source-code", default=self.default_source, metavar="SLUG")
        parser.add_argument("--source-name", default="")
        parser.add_argument("--publisher", default="")
        parser.add_argument("--url", default="")
        parser.add_argument("--licence", default="")
        parser.add_argument("--attribution", default="")
        parser.add_argument(
            "--state-on", type=date.fromisoformat, help="date that the data describe (YYYY-MM-DD)"
        )
        parser.add_argument(
            "--fetched-on", type=date.fromisoformat, help="date of download; default: today"
        )
        parser.add_argument("--sample", action="store_true", help="invented demonstration data")

    def load(self, path: Path, source: SourceFacts, options: dict[str, Any]) -> ImportReport:
        raise NotImplementedError

    def handle(self, *_args: Any, **options: Any) -> None:
        source = SourceFacts(
            code=options["source_code"],
            name=options["source_name"],
            publisher=options["publisher"],
            url=options["url"],
            licence=options["licence"],
            attribution=options["attribution"],
            state_on=options["state_on"],
            fetched_on=options["fetched_on"],
            is_sample=options["sample"],
        )
        with history.acting_as(f"command:{self.__module__.rpartition('.')[2]}"):
            report = told(lambda: self.load(options["file"], source, options))
        self.stdout.write(str(report))
        for note in report.notes:
            self.stdout.write(note)


def told(load: Callable[[], ImportReport]) -> ImportReport:
    """Run `load`; turn what it refuses into a CommandError that a person can act on."""
    try:
        return load()
    except UnreadableFile as error:
        raise CommandError(error.message) from error
    except ImportRefused as error:
        lines = [str(refusal) for refusal in error.refusals[:SHOWN_REFUSALS]]
        more = len(error.refusals) - SHOWN_REFUSALS
        if more > 0:
            lines.append(_("… and %s more.") % more)
        raise CommandError("\n".join([str(error.message), *lines])) from error
