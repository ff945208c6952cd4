"""Other times to propose for a request: what is free near its dates, and one change for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from records.clock import KRAKOW
from records.periods import Period, local_period
from records.problems import Invalid
from resources.alternatives import Alternative, Why, alternatives
from resources.availability import timetables
from resources.booking import series
from resources.booking.course import period_of
from resources.booking.series import Slot
from resources.desk.week import rooms_of
from resources.desk.words import hours_of, title_of, weekday_and_day, when_and_where
from resources.models import Booking, BookingSlot, Resource

KEEP, SKIP = "keep", "skip"
DAYS_AROUND = 7
OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Option:
    """A free time, as a form sends it back and as a person reads it."""

    token: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class DateToChange:
    """One held date of the request, with what could be had instead."""

    slot: BookingSlot
    day: str
    hours: str
    place: str
    options: list[Option]


def held_slots(booking: Booking) -> list[BookingSlot]:
    return list(
        booking.slots.filter(state=BookingSlot.State.HELD)
        .select_related("resource__policy")
        .order_by("period", "pk")
    )


def rooms_for(booking: Booking) -> list[Resource]:
    """Rooms of the unit that take so many people; the one asked for comes first."""
    people = booking.participants or 0
    rooms = [
        room
        for room in rooms_of(booking.unit)
        if room.pk != booking.resource_id and (room.capacity is None or room.capacity >= people)
    ]
    return [booking.resource, *rooms]


def dates_to_change(
    booking: Booking, slots: Sequence[BookingSlot], rooms: Sequence[Resource]
) -> list[DateToChange]:
    """Every held date with free times near it. Four queries, however many dates."""
    if not slots:
        return []
    days = [slot.period.lower.astimezone(KRAKOW).date() for slot in slots]
    around = timedelta(days=DAYS_AROUND)
    places = {room.pk: room for room in [*rooms, *(slot.resource for slot in slots)]}
    known = timetables(list(places.values()), min(days) - around, max(days) + around)
    policy = booking.resource.policy
    return [
        DateToChange(
            slot=slot,
            day=weekday_and_day(slot.period.lower),
            hours=hours_of(slot.period.lower, slot.period.upper),
            place=title_of(slot.resource),
            options=[
                _option(one)
                for one in alternatives(
                    slot.resource,
                    period_of(slot),
                    rooms=[room for room in rooms if room.pk != slot.resource_id],
                    days_around=DAYS_AROUND,
                    limit=OPTIONS,
                    # Its own hold does not count: the dates are free for itself.
                    ignoring=booking.hold_id,
                    grid_minutes=policy.grid_minutes if policy else 15,
                    known=known,
                )
            ],
        )
        for slot in slots
    ]


def _option(one: Alternative) -> Option:
    notes = {
        Why.SAME_DAY: _("the same room and day"),
        Why.OTHER_ROOM: _("another room, the same time"),
        Why.OTHER_DAY: _("the same room, another day"),
    }
    return Option(
        token=series.token(one.resource, one.period),
        words=when_and_where(one.period, one.resource),
        note=notes[one.why],
    )


def chosen(
    slots: Sequence[BookingSlot], answers: Mapping[int, str], rooms: Sequence[Resource]
) -> dict[int, Slot | None]:
    """What a form answered for each slot: "keep", "skip" or a token. Raises Invalid."""
    by_code = {room.code: room for room in rooms}
    instead: dict[int, Slot | None] = {}
    for slot in slots:
        answer = answers.get(slot.pk, KEEP)
        if answer == SKIP:
            instead[slot.pk] = None
        elif answer != KEEP:
            code, period = series.parse_token(answer)
            if code not in by_code:
                raise Invalid(_("Propose a place of your own unit."), field="instead")
            instead[slot.pk] = Slot(by_code[code], period)
    return instead


def all_otherwise(
    slots: Sequence[BookingSlot],
    *,
    resource: Resource | None,
    hours: tuple[int, int] | None,
    days_later: int = 0,
) -> dict[int, Slot | None]:
    """Each date in another room, at other hours, or some days later. Raises Invalid."""
    if resource is None and hours is None and not days_later:
        raise Invalid(_("Choose a date, or other hours or another room for all."), field="instead")
    if hours is not None and hours[0] >= hours[1]:
        raise Invalid(_("The hours must end after they begin."), field="closes")
    return {
        slot.pk: Slot(resource or slot.resource, _moved(period_of(slot), hours, days_later))
        for slot in slots
    }


def _moved(period: Period, hours: tuple[int, int] | None, days_later: int) -> Period:
    day = period.start.date() + timedelta(days=days_later)
    opens, closes = hours or (
        period.start.hour * 60 + period.start.minute,
        period.end.hour * 60 + period.end.minute or 24 * 60,
    )
    return local_period(day, opens, closes)
