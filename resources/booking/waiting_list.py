"""Who gets a time that became free: the first who asked and for whom all dates fit.

Each entry is tried in a transaction of its own, in the order in which the requests were sent. Its
booking is locked before its leaves, like everywhere; what does not fit is left waiting.
"""

from django.db import transaction

from records.clock import now
from resources import claims
from resources.booking import facts, messages
from resources.booking.course import SYSTEM, first_start, lock, move, set_slots, slots_in, wanted
from resources.booking.deadlines import held_until, holidays_from, reply_deadline
from resources.booking.states import WAIT_UNTIL_BEFORE_START, Action
from resources.models import Booking, BookingSlot

State = Booking.State
SlotState = BookingSlot.State


def advance(unit_id: int) -> int:
    """Move whoever can be moved in this unit; how many were. Not inside a transaction."""
    entries = Booking.objects.filter(state=State.WAITLISTED, unit_id=unit_id).order_by(
        "submitted_at", "pk"
    )
    return sum(_promote_or_leave(entry) for entry in entries)


def advance_everywhere() -> int:
    """For the periodic job: what an interrupted process left undone."""
    units = Booking.objects.filter(state=State.WAITLISTED).order_by("unit_id")
    return sum(advance(unit) for unit in units.values_list("unit_id", flat=True).distinct())


def position(booking: Booking) -> int:
    """Its place among those who wait for an overlapping time there; 1 is the first."""
    overlapping = [
        Booking.objects.filter(
            state=State.WAITLISTED,
            slots__resource=slot.resource,
            slots__state=SlotState.WISHED,
            slots__period__overlap=slot.period,
        ).values("pk")
        for slot in slots_in(booking, [SlotState.WISHED])
    ]
    ahead = Booking.objects.none()
    for one in overlapping:
        ahead |= Booking.objects.filter(pk__in=one, submitted_at__lt=booking.submitted_at)
    return ahead.distinct().count() + 1


def _promote_or_leave(entry: Booking) -> bool:
    try:
        return _promote(entry)
    except claims.SlotTaken:
        return False


@claims.retrying
@transaction.atomic
def _promote(entry: Booking) -> bool:
    booking = lock(entry)
    slots = slots_in(booking, [SlotState.WISHED])
    if booking.state != State.WAITLISTED or booking.hold is None or not slots:
        return False
    begins = first_start(slots)
    if begins - WAIT_UNTIL_BEFORE_START <= now():
        return False
    booking.decide_by = reply_deadline(
        facts.policy_of(booking.resource),
        now(),
        is_series=booking.is_series,
        first_start=begins,
        holidays=holidays_from(now().date()),
    )
    claims.revive(booking.hold, expires_at=held_until(booking.decide_by, begins))
    claims.claim(booking.hold, wanted(slots))
    set_slots(booking, SlotState.WISHED, SlotState.HELD)
    move(booking, Action.PROMOTE, SYSTEM)
    messages.to_applicant(booking, "booking_promoted")
    messages.to_unit(booking, "booking_new")
    return True
