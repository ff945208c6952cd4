"""Whether the premises of a procedure stand in a notice list that has run (UGN art. 35).

What counts as having run is one rule for calls and contracts: premises/notices/state.py.
"""

from datetime import date

from django.utils.translation import gettext as _

from premises.models import AllocationProcedure, PublicNotice
from premises.notices.state import Run, runs
from records.problems import Conflict, Problem


def of_lots(procedure: AllocationProcedure, on: date) -> dict[int, Run]:
    """What the lists say of each lot, by lot id. Two queries for each of the tenures."""
    lots = list(procedure.lots.select_related("resource"))
    found: dict[int, Run] = {}
    for tenure in {lot.tenure for lot in lots}:
        mine = [lot for lot in lots if lot.tenure == tenure]
        answers = runs([lot.resource for lot in mine], tenure, on)
        found |= {lot.pk: answers[lot.resource_id] for lot in mine}
    return found


def posted(procedure: AllocationProcedure, on: date) -> Problem | None:
    """None once every lot stands in a published list; kinds without a list need none."""
    if not procedure.kind.needs_notice:
        return None
    answers = of_lots(procedure, on)
    missing = [answer for answer in answers.values() if answer.notice is None]
    if not missing and answers:
        return None
    why = missing[0].why if missing else ""
    return Conflict(
        _("Publish the notice list of these premises first. %(why)s") % {"why": why},
        code="no_notice",
    )


def has_run(procedure: AllocationProcedure, on: date) -> Problem | None:
    """None once the lists of all lots have hung for their days, so that the call may open."""
    if not procedure.kind.needs_notice:
        return None
    answers = of_lots(procedure, on)
    waiting = [answer for answer in answers.values() if not answer.ok]
    if not waiting and answers:
        return None
    first = waiting[0] if waiting else None
    return Conflict(
        _("No call before its notice list has run. %(why)s") % {"why": first.why if first else ""},
        code="notice_runs",
        extra={"from": first.free_from.isoformat() if first and first.free_from else None},
    )


def list_of(procedure: AllocationProcedure, on: date) -> PublicNotice | None:
    """The list in which its first lot stands, for the timeline."""
    return next(
        (answer.notice for answer in of_lots(procedure, on).values() if answer.notice), None
    )
