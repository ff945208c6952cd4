"""Half-open periods of time in Kraków's local days.

A period is [start, end): adjacency is no conflict. Wall-clock times are turned into moments day by
day, so that a weekly 18:00 stays 18:00 when the clocks change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from records.clock import KRAKOW

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """[start, end), both aware. Raises ValueError when start is not before end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs times with a zone")
        # Compared as moments: Python compares two times of the same zone by their wall clock,
        # which is wrong in the hour that the clocks repeat.
        if self.start.timestamp() >= self.end.timestamp():
            raise ValueError("a period must start before it ends")

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.end.timestamp() - self.start.timestamp())

    def overlaps(self, other: "Period") -> bool:
        return (
            self.start.timestamp() < other.end.timestamp()
            and other.start.timestamp() < self.end.timestamp()
        )

    def padded(self, turnaround: timedelta) -> "Period":
        """With time for cleaning appended once, as claims are stored."""
        end = datetime.fromtimestamp(self.end.timestamp() + turnaround.total_seconds(), KRAKOW)
        return Period(self.start, end)


def local_moment(day: date, minute: int) -> datetime:
    """The moment `minute` minutes after local midnight by the wall clock; 1440: next midnight.

    In the hour that the clocks skip, the moment moves forward as PostgreSQL moves it; in the
    repeated hour it is the first of the two.
    """
    if not 0 <= minute <= MINUTES_A_DAY:
        raise ValueError(f"minute of the day out of range: {minute}")
    if minute == MINUTES_A_DAY:
        day, minute = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minute // 60, minute % 60), KRAKOW)
    return datetime.fromtimestamp(wall.timestamp(), KRAKOW)


def local_period(day: date, opens: int, closes: int) -> Period:
    """The period between two minutes of one local day."""
    return Period(local_moment(day, opens), local_moment(day, closes))


def weekly_dates(weekdays: Iterable[int], first: date, last: date) -> list[date]:
    """Dates from `first` to `last` (both included) that fall on `weekdays` (ISO: Monday = 1)."""
    wanted = set(weekdays)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoweekday() in wanted]
