"""What an import says, row by row, before and after."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.problems import Invalid


class Outcome(StrEnum):
    """What becomes of one row or entry of the file."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Outcome.ADDED: _("new"),
    Outcome.CHANGED: _("changed"),
    Outcome.UNCHANGED: _("unchanged"),
    Outcome.REMOVED: _("removed"),
    Outcome.REFUSED: _("refused"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the file: where it stands (line of a table, number of an event), what it is,
    what becomes of it, and why or what would help."""

    position: int | None
    subject: str
    outcome: Outcome
    detail: str = ""
    remedy: str = ""
    dates: int = 0


@dataclass(slots=True)
class Report:
    """What an import did, or would do. With a refused row nothing is done."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, position: int | None, subject: str, reason: str, remedy: str) -> None:
        self.rows.append(Row(position, subject, Outcome.REFUSED, reason, remedy))

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]

    @property
    def changes(self) -> int:
        settled = (Outcome.REFUSED, Outcome.UNCHANGED)
        return sum(row.outcome not in settled for row in self.rows)

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


class ImportRefused(Invalid):
    """Nothing was loaded; `report` says what stands in the way, all of it."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        super().__init__(
            ngettext(
                "Nothing was loaded: %(count)d row needs mending.",
                "Nothing was loaded: %(count)d rows need mending.",
                len(report.refused),
            )
            % {"count": len(report.refused)}
        )
        self.report = report
