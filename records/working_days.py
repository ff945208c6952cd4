"""Days counted as Polish law counts them: calendar days, or working days without public holidays.

The day from which one counts is never counted itself (KPA art. 57 § 1, KC art. 111 § 2). Working
days are Monday to Friday except public holidays, which stand in CalendarPeriod: the law changes
them (24 December is one since 2025), so they are rows.
"""

from collections.abc import Container
from datetime import date, timedelta
from typing import Literal

from records.models import CalendarPeriod

Counting = Literal["calendar", "working"]
SATURDAY = 6
ONE_DAY = timedelta(days=1)


def is_working_day(day: date, holidays: Container[date]) -> bool:
    return day.isoweekday() < SATURDAY and day not in holidays


def add_working_days(start: date, days: int, holidays: Container[date]) -> date:
    """The `days`-th working day after `start`; before it, for a negative number."""
    day, step = start, ONE_DAY if days > 0 else -ONE_DAY
    left = abs(days)
    while left:
        day += step
        if is_working_day(day, holidays):
            left -= 1
    return day


def holidays_between(start: date, end: date) -> set[date]:
    """Public holidays in [start, end). One query."""
    found: set[date] = set()
    if start >= end:
        return found
    for days in CalendarPeriod.objects.filter(
        kind=CalendarPeriod.Kind.PUBLIC_HOLIDAY, days__overlap=(start, end)
    ).values_list("days", flat=True):
        day = max(days.lower, start)
        while day < min(days.upper, end):
            found.add(day)
            day += ONE_DAY
    return found


def holidays_from(start: date, days: int = 60) -> set[date]:
    """Public holidays in the `days` days from `start`."""
    return holidays_between(start, start + timedelta(days=days))


def add_days(day: date, number: int, counting: Counting | str = "calendar") -> date:
    """The last day of a term of `number` days that begins to run on the day after `day`.

    Negative: so many days before. Working days ask the calendar (one query). Raises ValueError for
    another way of counting.
    """
    if counting == "calendar":
        return day + timedelta(days=number)
    if counting != "working":
        raise ValueError(f"days are counted as calendar or working, not {counting!r}")
    # Seven days hold at least four working days outside Christmas; twice the number and a month
    # covers every run of holidays.
    reach = timedelta(days=2 * abs(number) + 31)
    holidays = holidays_between(day - reach, day + reach)
    return add_working_days(day, number, holidays)


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it: a deadline that falls on a Saturday or a
    day off ends on the next working day (KPA art. 57 § 4, KC art. 115)."""
    holidays = holidays_from(day, 31)
    while not is_working_day(day, holidays):
        day += ONE_DAY
    return day
