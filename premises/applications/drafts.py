"""Drafts of applications: beginning one, saving it without loss, throwing it away."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from organisations.models import Organisation
from organisations.permissions import require as require_in_organisations
from premises.applications.uploads import forget_files
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDraft,
    CoApplicant,
    Lot,
)
from premises.permissions import require
from records.clock import now
from records.problems import Conflict, Forbidden
from resources.booking.codes import ALPHABET, LENGTH

State = Application.State
#: Nobody writes an application of this size; what is longer is no draft.
MOST_CHARACTERS = 100_000


def new_code() -> str:
    """A code that no application has, such as W-7KX2MD."""
    while True:
        code = "W-" + "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
        if not Application.objects.filter(code=code).exists():
            return code


def draft_of(procedure: AllocationProcedure, organisation: Organisation) -> Application | None:
    """The draft that the organisation has begun here, if there is one."""
    return (
        Application.objects.filter(
            procedure=procedure, organisation=organisation, state=State.DRAFT
        )
        .order_by("-pk")
        .first()
    )


@transaction.atomic
def begin(
    procedure: AllocationProcedure, organisation: Organisation, *, by: Any, lot: Lot | None = None
) -> Application:
    """A draft for the organisation, or the one it has. A coming call can be prepared for already.

    Raises Forbidden (not in this organisation's name, or the call is not for it), Conflict (nothing
    can be sent here any more).
    """
    require_in_organisations(by, "organisation.request_for", organisation)
    kind = procedure.kind
    if not kind.takes_applications:
        raise Conflict(_("No applications are taken here."), code="no_applications")
    if kind.ngos_only and organisation.legal_form in NOT_NGOS:
        raise Forbidden(
            _("This call is for non-governmental organisations only."), code="not_for_you"
        )
    if procedure.closes_at is None or now() >= procedure.closes_at or procedure.state in _OVER:
        raise Conflict(_("The call is closed."), code="call_closed")
    # Two clicks at once find the same draft: the organisation's row is the queue.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    found = draft_of(procedure, organisation)
    if found is not None:
        return found
    lots = list(procedure.lots.all()[:2])
    at = now()
    application = Application.objects.create(
        code=new_code(),
        procedure=procedure,
        lot=lot or (lots[0] if len(lots) == 1 else None),
        organisation=organisation,
        person=by,
        created_at=at,
    )
    ApplicationDraft.objects.create(
        application=application,
        content=prefilled(organisation, by),
        saved_at=at,
        saved_by=str(by),
    )
    return application


#: Legal forms that are no non-governmental organisation in the sense of the public-benefit act.
NOT_NGOS = frozenset(
    {Organisation.LegalForm.EXCLUDED_ENTITY, Organisation.LegalForm.INFORMAL_GROUP}
)
_OVER = frozenset(
    {
        AllocationProcedure.State.DRAFT,
        AllocationProcedure.State.CALL_CLOSED,
        AllocationProcedure.State.EVALUATION,
        AllocationProcedure.State.RANKED,
        AllocationProcedure.State.DECIDED,
        *AllocationProcedure.ENDED,
    }
)


def prefilled(organisation: Organisation, person: Any) -> dict[str, Any]:
    """What the register knows: spheres, and whom to call."""
    return {
        "spheres": list(organisation.spheres.values_list("sphere__code", flat=True)),
        "contact_name": str(person),
        "contact_email": getattr(person, "email", ""),
    }


class StaleDraft(Conflict):
    """Somebody else, or another tab, saved meanwhile. Nothing of either is lost."""

    code = "stale"

    def __init__(self, current: ApplicationDraft) -> None:
        super().__init__(
            _("The draft was changed elsewhere at the same time. Both versions are shown below.")
        )
        self.current = current


@transaction.atomic
def save(
    application: Application, revision: int, content: Mapping[str, Any], *, by: Any
) -> ApplicationDraft:
    """Keep what was typed, as typed. `revision` is what the writer had before them.

    The same content again keeps the revision, so that autosave voids nobody's consent. Raises
    NotFound, Forbidden, StaleDraft, or Conflict for more than anybody writes.
    """
    if application.state == State.CORRECTION_REQUESTED:
        require(by, "application.correct", application)
    else:
        require(by, "application.edit", application)
    content = dict(content)
    if sum(len(str(value)) for value in content.values()) > MOST_CHARACTERS:
        raise Conflict(_("This is too long to be kept as an application."), code="too_long")
    current = ApplicationDraft.objects.select_for_update().get(application=application)
    if current.content == content:
        return current
    if current.revision != revision:
        raise StaleDraft(current)
    current.content = content
    current.revision = revision + 1
    current.saved_at, current.saved_by = now(), str(by)
    current.save()
    return current


def choose_lot(application: Application, lot: Lot | None) -> None:
    """The premises applied for; `lot` belongs to the procedure."""
    if lot is not None and lot.procedure_id != application.procedure_id:
        raise ValueError("a lot of another procedure")
    if application.lot_id != (lot.pk if lot else None):
        Application.objects.filter(pk=application.pk, state=State.DRAFT).update(
            lot=lot, version=F("version") + 1
        )
        ApplicationDraft.objects.filter(application=application).update(revision=F("revision") + 1)


@transaction.atomic
def discard(application: Application, *, by: Any) -> None:
    """Throw a draft away, with its files. Raises NotFound, Forbidden; Conflict once it is sent."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.state != State.DRAFT:
        raise Conflict(_("It is sent already: withdraw it instead."), code="wrong_state")
    require(by, "application.discard", locked)
    forget_files(locked.documents.all())
    CoApplicant.objects.filter(application=locked).delete()
    try:
        locked.delete()
    except IntegrityError as kept:  # something was sent from it after all
        raise Conflict(_("It is sent already: withdraw it instead."), code="wrong_state") from kept
