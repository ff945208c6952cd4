"""The step of a booking from one state to the next, and who takes it.

Each function of requests.py, decisions.py and changes.py begins with `take`: it locks the booking,
lets the clock's own steps happen first (so that a stopped worker changes no answer), and checks
that the person may act for that side. `move` then changes the state by the table of states.py and
leaves a step that both sides see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from organisations.models import Person
from records.clock import KRAKOW, now
from records.periods import Period
from resources import claims, permissions
from resources.booking import states
from resources.booking.states import Action, Role, Situation
from resources.models import Booking, BookingSlot, BookingStep

State = Booking.State
SlotState = BookingSlot.State

#: Slots that are, or are still meant to be, used.
STANDING = (SlotState.WISHED, *BookingSlot.HOLDING)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which side. `name` stands in the course of the case, which both sides read."""

    role: Role
    name: str = ""


SYSTEM = Actor(Role.SYSTEM)

#: A person whose right is checked here, or an actor whose right the caller has checked.
By = Person | Actor


def acting(by: By, role: Role, permission: str, booking: Booking) -> Actor:
    """The person as an actor of that side. Raises NotFound or Forbidden."""
    if isinstance(by, Actor):
        return by
    permissions.require(by, permission, booking)
    return Actor(role, str(by))


def lock(booking: Booking) -> Booking:
    """The booking as it now is, locked. Related rows are read afterwards, hence fresh."""
    return Booking.objects.select_for_update(no_key=True).get(pk=booking.pk)


def take(booking: Booking, by: By, role: Role, permission: str) -> tuple[Booking, Actor]:
    """The booking locked and brought up to the present moment, and who acts."""
    from resources.booking import clock_steps  # noqa: PLC0415 - it moves bookings itself

    locked = lock(booking)
    actor = acting(by, role, permission, locked)
    clock_steps.catch_up(locked)
    return locked, actor


def period_of(slot: BookingSlot) -> Period:
    """The meeting of a slot in local time, without turnaround."""
    return Period(slot.period.lower.astimezone(KRAKOW), slot.period.upper.astimezone(KRAKOW))


def wanted(slots: Sequence[BookingSlot]) -> list[claims.Wanted]:
    """What these slots take, turnaround included."""
    return [claims.Wanted.of(slot.resource, period_of(slot)) for slot in slots]


def slots_in(booking: Booking, states_: Sequence[str] = STANDING) -> list[BookingSlot]:
    """The booking's slots in these states, in order of time, with their places."""
    return list(
        BookingSlot.objects.filter(booking=booking, state__in=states_)
        .select_related("resource")
        .order_by("period", "pk")
    )


def situation(booking: Booking, slots: Sequence[BookingSlot] | None = None) -> Situation:
    """What the guards of states.py look at."""
    standing = slots_in(booking) if slots is None else list(slots)
    if not standing:
        # A refused request stands again if the refusal is taken back.
        standing = slots_in(booking, [SlotState.RELEASED])
    hold = booking.hold
    return Situation(
        now=now(),
        first_start=min((slot.period.lower for slot in standing), default=None),
        last_end=max((slot.period.upper for slot in standing), default=None),
        # What is held, is held to the end of the deadline's day.
        deadline=(hold.expires_at if hold and hold.expires_at else booking.decide_by),
        decided_at=booking.decided_at,
    )


def move(
    booking: Booking,
    action: Action,
    actor: Actor,
    *,
    target: State | None = None,
    message: str = "",
    reason: str = "",
    slots: Sequence[BookingSlot] | None = None,
) -> None:
    """Change the state by the table, save the booking as it stands in memory, leave a step."""
    transition = states.require(
        booking.state,
        action,
        actor.role,
        situation(booking, slots),
        target=target,
        reason=reason,
    )
    previous, booking.state = booking.state, transition.target
    booking.save()
    note(booking, actor, previous=previous, message=message or reason)


def note(booking: Booking, actor: Actor, *, previous: str = "", message: str = "") -> None:
    """A step in the course of the case; without `previous` the state stayed as it is."""
    BookingStep.objects.create(
        booking=booking,
        at=now(),
        actor=actor.name,
        from_state=previous or booking.state,
        to_state=booking.state,
        message=message,
    )


def set_slots(booking: Booking, source: str, target: str) -> None:
    BookingSlot.objects.filter(booking=booking, state=source).update(state=target)


def let_go(booking: Booking) -> None:
    """Give up everything that is held; whoever waits for it is asked after the transaction."""
    if booking.hold is not None and booking.hold.binding:
        claims.lapse(booking.hold)
    BookingSlot.objects.filter(
        booking=booking, state__in=[SlotState.WISHED, SlotState.HELD, SlotState.PROPOSED,
                                    SlotState.CONFIRMED]
    ).update(state=SlotState.RELEASED)  # fmt: skip
    something_became_free(booking)


def something_became_free(booking: Booking) -> None:
    """Asks the waiting list after the commit, when no lock of this transaction is held any more.

    Should that fail, jobs.py asks again within minutes.
    """
    from resources.booking import waiting_list  # noqa: PLC0415 - it moves bookings itself

    transaction.on_commit(partial(waiting_list.advance, booking.unit_id), robust=True)


def first_start(slots: Sequence[BookingSlot]) -> datetime:
    return min(slot.period.lower for slot in slots).astimezone(KRAKOW)
