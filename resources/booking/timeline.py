"""The course of a case for both sides: what was, what is, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from records import typography
from resources.booking import contracts, facts
from resources.booking.course import period_of
from resources.models import Booking, BookingSlot, BookingStep

State = Booking.State


@dataclass(frozen=True, slots=True)
class Entry:
    """`tense` is done, now or next."""

    title: str
    tense: str
    at: datetime | None = None
    detail: str = ""
    message: str = ""


def timeline(
    booking: Booking, steps: Sequence[BookingStep], slots: Sequence[BookingSlot]
) -> list[Entry]:
    """Steps taken, the present one, and those still to come."""
    passed = [
        Entry(_title(step), "done", step.at, step.actor, step.message)
        for step in steps
        # Taken up at once by the system: for a reader that is the same step as sending.
        if step.to_state != State.UNDER_REVIEW or step.from_state != State.SUBMITTED
    ]
    present = _present(booking)
    return [*passed, *([present] if present else []), *_to_come(booking, slots)]


def _title(step: BookingStep) -> str:
    if step.from_state == step.to_state:
        return _("Dates changed")
    names = {
        State.SUBMITTED: _("Request sent"),
        State.UNDER_REVIEW: (
            _("The time became free")
            if step.from_state == State.WAITLISTED
            else _("Decision taken back")
        ),
        State.CONTRACT_PENDING: _("Accepted, a contract is needed"),
        State.PROPOSED_CHANGE: _("Another time proposed"),
        State.RETURNED: _("Returned to be completed"),
        State.WAITLISTED: _("Put on the waiting list"),
        State.IN_USE: _("Use has begun"),
    }
    state = State(step.to_state)
    return names.get(state) or str(state.label).capitalize()


def _present(booking: Booking) -> Entry | None:
    by = typography.moment(booking.decide_by) if booking.decide_by else ""
    until = _("by %(moment)s") % {"moment": by} if by else ""
    now = {
        State.DRAFT: Entry(_("You are preparing the request"), "now"),
        State.UNDER_REVIEW: Entry(_("The unit reads the request"), "now", detail=until),
        State.RETURNED: Entry(_("You complete the request"), "now", detail=until),
        State.PROPOSED_CHANGE: Entry(_("You answer the proposal"), "now", detail=until),
        State.CONTRACT_PENDING: Entry(_("The contract is signed"), "now", detail=until),
        State.WAITLISTED: Entry(
            _("The request waits until the time becomes free"),
            "now",
            detail=_("until a day before the meeting"),
        ),
        State.CONFIRMED: Entry(_("The dates are yours"), "now"),
        State.IN_USE: Entry(_("You use the room"), "now"),
    }
    return now.get(State(booking.state))


def _to_come(booking: Booking, slots: Sequence[BookingSlot]) -> list[Entry]:
    answer = Entry(
        _("Answer in a message"),
        "next",
        detail=_("consent, another time, or a refusal with its reason"),
    )
    rules = facts.policy_of(booking.resource)
    needs_contract = contracts.needed(
        rules, [period_of(slot) for slot in slots], is_series=booking.is_series
    )
    contract = [
        Entry(_("Contract for the season"), "next", detail=_("a long series needs one, signed"))
    ] * needs_contract
    meeting = Entry(_("You meet"), "next")
    reading = Entry(_("The unit reads the request"), "next")
    return {
        State.DRAFT: [reading, answer, *contract],
        State.RETURNED: [reading, answer, *contract],
        State.UNDER_REVIEW: [answer, *contract, meeting],
        State.WAITLISTED: [reading, answer],
        State.PROPOSED_CHANGE: [*contract, meeting],
        State.CONTRACT_PENDING: [meeting],
        State.CONFIRMED: [meeting],
    }.get(State(booking.state), [])
