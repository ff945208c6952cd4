"""When a place is open, taken and free: for one place and a span of days.

What the week on a resource page, the dates of a request and the proposals of other times stand on.
Search asks the same questions of the whole city in SQL (resources/search); a test holds the two
against each other.

Opening hours bind the meeting; the turnaround after it may run past closing but not into the next
claim. Claims whose hold has expired are passed over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from records.clock import KRAKOW, now
from records.models import CalendarPeriod
from records.periods import Period, local_moment, local_period
from resources.models import Hold, OpeningRule, Resource


class Verdict(StrEnum):
    """What can be said of one wanted period."""

    FREE = "free"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Busy:
    """A time held on the place, as stored (turnaround included), and by what kind of hold."""

    start: datetime
    end: datetime | None
    hold_id: int
    kind: str
    label: str

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and (self.end is None or start < self.end)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the place is closed by the calendar."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class DateVerdict:
    """Whether one wanted period is free in a place, and if not, why."""

    period: Period
    verdict: Verdict
    reason: str = ""
    busy: Busy | None = None

    @property
    def is_free(self) -> bool:
        return self.verdict is Verdict.FREE


@dataclass(slots=True)
class Timetable:
    """Opening, calendar and claims of one place over a span of days, read in three queries."""

    resource: Resource
    first_day: date
    last_day: date
    rules: list[OpeningRule] = field(default_factory=list)
    closed_days: dict[date, ClosedDay] = field(default_factory=dict)
    busy: list[Busy] = field(default_factory=list)

    def opening(self, day: date) -> list[Period]:
        """Open periods of a local day, adjacent hours joined; none on a closed day."""
        if day in self.closed_days:
            return []
        minutes = sorted(
            (rule.opens, rule.closes)
            for rule in self.rules
            if rule.weekday == day.isoweekday() and day in rule.valid
        )
        joined: list[tuple[int, int]] = []
        for opens, closes in minutes:
            if joined and joined[-1][1] == opens:
                joined[-1] = (joined[-1][0], closes)
            else:
                joined.append((opens, closes))
        return [local_period(day, opens, closes) for opens, closes in joined]

    def judge(self, period: Period, *, ignoring: int | None = None) -> DateVerdict:
        """Whether a meeting of `period` can be held; claims of hold `ignoring` don't count."""
        day = period.start.astimezone(KRAKOW).date()
        if day in self.closed_days:
            return DateVerdict(period, Verdict.CLOSED, self.closed_days[day].name)
        if not any(
            one.start <= period.start and period.end <= one.end for one in self.opening(day)
        ):
            return DateVerdict(period, Verdict.CLOSED, _("closed at this time"))
        padded = period.padded(timedelta(minutes=self.resource.turnaround_minutes))
        for one in self.busy:
            if one.hold_id != ignoring and one.overlaps(padded.start, padded.end):
                return DateVerdict(period, Verdict.TAKEN, busy_reason(one), one)
        return DateVerdict(period, Verdict.FREE)

    def free(self, day: date) -> list[Period]:
        """Periods of a day in which a meeting may lie; turnaround before a claim is left out."""
        turnaround = timedelta(minutes=self.resource.turnaround_minutes)
        free: list[Period] = []
        for opening in self.opening(day):
            # Reckoned in UTC: adding to a local time counts by the wall clock.
            start, end = opening.start.astimezone(UTC), opening.end.astimezone(UTC)
            for one in self.busy:
                if not one.overlaps(start, end + turnaround):
                    continue
                if start < one.start - turnaround:
                    free.append(_local(start, min(one.start - turnaround, end)))
                start = max(start, one.end) if one.end else end
            if start < end:
                free.append(_local(start, end))
        return free

    def within(self, first_day: date, last_day: date) -> "Timetable":
        """The part of the timetable for fewer days (and the turnaround around them)."""
        margin = timedelta(hours=2)
        start, end = local_moment(first_day, 0) - margin, local_moment(last_day, 1440) + margin
        busy = [one for one in self.busy if one.overlaps(start, end)]
        return replace(self, first_day=first_day, last_day=last_day, busy=busy)

    def days(self) -> Iterable[date]:
        for number in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + timedelta(days=number)


def _local(start: datetime, end: datetime) -> Period:
    return Period(start.astimezone(KRAKOW), end.astimezone(KRAKOW))


