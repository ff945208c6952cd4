"""Policies, terms of use, price lists and opening hours, by kind of unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from config.sample.city import City
from config.sample.reading import document, table
from records.money import to_grosz
from resources.models import (
    BookingPolicy,
    OpeningRule,
    PolicyTerms,
    PriceList,
    PriceRate,
    Resource,
)

#: Prices rose by a tenth with the present lists.
FORMER_SHARE = Decimal("0.90")
CLASS_NAMES = {
    "classroom": "sale lekcyjne",
    "room": "sale",
    "hall": "aule i sale widowiskowe",
    "gym": "sala gimnastyczna w całości",
    "gym_sector": "sektor sali gimnastycznej",
    "arena": "hala w całości",
    "arena_sector": "sektor hali",
}


def rules_of(row: dict[str, str]) -> str:
    """Which rules, terms, prices and hours a unit has: those of its kind of place."""
    return row["hours"]


def build_policies(city: City) -> None:
    """One policy for each unit that lends rooms, with two versions of its terms."""
    since, _next = city.school_year
    before = since.replace(year=since.year - 1)
    policies, terms = document("policies"), document("terms")
    rows = {code: row for code, row in city.unit_rows.items() if row["rooms"] != "none"}
    made = BookingPolicy.objects.bulk_create(
        BookingPolicy(
            unit=city.units[code],
            legal_act=city.acts[f"sample-rules-{rules_of(row)}"],
            valid_from=since,
            **_limits(policies[rules_of(row)]),
        )
        for code, row in rows.items()
    )
    city.policies = dict(zip(rows, made, strict=True))
    PolicyTerms.objects.bulk_create(
        PolicyTerms(
            policy=policy,
            version=f"{first.year}/{first.year + 1}",
            valid_from=first,
            text_pl=terms[rules_of(rows[code])]["pl"],
            text_en=terms[rules_of(rows[code])]["en"],
            legal_act=city.acts[f"sample-rules-{rules_of(rows[code])}{suffix}"],
        )
        for code, policy in city.policies.items()
        for first, suffix in ((before, "-before"), (since, ""))
    )


def _limits(policy: dict[str, Any]) -> dict[str, Any]:
    free = policy["free_hours_per_week"]
    return {**policy, "free_hours_per_week": None if free is None else Decimal(free)}


def build_prices(city: City) -> None:
    """For each unit one list for each class of its places, with last year's rates and today's."""
    since, _next = city.school_year
    before = since.replace(year=since.year - 1)
    prices: dict[str, dict[str, list[dict[str, str]]]] = {}
    for price in table("prices"):
        prices.setdefault(price["table"], {}).setdefault(price["price_class"], []).append(price)
    keys = [
        (code, price_class)
        for code in city.policies
        for price_class in prices[rules_of(city.unit_rows[code])]
    ]
    lists = PriceList.objects.bulk_create(
        PriceList(unit=city.units[code], name=f"Cennik: {CLASS_NAMES[price_class]}")
        for code, price_class in keys
    )
    city.price_lists = dict(zip(keys, lists, strict=True))
    rates = []
    for (code, price_class), price_list in city.price_lists.items():
        kind = rules_of(city.unit_rows[code])
        for price in prices[kind][price_class]:
            net = Decimal(price["net"])
            for valid, amount, suffix in (
                ((before, since), to_grosz(net * FORMER_SHARE), "-before"),
                ((since, None), net, ""),
            ):
                rates.append(
                    PriceRate(
                        price_list=price_list,
                        user_group=price["user_group"],
                        valid=valid,
                        from_minute=int(price["from_minute"]),
                        to_minute=int(price["to_minute"]),
                        net_per_hour=amount,
                        vat_rate=Decimal(price["vat"]) if price["vat"] else None,
                        ground_pl=price["ground_pl"],
                        ground_en=price["ground_en"],
                        legal_act=city.acts[f"sample-prices-{kind}{suffix}"],
                    )
                )
    PriceRate.objects.bulk_create(rates)


def who_may_use(kind: str, price_class: str) -> list[str]:
    """Groups that the price list of this class knows."""
    groups = {
        price["user_group"]
        for price in table("prices")
        if (price["table"], price["price_class"]) == (kind, price_class)
    }
    open_to = [Resource.OpenTo.NGO]
    if "informal_group" in groups:
        open_to.append(Resource.OpenTo.INFORMAL_GROUP)
    if "commercial" in groups:
        open_to.append(Resource.OpenTo.COMMERCIAL)
    return open_to


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening of one kind of unit: weekly minutes by season, and the days off it keeps."""

    observes: list[str]
    seasons: dict[str, dict[str, list[list[int]]]]
    gym_opens: int | None = None

    def terms(self, city: City, season: str) -> list[tuple[date, date | None]]:
        """When a season holds: this school year and the next one."""
        if season == "always":
            return [(city.school_year[0].replace(year=city.school_year[0].year - 1), None)]
        found = []
        for first in (
            city.school_year[0].replace(year=city.school_year[0].year - 1),
            *city.school_year,
        ):
            next_july = date(first.year + 1, 7, 1)
            found.append(
                (next_july, date(first.year + 1, 9, 1))
                if season == "summer"
                else (first, next_july)
            )
        return found

    def rules(self, city: City, resource: Resource, *, gym: bool) -> Iterator[OpeningRule]:
        for season, days in self.seasons.items():
            for valid in self.terms(city, season):
                for weekday, spans in days.items():
                    for opens, closes in spans:
                        early = gym and self.gym_opens is not None and int(weekday) < 6
                        yield OpeningRule(
                            resource=resource,
                            weekday=int(weekday),
                            opens=self.gym_opens if early else opens,
                            closes=closes,
                            valid=valid,
                        )


def read_hours() -> dict[str, Hours]:
    return {
        kind: Hours(entry["observes"], entry["season"], entry.get("gym_opens"))
        for kind, entry in document("hours").items()
    }
