"""Recording the evidence for what the rules ask, or that an officer goes on without it."""

from django.db import transaction
from django.utils.translation import gettext as _

from premises.leasing import course
from premises.leasing.authorisation import answers
from premises.models import Lease, LeaseCheck
from records.clock import now
from records.problems import Invalid

Outcome = LeaseCheck.Outcome


@transaction.atomic
def answer(
    lease: Lease, by: course.By, need: str, *, evidence: str = "", reason: str = "",
    seen: int | None = None,
) -> LeaseCheck:  # fmt: skip
    """Record the document that meets a need, or that the officer goes on without it and why.

    Raises Invalid where neither is given or the rules ask for no such thing.
    """
    locked, actor = course.take(lease, by, seen=seen)
    found = [one for one in answers(locked) if one.need.code == need]
    if not found:
        raise Invalid(_("The rules ask for nothing of the kind now."), code="no_such_need")
    evidence, reason = evidence.strip(), reason.strip()
    if not evidence and not reason:
        raise Invalid(
            _("Give the document, or the reason to go on without it."),
            code="reason_missing",
            field="evidence",
        )
    outcome = Outcome.EVIDENCE if evidence else Outcome.OVERRIDE
    made, _is_new = LeaseCheck.objects.update_or_create(
        lease=locked,
        need=need,
        defaults={
            "label": found[0].need.label,
            "basis": found[0].need.basis,
            "outcome": outcome,
            "evidence": evidence,
            "reason": reason,
            "recorded_by": actor.name,
            "recorded_at": now(),
        },
    )
    course.save(locked)
    words = evidence or _("Went on without it: %(reason)s") % {"reason": reason}
    course.note(locked, actor, "check", message=f"{found[0].need.label}: {words}", internal=True)
    return made
