"""Joining an organisation: somebody asks; its representative or a coordinator answers.

Register data are public, so knowing a number gives nobody any right. The representative knows
their people; the coordinator needs evidence, and so does everybody who gives a role that binds.
"""

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.members import BINDING_ROLES, add_member
from organisations.models import JoinRequest, Membership, Organisation, Person
from organisations.notify import notify
from organisations.people import coordinators, representatives_of
from organisations.permissions import can, require
from organisations.roles import Role, roles_of
from records import clock
from records.problems import Conflict, Forbidden, Invalid

_SALT = "organisations.joining"
_LINK_LASTS = 60 * 60 * 24 * 14


def invitation(organisation: Organisation) -> str:
    """A signed word that opens the page for asking to join, for a fortnight.

    It lets somebody ask, for an organisation whose profile is not public; it decides nothing.
    """
    return signing.dumps(organisation.pk, salt=_SALT)


def is_invitation(word: str, organisation: Organisation) -> bool:
    try:
        return signing.loads(word, salt=_SALT, max_age=_LINK_LASTS) == organisation.pk
    except signing.BadSignature:
        return False


@transaction.atomic
def ask_to_join(
    person: Person, organisation: Organisation, role: str, message: str = ""
) -> JoinRequest:
    """Ask; whoever may answer is told. Raises Conflict for members and for a second request."""
    require(person, "organisation.ask_to_join", organisation)
    if role not in Membership.Role.values:
        raise Invalid(_("Choose a role."), field="role")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.pk in roles_of(person).organisations:
        raise Conflict(_("You already belong to this organisation."))
    if organisation.join_requests.filter(person=person, state=JoinRequest.State.WAITING).exists():
        raise Conflict(_("You have already asked to join this organisation."))
    asked = JoinRequest.objects.create(
        organisation=organisation,
        person=person,
        role=role,
        message=message.strip()[:1000],
        created_at=clock.now(),
    )
    # As long as nobody has checked who entered it, the city looks at every request, too.
    verified = organisation.verification_state == Organisation.VerificationState.VERIFIED
    told = set(representatives_of(organisation))
    if not verified or not told:
        told |= set(coordinators())
    notify(
        sorted(told - {person}, key=lambda one: one.pk),
        "join_asked",
        {
            "organisation": organisation.name,
            "person": person.full_name or person.email,
            "email": person.email,
            "message": asked.message,
        },
        url=f"/organizacje/{organisation.slug}/czlonkowie/",
    )
    return asked


@transaction.atomic
def accept(asked: JoinRequest, by: Person, *, role: str = "", evidence: str = "") -> Membership:
    """Give the role asked for, or another. Raises Invalid without the evidence that is needed."""
    asked = _locked(asked, by)
    role = role or asked.role
    if role not in Membership.Role.values:
        raise Invalid(_("Choose a role."), field="role")
    evidence = evidence.strip()
    if not evidence and (role in BINDING_ROLES or not _represents(by, asked.organisation)):
        raise Invalid(
            _("Say on what evidence: an entry in the KRS, a power of attorney, a resolution."),
            field="evidence",
        )
    membership = add_member(asked.organisation, asked.person, role, by=by, evidence=evidence)
    _decide(asked, by, JoinRequest.State.ACCEPTED, evidence=evidence)
    notify(
        asked.person,
        "join_accepted",
        {"organisation": asked.organisation.name, "role": role},
        url=f"/organizacje/{asked.organisation.slug}/",
    )
    return membership


@transaction.atomic
def refuse(asked: JoinRequest, by: Person, *, reason: str) -> None:
    """Say no with a reason, which the person reads."""
    asked = _locked(asked, by)
    if not reason.strip():
        raise Invalid(_("Give the reason in a simple sentence."), field="reason")
    _decide(asked, by, JoinRequest.State.REFUSED, reason=reason.strip())
    notify(
        asked.person,
        "join_refused",
        {"organisation": asked.organisation.name, "reason": asked.reason},
    )


@transaction.atomic
def withdraw(asked: JoinRequest, by: Person) -> None:
    """The person no longer wants to join."""
    asked = JoinRequest.objects.select_for_update().get(pk=asked.pk)
    require(by, "join_request.withdraw", asked)
    _decide(asked, by, JoinRequest.State.WITHDRAWN)


def _locked(asked: JoinRequest, by: Person) -> JoinRequest:
    asked = (
        JoinRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "person")
        .get(pk=asked.pk)
    )
    if asked.state != JoinRequest.State.WAITING and can(by, "join_request.view", asked):
        raise Conflict(_("This request was answered already."))
    require(by, "join_request.answer", asked)
    if asked.person_id == by.pk:
        raise Forbidden(_("Somebody else must answer your own request."))
    return asked


def _represents(person: Person, organisation: Organisation) -> bool:
    return roles_of(person).organisations.get(organisation.pk) == Role.ORG_REPRESENTATIVE


def _decide(
    asked: JoinRequest, by: Person, state: str, *, evidence: str = "", reason: str = ""
) -> None:
    asked.state = state
    asked.evidence = evidence[:300]
    asked.reason = reason
    asked.decided_at = clock.now()
    asked.decided_by = str(by)
    asked.save()
