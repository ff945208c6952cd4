"""Opening hours of a place as dated rules: a change begins on a day and leaves the past alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from records.clock import KRAKOW, now
from records.periods import MINUTES_A_DAY, Period
from records.problems import Invalid
from resources.availability import Timetable, calendar_days
from resources.models import BookingSlot, OpeningRule, Resource

HOURS_A_DAY = 4


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Open on a weekday (ISO) from one minute of the local day to another."""

    weekday: int
    opens: int
    closes: int


def rules_on(resource: Resource, day: date) -> list[Hours]:
    """The hours in force on a day, by weekday."""
    return sorted(
        Hours(rule.weekday, rule.opens, rule.closes)
        for rule in OpeningRule.objects.filter(resource=resource, valid__contains=day)
    )


def checked(hours: Iterable[Hours]) -> list[Hours]:
    """In order. Raises Invalid for hours that end before they begin, or overlap on a day."""
    found = sorted(set(hours))
    for one in found:
        if not (1 <= one.weekday <= 7 and 0 <= one.opens < one.closes <= MINUTES_A_DAY):
            raise Invalid(_("A place must open before it closes."), field=f"day-{one.weekday}")
    for one, after in pairwise(found):
        if one.weekday == after.weekday and after.opens < one.closes:
            raise Invalid(
                _("These hours overlap with others of the same day."), field=f"day-{one.weekday}"
            )
    return found


def meetings_outside(
    resource: Resource, hours: Sequence[Hours], first: date, last: date | None
) -> list[BookingSlot]:
    """Promised meetings in the term that the new hours would not hold: they stay all the same."""
    slots = BookingSlot.objects.filter(
        resource=resource, state=BookingSlot.State.CONFIRMED, period__startswith__gt=now()
    ).select_related("booking__organisation", "booking__person")
    days = DateRange(first, last + timedelta(days=1) if last else None)
    rules = [
        OpeningRule(weekday=one.weekday, opens=one.opens, closes=one.closes, valid=days)
        for one in hours
    ]
    found = []
    for slot in slots.order_by("period"):
        period = Period(slot.period.lower.astimezone(KRAKOW), slot.period.upper.astimezone(KRAKOW))
        day = period.start.date()
        if day < first or (last is not None and day > last):
            continue
        open_then = Timetable(resource, day, day, rules).opening(day)
        if not any(one.start <= period.start and period.end <= one.end for one in open_then):
            found.append(slot)
    return found


@transaction.atomic
def set_hours(
    resource: Resource, hours: Iterable[Hours], first: date, last: date | None = None
) -> None:
    """Let these hours hold from `first` to `last` (included; None: until changed again).

    What held before and after the term holds on there. Adjacent equal rules are not joined:
    each row says from when it was ordered.
    """
    wanted = checked(hours)
    if last is not None and last < first:
        raise Invalid(_("The last day is before the first one."), field="last")
    Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)
    term = DateRange(first, last + timedelta(days=1) if last else None)
    for rule in OpeningRule.objects.filter(resource=resource, valid__overlap=term):
        _cut(rule, term)
    OpeningRule.objects.bulk_create(
        OpeningRule(
            resource=resource, weekday=one.weekday, opens=one.opens, closes=one.closes, valid=term
        )
        for one in wanted
    )


def _cut(rule: OpeningRule, term: DateRange) -> None:
    """Leave of a rule what lies before and after the term."""
    before, after = rule.valid.lower, rule.valid.upper
    rest = None
    if term.upper is not None and (after is None or term.upper < after):
        rest = DateRange(term.upper, after)
    if before is None or before < term.lower:
        rule.valid = DateRange(before, term.lower)
        rule.save(update_fields=["valid"])
        if rest is not None:
            rule.pk = None
            rule.valid = rest
            rule.save(force_insert=True)
    elif rest is not None:
        rule.valid = rest
        rule.save(update_fields=["valid"])
    else:
        rule.delete()


def closed_days_ahead(resource: Resource, days: int = 60) -> list[tuple[date, str]]:
    """Days off by the calendar that the place observes, for the page that sets hours."""
    first = now().date()
    found = calendar_days(first, first + timedelta(days=days), resource.observes)
    return [(day, reasons[0].name) for day, reasons in sorted(found.items())]
