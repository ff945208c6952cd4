"""How procedures, lots and applications are said to a person, in the active language."""

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from premises.models import AllocationProcedure, Application, Lot
from records import typography
from records.clock import now
from records.marks import Badge, Tone

State = AllocationProcedure.State
_OfApplication = Application.State


def local(row: Any, name: str) -> str:
    """`name`_en or `name`_pl by the reader's language; Polish where English is empty."""
    english = (get_language() or "pl").startswith("en")
    found = getattr(row, f"{name}_en", "") if english else ""
    return str(found or getattr(row, f"{name}_pl", ""))


def phase(procedure: AllocationProcedure, at: datetime | None = None) -> str:
    """What a visitor asks first: coming, open, judged, over, cancelled. By the clock, so that a
    stopped worker keeps no call open."""
    at = at or now()
    if procedure.state == State.CANCELLED:
        return "cancelled"
    if procedure.state in (State.DECIDED, State.CONTRACTED, State.FAILED):
        return "over"
    closes = procedure.closes_at
    if procedure.state == State.CALL_OPEN and closes is not None and at < closes:
        return "open"
    if procedure.state in (State.DRAFT, State.APPROVED, State.NOTICE_PUBLISHED):
        return "coming"
    return "judged"


def phase_mark(procedure: AllocationProcedure) -> Badge:
    return {
        "coming": lambda: Badge(_("coming"), Tone.INFO, "cal"),
        "open": lambda: Badge(_("open"), Tone.OK, "yes"),
        "judged": lambda: Badge(_("being assessed"), Tone.WAIT, "clock"),
        "over": lambda: Badge(str(procedure.get_state_display()), Tone.MUTE, "doc"),
        "cancelled": lambda: Badge(_("annulled"), Tone.STOP, "no"),
    }[phase(procedure)]()


_PROCEDURE_MARKS: dict[str, tuple[Tone, str]] = {
    State.DRAFT: (Tone.MUTE, "edit"),
    State.APPROVED: (Tone.WAIT, "yes"),
    State.NOTICE_PUBLISHED: (Tone.WAIT, "doc"),
    State.CALL_OPEN: (Tone.OK, "clock"),
    State.CALL_CLOSED: (Tone.WAIT, "lock"),
    State.EVALUATION: (Tone.WAIT, "edit"),
    State.RANKED: (Tone.WAIT, "doc"),
    State.DECIDED: (Tone.OK, "yes"),
    State.CONTRACTED: (Tone.MUTE, "key"),
    State.FAILED: (Tone.MUTE, "minus"),
    State.CANCELLED: (Tone.STOP, "no"),
}
_APPLICATION_MARKS: dict[str, tuple[Tone, str]] = {
    _OfApplication.DRAFT: (Tone.MUTE, "edit"),
    _OfApplication.SUBMITTED: (Tone.WAIT, "clock"),
    _OfApplication.FORMAL_CHECK: (Tone.WAIT, "doc"),
    _OfApplication.CORRECTION_REQUESTED: (Tone.WAIT, "undo"),
    _OfApplication.ADMITTED: (Tone.OK, "yes"),
    _OfApplication.MERIT_REVIEW: (Tone.WAIT, "clock"),
    _OfApplication.SCORED: (Tone.WAIT, "doc"),
    _OfApplication.OPINION: (Tone.WAIT, "clock"),
    _OfApplication.RECOMMENDED: (Tone.OK, "yes"),
    _OfApplication.RESERVE_LIST: (Tone.HOLD, "pause"),
    _OfApplication.NOT_RECOMMENDED: (Tone.STOP, "no"),
    _OfApplication.GRANTED: (Tone.OK, "key"),
    _OfApplication.CONTRACT_SIGNED: (Tone.OK, "doc"),
    _OfApplication.REJECTED_FORMALLY: (Tone.STOP, "no"),
    _OfApplication.NOT_GRANTED: (Tone.STOP, "no"),
    _OfApplication.WITHDRAWN: (Tone.MUTE, "undo"),
    _OfApplication.RESIGNED: (Tone.MUTE, "undo"),
    _OfApplication.LAPSED: (Tone.STOP, "clock"),
    _OfApplication.ANNULLED: (Tone.STOP, "no"),
}


