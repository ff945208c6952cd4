"""The units' own timetables and their closures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from config.sample.city import City
from config.sample.holds import Holds, Moments, hold_periods
from config.sample.openings import Openings, minutes, series_days
from config.sample.reading import dice, document, table
from config.sample.rules import rules_of
from records.periods import local_moment, weekly_dates
from resources.models import Closure, Hold, OwnUse, Resource

#: How many weekly activities of its own a room has, by kind of unit.
OWN_SERIES = {"school": 0.5, "culture": 1.2, "library": 0.4, "sport": 0.8, "office": 0.7,
              "social": 1.0}  # fmt: skip
MADE_BY = "opiekun sal"


@dataclass(slots=True)
class Activity:
    """Own use before it is written."""

    room: Resource
    title: str
    show_title: bool
    times: list[Moments]
    hold: Hold = field(default_factory=Hold)


def build_closures(city: City, holds: Holds) -> None:
    """Whole days on which single rooms are not offered."""
    rooms = {room.code: room for room in city.rooms}
    rows = [row for row in table("closures") if row["rooms"] in rooms]
    closures, held = [], []
    for row in rows:
        room = rooms[row["rooms"]]
        first = city.today + timedelta(days=int(row["first"]))
        period = local_moment(first, 0), local_moment(first + timedelta(days=int(row["days"])), 0)
        hold = holds.take(
            kind=Hold.Kind.CLOSURE,
            code=holds.new_code("W", dice("closure", room.code), (4, 4)),
            label=row["public_note"],
            made_at=local_moment(min(first, city.today) - timedelta(days=15), 600),
            times=[(room, period)],
            padded=False,
        )
        held.append((hold, room, period))
        closures.append(
            Closure(
                hold=hold,
                unit=room.unit,
                reason=row["reason"],
                public_note=row["public_note"],
                internal_note=row["internal_note"],
                created_by=MADE_BY,
            )
        )
    holds.write()
    Closure.objects.bulk_create(closures)
    hold_periods(held)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a timetable has to fit in."""

    city: City
    holds: Holds
    openings: Openings


def build_own_use(city: City, holds: Holds, openings: Openings) -> None:
    frame = Frame(city, holds, openings)
    activities = [*_named(frame)]
    named = {row["unit"] for row in table("rooms_named")}
    titles = document("own_use")
    for room in city.rooms:
        row = city.unit_rows.get(room.unit.code)
        if row is None or room.unit.code in named or room.visibility != "public":
            continue
        throw = dice("own use", room.code)
        for _n in range(_how_many(OWN_SERIES[rules_of(row)], throw)):
            one = _drawn(frame, room, titles[rules_of(row)], throw)
            if one:
                activities.append(one)
                _take(one, holds)
    _write(activities, holds)


def _how_many(mean: float, throw: Random) -> int:
    return int(mean) + (throw.random() < mean % 1)


def _named(frame: Frame) -> Iterator[Activity]:
    rooms = {room.code: room for room in frame.city.rooms}
    for row in table("own_use_named"):
        room = rooms.get(row["room"])
        if room is None:
            continue
        days = series_days(frame.city, int(row["first"]), row["until"], int(row["weekday"]))
        span = minutes(row["from"]), minutes(row["to"])
        times = frame.openings.free_times(frame.holds, room, days, *span)
        one = Activity(room, row["title"], row["show_title"] == "yes", times)
        if times:
            _take(one, frame.holds)
            yield one


def _drawn(
    frame: Frame, room: Resource, titles: dict[str, list[str]], throw: Random
) -> Activity | None:
    fitting = [one for one in room.room.activities if one in titles]
    title = throw.choice(titles[throw.choice(fitting)] if fitting else titles["other"])
    weekday = throw.randint(1, 5)
    city, openings = frame.city, frame.openings
    spans = openings.spans(room, _day_in_term(city, weekday))
    if not spans:
        return None
    opens, closes = spans[0]
    length = throw.choice((60, 90, 120, 120, 180))
    # Units use the morning and the first hours; evenings are for others.
    start = opens + 30 * throw.randint(0, max(0, (min(closes, 17 * 60) - opens - length) // 30))
    days = weekly_dates([weekday], city.first_day, city.season_ends)
    times = openings.free_times(frame.holds, room, days, start, start + length)
    if len(times) < 4:
        return None
    return Activity(room, title, throw.random() < 0.4, times)


def _day_in_term(city: City, weekday: int) -> date:
    """Such a weekday of the running term, for reading the usual hours."""
    day = city.monday + timedelta(days=weekday - 1)
    return day if day.month not in (7, 8) else date(city.school_year[1].year, 10, 4 + weekday)


def _take(one: Activity, holds: Holds) -> None:
    """Keep the times for this activity, so that the next one finds them taken."""
    one.hold = holds.take(
        kind=Hold.Kind.OWN_USE,
        code=holds.new_code("Z", dice("own use code", one.room.code, one.title), (4, 4)),
        label=one.title,
        made_at=one.times[0][0] - timedelta(days=40),
        times=[(one.room, period) for period in one.times],
    )


def _write(activities: list[Activity], holds: Holds) -> None:
    holds.write()
    OwnUse.objects.bulk_create(
        OwnUse(
            hold=one.hold,
            unit=one.room.unit,
            title=one.title,
            show_title=one.show_title,
            created_by=MADE_BY,
        )
        for one in activities
    )
    hold_periods((one.hold, one.room, period) for one in activities for period in one.times)
