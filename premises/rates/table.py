"""The rates in force on a day, read once and asked often."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.gis.geos import Point
from django.db.models import F, Q
from django.utils.translation import gettext as _

from premises.models import BaseRate, Multiplier, RateSchedule, RateZone, Reduction, VatRate
from records.problems import Conflict


class NoRate(Conflict):
    """Nobody has set a rate for this: `message` says what is missing."""

    code = "no_rate"


@dataclass(frozen=True, slots=True)
class RateTable:
    """One schedule with its rows; zones without their geometry."""

    schedule: RateSchedule
    base_rates: tuple[BaseRate, ...]
    multipliers: tuple[Multiplier, ...]
    reductions: tuple[Reduction, ...]

    def base_rate(self, zone_id: int, position: str, standard: str) -> BaseRate | None:
        """The rate that names most of position and standard; position goes before standard."""
        named = {
            (rate.position, rate.standard): rate
            for rate in self.base_rates
            if rate.zone_id == zone_id
        }
        for wanted in ((position, standard), (position, ""), ("", standard), ("", "")):
            if wanted in named:
                return named[wanted]
        return None

    def multiplier(self, kind: str, value: str) -> Multiplier | None:
        return next((m for m in self.multipliers if m.kind == kind and m.value == value), None)

    def looks_at(self, kind: str) -> bool:
        return any(m.kind == kind for m in self.multipliers)


def schedule_on(unit_id: int | None, on: date) -> RateSchedule | None:
    """The published schedule of the unit on the day, else that of the whole city. One query."""
    return (
        RateSchedule.objects.filter(approved_at__isnull=False, valid__contains=on)
        .filter(Q(unit_id=unit_id) | Q(unit_id=None))
        .select_related("legal_act")
        .order_by(F("unit_id").asc(nulls_last=True))
        .first()
    )


def table_of(schedule: RateSchedule) -> RateTable:
    """The rows of a schedule, published or not. Three queries."""
    return RateTable(
        schedule,
        tuple(schedule.base_rates.select_related("zone").defer("zone__area")),
        tuple(schedule.multipliers.all()),
        tuple(schedule.reductions.all()),
    )


def table_on(unit_id: int | None, on: date) -> RateTable:
    """The rates in force for premises of the unit. Raises NoRate where no schedule holds."""
    schedule = schedule_on(unit_id, on)
    if schedule is None:
        raise NoRate(_("No schedule of rates holds on this day."))
    return table_of(schedule)


def zone_at(schedule: RateSchedule, point: Point | None) -> RateZone | None:
    """The zone of a point (EPSG:4326); on a border the one first in order, else the rest."""
    zones = schedule.zones.defer("area", "area_2178")
    inside = zones.filter(area__covers=point).first() if point else None
    return inside or (zones.filter(area__isnull=True).first() if point else None)


def vat_on(tenure: str, on: date) -> Decimal | None:
    """Per cent of VAT, None for outside VAT. Raises NoRate where no row holds on the day."""
    rate = VatRate.objects.filter(tenure=tenure, valid__contains=on).first()
    if rate is None:
        raise NoRate(_("No VAT rate is set for this kind of contract on this day."))
    return rate.percent
