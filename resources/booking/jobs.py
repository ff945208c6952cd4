"""What the clock does for bookings. Each job looks at the state, so it may run late or twice."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from records.clock import now
from records.jobs import periodic
from resources.booking import clock_steps, idempotency, messages, waiting_list
from resources.booking.course import lock
from resources.claims import retrying
from resources.models import Booking, BookingSlot

State = Booking.State

REMIND_BEFORE = timedelta(hours=24)


@periodic("*/5 * * * *")
def take_due_steps() -> int:
    """Expire what nobody answered, begin and end uses."""
    return sum(_catch_up(booking) for booking in clock_steps.due())


@retrying
@transaction.atomic
def _catch_up(booking: Booking) -> bool:
    return clock_steps.catch_up(lock(booking))


@periodic("*/5 * * * *")
def move_waiting_lists() -> int:
    """What became free without anybody being asked, because a process ended in between."""
    return waiting_list.advance_everywhere()


@periodic("*/10 * * * *")
def remind_of_dates() -> int:
    """A day before each date, once for each."""
    soon = BookingSlot.objects.filter(
        state=BookingSlot.State.CONFIRMED,
        period__startswith__gt=now(),
        period__startswith__lte=now() + REMIND_BEFORE,
        booking__state__in=[State.CONFIRMED, State.IN_USE],
    ).filter(
        Q(booking__reminded_at__isnull=True)
        | Q(booking__reminded_at__lt=F("period__startswith") - REMIND_BEFORE)
    )
    return sum(_remind(slot) for slot in soon.select_related("booking").order_by("period"))


@retrying
@transaction.atomic
def _remind(slot: BookingSlot) -> bool:
    booking = lock(slot.booking)
    fresh = BookingSlot.objects.get(pk=slot.pk)
    reminded = booking.reminded_at
    if fresh.state != BookingSlot.State.CONFIRMED or (
        reminded and reminded >= fresh.period.lower - REMIND_BEFORE
    ):
        return False
    booking.reminded_at = now()
    booking.save(update_fields=["reminded_at"])
    messages.to_applicant(booking, "booking_reminder", slots=[fresh])
    return True


@periodic("*/10 * * * *")
def press_for_answers() -> int:
    """A day before its deadline a request is called to mind; past it, the head is told."""
    waiting = Booking.objects.filter(state=State.UNDER_REVIEW, escalated_at__isnull=True)
    near = waiting.filter(reminded_at__isnull=True, decide_by__lte=now() + REMIND_BEFORE)
    overdue = waiting.filter(decide_by__lte=now())
    return sum(_press(booking) for booking in near | overdue)


@retrying
@transaction.atomic
def _press(booking: Booking) -> bool:
    booking = lock(booking)
    if booking.state != State.UNDER_REVIEW or booking.decide_by is None or booking.escalated_at:
        return False
    if booking.decide_by <= now():
        booking.escalated_at = now()
        booking.save(update_fields=["escalated_at"])
        messages.to_heads(booking, "booking_overdue")
        return True
    # Not on the very day it came: short deadlines remind of nothing.
    fresh = booking.submitted_at and booking.submitted_at > now() - timedelta(hours=12)
    if fresh or booking.reminded_at:
        return False
    booking.reminded_at = now()
    booking.save(update_fields=["reminded_at"])
    messages.to_unit(booking, "booking_answer_due")
    return True


@periodic("47 3 * * *")
def forget_idempotency_keys() -> int:
    """After two days nobody repeats a request."""
    return idempotency.forget_old()
