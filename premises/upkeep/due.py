"""What is due at a unit: one list from registered sources, for the board, alerts and dashboards.

    due(unit, today())            -> list[Due], the soonest first
    register(source)              from config/composition.py or the module that knows the facts

A source is a function (unit, horizon: Horizon) -> iterable of Due, with a fixed number of queries
however many contracts there are. Due dates that lie further away than the horizon are left out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organisations.models import Person
from premises.upkeep.rules import Numbers, numbers_of
from records.clock import today
from resources.models import ManagingUnit

#: The board shows at least this far ahead, whatever the thresholds.
BOARD = timedelta(days=180)


class Matter(StrEnum):
    """What is due, for grouping and filters."""

    END = "end"
    SIGN = "sign"
    HANDOVER = "handover"
    RETURN = "return"
    SECURITY = "security"
    INSURANCE = "insurance"
    CONSENT = "consent"
    SUPERVISION = "supervision"
    INSPECTION = "inspection"
    ARREARS = "arrears"
    REPORT = "report"
    OPP = "opp"
    NOTICE = "notice"
    CALL = "call"
    STOCK = "stock"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS: dict[Matter, Promise] = {
    Matter.END: _("end of the term"),
    Matter.SIGN: _("signature"),
    Matter.HANDOVER: _("handover"),
    Matter.RETURN: _("hand-back"),
    Matter.SECURITY: _("security"),
    Matter.INSURANCE: _("insurance"),
    Matter.CONSENT: _("consent"),
    Matter.SUPERVISION: _("condition"),
    Matter.INSPECTION: _("inspection"),
    Matter.ARREARS: _("arrears"),
    Matter.REPORT: _("report of use"),
    Matter.OPP: _("OPP status"),
    Matter.NOTICE: _("notice list"),
    Matter.CALL: _("call"),
    Matter.STOCK: _("premises"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due. `fact` names it for good ("lease:12:end"), whatever its date.

    `who` is the key of the officer whose it is; None: the whole unit's. `words` are in the
    reader's language, made when the list is.
    """

    fact: str
    matter: Matter
    due_on: date
    words: str
    subject: str = ""
    url: str = ""
    who: int | None = None

    def left(self, on: date) -> int:
        """Days to go; negative: overdue by so many."""
        return (self.due_on - on).days


@dataclass(frozen=True, slots=True)
class Horizon:
    """What a source needs beside the unit: the day, how far to look, and the numbers in force."""

    today: date
    until: date
    numbers: Numbers = field(repr=False)


Source = Callable[[ManagingUnit, Horizon], Iterable[Due]]
SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Make a source known; the same name again replaces it."""
    SOURCES[name] = source


def due(unit: ManagingUnit, on: date | None = None, person: Person | None = None) -> list[Due]:
    """What is overdue or due soon, the soonest first; of a person: theirs and nobody's."""
    day = on or today()
    numbers = numbers_of(unit.pk, day)
    ahead = max([BOARD, *(timedelta(days=days) for days in numbers.thresholds)])
    horizon = Horizon(day, day + ahead, numbers)
    found = [one for one in _every(unit, horizon) if one.due_on <= horizon.until]
    if person is not None:
        found = [one for one in found if one.who in (None, person.pk)]
    return sorted(found, key=lambda one: (one.due_on, one.subject, one.fact))


def _every(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    for source in SOURCES.values():
        yield from source(unit, horizon)
