"""Steps that the clock takes: expiry, lapse, beginning and end of use.

They depend on the state of the booking and the present moment only. The periodic job takes them
for everything that is due; whoever touches a booking takes them first for that one.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from records.clock import now
from resources import unmet
from resources.booking import messages, states
from resources.booking.course import (
    SYSTEM,
    let_go,
    move,
    situation,
    slots_in,
)
from resources.booking.states import Action
from resources.models import Booking, BookingSlot

State = Booking.State
SlotState = BookingSlot.State

_HELD_TO_A_DEADLINE = (State.UNDER_REVIEW, State.RETURNED, State.PROPOSED_CHANGE)


def due() -> QuerySet[Booking]:
    """Bookings for which the clock has a step to take."""
    at = now()

    def has(*slot_states: str, **times: Any) -> Exists:
        return Exists(
            BookingSlot.objects.filter(booking=OuterRef("pk"), state__in=slot_states, **times)
        )

    still_to_come = has(SlotState.CONFIRMED, SlotState.HELD, SlotState.PROPOSED)
    too_late = at + states.WAIT_UNTIL_BEFORE_START
    return Booking.objects.filter(
        Q(state__in=(*_HELD_TO_A_DEADLINE, State.CONTRACT_PENDING))
        & (Q(hold__expires_at__lte=at) | Q(hold__binding=False, decide_by__lte=at))
        | Q(state=State.WAITLISTED) & has(SlotState.WISHED, period__startswith__lte=too_late)
        | Q(state=State.CONFIRMED) & has(SlotState.CONFIRMED, period__startswith__lte=at)
        | Q(state=State.IN_USE) & has(SlotState.CONFIRMED, period__endswith__lte=at)
        | Q(state=State.IN_USE) & ~still_to_come
    )


def catch_up(booking: Booking) -> bool:
    """Take the due steps of a locked booking; whether there was any."""
    before = booking.state
    if booking.state in _HELD_TO_A_DEADLINE and _deadline_over(booking):
        _give_up(booking, Action.EXPIRE, "booking_expired")
    elif booking.state == State.CONTRACT_PENDING and _deadline_over(booking):
        _give_up(booking, Action.LAPSE, "booking_lapsed")
    elif booking.state == State.WAITLISTED and not states.too_late_to_wait(situation(booking)):
        _give_up(booking, Action.EXPIRE, "booking_waited_in_vain")
    if booking.state == State.CONFIRMED and not states.first_date_begun(situation(booking)):
        move(booking, Action.START, SYSTEM)
    if booking.state == State.IN_USE:
        _use(booking)
    return booking.state != before


def _deadline_over(booking: Booking) -> bool:
    return states.deadline_over(situation(booking)) is None


def _give_up(booking: Booking, action: Action, message: str) -> None:
    move(booking, action, SYSTEM)
    let_go(booking)
    unmet.record_abandoned(booking, booking.state)
    messages.to_applicant(booking, message)
    if message == "booking_expired":
        messages.to_unit(booking, "booking_expired_unanswered")


def _use(booking: Booking) -> None:
    """Dates that are over were used, unless somebody says otherwise; after the last one: done."""
    BookingSlot.objects.filter(
        booking=booking, state=SlotState.CONFIRMED, period__endswith__lte=now()
    ).update(state=SlotState.USED)
    if not slots_in(booking, [SlotState.CONFIRMED]):
        move(booking, Action.FINISH, SYSTEM)