def busy_reason(busy: Busy) -> str:
    """Why a time is taken, in words that tell the public nothing about who holds it."""
    clock = f"{busy.start.astimezone(KRAKOW):%H:%M}"
    until = f"{busy.end.astimezone(KRAKOW):%H:%M}" if busy.end else ""
    span = f"{clock}\u2060–\u2060{until}" if until else clock
    words = {
        Hold.Kind.CLOSURE: _("not offered {span}"),
        Hold.Kind.OWN_USE: _("own use of the unit {span}"),
        Hold.Kind.LEASE: _("let by contract"),
        Hold.Kind.LENDING: _("lent by contract"),
        Hold.Kind.PLAN: _("reserved by a plan of the city"),
    }
    return words.get(Hold.Kind(busy.kind), _("taken {span}")).format(span=span)


def calendar_days(
    first_day: date, last_day: date, kinds: Iterable[str]
) -> dict[date, list[ClosedDay]]:
    """What the calendar says of days from `first_day` to `last_day` (included), kind by kind."""
    kinds = list(kinds)
    if not kinds:
        return {}
    found: dict[date, list[ClosedDay]] = {}
    english = (get_language() or "pl").startswith("en")
    # In the order of kinds, so that a holiday within a school break is named as the holiday.
    for period in CalendarPeriod.objects.filter(
        kind__in=kinds, days__overlap=(first_day, last_day + timedelta(days=1))
    ).order_by("kind", "days"):
        day = max(period.days.lower, first_day)
        while day < period.days.upper and day <= last_day:
            closed = ClosedDay(period.kind, period.name_en if english else period.name_pl)
            found.setdefault(day, []).append(closed)
            day += timedelta(days=1)
    return found


def busy_times(space_ids: Sequence[int], first_day: date, last_day: date) -> dict[int, list[Busy]]:
    """Claims in the occupancy layer on the leaves of each space, one entry a hold and period."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT leaf.space_id, lower(claim.period) AS starts, upper(claim.period),
                   hold.id, hold.kind, hold.label
            FROM resources_spaceleaf leaf
            JOIN resources_claim claim
              ON claim.space_id = leaf.leaf_id AND claim.layer = 1
             AND claim.period && tstzrange(%s, %s)
             AND (claim.expires_at IS NULL OR claim.expires_at > %s)
            JOIN resources_hold hold ON hold.id = claim.hold_id
            WHERE leaf.space_id = ANY(%s)
            ORDER BY starts, hold.id
            """,
            # Two hours more: a turnaround before the first and after the last day may matter.
            [
                local_moment(first_day, 0) - timedelta(hours=2),
                local_moment(last_day, 1440) + timedelta(hours=2),
                now(),
                list(space_ids),
            ],
        )
        busy: dict[int, list[Busy]] = {space: [] for space in space_ids}
        for space, start, end, hold_id, kind, label in cursor.fetchall():
            busy[space].append(Busy(start, end, hold_id, kind, label))
    return busy


def timetables(
    resources: Sequence[Resource], first_day: date, last_day: date
) -> dict[int, Timetable]:
    """Timetables by resource id, in three queries however many places there are."""
    rules: dict[int, list[OpeningRule]] = {resource.pk: [] for resource in resources}
    for rule in OpeningRule.objects.filter(
        resource__in=resources, valid__overlap=(first_day, last_day + timedelta(days=1))
    ):
        rules[rule.resource_id].append(rule)
    observed = {kind for resource in resources for kind in resource.observes}
    calendar = calendar_days(first_day, last_day, observed)
    busy = busy_times(
        [resource.space_id for resource in resources if resource.space_id], first_day, last_day
    )
    return {
        resource.pk: Timetable(
            resource,
            first_day,
            last_day,
            rules[resource.pk],
            _observed(calendar, resource.observes),
            busy.get(resource.space_id or 0, []),
        )
        for resource in resources
    }


def _observed(calendar: dict[date, list[ClosedDay]], kinds: Sequence[str]) -> dict[date, ClosedDay]:
    """The first reason by which a place that observes `kinds` is closed, by day."""
    observed = {
        day: [one for one in reasons if one.kind in kinds] for day, reasons in calendar.items()
    }
    return {day: reasons[0] for day, reasons in observed.items() if reasons}


def timetable(resource: Resource, first_day: date, last_day: date) -> Timetable:
    """The timetable of one place from `first_day` to `last_day`, both included."""
    return timetables([resource], first_day, last_day)[resource.pk]


def judge_dates(
    resource: Resource, periods: Sequence[Period], *, ignoring: int | None = None
) -> list[DateVerdict]:
    """A verdict for each wanted period, in the order given."""
    if not periods:
        return []
    days = [period.start.astimezone(KRAKOW).date() for period in periods]
    known = timetable(resource, min(days), max(days))
    return [known.judge(period, ignoring=ignoring) for period in periods]
