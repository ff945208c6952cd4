"""Who may do what with units, resources and bookings, as data.

Read the rules as sentences: "holders of these roles may do these actions, when ...". The table of
organisations (organisations/permissions.py, where `Rule` and the mechanism are explained) holds
here too, so `can` of this module answers for everything up to this app. The query side of the same
rules is resources/scopes.py; a test keeps the two equal.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from organisations import permissions as below
from organisations.permissions import MEMBERS, OVERSIGHT, REQUESTERS, PermissionTable, Rule
from organisations.roles import Role, is_known, roles_of
from resources.models import Booking, Closure, ManagingUnit, OwnUse, Resource, Site, StaffRole
from resources.roles import units_of

STAFF = frozenset(
    {
        Role.UNIT_VIEWER,
        Role.UNIT_EDITOR,
        Role.UNIT_DECIDER,
        Role.UNIT_HEAD,
        Role.UNIT_LETTINGS_OFFICER,
    }
)
KEEPERS = frozenset({Role.UNIT_EDITOR, Role.UNIT_HEAD})
DECIDERS = frozenset({Role.UNIT_DECIDER, Role.UNIT_HEAD})
LETTINGS = frozenset({Role.UNIT_LETTINGS_OFFICER})


def is_public(resource: Resource) -> bool:
    return resource.visibility == Resource.Visibility.PUBLIC


def is_for_officials(resource: Resource) -> bool:
    return resource.visibility in (Resource.Visibility.PUBLIC, Resource.Visibility.INTERNAL)


def is_held_by_contract(resource: Resource) -> bool:
    return resource.tenure == Resource.Tenure.CONTRACT


def is_public_by_the_hour(resource: Resource) -> bool:
    return is_public(resource) and resource.tenure == Resource.Tenure.TIME


def is_sent(booking: Booking) -> bool:
    """A draft belongs to whoever writes it; the unit sees a request once it is sent."""
    return booking.state != Booking.State.DRAFT


def _for(
    roles: Iterable[Role], *actions: str, when: Callable[[Any], bool] | None = None
) -> list[Rule]:
    return [Rule(action, frozenset(roles), when) for action in actions]


RULES: list[Rule] = [
    # --- resources -------------------------------------------------------------------------
    *_for({Role.ANYBODY}, "resource.view", when=is_public),
    *_for({Role.OFFICIAL}, "resource.view", when=is_for_officials),
    *_for(STAFF | OVERSIGHT, "resource.view"),
    *_for(KEEPERS | LETTINGS, "resource.add"),
    *_for(KEEPERS, "resource.edit", "resource.verify", "resource.publish"),
    *_for(
        LETTINGS,
        "resource.edit",
        "resource.verify",
        "resource.publish",
        when=is_held_by_contract,
    ),
    *_for({Role.COORDINATOR}, "resource.publish"),
    *_for(STAFF | OVERSIGHT, "resource.history"),
    # Times when a place is not offered, and the unit's own timetable.
    *_for(KEEPERS | DECIDERS, "resource.close", "resource.own_use"),
    # A table of closures of many units: polling stations, a day off by an order.
    *_for(OVERSIGHT, "unit.close_many"),
    # Asking for a place by the hour; in whose name is organisation.request_for.
    *_for({Role.SIGNED_IN}, "resource.request", when=is_public_by_the_hour),
    # --- sites -----------------------------------------------------------------------------
    *_for({Role.ANYBODY}, "site.view"),
    *_for(KEEPERS | LETTINGS | OVERSIGHT, "site.edit"),
    *_for(STAFF | OVERSIGHT, "site.history"),
    # --- units -----------------------------------------------------------------------------
    *_for({Role.ANYBODY}, "unit.view"),
    *_for(STAFF, "unit.desk", "unit.feed"),
    *_for(STAFF | OVERSIGHT | {Role.PLANNER}, "unit.statistics"),
    *_for(STAFF | OVERSIGHT, "unit.view_staff", "unit.history"),
    # Rules, price lists and terms are set by the head of the unit.
    *_for({Role.UNIT_HEAD}, "unit.set_rules"),
    *_for({Role.UNIT_HEAD, Role.ADMINISTRATOR}, "unit.edit"),
    # The head delegates and names substitutes; the administrator names the heads.
    *_for({Role.UNIT_HEAD, Role.ADMINISTRATOR}, "unit.delegate"),
    *_for({Role.ADMINISTRATOR}, "unit.name_head", "unit.add"),
    # --- bookings: the applicant's side -----------------------------------------------------
    *_for({Role.OWN_REQUEST, *MEMBERS}, "booking.view"),
    *_for(
        {Role.OWN_REQUEST, *REQUESTERS},
        "booking.edit",
        "booking.submit",
        "booking.withdraw",
        "booking.answer_proposal",
        "booking.cancel_as_applicant",
    ),
    # --- bookings: the unit's side ----------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "booking.view", "booking.history", when=is_sent),
    *_for(
        DECIDERS,
        "booking.decide",
        "booking.return",
        "booking.propose",
        "booking.cancel_as_owner",
        when=is_sent,
    ),
    # Requests that came by telephone or on paper, attendance, hand-over of keys.
    *_for(KEEPERS | DECIDERS, "booking.enter"),
    *_for(KEEPERS | DECIDERS, "booking.record_use", when=is_sent),
    # --- unmet demand -----------------------------------------------------------------------
    *_for({Role.OFFICIAL}, "demand.view"),
]


def _in_units(person: Any, unit_ids: Iterable[int], on: date | None) -> frozenset[Role]:
    units = units_of(person, on)
    return frozenset(role for unit_id in unit_ids for role in units.get(unit_id, ()))


def _to_unit(person: Any, obj: ManagingUnit, on: date | None) -> frozenset[Role]:
    return _in_units(person, [obj.pk], on)


def _to_what_has_a_unit(person: Any, obj: Any, on: date | None) -> frozenset[Role]:
    return _in_units(person, [obj.unit_id], on)


def _to_site(person: Any, obj: Site, on: date | None) -> frozenset[Role]:
    """A site belongs to every unit that keeps something there."""
    if not units_of(person, on):
        return frozenset()
    return _in_units(person, obj.resources.order_by().values_list("unit_id", flat=True), on)


def _to_booking(person: Any, obj: Booking, on: date | None) -> frozenset[Role]:
    """Through the organisation asked for, if any; only else through having written it."""
    if not is_known(person):
        return frozenset()
    found = set(_in_units(person, [obj.unit_id], on))
    if obj.organisation_id is not None:
        if role := roles_of(person, on).organisations.get(obj.organisation_id):
            found.add(role)
    elif obj.person_id == person.pk:
        found.add(Role.OWN_REQUEST)
    return frozenset(found)


def _anywhere(person: Any, _obj: None, on: date | None) -> frozenset[Role]:
    return frozenset(role for roles in units_of(person, on).values() for role in roles)


TABLE = PermissionTable(
    RULES,
    relations={
        ManagingUnit: _to_unit,
        StaffRole: _to_what_has_a_unit,
        Resource: _to_what_has_a_unit,
        Closure: _to_what_has_a_unit,
        OwnUse: _to_what_has_a_unit,
        Site: _to_site,
        Booking: _to_booking,
    },
    views={Resource: "resource.view", Booking: "booking.view"},
    anywhere=[_anywhere],
    below=below.TABLE,
)


def can(person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
    """Whether the person may do the action with the object, on a day (default: today)."""
    return TABLE.can(person, action, obj, on=on)


def require(person: Any, action: str, obj: Any = None) -> None:
    """Raises Forbidden, or NotFound where the person may not see the object."""
    TABLE.require(person, action, obj)
