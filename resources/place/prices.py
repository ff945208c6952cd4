"""What an hour of a place costs on a day, group by group."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language

from resources.models import PriceRate, Resource, UserGroup


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """The rates of one user group: usually one, more when the price depends on the hour."""

    group: str
    label: str
    rates: tuple[PriceRate, ...]

    @property
    def is_free(self) -> bool:
        return all(rate.net_per_hour == 0 for rate in self.rates)

    @property
    def lowest(self) -> Decimal:
        return min(rate.net_per_hour for rate in self.rates)

    @property
    def highest(self) -> Decimal:
        return max(rate.net_per_hour for rate in self.rates)

    @property
    def ground(self) -> str:
        """On what ground the use is free, in the reader's language."""
        english = (get_language() or "pl").startswith("en")
        for rate in self.rates:
            if rate.net_per_hour == 0:
                return (rate.ground_en or rate.ground_pl) if english else rate.ground_pl
        return ""

    @property
    def basis(self) -> str:
        act = self.rates[0].legal_act
        return str(act) if act else ""


def group_prices(resource: Resource, on: date) -> list[GroupPrice]:
    """Prices in force on a day for every group that has one; empty when no price list is known."""
    if resource.price_list_id is None:
        return []
    rates = (
        PriceRate.objects.filter(price_list=resource.price_list_id, valid__contains=on)
        .select_related("legal_act")
        .order_by("from_minute")
    )
    found = []
    for group in UserGroup:
        own = tuple(rate for rate in rates if rate.user_group == group)
        if own:
            found.append(GroupPrice(group, str(group.label), own))
    return found
