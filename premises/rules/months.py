"""Terms in calendar months, as the Civil Code counts them (art. 112)."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The day so many months later; the last day of the month where there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def lasts_over(start: date, end: date | None, months: int) -> bool:
    """Whether [start, end) is longer than so many months; an indefinite term is longer than any.

    Fewer than no months are exceeded by any term: the time before counted, nothing is left.
    """
    return end is None or months < 0 or end > add_months(start, months)
