"""Who belongs to an organisation, in what role, for how long."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from organisations.models import Membership, Organisation, Person
from organisations.notify import notify
from organisations.permissions import can, require
from organisations.register import INFORMAL_GROUP_MEMBERS, Form
from organisations.roles import forget
from records import clock
from records.problems import Conflict, Invalid

Role = Membership.Role
#: Roles that bind the organisation: given on evidence.
BINDING_ROLES = frozenset({Role.REPRESENTATIVE, Role.PROXY})


def is_current(membership: Membership, on: date | None = None) -> bool:
    day = on or clock.today()
    valid = membership.valid
    return (valid.lower is None or valid.lower <= day) and (
        valid.upper is None or day < valid.upper
    )


def current_members(organisation: Organisation) -> list[Membership]:
    """Members of today with their people, representatives first."""
    order = list(Role.values)
    memberships = organisation.memberships.filter(valid__contains=clock.today())
    return sorted(
        memberships.select_related("person"),
        key=lambda one: (order.index(one.role), one.person.full_name),
    )


def add_member(
    organisation: Organisation,
    person: Person,
    role: str,
    *,
    by: Person,
    evidence: str = "",
    until: date | None = None,
) -> Membership:
    """Give a role from today, `until` a day that is no longer included. Inside a transaction.

    Raises Conflict for who belongs already, Invalid for a fourth person in an informal group.
    """
    today = clock.today()
    if until is not None and until <= today:
        raise Invalid(_("The last day must come after today."), field="until")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    members = organisation.memberships.filter(valid__overlap=(today, until))
    if members.filter(person=person).exists():
        raise Conflict(_("This person already belongs to the organisation."))
    if organisation.legal_form == Form.INFORMAL_GROUP and members.count() >= INFORMAL_GROUP_MEMBERS:
        raise Conflict(
            _("At most %(number)d people answer for an informal group.")
            % {"number": INFORMAL_GROUP_MEMBERS}
        )
    membership = Membership.objects.create(
        organisation=organisation,
        person=person,
        role=role,
        valid=DateRange(today, until),
        evidence=evidence,
        granted_by=str(by),
    )
    forget(person)
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: Person, evidence: str = "") -> Membership:
    """End the role today and give the new one from today, so that both stay on record.

    Raises Conflict when nobody would represent the organisation.
    """
    require(by, "organisation.manage_members", membership.organisation)
    if role not in Role.values:
        raise Invalid(_("Choose a role."), field="role")
    if role == membership.role:
        return membership
    may_leave_none = can(by, "organisation.verify")
    _end(membership)
    changed = add_member(
        membership.organisation,
        membership.person,
        role,
        by=by,
        evidence=evidence,
        until=membership.valid.upper if is_current(membership) else None,
    )
    if not may_leave_none:
        _keep_a_representative(membership.organisation)
    notify(
        membership.person,
        "membership_given",
        {"organisation": membership.organisation.name, "role": role},
        url=f"/organizacje/{membership.organisation.slug}/",
    )
    return changed


@transaction.atomic
def end_membership(membership: Membership, *, by: Person) -> None:
    """The person no longer acts for the organisation, from this moment.

    A representative or coordinator ends any, a member their own. Raises Conflict when nobody would
    represent the organisation.
    """
    if membership.person_id != by.pk:
        require(by, "organisation.manage_members", membership.organisation)
    if not is_current(membership):
        return
    # Asked before anything changes: what a person may do is read once.
    may_leave_none = can(by, "organisation.verify")
    _end(membership)
    if not may_leave_none:
        _keep_a_representative(membership.organisation)
    forget(membership.person)
    if membership.person_id == by.pk:
        forget(by)
    else:
        notify(
            membership.person,
            "membership_ended",
            {"organisation": membership.organisation.name},
        )


def _end(membership: Membership) -> None:
    """Ranges end before a day, so a role ended today already stands for yesterday only."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    today = clock.today()
    if membership.valid.lower is not None and membership.valid.lower >= today:
        membership.delete()  # its days would be none; the history keeps it
    else:
        Membership.objects.filter(pk=membership.pk).update(valid=(membership.valid.lower, today))


def _keep_a_representative(organisation: Organisation) -> None:
    """Only a coordinator may leave an organisation without one, when none is left in truth."""
    if not organisation.memberships.filter(
        role=Role.REPRESENTATIVE, valid__contains=clock.today()
    ).exists():
        raise Conflict(
            _("The organisation needs somebody to represent it: give the role to another first.")
        )
