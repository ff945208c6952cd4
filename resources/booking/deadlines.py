"""Until when somebody has to answer, and until when a time is held for that.

A deadline is a moment; what is held, is held to the end of its local day, so that an answer given
on the last day finds everything in place.
"""

from collections.abc import Container
from datetime import date, datetime, timedelta

from records.models import CalendarPeriod
from records.periods import local_moment
from resources.models import BookingPolicy

SATURDAY = 6


def add_working_days(start: date, days: int, holidays: Container[date]) -> date:
    """The `days`-th working day after `start`."""
    day = start
    while days:
        day += timedelta(days=1)
        if day.isoweekday() < SATURDAY and day not in holidays:
            days -= 1
    return day


def holidays_from(start: date, days: int = 60) -> set[date]:
    """Public holidays in the `days` days from `start`."""
    end = start + timedelta(days=days)
    found: set[date] = set()
    for one in CalendarPeriod.objects.filter(
        kind=CalendarPeriod.Kind.PUBLIC_HOLIDAY, days__overlap=(start, end)
    ):
        day = one.days.lower
        while day < one.days.upper:
            found.add(day)
            day += timedelta(days=1)
    return found


def end_of_day(moment: datetime) -> datetime:
    """The midnight that ends the local day of `moment`."""
    return local_moment(moment.date(), 24 * 60)


def reply_deadline(
    policy: BookingPolicy,
    asked_at: datetime,
    *,
    is_series: bool,
    first_start: datetime,
    holidays: Container[date],
) -> datetime:
    """When the unit has to answer: by the policy, at the latest when the first meeting begins."""
    if is_series:
        day = asked_at.date() + timedelta(days=policy.series_reply_days)
    else:
        day = add_working_days(asked_at.date(), policy.reply_working_days, holidays)
    return min(local_moment(day, asked_at.hour * 60 + asked_at.minute), first_start)


def answer_deadline(days: int, asked_at: datetime, first_start: datetime) -> datetime:
    """When the applicant has to answer a return, a proposal or a contract."""
    day = asked_at.date() + timedelta(days=days)
    return min(local_moment(day, asked_at.hour * 60 + asked_at.minute), first_start)


def held_until(deadline: datetime, first_start: datetime) -> datetime:
    """Until when the dates are held: the end of the deadline's day, or the first meeting."""
    return max(min(end_of_day(deadline), first_start), deadline)
