"""What somebody wants: a place at one time, or every week at some times between two days.

The same wish is read from an address (`at=…` or `weekly=TU,17:00,19:00&from=…&until=…`), from the
API's JSON and from Booking.wish, and is written back in each of these forms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from records.clock import KRAKOW
from records.periods import Period, local_period, weekly_dates
from records.problems import Invalid

MAX_DATES = 60
#: Nobody books outside these years; and reckoning with times stays clear of the calendar's ends.
YEARS = range(2000, 2100)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, order=True)
class Weekly:
    """A weekday (ISO, Monday is 1) from one minute of the local day to another."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7 or not 0 <= self.opens < self.closes <= 24 * 60:
            raise ValueError(f"no such weekly time: {self}")

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday - 1]},{_clock(self.opens)},{_clock(self.closes)}"

    @classmethod
    def parse(cls, text: str) -> "Weekly":
        """From `TU,17:00,19:00`. Raises Invalid."""
        try:
            day, opens, closes = text.strip().upper().split(",")
            return cls(WEEKDAYS.index(day) + 1, _minutes(opens), _minutes(closes))
        except ValueError as error:
            raise Invalid(
                _("Write a weekly time like TU,17:00,19:00 (MO, TU, WE, TH, FR, SA, SU)."),
                code="bad_weekly",
                field="weekly",
            ) from error


@dataclass(frozen=True, slots=True)
class Wish:
    """One time (`single`), or weekly times from `first` to `last`, both days included."""

    single: Period | None = None
    weekly: tuple[Weekly, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def is_series(self) -> bool:
        return self.single is None

    def dates(self) -> list[Period]:
        """The wished periods in order. Raises Invalid when there are none or too many."""
        if self.single is not None:
            return [self.single]
        if self.first is None or self.last is None or self.last < self.first:
            raise Invalid(
                _("The series must end on or after the day it begins."),
                code="bad_range",
                field="until",
            )
        if (self.last - self.first).days > 366:
            raise Invalid(
                _("A series may last a year at most."), code="range_too_long", field="until"
            )
        found = sorted(
            local_period(day, one.opens, one.closes)
            for one in set(self.weekly)
            for day in weekly_dates([one.weekday], self.first, self.last)
        )
        if not found:
            raise Invalid(
                _("There is no such weekday between these days."), code="no_dates", field="weekly"
            )
        if len(found) > MAX_DATES:
            raise Invalid(
                _("A series may have at most %(most)d dates; this one has %(count)d.")
                % {"most": MAX_DATES, "count": len(found)},
                code="too_many_dates",
                field="until",
            )
        return found

    def as_json(self) -> dict[str, Any]:
        if self.single is not None:
            return {"start": self.single.start.isoformat(), "end": self.single.end.isoformat()}
        return {
            "weekly": [str(one) for one in self.weekly],
            "from": str(self.first),
            "until": str(self.last),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Wish":
        """From what as_json() or a client of the API wrote. Raises Invalid."""
        if data.get("start") or data.get("end"):
            start = parse_moment(str(data.get("start") or ""), field="start")
            end = parse_moment(str(data.get("end") or ""), field="end")
            return cls(single=_period(start, end))
        weekly = data.get("weekly") or []
        texts = [weekly] if isinstance(weekly, str) else weekly
        return cls.of_weekly(texts, str(data.get("from") or ""), str(data.get("until") or ""))

    @classmethod
    def of_weekly(cls, texts: Iterable[str], first: str, last: str) -> "Wish":
        weekly = tuple(sorted({Weekly.parse(str(text)) for text in texts}))
        if not weekly:
            raise Invalid(
                _("Choose a time: one date, or days of the week."), code="no_time", field="at"
            )
        for one, after in pairwise(weekly):
            if one.weekday == after.weekday and after.opens < one.closes:
                raise Invalid(
                    _("Two of the weekly times overlap."), code="weekly_overlap", field="weekly"
                )
        return cls(weekly=weekly, first=_day(first, field="from"), last=_day(last, field="until"))

    @classmethod
    def from_query(cls, query: Any) -> "Wish":
        """From a QueryDict of an address. Raises Invalid."""
        if at := query.get("at"):
            start, _slash, end = str(at).partition("/")
            return cls(
                single=_period(parse_moment(start, field="at"), parse_moment(end, field="at"))
            )
        return cls.of_weekly(query.getlist("weekly"), query.get("from", ""), query.get("until", ""))

    def as_query(self) -> list[tuple[str, str]]:
        """Parameters of an address, for urlencode()."""
        if self.single is not None:
            start, end = (
                f"{moment.astimezone(KRAKOW):%Y-%m-%dT%H:%M}"
                for moment in (self.single.start, self.single.end)
            )
            return [("at", f"{start}/{end}")]
        return [
            *(("weekly", str(one)) for one in self.weekly),
            ("from", str(self.first)),
            ("until", str(self.last)),
        ]


def parse_moment(text: str, *, field: str) -> datetime:
    """An ISO 8601 time; local time of Kraków if it names no offset. Raises Invalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("Write a date and time like 2026-12-08T17:00."), code="bad_time", field=field
        ) from error
    if moment.year not in YEARS:
        raise Invalid(
            _("Choose a year from %(first)d to %(last)d.")
            % {"first": YEARS.start, "last": YEARS.stop - 1},
            code="bad_year",
            field=field,
        )
    return moment.replace(tzinfo=KRAKOW) if moment.tzinfo is None else moment.astimezone(KRAKOW)


def _period(start: datetime, end: datetime) -> Period:
    try:
        return Period(start, end)
    except ValueError as error:
        raise Invalid(
            _("The meeting must end after it begins."), code="ends_before_start", field="end"
        ) from error


def _day(text: str, *, field: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("Write a day like 2026-12-08."), code="bad_day", field=field) from error
    return parse_moment(f"{day}T12:00", field=field).date()


def _minutes(clock: str) -> int:
    hours, _colon, minutes = clock.partition(":")
    if not (len(hours) == len(minutes) == 2 and int(minutes) < 60):
        raise ValueError(clock)
    return int(hours) * 60 + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def same_hours(periods: Sequence[Period]) -> bool:
    """Whether all periods have the same local hours, so that a page may say them once."""
    return len({(one.start.time(), one.end.time()) for one in periods}) <= 1
