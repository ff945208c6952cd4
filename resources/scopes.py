"""The rules of resources/permissions.py as queries: what a list, a count or an API may show.

As querysets, and for hand-written SQL as a condition with its parameters. A test compares each
scope with `can`, row by row, for every role.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from organisations.roles import Role, general_roles, is_known, roles_of
from resources.models import Booking, ManagingUnit, Resource, Site
from resources.permissions import OVERSIGHT, TABLE
from resources.roles import units_of


def _visible(person: Any) -> tuple[list[str] | None, list[int]]:
    """Visibilities that the person sees anywhere (None: all), and units where they see all."""
    general = general_roles(person)
    if general & OVERSIGHT:
        return None, []
    public, internal = Resource.Visibility.PUBLIC, Resource.Visibility.INTERNAL
    anywhere = [public, internal] if Role.OFFICIAL in general else [public]
    return [str(visibility) for visibility in anywhere], sorted(units_of(person))


def resources_visible_to(person: Any) -> QuerySet[Resource]:
    """Resources whose page the person may open (resource.view)."""
    visibilities, units = _visible(person)
    if visibilities is None:
        return Resource.objects.all()
    condition = Q(visibility__in=visibilities)
    if units:
        condition |= Q(unit_id__in=units)
    return Resource.objects.filter(condition)


def visible_sql(person: Any, alias: str = "resource") -> tuple[str, list[Any]]:
    """resource.view as an SQL condition on `alias`, with positional (%s) parameters.

    `alias` is a name in our own SQL, never input.
    """
    visibilities, units = _visible(person)
    if visibilities is None:
        return "TRUE", []
    parameters: list[Any]
    if len(visibilities) == 1:
        condition, parameters = f"{alias}.visibility = %s", [*visibilities]
    else:
        condition, parameters = f"{alias}.visibility = ANY(%s)", [visibilities]
    if units:
        return f"({condition} OR {alias}.unit_id = ANY(%s))", [*parameters, units]
    return condition, parameters


def units_where(person: Any, action: str) -> QuerySet[ManagingUnit]:
    """Units for which, or for whose resources and bookings, the person may do the action.

    A unit counts if any rule for the action could allow it; conditions on a single object
    ("held by contract", "sent") are for `can`.
    """
    rules = TABLE.rules[action]
    general = general_roles(person)
    if any(rule.roles & general for rule in rules):
        return ManagingUnit.objects.all()
    wanted = frozenset(role for rule in rules for role in rule.roles)
    units = [unit for unit, roles in units_of(person).items() if roles & wanted]
    return ManagingUnit.objects.filter(pk__in=sorted(units))


def sites_where(person: Any, action: str) -> QuerySet[Site]:
    """Sites with which the person may do the action, through the units that keep things there."""
    if any(rule.roles & general_roles(person) for rule in TABLE.rules[action]):
        return Site.objects.all()
    return Site.objects.filter(
        pk__in=Resource.objects.filter(unit__in=units_where(person, action)).values("site")
    )


def bookings_visible_to(person: Any) -> QuerySet[Booking]:
    """Bookings that the person may open (booking.view): own, their organisations', their units'."""
    condition = _own_bookings(person)
    if condition is None:
        return Booking.objects.none()
    sent = ~Q(state=Booking.State.DRAFT)
    if general_roles(person) & OVERSIGHT:
        condition |= sent
    elif units := sorted(units_of(person)):
        condition |= sent & Q(unit_id__in=units)
    return Booking.objects.filter(condition)


def own_bookings(person: Any) -> QuerySet[Booking]:
    """Bookings on the applicant's side: the person's own and their organisations'."""
    condition = _own_bookings(person)
    return Booking.objects.none() if condition is None else Booking.objects.filter(condition)


def unit_bookings(person: Any, action: str = "unit.desk") -> QuerySet[Booking]:
    """Sent requests on the side of the units where the person may do the action."""
    units = units_where(person, action)
    return Booking.objects.filter(unit__in=units).exclude(state=Booking.State.DRAFT)


def _own_bookings(person: Any) -> Q | None:
    if not is_known(person):
        return None
    mine: Sequence[int] = sorted(roles_of(person).organisations)
    condition = Q(person_id=person.pk, organisation__isnull=True)
    return condition | Q(organisation_id__in=mine) if mine else condition
