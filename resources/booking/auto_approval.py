"""Small requests that the policy lets through at once, without waiting for anybody."""

from collections.abc import Sequence

from records.clock import today
from resources import claims
from resources.booking import messages
from resources.booking.course import SYSTEM, move, set_slots
from resources.booking.outlook import Outlook
from resources.booking.pricing import is_verified
from resources.booking.series import Slot
from resources.booking.states import Action
from resources.models import Booking, BookingSlot

State = Booking.State


def allowed(booking: Booking, slots: Sequence[Slot], look: Outlook) -> bool:
    """A single date as wished, of a verified organisation, few enough people, nothing to weigh.

    What needs a head's judgement never goes through: minors, a price that nobody set, a
    replacement, a contract or a document to be shown.
    """
    limit = look.policy.auto_approve_participants
    return (
        limit is not None
        and not booking.is_series
        and len(slots) == 1
        and slots[0].replaces is None
        and is_verified(booking.organisation, today())
        and (booking.participants or 0) <= limit
        and not booking.minors
        and look.quote.known
        and not look.policy.insurance_required
        and not look.policy.documents
        and not look.contract_needed
    )


def accept_if_allowed(booking: Booking, slots: Sequence[Slot], look: Outlook) -> bool:
    """Confirm a request that holds its date and is under review, if the policy allows."""
    if booking.hold is None or not allowed(booking, slots, look):
        return False
    claims.bind(booking.hold)
    booking.decide_by = None
    move(booking, Action.ACCEPT, SYSTEM, target=State.CONFIRMED)
    set_slots(booking, BookingSlot.State.HELD, BookingSlot.State.CONFIRMED)
    messages.to_applicant(booking, "booking_confirmed_at_once")
    messages.to_unit(booking, "booking_confirmed_itself")
    return True
