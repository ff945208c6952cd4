"""What a person is on a given day: roles over the city and memberships of organisations.

Loaded once per person object (a request makes a new one), so that asking about thirty rows costs
no more than asking about one. Whoever changes a role calls `forget`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from organisations.models import CityRole, Membership
from records import clock


class Role(StrEnum):
    """Everything a person can be to an object. `own_` roles hold only for what is theirs."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"
    #: holds some role in some unit or over the city
    OFFICIAL = "official"
    COORDINATOR = "coordinator"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"
    #: asked for it in their own name, not for an organisation
    OWN_REQUEST = "own_request"
    ORG_VIEWER = "own_org_viewer"
    ORG_EDITOR = "own_org_editor"
    ORG_PROXY = "own_org_proxy"
    ORG_REPRESENTATIVE = "own_org_representative"
    UNIT_VIEWER = "own_unit_viewer"
    UNIT_EDITOR = "own_unit_editor"
    UNIT_DECIDER = "own_unit_decider"
    UNIT_HEAD = "own_unit_head"
    UNIT_LETTINGS_OFFICER = "own_unit_lettings_officer"


ORG_ROLES: Mapping[str, Role] = {
    Membership.Role.VIEWER: Role.ORG_VIEWER,
    Membership.Role.EDITOR: Role.ORG_EDITOR,
    Membership.Role.PROXY: Role.ORG_PROXY,
    Membership.Role.REPRESENTATIVE: Role.ORG_REPRESENTATIVE,
}
_CITY_ROLES: Mapping[str, Role] = {
    CityRole.Role.COORDINATOR: Role.COORDINATOR,
    CityRole.Role.PLANNER: Role.PLANNER,
    CityRole.Role.ADMINISTRATOR: Role.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles of one person on one day; empty for visitors and for closed accounts."""

    city: frozenset[Role] = frozenset()
    #: organisation's id -> role in it
    organisations: Mapping[int, Role] = field(default_factory=dict)


#: Who else counts as an official: upper apps add a question here (config/composition.py).
OFFICIALS: list[Callable[[Any, date], bool]] = []

_CACHE = "_roles_by_day"


def remembered(person: Any, name: str, on: date, load: Callable[[], Any]) -> Any:
    """`load()` once per person object and day. `forget(person)` drops it."""
    # Through getattr and setattr, since request.user is a lazy object around the person.
    cache = getattr(person, _CACHE, None)
    if cache is None:
        cache = {}
        setattr(person, _CACHE, cache)
    if (name, on) not in cache:
        cache[name, on] = load()
    return cache[name, on]


def forget(person: Any) -> None:
    """Roles of this person object will be read anew."""
    setattr(person, _CACHE, {})


_NO_OFFICE = "_speaks_without_office"


def without_office(person: Any) -> None:
    """From now on this person object has no city role and no role in a unit (a key's scope)."""
    setattr(person, _NO_OFFICE, True)
    forget(person)


def holds_office(person: Any) -> bool:
    """Whether roles over the city and in units count for this person object."""
    return is_known(person) and not getattr(person, _NO_OFFICE, False)


def is_known(person: Any) -> bool:
    return person is not None and person.is_authenticated and person.is_active


def roles_of(person: Any, on: date | None = None) -> Roles:
    """City roles and memberships on the day (default: today). Two queries, once."""
    if not is_known(person):
        return Roles()
    day = on or clock.today()
    loaded = remembered(person, "organisations", day, lambda: _load(person.pk, day))
    return loaded if holds_office(person) else Roles(organisations=loaded.organisations)


def _load(person_id: int, day: date) -> Roles:
    city = CityRole.objects.filter(person_id=person_id, valid__contains=day)
    memberships = Membership.objects.filter(person_id=person_id, valid__contains=day)
    return Roles(
        city=frozenset(_CITY_ROLES[role] for role in city.values_list("role", flat=True)),
        organisations={
            organisation: ORG_ROLES[role]
            for organisation, role in memberships.values_list("organisation_id", "role")
        },
    )


def general_roles(person: Any, on: date | None = None) -> frozenset[Role]:
    """What the person is to any object at all."""
    if not is_known(person):
        return frozenset({Role.ANYBODY})
    day = on or clock.today()
    city = roles_of(person, day).city
    found = {Role.ANYBODY, Role.SIGNED_IN, *city}
    if city or any(asks(person, day) for asks in OFFICIALS):
        found.add(Role.OFFICIAL)
    return frozenset(found)
