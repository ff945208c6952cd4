"""The rules of organisations/permissions.py as queries: what a list, a count or an API may show."""

from typing import Any

from django.db.models import Q, QuerySet

from organisations.models import JoinRequest, Organisation
from organisations.permissions import PUBLIC_STATES, can
from organisations.roles import Role, general_roles, roles_of


def organisations_visible_to(person: Any) -> QuerySet[Organisation]:
    """Organisations whose page the person may open (organisation.view)."""
    if can(person, "organisation.list_all"):
        return Organisation.objects.all()
    visible = Q(is_public=True, verification_state__in=sorted(PUBLIC_STATES))
    if Role.OFFICIAL in general_roles(person):
        visible |= ~Q(verification_state=Organisation.VerificationState.DRAFT)
    if mine := roles_of(person).organisations:
        visible |= Q(pk__in=sorted(mine))
    return Organisation.objects.filter(visible)


def organisations_where(person: Any, action: str) -> QuerySet[Organisation]:
    """The person's own organisations for which the action is allowed to them now.

    For choices such as "in whose name": roles over the city don't count here, only memberships.
    """
    mine = Organisation.objects.filter(pk__in=sorted(roles_of(person).organisations))
    allowed = [organisation.pk for organisation in mine if can(person, action, organisation)]
    return Organisation.objects.filter(pk__in=allowed)


def join_requests_visible_to(person: Any) -> QuerySet[JoinRequest]:
    """Own requests, and those of organisations that the person represents (join_request.view)."""
    if can(person, "organisation.list_all"):
        return JoinRequest.objects.all()
    represented = [
        organisation
        for organisation, role in roles_of(person).organisations.items()
        if role == Role.ORG_REPRESENTATIVE
    ]
    if person is None or not person.is_authenticated:
        return JoinRequest.objects.none()
    return JoinRequest.objects.filter(Q(person=person) | Q(organisation__in=represented))
