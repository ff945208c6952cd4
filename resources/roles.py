"""What a person is to managing units on a given day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse

from organisations.roles import Role, holds_office, remembered
from records import clock
from resources.models import ManagingUnit, StaffRole

UNIT_ROLES: Mapping[str, Role] = {
    StaffRole.Role.VIEWER: Role.UNIT_VIEWER,
    StaffRole.Role.EDITOR: Role.UNIT_EDITOR,
    StaffRole.Role.DECIDER: Role.UNIT_DECIDER,
    StaffRole.Role.HEAD: Role.UNIT_HEAD,
    StaffRole.Role.LETTINGS_OFFICER: Role.UNIT_LETTINGS_OFFICER,
}

# A substitute stands in for a role only while that role itself holds, and whoever serves a unit
# serves the units merged into it, whose old requests still carry their own name.
_UNITS = """
WITH RECURSIVE own (unit_id, role) AS (
    SELECT held.unit_id, held.role
    FROM resources_staffrole held
    LEFT JOIN resources_staffrole stood_in ON stood_in.id = held.substitutes_id
    WHERE held.person_id = %(person)s AND held.valid @> %(day)s::date
      AND (held.substitutes_id IS NULL
           OR (stood_in.valid @> %(day)s::date AND stood_in.unit_id = held.unit_id))
    UNION
    SELECT merged.id, own.role
    FROM own
    JOIN resources_managingunit merged
      ON merged.merged_into_id = own.unit_id AND merged.merged_on <= %(day)s
)
SELECT unit_id, array_agg(role) FROM own GROUP BY unit_id
"""


def units_of(person: Any, on: date | None = None) -> Mapping[int, frozenset[Role]]:
    """Unit's id -> roles in it on the day (default: today). One query, once per person object."""
    if not holds_office(person):
        return {}
    day = on or clock.today()
    return remembered(person, "resources", day, lambda: _load(person.pk, day))


def _load(person_id: int, day: date) -> dict[int, frozenset[Role]]:
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"person": person_id, "day": day})
        return {
            unit: frozenset(UNIT_ROLES[role] for role in roles) for unit, roles in cursor.fetchall()
        }


def serves_a_unit(person: Any, on: date) -> bool:
    """Whether the person is an official of some unit: see organisations.roles.OFFICIALS."""
    return bool(units_of(person, on))


def offices_of(person: Any) -> list[tuple[str, str]]:
    """(role, unit) of today as words, for the account page."""
    roles = StaffRole.objects.filter(person=person, valid__contains=clock.today())
    return [
        (role.get_role_display(), role.unit.name)
        for role in roles.select_related("unit").order_by("unit__name", "role")
    ]


def staff_pages() -> list[tuple[str, str]]:
    """(unit, address of the page of its roles) for the administrator's page."""
    units = ManagingUnit.objects.filter(merged_into=None)
    return [(unit.name, reverse("desk:staff", args=[unit.code])) for unit in units]
