"""Giving up what a booking holds, and telling those who wait for it."""

from functools import partial

from django.db import transaction

from resources import claims
from resources.booking import waiting_list
from resources.booking.course import SlotState
from resources.models import Booking, BookingSlot


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
    transaction.on_commit(partial(waiting_list.advance, booking.unit_id), robust=True)
