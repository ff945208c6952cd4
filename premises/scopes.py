"""The rules of premises/permissions.py as queries: what a list, a count or a file may show."""

from typing import Any

from django.db.models import QuerySet

from organisations.roles import remembered
from premises.models import Premises
from premises.permissions import OFFICERS, TABLE
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
