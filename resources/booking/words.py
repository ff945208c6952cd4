"""How bookings, dates and choices are said to a person, in the active language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records import typography
from records.clock import KRAKOW
from records.marks import Badge, Tone
from records.periods import Period
from resources.alternatives import Alternative, Why
from resources.booking.names import name_of
from resources.booking.wishes import Wish, same_hours
from resources.models import Booking, BookingSlot, Resource

_State = Booking.State
_SlotState = BookingSlot.State

_BOOKING_MARKS: dict[str, tuple[Tone, str]] = {
    _State.DRAFT: (Tone.MUTE, "edit"),
    _State.SUBMITTED: (Tone.WAIT, "clock"),
    _State.UNDER_REVIEW: (Tone.WAIT, "clock"),
    _State.RETURNED: (Tone.WAIT, "undo"),
    _State.PROPOSED_CHANGE: (Tone.HOLD, "swap"),
    _State.WAITLISTED: (Tone.MUTE, "pause"),
    _State.CONTRACT_PENDING: (Tone.WAIT, "doc"),
    _State.CONFIRMED: (Tone.OK, "yes"),
    _State.IN_USE: (Tone.OK, "key"),
    _State.COMPLETED: (Tone.MUTE, "yes"),
    _State.SETTLED: (Tone.MUTE, "yes"),
    _State.NO_SHOW: (Tone.STOP, "warn"),
    _State.REJECTED: (Tone.STOP, "no"),
    _State.EXPIRED: (Tone.MUTE, "clock"),
    _State.WITHDRAWN: (Tone.MUTE, "undo"),
    _State.LAPSED: (Tone.MUTE, "doc"),
    _State.CANCELLED_BY_USER: (Tone.MUTE, "no"),
    _State.CANCELLED_BY_OWNER: (Tone.STOP, "no"),
}
_SLOT_MARKS: dict[str, tuple[Tone, str]] = {
    _SlotState.WISHED: (Tone.MUTE, "pause"),
    _SlotState.HELD: (Tone.WAIT, "lock"),
    _SlotState.PROPOSED: (Tone.HOLD, "swap"),
    _SlotState.CONFIRMED: (Tone.OK, "yes"),
    _SlotState.USED: (Tone.MUTE, "yes"),
    _SlotState.NO_SHOW: (Tone.STOP, "warn"),
    _SlotState.CANCELLED_BY_USER: (Tone.MUTE, "no"),
    _SlotState.CANCELLED_BY_OWNER: (Tone.STOP, "no"),
    _SlotState.RELEASED: (Tone.MUTE, "minus"),
}


def booking_mark(booking: Booking) -> Badge:
    tone, icon = _BOOKING_MARKS[booking.state]
    return Badge(_State(booking.state).label, tone, icon)


def slot_mark(slot: BookingSlot) -> Badge:
    tone, icon = _SLOT_MARKS[slot.state]
    return Badge(_SlotState(slot.state).label, tone, icon)


def on_its_day(period: Period) -> str:
    """wtorek 8.12.2026, 17:00–19:00"""
    start = period.start.astimezone(KRAKOW)
    return f"{typography.weekday(start)} {typography.day(start)}, " + typography.time_range(
        period.start, period.end
    )


def when(periods: Sequence[Period]) -> str:
    """All dates in one phrase: one date with hours, or weekdays, hours and term of a series."""
    if not periods:
        return ""
    ordered = sorted(periods)
    if len(ordered) == 1:
        return on_its_day(ordered[0])
    days = typography.on_weekdays(one.start.astimezone(KRAKOW).isoweekday() for one in ordered)
    hours = (
        typography.time_range(ordered[0].start, ordered[0].end)
        if same_hours(ordered)
        else _("at different hours")
    )
    term = typography.day_range(
        ordered[0].start.astimezone(KRAKOW), ordered[-1].start.astimezone(KRAKOW)
    )
    return f"{days}, {hours}, {term}"


def when_of(wish: Wish) -> str:
    return when(wish.dates())


def option(choice: Alternative, wanted: Resource) -> tuple[str, str]:
    """An alternative in two lines: what it is, and how it differs from what was wanted."""
    start = choice.period.start.astimezone(KRAKOW)
    day = f"{typography.weekday(start)} {typography.day_short(start)}"
    hours = typography.time_range(choice.period.start, choice.period.end)
    if choice.why is Why.OTHER_ROOM:
        size = choice.resource.capacity
        people = ngettext("%(n)d person", "%(n)d people", size or 0) % {"n": size or 0}
        place = _("the same unit") if choice.resource.unit_id == wanted.unit_id else ""
        return f"{day}, {name_of(choice.resource)}, {hours}", ", ".join(
            text for text in (place, people if size else "") if text
        )
    why = {
        Why.SAME_DAY: _("the same room, the same day"),
        Why.OTHER_DAY: _("the same room, another day"),
    }[choice.why]
    return f"{day}, {hours}", why


def total(minutes: int) -> str:
    """Hours together: 50 godzin."""
    hours, rest = divmod(minutes, 60)
    words = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if not rest:
        return words
    part = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    return f"{words} {part}" if hours else part