def procedure_mark(procedure: AllocationProcedure) -> Badge:
    tone, icon = _PROCEDURE_MARKS[procedure.state]
    return Badge(State(procedure.state).label, tone, icon)


def application_mark(application: Application) -> Badge:
    tone, icon = _APPLICATION_MARKS[application.state]
    return Badge(_OfApplication(application.state).label, tone, icon)


def term(lot: Lot) -> str:
    """For how long a lot is given: "3 years from 1.03.2027", "5.01–30.01.2027, Tuesdays 17–19"."""
    if lot.indefinite:
        text = _("for an indefinite time")
    elif lot.term_months:
        years, rest = divmod(lot.term_months, 12)
        if rest:
            text = ngettext("for %(n)d month", "for %(n)d months", lot.term_months) % {
                "n": lot.term_months
            }
        else:
            text = ngettext("for %(n)d year", "for %(n)d years", years) % {"n": years}
    elif lot.term_from and lot.term_until:
        text = typography.day_range(lot.term_from, lot.term_until)
    else:
        text = _("term to be agreed")
    if lot.term_from and not lot.term_until:
        text = _("%(term)s, from %(day)s") % {"term": text, "day": typography.day(lot.term_from)}
    return f"{text}, {lot.weekly_hours}" if lot.weekly_hours else text


def call_dates(procedure: AllocationProcedure) -> str:
    """7.12.2026–31.12.2026, before 15:00."""
    if procedure.opens_at is None or procedure.closes_at is None:
        return ""
    return _("%(days)s, until %(hour)s") % {
        "days": typography.day_range(procedure.opens_at, procedure.closes_at),
        "hour": typography.clock_time(procedure.closes_at),
    }


def left(closes: datetime, at: datetime) -> str:
    """How much time is left, in the two largest units; "" when none is."""
    seconds = int((closes - at).total_seconds())
    if seconds <= 0:
        return ""
    days, rest = divmod(seconds, 24 * 3600)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    parts = []
    if days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours and days < 7:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if not days and minutes:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(parts[:2]) or _("less than a minute")


#: State of an application -> the sentence for the applicant.
def answer(application: Application, *, at: datetime | None = None) -> tuple[str, str]:
    """(what it means in plain words, tone of the answer's panel)."""
    at = at or now()
    State = _OfApplication  # noqa: N806 - as in the model
    said: dict[str, tuple[str, str]] = {
        State.SUBMITTED: (_("It has been received and waits for the formal check"), "wait"),
        State.FORMAL_CHECK: (_("The unit checks whether everything is there"), "wait"),
        State.CORRECTION_REQUESTED: (_("You have to complete it"), "wait"),
        State.ADMITTED: (_("Everything is there; it goes on to be judged"), "ok"),
        State.MERIT_REVIEW: (_("The commission reads and scores it"), "wait"),
        State.SCORED: (_("It is scored; the decision comes next"), "wait"),
        State.OPINION: (_("It waits for an opinion of the department or the district"), "wait"),
        State.RECOMMENDED: (_("It is recommended; the decision comes next"), "ok"),
        State.RESERVE_LIST: (
            _("It stands on the reserve list: if somebody resigns, the turn may be yours"),
            "hold",
        ),
        State.NOT_RECOMMENDED: (_("It is not recommended; the decision comes next"), "wait"),
        State.GRANTED: (_("The premises are granted to you; now the contract is signed"), "ok"),
        State.CONTRACT_SIGNED: (_("The contract is signed"), "ok"),
        State.REJECTED_FORMALLY: (_("It was refused after the formal check"), "stop"),
        State.NOT_GRANTED: (_("The premises were not granted to you"), "stop"),
        State.WITHDRAWN: (_("You have withdrawn it"), ""),
        State.RESIGNED: (_("You have resigned from the premises"), ""),
        State.LAPSED: (_("It lapsed: no contract was signed in time"), "stop"),
        State.ANNULLED: (_("The procedure was annulled"), "stop"),
    }
    if application.state == State.DRAFT:
        closes = application.procedure.closes_at
        if closes is not None and at >= closes:
            return _("It was not sent; the call is closed"), "stop"
        return _("You are preparing it"), ""
    return said[State(application.state)]
