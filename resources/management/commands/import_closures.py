"""bin/manage import_closures FILE --by EMAIL: closures of many units, such as polling stations."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.models import Person
from records.problems import Problem
from resources.importing.closures_csv import COLUMNS, import_closures
from resources.importing.report import ImportRefused, Report
from resources.models import Closure


class Command(BaseCommand):
    help = (
        "Close places of many units from a CSV table: all rows or none. Columns: "
        + ", ".join(names[0] for names in COLUMNS.values())
        + ". Meetings stay and are named, for each unit to decide."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="e-mail of the person who answers for it")
        parser.add_argument(
            "--reason", choices=Closure.Reason.values, default=Closure.Reason.ELECTION.value
        )
        parser.add_argument("--note", default="", help="what everybody may read")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *, file: Path, by: str, dry_run: bool, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=by).first()
        if person is None:
            raise CommandError(f"nobody has an account with the e-mail {by}")
        try:
            report = import_closures(
                file.read_bytes(),
                reason=options["reason"],
                public_note=options["note"],
                by=person,
                dry_run=dry_run,
            )
        except ImportRefused as refused:
            self._tell(refused.report)
            raise CommandError(str(refused.message)) from refused
        except (Problem, OSError) as error:
            raise CommandError(str(error)) from error
        self._tell(report)
        self.stdout.write(f"{report.changes} closed" + (" (dry run)" if dry_run else ""))

    def _tell(self, report: Report) -> None:
        for row in report.rows:
            parts = [
                str(row.position or ""),
                row.subject,
                row.outcome.label,
                row.detail,
                row.remedy,
            ]
            self.stdout.write(" | ".join(part for part in parts if part))
        for note in report.notes:
            self.stdout.write(note)
