"""Whether the notice list of a procedure was posted, and has run (UGN art. 35).

Each lot must stand in a published list on the same terms. The list that a procedure names must hold
all its lots; a corrected list counts with its correction.
"""

from datetime import date

from django.utils.translation import gettext as _

from premises.models import AllocationProcedure, PublicNotice, PublicNoticeItem
from records import typography
from records.problems import Conflict, Problem

_Draft = PublicNotice.State.DRAFT


def posted(procedure: AllocationProcedure) -> Problem | None:
    """None once every lot stands in the published list that the procedure names."""
    if not procedure.kind.needs_notice:
        return None
    if procedure.notice is None:
        return Conflict(_("Choose the notice list of these premises."), code="no_notice")
    if procedure.notice.state == _Draft:
        return Conflict(_("The notice list has not been published yet."), code="notice_draft")
    if missing := _missing(procedure, procedure.notice):
        return Conflict(
            _("Not in the notice list on these terms: lot %(lots)s.") % {"lots": missing},
            code="lot_not_in_notice",
        )
    return None


def has_run(procedure: AllocationProcedure, on: date) -> Problem | None:
    """None once the list has hung for its days, so that a call may open on that day."""
    if problem := posted(procedure):
        return problem
    if not procedure.kind.needs_notice or procedure.notice is None:
        return None
    until = procedure.notice.removable_from
    if until is None:
        return Conflict(
            _("The notice list does not hang everywhere it must yet."), code="notice_not_hung"
        )
    if on < until:
        return Conflict(
            _("The notice list hangs until %(day)s; the call may open from then on.")
            % {"day": typography.day(until)},
            code="notice_runs",
            extra={"from": until.isoformat()},
        )
    return None


def _missing(procedure: AllocationProcedure, notice: PublicNotice) -> str:
    listed = set(
        PublicNoticeItem.objects.filter(notice=notice).values_list("resource_id", "tenure")
    )
    return ", ".join(
        str(lot.number)
        for lot in procedure.lots.all()
        if (lot.resource_id, lot.tenure) not in listed
    )
