"""When the rooms of the city are open, in memory: weekly rules without the days off they keep."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.sample.city import City
from config.sample.holds import Holds, Moments
from records.models import CalendarPeriod
from records.periods import local_moment, weekly_dates
from resources.models import OpeningRule, Resource


@dataclass(slots=True)
class Openings:
    """Rules by resource and the days off by kind."""

    rules: dict[int, list[OpeningRule]] = field(default_factory=dict)
    days_off: dict[str, set[date]] = field(default_factory=dict)

    def is_open(self, resource: Resource, day: date, opens: int, closes: int) -> bool:
        if any(day in self.days_off.get(kind, ()) for kind in resource.observes):
            return False
        return any(
            rule.weekday == day.isoweekday()
            and rule.opens <= opens
            and closes <= rule.closes
            and rule.valid.lower <= day
            and (rule.valid.upper is None or day < rule.valid.upper)
            for rule in self.rules.get(resource.pk, ())
        )

    def spans(self, resource: Resource, day: date) -> list[tuple[int, int]]:
        """Open minutes of a day, days off left out of account."""
        return [
            (rule.opens, rule.closes)
            for rule in self.rules.get(resource.pk, ())
            if rule.weekday == day.isoweekday()
            and rule.valid.lower <= day
            and (rule.valid.upper is None or day < rule.valid.upper)
        ]

    def free_times(
        self,
        holds: Holds,
        resource: Resource,
        days: Iterable[date],
        opens: int,
        closes: int,
    ) -> list[Moments]:
        """Those of the days on which the room is open and free at these minutes."""
        found = []
        for day in days:
            if self.is_open(resource, day, opens, closes):
                period = local_moment(day, opens), local_moment(day, closes)
                if holds.is_free(resource, period):
                    found.append(period)
        return found


def read_openings(city: City) -> Openings:
    openings = Openings()
    for rule in OpeningRule.objects.filter(resource__in=city.rooms).order_by("pk"):
        openings.rules.setdefault(rule.resource_id, []).append(rule)
    for kind, days in CalendarPeriod.objects.values_list("kind", "days"):
        off = openings.days_off.setdefault(kind, set())
        off |= {days.lower + timedelta(days=n) for n in range((days.upper - days.lower).days)}
    return openings


def first_weekday(city: City, days_from_today: int, weekday: int) -> date:
    """The first such weekday (ISO) on or after a day so far from today."""
    day = city.today + timedelta(days=days_from_today)
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)


def series_days(city: City, first: int, until: str, weekday: int) -> list[date]:
    """The days of a named series: `until` is empty (one date), "season", or days from today.

    A season that is nearly over when the series begins lasts ten weeks more.
    """
    begin = first_weekday(city, first, weekday)
    if not until:
        return [begin]
    if until == "season":
        last = max(city.season_ends, begin + timedelta(weeks=10))
        last = min(last, begin + timedelta(weeks=45))
    else:
        last = city.today + timedelta(days=int(until))
    return weekly_dates([weekday], begin, last)


def minutes(clock: str) -> int:
    """Minutes since midnight from 17:30."""
    hours, _colon, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)
