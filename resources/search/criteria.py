"""What a person looks for: place, time and attributes. Pure values, made by parsing.py.

A value here is well formed; whether a named area, unit or piece of equipment exists is asked of
the database by resources/search/references.py.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from records.periods import Period, weekly_dates

MOST_DATES = 60  # occurrences of a weekly series
MOST_GAP_DAYS = 366
MOST_VERTICES = 200
MOST_RESULTS = 500
DEFAULT_RADIUS_M = 1500
MOST_RADIUS_M = 50_000


class StepFree(StrEnum):
    """What may be known of the way in. Unknown never counts as yes unless it is asked for."""

    YES = "yes"
    YES_OR_UNKNOWN = "yes_or_unknown"
    ANY = "any"


class Sort(StrEnum):
    FIT = "fit"
    DISTANCE = "distance"
    FREE_FROM = "free_from"
    SIZE = "size"


@dataclass(frozen=True, slots=True)
class Place:
    """Where. Parts that are given all hold.

    `bbox` is (west, south, east, north) and `near` (longitude, latitude), EPSG:4326; `radius` in
    metres; `within` a polygon as WKT, EPSG:4326, at most 200 vertices.
    """

    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float] | None = None
    radius: int = DEFAULT_RADIUS_M
    within: str = ""
    districts: tuple[int, ...] = ()
    area_group: str = ""

    @property
    def is_anywhere(self) -> bool:
        return not (self.bbox or self.near or self.within or self.districts or self.area_group)


@dataclass(frozen=True, slots=True)
class Slot:
    """Once: from one moment to another."""

    period: Period


@dataclass(frozen=True, slots=True, order=True)
class Weekly:
    """A weekday (ISO: Monday is 1) from one minute of the local day to another, at most 1440."""

    weekday: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class Series:
    """Every week at the same local times, from a day to a day, both included."""

    weekly: tuple[Weekly, ...]
    first_day: date
    last_day: date

    def occurrences(self) -> list[tuple[date, Weekly]]:
        """Dates with their times, in order, holidays not yet left out."""
        return sorted(
            (day, one)
            for one in self.weekly
            for day in weekly_dates([one.weekday], self.first_day, self.last_day)
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Any `minutes` on end between two days, both included, and two minutes of the local day."""

    minutes: int
    first_day: date
    last_day: date
    from_minute: int = 0
    to_minute: int = 1440


Time = Slot | Series | Gap


@dataclass(frozen=True, slots=True)
class Criteria:
    """One search. Equal criteria give the same results at the same moment."""

    kind: str = ""
    text: str = ""
    place: Place = field(default_factory=Place)
    time: Time | None = None
    capacity: int | None = None
    area_min: int | None = None
    area_max: int | None = None
    step_free: StepFree = StepFree.ANY
    equipment: tuple[str, ...] = ()
    free_of_charge: bool = False
    open_to: str = ""
    units: tuple[str, ...] = ()
    unit_kind: str = ""
    vacant: bool = False
    sort: Sort = Sort.FIT
    limit: int = 100
    offset: int = 0
    near_misses: int = 0

    def but(self, **changes: Any) -> "Criteria":
        """The same search with something changed; changed criteria begin at the first page."""
        if not changes.keys() <= {"limit", "near_misses"}:
            changes = {"offset": 0, **changes}
        return replace(self, **changes)

    @property
    def is_everything(self) -> bool:
        """Whether nothing but perhaps the kind is asked for."""
        return self == Criteria(
            kind=self.kind,
            sort=self.sort,
            limit=self.limit,
            offset=self.offset,
            near_misses=self.near_misses,
        )


def moment_of(time: Time | None) -> datetime | None:
    """The start of a single slot; None for everything else."""
    return time.period.start if isinstance(time, Slot) else None
