"""The rules of premises/permissions.py as queries: what a list, a count or a file may show."""

from typing import Any

from django.db.models import Q, QuerySet

from organisations.permissions import OVERSIGHT
from organisations.roles import general_roles, remembered, roles_of
from premises.commission.sitting import procedures_of
from premises.models import AllocationProcedure, Application, Lease, LeaseParty, Premises
from premises.permissions import HIDDEN_FROM_TENANT, OFFICERS, TABLE
from premises.procedures.states import PUBLIC
from records.clock import today
from resources.models import ManagingUnit
from resources.roles import units_of
from resources.scopes import units_where as units_by


def units_where(person: Any, action: str) -> QuerySet[ManagingUnit]:
    """Units for whose lettings the person may do the action."""
    return units_by(person, action, table=TABLE)


def lets_premises(person: Any) -> bool:
    """Whether the person prepares or decides on lettings somewhere. Asked on every page: a query
    only for those who hold such a role in some unit, and once."""
    units = [unit for unit, roles in units_of(person).items() if roles & OFFICERS]
    if not units:
        return False
    return remembered(
        person,
        "lets_premises",
        today(),
        lambda: Premises.objects.filter(resource__unit__in=units).exists(),
    )


def stock_visible_to(person: Any) -> QuerySet[Premises]:
    """Premises that the person may see from the inside (stock.view)."""
    return Premises.objects.filter(resource__unit__in=units_where(person, "stock.view"))


def unit_leases(person: Any) -> QuerySet[Lease]:
    """Contracts that the person may see from the unit's side (lease.view)."""
    return Lease.objects.filter(unit__in=units_where(person, "lease.view"))


def own_leases(person: Any) -> QuerySet[Lease]:
    """Contracts of the person's organisations, as the other side sees them (lease.view)."""
    mine = roles_of(person).organisations
    return Lease.objects.filter(
        pk__in=LeaseParty.objects.filter(organisation__in=mine).values("lease")
    ).exclude(state__in=HIDDEN_FROM_TENANT)


def procedures_public() -> QuerySet[AllocationProcedure]:
    """Procedures that everybody sees (states.is_public)."""
    State = AllocationProcedure.State  # noqa: N806 - as it is called in the model
    return AllocationProcedure.objects.filter(
        Q(state__in=sorted(PUBLIC)) | Q(state=State.APPROVED, kind__needs_notice=False)
    )


def procedures_visible_to(person: Any) -> QuerySet[AllocationProcedure]:
    """procedure.view: public ones, and all of the person's units."""
    if general_roles(person) & OVERSIGHT:
        return AllocationProcedure.objects.all()
    mine = AllocationProcedure.objects.filter(
        Q(unit__in=sorted(units_of(person))) | Q(pk__in=procedures_of(person))
    )
    return procedures_public() | mine


def commissions_of(person: Any) -> QuerySet[AllocationProcedure]:
    """Procedures in whose commission the person sits today (commission.work)."""
    return AllocationProcedure.objects.filter(pk__in=procedures_of(person))


def own_applications(person: Any) -> QuerySet[Application]:
    """Applications of the person's organisations, also of those that only take part."""
    mine = sorted(roles_of(person).organisations)
    taking_part = Application.objects.filter(co_applicants__organisation__in=mine)
    return Application.objects.filter(Q(organisation__in=mine) | Q(pk__in=taking_part.values("pk")))


def applications_visible_to(person: Any) -> QuerySet[Application]:
    """application.view: own ones, and those sent to the person's units or to a commission in which
    they sit, and not sealed."""
    units = [unit for unit, roles in units_of(person).items() if roles & OFFICERS]
    sent = Application.objects.filter(
        Q(procedure__unit__in=units) | Q(procedure__in=procedures_of(person))
    ).exclude(state=Application.State.DRAFT)
    closed = Q(procedure__kind__sealed=True, procedure__opened_at=None)
    return own_applications(person) | sent.exclude(closed)
