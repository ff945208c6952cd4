"""Several organisations in one application: each agrees by its own signatory, to one revision.

A later change of the draft needs their consent anew: what they agreed to is what is sent.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from organisations.models import Organisation
from premises.applications import messages
from premises.applications.drafts import NOT_NGOS
from premises.applications.uploads import forget_files
from premises.models import Application, CoApplicant
from premises.permissions import require
from records.clock import now
from records.problems import Conflict, Forbidden

State = CoApplicant.State
MOST = 8


@transaction.atomic
def invite(
    application: Application, organisation: Organisation, part: str, *, by: Any
) -> CoApplicant:
    """Ask another organisation to apply together. Raises Conflict, Forbidden, NotFound."""
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    require(by, "application.edit", locked)
    kind = locked.procedure.kind
    if not kind.joint:
        raise Conflict(_("Here each organisation applies alone."), code="not_joint")
    if organisation.pk == locked.organisation_id:
        raise Conflict(_("Your own organisation leads the application."), code="itself")
    if kind.ngos_only and organisation.legal_form in NOT_NGOS:
        raise Forbidden(
            _("This call is for non-governmental organisations only."), code="not_for_you"
        )
    if locked.co_applicants.count() >= MOST:
        raise Conflict(_("At most nine organisations apply together."), code="many")
    try:
        with transaction.atomic():
            invited = CoApplicant.objects.create(
                application=locked, organisation=organisation, part=part, invited_at=now()
            )
    except IntegrityError as twice:
        raise Conflict(_("This organisation already takes part."), code="twice") from twice
    messages.joint_asked(invited)
    return invited


@transaction.atomic
def answer(co_applicant: CoApplicant, *, agrees: bool, revision: int, by: Any) -> CoApplicant:
    """A signatory of the invited organisation agrees to the draft as it was shown, or declines.

    Raises Conflict when the draft has changed since (read it again), or has been sent.
    """
    require(by, "co_applicant.answer", co_applicant)
    application = Application.objects.select_for_update(no_key=True).get(
        pk=co_applicant.application_id
    )
    if application.state != Application.State.DRAFT:
        raise Conflict(_("The application has been sent already."), code="wrong_state")
    current = application.draft.revision
    if agrees and revision != current:
        raise Conflict(
            _("The draft has changed since you opened it. Read it again, then agree."),
            code="stale",
        )
    locked = CoApplicant.objects.select_for_update().get(pk=co_applicant.pk)
    locked.state = State.CONFIRMED if agrees else State.DECLINED
    locked.revision = current if agrees else None
    locked.answered_at, locked.answered_by = now(), str(by)
    locked.save()
    messages.joint_answered(locked)
    return locked


@transaction.atomic
def drop(co_applicant: CoApplicant, *, by: Any) -> None:
    """The leading organisation goes on without it; its files go, too."""
    application = Application.objects.select_for_update(no_key=True).get(
        pk=co_applicant.application_id
    )
    require(by, "application.edit", application)
    forget_files(
        application.documents.filter(organisation=co_applicant.organisation_id, submission=None)
    )
    CoApplicant.objects.filter(pk=co_applicant.pk).delete()


def waiting_for(application: Application) -> list[CoApplicant]:
    """Those whose signatory has not agreed to the draft as it now is."""
    revision = application.draft.revision
    return [
        one
        for one in application.co_applicants.select_related("organisation")
        if not (one.state == State.CONFIRMED and one.revision == revision)
    ]
