"""Roles over the city: the administrator gives them for a term and ends them."""

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.models import CityRole, Person
from organisations.notify import notify
from organisations.people import holders_of
from organisations.permissions import require
from organisations.roles import forget
from records import clock
from records.problems import Conflict, Invalid


@transaction.atomic
def grant(
    by: Person, *, email: str, role: str, first: date | None = None, last: date | None = None
) -> CityRole:
    """Give a role from `first` (default: today) to `last`, both included. Raises Invalid, Conflict.

    The person has an account already: nobody gets an office by a mail that went astray.
    """
    require(by, "city_role.manage")
    today = clock.today()
    first = first or today
    if role not in CityRole.Role.values:
        raise Invalid(_("Choose a role."), field="role")
    if first < today:
        raise Invalid(_("A role begins today or later."), field="first")
    if last is not None and last < first:
        raise Invalid(_("The last day is before the first one."), field="last")
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise Invalid(
            _("Nobody has an account with this e-mail. They sign up first."), field="email"
        )
    # One at a time, so that the check below and the constraint say the same.
    Person.objects.select_for_update().get(pk=person.pk)
    term = DateRange(first, last + timedelta(days=1) if last else None)
    if person.city_roles.filter(role=role, valid__overlap=term).exists():
        raise Conflict(_("This person already holds the role then."), field="email")
    given = CityRole.objects.create(person=person, role=role, valid=term)
    forget(person)
    _tell(given, "role_given")
    return given


@transaction.atomic
def end(by: Person, given: CityRole) -> None:
    """End a role from this moment. Raises Conflict for the last administrator."""
    require(by, "city_role.manage")
    given = (
        CityRole.objects.select_for_update(of=("self",)).select_related("person").get(pk=given.pk)
    )
    today = clock.today()
    if given.valid.upper is not None and given.valid.upper <= today:
        return
    if given.valid.lower is not None and given.valid.lower >= today:
        given.delete()  # its days would be none; the history keeps it
    else:
        given.valid = DateRange(given.valid.lower, today)
        given.save(update_fields=["valid"])
    administrator = CityRole.Role.ADMINISTRATOR
    if given.role == administrator and not holders_of(administrator).exists():
        raise Conflict(_("Somebody must remain administrator: name another first."))
    forget(given.person)
    _tell(given, "role_ended")


def _tell(given: CityRole, kind: str) -> None:
    with override(None):  # the template translates the name of the role for its reader
        role = str(CityRole.Role(given.role).label)
    notify(given.person, kind, {"role": role, "where": ""}, url="/konto/profil/")
