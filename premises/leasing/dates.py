"""Days that follow from others: ends of months, notice, cumulated months."""

from calendar import monthrange
from datetime import date, timedelta

from records import typography

DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last one: 31 January and a month is 28 February."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def notice_ends_before(delivered_on: date, months: int) -> date:
    """The first day after a notice of full months that runs out at a month's end (art. 688).

    A statement that came on any day of November runs out, after three months, with February.
    """
    return add_months(delivered_on.replace(day=1), months + 1)


def last_day(before: date | None) -> date | None:
    """The last day of a term that is over before a day, as contracts write it."""
    return before - DAY if before else None


def day_after(last: date | None) -> date | None:
    return last + DAY if last else None


def months_between(first: date, before: date) -> tuple[int, int]:
    """[first, before) as (whole months, days left over)."""
    if before <= first:
        return 0, 0
    months = (before.year - first.year) * 12 + before.month - first.month
    if add_months(first, months) > before:
        months -= 1
    return months, (before - add_months(first, months)).days


def words(day: date | None) -> str:
    """A day as sentences write it; a dash for none."""
    return typography.day_long(day) if day else "–"
