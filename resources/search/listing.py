"""What the list and the map show of each place: facts, dates, price, and why not.

Four to seven queries for a page, however many places are on it: the places, their timetables
(three, where dates are asked for), their prices.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.clock import KRAKOW, today
from records.periods import Period, local_period
from records.typography import money, number
from resources.availability import Timetable, timetables
from resources.models import PriceRate, Resource, UserGroup
from resources.search.criteria import Criteria, Series, Slot, Weekly
from resources.search.judgement import Judgement, Miss
from resources.search.times import series_dates
from resources.verification import Freshness, freshness

Tick = str  # "free", "taken" or "shut", as {% strip %} names them


@dataclass(frozen=True, slots=True)
class Price:
    """What an hour costs an organisation that takes no fee, PLN net: from, to; None: unknown."""

    lowest: Decimal | None = None
    highest: Decimal | None = None
    free_hours: Decimal | None = None  # a week, where free use is limited

    @property
    def is_free(self) -> bool:
        return self.highest == 0

    @property
    def words(self) -> str:
        if self.lowest is None:
            return ""
        if self.is_free and self.free_hours:
            return _("free of charge up to {hours} h a week").format(
                hours=number(self.free_hours.normalize())
            )
        if self.is_free:
            return _("free of charge")
        if self.lowest == self.highest:
            return _("{price} an hour").format(price=money(self.lowest))
        return _("from {price} an hour").format(price=money(self.lowest))


@dataclass(slots=True)
class Listed:
    """One place of the list. `number` is its number on the list and on the map."""

    resource: Resource
    number: int
    price: Price
    distance_m: float | None = None
    free_from: datetime | None = None
    ticks: list[Tick] = field(default_factory=list)
    dates_words: str = ""
    timetable: Timetable | None = None
    criterion: str = ""
    why_not: str = ""
    hint: str = ""

    @property
    def free_dates(self) -> int:
        return self.ticks.count("free")

    @property
    def is_stale(self) -> bool:
        return freshness(self.resource) in (Freshness.STALE, Freshness.NEVER)


@dataclass(frozen=True, slots=True)
class Listing:
    """The places that fit, then those that nearly do, numbered through."""

    fits: list[Listed]
    near: list[Listed]
    matched: int

    @property
    def all(self) -> list[Listed]:
        return [*self.fits, *self.near]


def listing(criteria: Criteria, judgement: Judgement) -> Listing:
    """The places of a judgement with what is shown of them. Near misses still lack their words."""
    misses = {miss.resource_id: miss for miss in judgement.misses}
    wanted = [hit.resource_id for hit in judgement.hits] + list(misses)
    resources = Resource.objects.select_related(
        "unit", "site", "district", "policy", "part_of"
    ).in_bulk(wanted)
    known = _timetables(criteria, list(resources.values()))
    prices = _prices(resources.values())
    dates = _Dates.of(criteria)

    def listed(pk: int, place: int) -> Listed:
        resource = resources[pk]
        one = Listed(resource, place, prices[pk], timetable=known.get(pk))
        if dates and one.timetable:
            one.ticks = dates.ticks(one.timetable)
            one.dates_words = dates.words(one.free_dates)
        return one

    fits = []
    for hit in judgement.hits:
        one = listed(hit.resource_id, hit.place)
        one.distance_m, one.free_from = hit.distance_m, hit.free_from
        fits.append(one)
    near = [_missed(listed(pk, 0), miss) for pk, miss in misses.items()]
    return Listing(fits, near, judgement.matched)


def _missed(one: Listed, miss: Miss) -> Listed:
    one.criterion, one.distance_m = miss.criterion, miss.distance_m
    return one


def _timetables(criteria: Criteria, resources: Sequence[Resource]) -> dict[int, Timetable]:
    """Timetables of what is lent by the hour, over the days asked for; none for any hours."""
    match criteria.time:
        case Slot(period):
            day = period.start.astimezone(KRAKOW).date()
            span = (day, day)
        case Series() as series:
            days = [day for day, _one in series.occurrences()]
            span = (min(days), max(days))
        case _:
            return {}
    by_hour = [one for one in resources if one.tenure == Resource.Tenure.TIME and one.space_id]
    return timetables(by_hour, *span) if by_hour else {}


@dataclass(frozen=True, slots=True)
class _Dates:
    """The dates of a series, with those that holidays take away."""

    occurrences: list[tuple[date, Weekly]]
    kept: frozenset[date]

    @classmethod
    def of(cls, criteria: Criteria) -> "_Dates | None":
        if not isinstance(criteria.time, Series):
            return None
        kept = frozenset(day for day, _one in series_dates(criteria.time))
        return cls(criteria.time.occurrences(), kept)

    def ticks(self, known: Timetable) -> list[Tick]:
        return [self._tick(known, day, one) for day, one in self.occurrences]

    def _tick(self, known: Timetable, day: date, one: Weekly) -> Tick:
        if day not in self.kept:
            return "shut"
        try:
            period = local_period(day, one.from_minute, one.to_minute)
        except ValueError:
            return "shut"
        return {"free": "free", "taken": "taken"}.get(known.judge(period).verdict.value, "shut")

    def words(self, free: int) -> str:
        """ "22 of 26 Tuesdays": the weekday where there is one, else dates."""
        weekdays = {day.isoweekday() for day, _one in self.occurrences}
        total = len(self.occurrences)
        form = _weekday_counts(total).get(weekdays.pop() if len(weekdays) == 1 else 0)
        return (form or ngettext("{free} of {all} date", "{free} of {all} dates", total)).format(
            free=free, all=total
        )


def _weekday_counts(total: int) -> dict[int, str]:
    return {
        1: ngettext("{free} of {all} Monday", "{free} of {all} Mondays", total),
        2: ngettext("{free} of {all} Tuesday", "{free} of {all} Tuesdays", total),
        3: ngettext("{free} of {all} Wednesday", "{free} of {all} Wednesdays", total),
        4: ngettext("{free} of {all} Thursday", "{free} of {all} Thursdays", total),
        5: ngettext("{free} of {all} Friday", "{free} of {all} Fridays", total),
        6: ngettext("{free} of {all} Saturday", "{free} of {all} Saturdays", total),
        7: ngettext("{free} of {all} Sunday", "{free} of {all} Sundays", total),
    }


def _prices(resources: Collection[Resource]) -> dict[int, Price]:
    """Prices by resource id. One query."""
    rates: dict[int, list[Decimal]] = {}
    for price_list, net in PriceRate.objects.filter(
        price_list__in={one.price_list_id for one in resources if one.price_list_id},
        user_group=UserGroup.NGO_FREE,
        valid__contains=today(),
    ).values_list("price_list_id", "net_per_hour"):
        rates.setdefault(price_list, []).append(net)
    found = {}
    for one in resources:
        nets = rates.get(one.price_list_id or 0, [])
        quota = one.policy.free_hours_per_week if one.policy else None
        found[one.pk] = Price(min(nets), max(nets), quota) if nets else Price()
    return found


def asked_periods(criteria: Criteria) -> list[Period]:
    """The periods of a slot or series, holidays left out; none for other times."""
    match criteria.time:
        case Slot(period):
            return [period]
        case Series() as series:
            return [
                local_period(day, one.from_minute, one.to_minute)
                for day, one in series_dates(series)
            ]
    return []
