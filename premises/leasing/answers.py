"""Recording the evidence for what the rules ask, or that an officer goes on without it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Person
from premises.leasing import course
from premises.leasing.authorisation import answers, subject
from premises.models import Lease
from premises.rules import authorisation
from records.problems import Invalid


@transaction.atomic
def answer(
    lease: Lease,
    by: Person,
    needed: str,
    *,
    number: str = "",
    issued_on: date | None = None,
    reason: str = "",
    seen: int | None = None,
) -> None:
    """Record the document that meets a need, or that the officer goes on without it and why.

    Raises Invalid (neither given; the rules ask for no such thing), Conflict (overridden already).
    """
    locked, actor = course.take(lease, by, seen=seen)
    need = next((one for one in answers(locked) if one.needed == needed), None)
    if need is None:
        raise Invalid(_("The rules ask for nothing of the kind now."), code="no_such_need")
    if number.strip():
        if issued_on is None:
            raise Invalid(_("Give the day of the document."), field="issued_on")
        authorisation.record_evidence(
            subject(locked), needed, number=number, issued_on=issued_on, officer=by
        )
        words = number.strip()
    else:
        authorisation.override(subject(locked), need, reason=reason, officer=by)
        words = _("Went on without it: %(reason)s") % {"reason": reason.strip()}
    course.save(locked)
    course.note(locked, actor, "check", message=f"{need.label}: {words}", internal=True)
