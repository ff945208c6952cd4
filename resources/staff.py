"""Who serves a unit: the head gives and takes roles for a term, and names who stands in.

The administrator names heads (organisations of the city's office); a head cannot, so that nobody
passes the whole unit on by mistake.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from organisations.models import Person
from organisations.roles import forget
from records.clock import today
from records.problems import Conflict, Forbidden, Invalid
from resources.models import ManagingUnit, StaffRole
from resources.permissions import can, require

#: Roles that a head may give.
BY_HEAD = (StaffRole.Role.DECIDER, StaffRole.Role.EDITOR, StaffRole.Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Post:
    """A role of somebody in the unit, with whether it holds today."""

    role: StaffRole
    in_force: bool
    over: bool


def posts_of(unit: ManagingUnit) -> list[Post]:
    """Everybody who serves, will serve or served the unit; those in force first."""
    day = today()
    posts = [
        Post(
            role,
            in_force=(role.valid.lower is None or role.valid.lower <= day)
            and (role.valid.upper is None or day < role.valid.upper),
            over=role.valid.upper is not None and role.valid.upper <= day,
        )
        for role in StaffRole.objects.filter(unit=unit).select_related(
            "person", "substitutes__person"
        )
    ]
    order = list(StaffRole.Role)
    return sorted(
        posts,
        key=lambda post: (
            not post.in_force,
            post.over,
            order.index(StaffRole.Role(post.role.role)),
            post.role.person.full_name,
        ),
    )


def grant(
    unit: ManagingUnit,
    *,
    by: Person,
    email: str,
    role: str,
    first: date,
    last: date | None = None,
    substitutes: StaffRole | None = None,
    basis: str = "",
) -> StaffRole:
    """Give a role to somebody with an account. Raises Invalid, Forbidden or Conflict.

    A substitute holds the role of whom they stand in for, only while that one holds it.
    """
    require(by, "unit.delegate", unit)
    if role not in BY_HEAD and not can(by, "unit.name_head", unit):
        raise Forbidden(_("The city's administrator names heads and lettings officers."))
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Invalid(
            _("Nobody has an account with this e-mail. They sign up first."),
            field="email",
        )
    if last is not None and last < first:
        raise Invalid(_("The last day is before the first one."), field="last")
    if first < today():
        raise Invalid(_("A role begins today or later."), field="first")
    if substitutes is not None:
        _may_stand_in(unit, person, role, substitutes, last)
    try:
        with transaction.atomic():
            made = StaffRole.objects.create(
                unit=unit,
                person=person,
                role=role,
                valid=DateRange(first, last + timedelta(days=1) if last else None),
                delegated_by=f"{by}, {basis}" if basis else str(by),
                substitutes=substitutes,
            )
    except IntegrityError as error:
        raise Conflict(_("This person already holds the role then."), code="role_held") from error
    forget(person)
    return made


def _may_stand_in(
    unit: ManagingUnit, person: Person, role: str, substitutes: StaffRole, last: date | None
) -> None:
    if substitutes.unit_id != unit.pk or substitutes.role not in (
        StaffRole.Role.HEAD,
        StaffRole.Role.DECIDER,
    ):
        raise Invalid(_("Choose whom they stand in for from this unit."), field="substitutes")
    if substitutes.person_id == person.pk:
        raise Invalid(_("Nobody stands in for themselves."), field="substitutes")
    if role != StaffRole.Role.DECIDER:
        raise Invalid(_("A substitute decides on requests: choose that role."), field="role")
    if last is None:
        raise Invalid(_("A substitution has a last day."), field="last")


def end(post: StaffRole, *, by: Person, last: date | None = None) -> None:
    """Let a role end: today at once, or after a day (included). Raises Forbidden or Invalid."""
    require(by, "unit.delegate", post.unit)
    if post.role not in BY_HEAD and not can(by, "unit.name_head", post.unit):
        raise Forbidden(_("The city's administrator names heads and lettings officers."))
    upper = today() if last is None else last + timedelta(days=1)
    if last is not None and last < today():
        raise Invalid(_("The last day is before today."), field="last")
    if post.valid.lower is not None and upper <= post.valid.lower:
        post.delete()
    else:
        post.valid = DateRange(post.valid.lower, upper)
        post.save(update_fields=["valid"])
    forget(post.person)
