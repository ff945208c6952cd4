"""The stages of a procedure with their days: what comes when, and by when each has to be done.

Days are rows of the kind (calendar or working). Known dates (opening, closing) go before reckoned
ones; each reckoned stage begins where the one before it ends.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language

from premises.models import AllocationProcedure, KindStage, ProcedureKind
from records.clock import KRAKOW, now
from records.working_days import add_days, next_working_day

State = AllocationProcedure.State


@dataclass(frozen=True, slots=True)
class Stage:
    """`tense` is done, now or next; `starts` and `ends` are days, both included."""

    code: str
    name: str
    tense: str
    starts: date | None = None
    ends: date | None = None
    until: datetime | None = None
    detail: str = ""


#: Which stage a state belongs to; a kind that lacks the stage takes the next one it has.
_OF_STATE = {
    State.NOTICE_PUBLISHED: "notice",
    State.CALL_OPEN: "call",
    State.CALL_CLOSED: "opening",
    State.EVALUATION: "formal_check",
    State.RANKED: "decision",
    State.DECIDED: "signing",
}
_ORDER = (
    "notice", "call", "opening", "formal_check", "merit_review", "auction", "opinion", "decision",
    "signing",
)  # fmt: skip


def stage(kind: ProcedureKind, code: str) -> KindStage | None:
    return next((one for one in kind.stages.all() if one.code == code), None)


def days_of(kind: ProcedureKind, code: str, default: int) -> tuple[int, str]:
    """How long a stage of the kind lasts, and how its days are counted."""
    found = stage(kind, code)
    if found is None or found.days is None:
        return default, KindStage.Counting.CALENDAR
    return found.days, found.counting


def due(kind: ProcedureKind, code: str, start: date) -> date | None:
    """The last day of a stage that begins after `start`; None if the kind sets no time for it."""
    found = stage(kind, code)
    if found is None or found.days is None:
        return None
    return next_working_day(add_days(start, found.days, found.counting))


def timeline(procedure: AllocationProcedure) -> list[Stage]:
    """The shown stages in order, with what is past, what is now and what comes."""
    rows = [one for one in procedure.kind.stages.all() if one.shown]
    present = _present(procedure, [one.code for one in rows])
    found: list[Stage] = []
    last: date | None = None
    for index, row in enumerate(rows):
        starts, ends, until = _days(procedure, row, last)
        last = ends or starts or last
        tense = "now" if index == present else "done" if index < present else "next"
        name = row.name_en if (get_language() or "").startswith("en") else row.name_pl
        found.append(Stage(row.code, name, tense, starts, ends, until))
    return found


def _present(procedure: AllocationProcedure, codes: list[str]) -> int:
    """Index of the stage that runs; -1 before the first, their number after the last."""
    if procedure.state in AllocationProcedure.ENDED:
        return len(codes)
    if procedure.state in (State.DRAFT, State.APPROVED):
        return -1
    if procedure.state == State.NOTICE_PUBLISHED and procedure.notice is not None:
        until = procedure.notice.removable_from
        if until is not None and now().date() >= until:
            # The list has run and the call has not begun: between two stages.
            return codes.index("notice") if "notice" in codes else -1
    wanted = _OF_STATE[State(procedure.state)]
    later = _ORDER[_ORDER.index(wanted) :]
    return next((codes.index(code) for code in later if code in codes), len(codes) - 1)


def _days(
    procedure: AllocationProcedure, row: KindStage, last: date | None
) -> tuple[date | None, date | None, datetime | None]:
    """First and last day, and the minute where there is one; known dates before reckoned ones."""
    known = _known_days(procedure, row.code)
    if known is not None:
        return known
    if row.code == "notice" or last is None or row.days is None:
        return None, None, None
    return None, next_working_day(add_days(last, row.days, row.counting)), None


def _known_days(
    procedure: AllocationProcedure, code: str
) -> tuple[date | None, date | None, datetime | None] | None:
    notice = procedure.notice
    if code == "notice" and notice is not None and notice.published_on is not None:
        ends = notice.removable_from - timedelta(days=1) if notice.removable_from else None
        return notice.published_on, ends, None
    if code == "call" and procedure.opens_at and procedure.closes_at:
        closes = procedure.closes_at.astimezone(KRAKOW)
        return procedure.opens_at.astimezone(KRAKOW).date(), closes.date(), closes
    moment = {"auction": procedure.event_at, "decision": procedure.decided_at}.get(code)
    if moment is None:
        return None
    day = moment.astimezone(KRAKOW).date()
    return day, day, moment if code == "auction" else None
