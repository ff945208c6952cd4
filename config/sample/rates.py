"""Rules of letting, and an invented schedule of rates of the whole city with its rent zones."""

from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from config.sample.city import City
from config.sample.reading import document
from maps.models import District
from premises.models import (
    BaseRate,
    IndexationRule,
    Multiplier,
    RateSchedule,
    RateZone,
    Reduction,
)
from premises.rules.loading import load_rules
from records.models import LegalAct

ACT = "sample-rents"


def build_rates(city: City) -> None:
    """Rates in force since 1 March of this or last year, and the yearly indexation."""
    for _loaded in load_rules():
        pass
    rows = document("rates")
    since = _first_of_march(city.today)
    act = _act(rows["name"], since)
    schedule = RateSchedule.objects.create(
        name=rows["name"],
        legal_act=act,
        valid=(since, None),
        floor_provision=rows["floor_provision"],
        most_reduced_percent=Decimal(rows["most_reduced_percent"]),
        prepared_at=city.moment_ago(200),
        is_sample=True,
    )
    for order, row in enumerate(rows["zones"]):
        zone = RateZone.objects.create(
            schedule=schedule,
            code=row["code"],
            name_pl=row["name_pl"],
            name_en=row["name_en"],
            order=order,
            area=_area(row["districts"]),
        )
        for position, net in row["net"].items():
            BaseRate.objects.create(
                schedule=schedule, zone=zone, position=position, net_m2=net, provision="§ 2"
            )
    Multiplier.objects.bulk_create(
        Multiplier(
            schedule=schedule,
            kind=kind,
            value=value,
            factor=factor,
            label_pl=pl,
            label_en=en,
            provision=provision,
            order=order,
        )
        for order, (kind, value, factor, pl, en, provision) in enumerate(rows["multipliers"])
    )
    Reduction.objects.bulk_create(
        Reduction(schedule=schedule, order=order, **_typed(row))
        for order, row in enumerate(rows["reductions"])
    )
    schedule.approved_at = city.moment_ago(190)
    schedule.save(update_fields=["approved_at"])
    IndexationRule.objects.create(
        code="cpi-march",
        name_pl="Waloryzacja o wskaźnik cen, od marca, nie mniej niż 0 %",
        name_en="Indexation by consumer prices, from March, not below 0%",
        valid=(since, None),
        legal_act=act,
        provision="§ 10 (przykład)",
        effective_month=3,
        floor_percent=Decimal(0),
        prepared_at=city.moment_ago(200),
        approved_at=city.moment_ago(190),
        is_sample=True,
    )


def remove_rates() -> None:
    """The schedule of the sample city, published as it is."""
    IndexationRule.objects.filter(is_sample=True).delete()
    names = ("RateSchedule", "RateZone", "BaseRate", "Multiplier", "Reduction")
    with pgtrigger.ignore(*(f"premises.{name}:published_stays" for name in names)):
        RateSchedule.objects.filter(is_sample=True).delete()


def _first_of_march(today: date) -> date:
    march = date(today.year, 3, 1)
    return march if march <= today else march.replace(year=march.year - 1)


def _act(title: str, since: date) -> LegalAct:
    return LegalAct.objects.create(
        code=ACT,
        kind=LegalAct.Kind.ORDER,
        number=f"412/{since.year}",
        title="Zarządzenie o stawkach (przykład)",
        in_force_from=since,
        note=f"Akt zmyślony na potrzeby danych przykładowych: {title}.",
        is_sample=True,
    )


def _area(districts: list[int]) -> GEOSGeometry | None:
    """The union of districts, EPSG:4326; none for the rest of the city."""
    if not districts:
        return None
    union = District.objects.filter(number__in=districts).aggregate(area=Union("boundary"))["area"]
    return union if isinstance(union, MultiPolygon) else MultiPolygon(union, srid=4326)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    numbers = ("percent", "fixed_net_m2")
    return {name: Decimal(value) if name in numbers else value for name, value in row.items()}
