"""The nearest times and rooms that are free when the wanted one is not.

The loser of a race, a date of a series that collides and the desk that proposes another time all
get their options from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from records.clock import KRAKOW, now
from records.periods import Period
from resources.availability import Timetable, timetables
from resources.models import Resource


class Why(StrEnum):
    """What distinguishes an alternative from what was wanted."""

    SAME_DAY = "same_day"
    OTHER_ROOM = "other_room"
    OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free period in a room of the same unit."""

    resource: Resource
    period: Period
    why: Why


def alternatives(
    wanted: Resource,
    period: Period,
    *,
    rooms: Sequence[Resource],
    days_around: int = 3,
    limit: int = 4,
    ignoring: int | None = None,
    grid_minutes: int = 15,
    known: Mapping[int, Timetable] | None = None,
) -> list[Alternative]:
    """Up to `limit` free alternatives to `period` in `wanted`, nearest first.

    `rooms` are other rooms that would do (the caller chose them: same unit, big enough, visible);
    `ignoring` is a hold whose own claims don't count; `known` are timetables read before, by id of
    the resource, for whoever asks for many dates. First the same room on the same day, then
    another room at the same time, then the same room at the same time on another day. One best of
    each sort comes first, so that the person has a real choice. Nothing in the past is offered.
    """
    day = period.start.astimezone(KRAKOW).date()
    others = [room for room in rooms if room.pk != wanted.pk]
    first, last = day - timedelta(days=days_around), day + timedelta(days=days_around)
    if known is None:
        known = timetables([wanted, *others], first, last)
    else:
        known = {pk: one.within(first, last) for pk, one in known.items()}
    sorts = (
        _same_day(known[wanted.pk], period, grid_minutes, ignoring),
        [
            Alternative(room, period, Why.OTHER_ROOM)
            for room in sorted(others, key=lambda room: (room.capacity or 0, room.pk))
            if known[room.pk].judge(period, ignoring=ignoring).is_free
        ],
        _other_days(known[wanted.pk], period, days_around, ignoring),
    )
    future = [[one for one in sort if one.period.start >= now()] for sort in sorts]
    best = [sort[0] for sort in future if sort]
    rest = [one for sort in future for one in sort[1:]]
    return (best + rest)[:limit]


def _at(period: Period, start: datetime) -> Period:
    """A period of the same length from another moment."""
    start = start.astimezone(KRAKOW)
    end = datetime.fromtimestamp(start.timestamp() + period.length.total_seconds(), KRAKOW)
    return Period(start, end)


def _same_day(
    known: Timetable, period: Period, grid_minutes: int, ignoring: int | None
) -> list[Alternative]:
    """The starts nearest to the wanted one on its day: one before it and one after it."""
    day = period.start.astimezone(KRAKOW).date()
    step = grid_minutes * 60
    found: list[Period] = []
    for opening in known.opening(day):
        start, last = opening.start.timestamp(), opening.end.timestamp()
        while start + period.length.total_seconds() <= last:
            shifted = _at(period, datetime.fromtimestamp(start, KRAKOW))
            if shifted != period and known.judge(shifted, ignoring=ignoring).is_free:
                found.append(shifted)
            start += step
    wanted = period.start.timestamp()
    found.sort(key=lambda one: (abs(one.start.timestamp() - wanted), one.start.timestamp()))
    later = [one for one in found if one.start.timestamp() > wanted][:1]
    earlier = [one for one in found if one.start.timestamp() < wanted][:1]
    nearest = sorted(later + earlier, key=lambda one: abs(one.start.timestamp() - wanted))
    return [Alternative(known.resource, one, Why.SAME_DAY) for one in nearest]


def _other_days(
    known: Timetable, period: Period, days_around: int, ignoring: int | None
) -> list[Alternative]:
    """The same wall-clock time on the days around, nearest first, later before earlier."""
    local_start = period.start.astimezone(KRAKOW)
    offsets = [sign * n for n in range(1, days_around + 1) for sign in (1, -1)]
    found = []
    for offset in offsets:
        wall = (local_start.replace(tzinfo=None) + timedelta(days=offset)).replace(tzinfo=KRAKOW)
        shifted = _at(period, wall)
        if known.judge(shifted, ignoring=ignoring).is_free:
            found.append(Alternative(known.resource, shifted, Why.OTHER_DAY))
    return found
