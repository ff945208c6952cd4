"""Which days a repeating event of a calendar falls on, with a bound on the work.

dateutil can do more, but cannot be bounded: a rule that never matches
(FREQ=DAILY;INTERVAL=7;BYDAY=MO from a Tuesday) sends it to the year 9999. This walks days or months
up to a horizon, for the rules that timetables use; a property test holds it against dateutil.
Whatever else a rule says is refused by name, never passed over.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
KNOWN = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
MAX_COUNT = 2_000
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class RuleError(ValueError):
    """A rule that is not read: the reason, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence by days. `by_day` are (ordinal or 0, ISO weekday)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: frozenset[int] = frozenset()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 1

    @classmethod
    def from_parts(cls, parts: Mapping[str, Sequence[Any]], until: date | None) -> "Rule":
        """From the parts of an RRULE as icalendar gives them; `until` already a local day.

        Raises RuleError.
        """
        unknown = set(parts) - KNOWN
        if unknown:
            raise RuleError(
                _("It repeats by a rule that is not read here (%(parts)s).")
                % {"parts": ", ".join(sorted(unknown))}
            )
        frequency = str(_one(parts, "FREQ") or "").upper()
        if frequency not in FREQUENCIES:
            raise RuleError(
                _("It repeats %(frequency)s; only daily, weekly, monthly and yearly are read.")
                % {"frequency": frequency or "?"}
            )
        interval, count = parts.get("INTERVAL", [1])[0], _one(parts, "COUNT")
        if int(interval) < 1 or (count is not None and not 1 <= int(count) <= MAX_COUNT):
            raise RuleError(
                _("It repeats more than %(most)d times.") % {"most": MAX_COUNT}
                if count is not None
                else _("Its interval cannot be read.")
            )
        by_day = tuple(_by_day(str(one)) for one in parts.get("BYDAY", ()))
        if any(ordinal for ordinal, _weekday in by_day) and frequency not in ("MONTHLY", "YEARLY"):
            raise RuleError(_("It names an n-th weekday, which only monthly events have."))
        rule = cls(
            frequency,
            int(interval),
            None if count is None else int(count),
            until,
            by_day,
            tuple(int(one) for one in parts.get("BYMONTHDAY", ())),
            frozenset(int(one) for one in parts.get("BYMONTH", ())),
            tuple(int(one) for one in parts.get("BYSETPOS", ())),
            WEEKDAYS.index(str(_one(parts, "WKST") or "MO").upper()) + 1,
        )
        if rule.by_set_pos and frequency != "MONTHLY":
            raise RuleError(_("It picks by position outside a month (BYSETPOS)."))
        if rule.frequency == "YEARLY" and rule.by_day and not rule.by_month:
            raise RuleError(_("It names weekdays of a whole year."))
        return rule

    def days(self, first: date, horizon: date) -> Iterator[date]:
        """Days from `first`, which the event begins on, to `horizon` included, in order.

        The first day counts even where the rule does not name it, as calendars show it.
        """
        last = min(horizon, self.until) if self.until else horizon
        found = self._steps(first, last)
        if self.count is not None:
            found = islice(found, self.count)
        return found

    def _steps(self, first: date, last: date) -> Iterator[date]:
        if first > last:
            return
        yield first
        candidates = (
            self._by_month(first, last)
            if self.frequency in ("MONTHLY", "YEARLY")
            else self._by_walk(first, last)
        )
        for day in candidates:
            if first < day <= last:
                yield day

    def _by_walk(self, first: date, last: date) -> Iterator[date]:
        """Daily and weekly: each day of the span is asked."""
        weekdays = {weekday for _ordinal, weekday in self.by_day}
        if self.frequency == "WEEKLY" and not weekdays:
            weekdays = {first.isoweekday()}
        week_of_first = first - timedelta(days=(first.isoweekday() - self.week_start) % 7)
        day = first
        while day <= last:
            if self.frequency == "DAILY":
                due = (day - first).days % self.interval == 0
            else:
                due = (day - week_of_first).days // 7 % self.interval == 0
            if due and self._passes(day, weekdays):
                yield day
            day += timedelta(days=1)

    def _passes(self, day: date, weekdays: set[int]) -> bool:
        if weekdays and day.isoweekday() not in weekdays:
            return False
        if self.by_month and day.month not in self.by_month:
            return False
        length = monthrange(day.year, day.month)[1]
        return not self.by_month_day or bool(
            {day.day, day.day - length - 1} & set(self.by_month_day)
        )

    def _by_month(self, first: date, last: date) -> Iterator[date]:
        """Monthly and yearly: each month of the span is asked."""
        number = first.year * 12 + first.month - 1
        while number <= last.year * 12 + last.month - 1:
            year, month = divmod(number, 12)
            number += 1
            if self._month_is_due(first, year, month + 1):
                days = sorted(self._days_of_month(first, year, month + 1))
                if self.by_set_pos:
                    places = {place - 1 if place > 0 else place for place in self.by_set_pos}
                    days = sorted({days[p] for p in places if -len(days) <= p < len(days)})
                yield from days

    def _month_is_due(self, first: date, year: int, month: int) -> bool:
        if self.frequency == "MONTHLY":
            apart = (year - first.year) * 12 + month - first.month
            return apart % self.interval == 0 and (not self.by_month or month in self.by_month)
        # A yearly event that names days of the month but no month falls on them in every month.
        anywhere = bool(self.by_month_day)
        months = self.by_month or (range(1, 13) if anywhere else {first.month})
        return (year - first.year) % self.interval == 0 and month in months

    def _days_of_month(self, first: date, year: int, month: int) -> set[date]:
        length = monthrange(year, month)[1]
        every = [date(year, month, number) for number in range(1, length + 1)]
        if not self.by_day and not self.by_month_day:
            return {every[first.day - 1]} if first.day <= length else set()
        chosen = set(every)
        if self.by_month_day:
            chosen &= {
                day for day in every if {day.day, day.day - length - 1} & set(self.by_month_day)
            }
        if self.by_day:
            named: set[date] = set()
            for ordinal, weekday in self.by_day:
                same = [day for day in every if day.isoweekday() == weekday]
                if ordinal == 0:
                    named |= set(same)
                elif -len(same) <= ordinal <= len(same):
                    named.add(same[ordinal - 1 if ordinal > 0 else ordinal])
            chosen &= named
        return chosen


def _one(parts: Mapping[str, Sequence[Any]], name: str) -> Any:
    values = parts.get(name)
    if values is None:
        return None
    return values[0] if isinstance(values, list | tuple) else values


def _by_day(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text.upper())
    if not found:
        raise RuleError(_("It names a weekday that cannot be read (%(day)s).") % {"day": text})
    return int(found[1] or 0), WEEKDAYS.index(found[2]) + 1
