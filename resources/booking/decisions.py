"""The unit's answers to a request. Each sends a message and can be taken back for ten minutes."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from records.clock import now
from records.problems import Conflict, Invalid
from resources import claims, unmet
from resources.booking import contracts, facts, messages
from resources.booking.course import (
    Actor,
    By,
    first_start,
    let_go,
    move,
    period_of,
    set_slots,
    slots_in,
    something_became_free,
    take,
    wanted,
)
from resources.booking.deadlines import answer_deadline, held_until, holidays_from, reply_deadline
from resources.booking.series import Slot
from resources.booking.states import Action, Role
from resources.models import Booking, BookingSlot, Hold

State = Booking.State
SlotState = BookingSlot.State


def _hold(booking: Booking) -> Hold:
    if booking.hold is None:
        raise ValueError(f"{booking.code} was never submitted")
    return booking.hold


def _decided(booking: Booking, actor: Actor, reason: str = "") -> None:
    booking.decided_at = now()
    booking.decided_by = actor.name
    booking.reason = reason
    booking.reminded_at = None


def _waits_for_applicant(booking: Booking, days: int) -> None:
    """Set the applicant's deadline and hold the dates as long."""
    begins = first_start(slots_in(booking))
    booking.decide_by = answer_deadline(days, now(), begins)
    claims.hold_until(_hold(booking), held_until(booking.decide_by, begins))


@claims.retrying
@transaction.atomic
def accept(booking: Booking, by: By, *, message: str = "", contract: bool | None = None) -> Booking:
    """Accept as asked: confirmed, or waiting for a contract where one is needed.

    `contract` overrides what the policy says. Raises HoldLapsed or Conflict if the request is no
    longer there to be accepted.
    """
    booking, actor = take(booking, by, Role.UNIT, "booking.decide")
    _decided(booking, actor)
    settle_acceptance(booking, actor, Action.ACCEPT, message=message, contract=contract)
    return booking


def settle_acceptance(
    booking: Booking,
    actor: Actor,
    action: Action,
    *,
    message: str = "",
    contract: bool | None = None,
) -> None:
    """Both sides agree on the dates: bind them, or hold them until the contract is signed."""
    rules = facts.policy_of(booking.resource)
    slots = slots_in(booking, [SlotState.HELD, SlotState.PROPOSED])
    if contract is None:
        contract = contracts.needed(
            rules, [period_of(slot) for slot in slots], is_series=booking.is_series
        )
    if contract:
        move(booking, action, actor, target=State.CONTRACT_PENDING, message=message)
        set_slots(booking, SlotState.PROPOSED, SlotState.HELD)
        _waits_for_applicant(booking, rules.contract_days)
        booking.save()
        messages.to_applicant(booking, "booking_contract", text=message)
    else:
        move(booking, action, actor, target=State.CONFIRMED, message=message)
        booking.decide_by = None
        booking.save()
        _confirm(booking)
        messages.to_applicant(booking, "booking_confirmed", text=message)


def _confirm(booking: Booking) -> None:
    claims.bind(_hold(booking))
    for state in (SlotState.HELD, SlotState.PROPOSED):
        set_slots(booking, state, SlotState.CONFIRMED)


@claims.retrying
@transaction.atomic
def contract_signed(booking: Booking, by: By, *, reference: str) -> Booking:
    """Both sides have signed: the dates stand. `reference` is the contract's number."""
    booking, actor = take(booking, by, Role.UNIT, "booking.decide")
    if not reference.strip():
        raise Invalid(
            _("Give the number of the contract."), code="reference_missing", field="reference"
        )
    booking.contract_reference = reference.strip()
    booking.decide_by = None
    move(booking, Action.SIGN, actor)
    _confirm(booking)
    messages.to_applicant(booking, "booking_confirmed")
    return booking


@claims.retrying
@transaction.atomic
def reject(booking: Booking, by: By, *, reason: str) -> Booking:
    """Refuse with a reason that the applicant reads. What was held is free at once."""
    booking, actor = take(booking, by, Role.UNIT, "booking.decide")
    _decided(booking, actor, reason)
    move(booking, Action.REJECT, actor, reason=reason)
    let_go(booking)
    unmet.record_refusal(booking)
    messages.to_applicant(booking, "booking_rejected", text=reason)
    return booking


@claims.retrying
@transaction.atomic
def send_back(booking: Booking, by: By, *, reason: str) -> Booking:
    """Return to be completed: the dates stay held for as many days as the policy gives."""
    booking, actor = take(booking, by, Role.UNIT, "booking.return")
    _decided(booking, actor, reason)
    move(booking, Action.RETURN, actor, reason=reason)
    _waits_for_applicant(booking, facts.policy_of(booking.resource).return_days)
    booking.save()
    messages.to_applicant(booking, "booking_returned", text=reason)
    return booking


@claims.retrying
@transaction.atomic
def put_on_waiting_list(booking: Booking, by: By, *, message: str = "") -> Booking:
    """Free the dates for somebody else and let this request wait for them."""
    booking, actor = take(booking, by, Role.UNIT, "booking.decide")
    move(booking, Action.WAIT, actor, message=message)
    claims.lapse(_hold(booking))
    set_slots(booking, SlotState.HELD, SlotState.WISHED)
    booking.decide_by = None
    booking.save()
    messages.to_applicant(booking, "booking_waiting", text=message)
    something_became_free(booking)
    return booking


@claims.retrying
@transaction.atomic
def propose(
    booking: Booking,
    by: By,
    *,
    instead: Mapping[int, Slot | None],
    message: str = "",
) -> Booking:
    """Propose other times: for the id of a slot a place and time, or None to leave it out.

    The proposed times are held until the applicant answers; those they replace are free. Slots
    that are not named stay as asked. Raises SlotTaken if a proposed time is not free.
    """
    booking, actor = take(booking, by, Role.UNIT, "booking.propose")
    slots = {slot.pk: slot for slot in slots_in(booking, [SlotState.HELD])}
    if not instead or not set(instead) <= set(slots):
        raise Invalid(
            _("Choose at least one date of this request and a time for it."),
            code="nothing_proposed",
            field="instead",
        )
    offered = [slot for slot in instead.values() if slot is not None]
    if len(instead) == len(slots) and not offered:
        raise Invalid(
            _("Nothing would be left of the request. Refuse it instead, with a reason."),
            code="nothing_left",
            field="instead",
        )
    if any(slot.resource.unit_id != booking.unit_id for slot in offered):
        raise Invalid(_("Propose a place of your own unit."), code="foreign_place", field="instead")
    if any(slot.period.start <= now() for slot in offered):
        raise Conflict(_("Propose a time in the future."), code="in_the_past", field="instead")
    hold = _hold(booking)
    replaced = [slots[pk] for pk in instead]
    # One lock over both sets of leaves, in their order; then the old times may be the new ones.
    claims.lock_leaves(
        {slot.resource.space_id for slot in replaced} | {slot.resource.space_id for slot in offered}
    )
    claims.release(hold, wanted(replaced))
    claims.claim(hold, [claims.Wanted.of(slot.resource, slot.period) for slot in offered])
    BookingSlot.objects.filter(pk__in=list(instead)).update(state=SlotState.RELEASED)
    BookingSlot.objects.bulk_create(
        BookingSlot(
            booking=booking,
            resource=slot.resource,
            period=(slot.period.start, slot.period.end),
            state=SlotState.PROPOSED,
            replaces=slots[pk].replaces or period_of(slots[pk]).start.date(),
        )
        for pk, slot in instead.items()
        if slot is not None
    )
    _decided(booking, actor)
    move(booking, Action.PROPOSE, actor, message=message)
    _waits_for_applicant(booking, facts.policy_of(booking.resource).proposal_days)
    booking.save()
    messages.to_applicant(booking, "booking_proposed", text=message)
    something_became_free(booking)
    return booking


@claims.retrying
@transaction.atomic
def undo(booking: Booking, by: By) -> Booking:
    """Take the last answer back within ten minutes: the request is under review as before.

    Raises SlotTaken if a time that a refusal or proposal freed was given to somebody meanwhile.
    """
    booking, actor = take(booking, by, Role.UNIT, "booking.decide")
    move(booking, Action.UNDO, actor)
    hold = _hold(booking)
    BookingSlot.objects.filter(booking=booking, state=SlotState.PROPOSED).delete()
    for state in (SlotState.CONFIRMED, SlotState.RELEASED):
        set_slots(booking, state, SlotState.HELD)
    slots = slots_in(booking, [SlotState.HELD])
    begins = first_start(slots)
    booking.decide_by = reply_deadline(
        facts.policy_of(booking.resource),
        (booking.submitted_at or now()).astimezone(begins.tzinfo),
        is_series=booking.is_series,
        first_start=begins,
        holidays=holidays_from((booking.submitted_at or now()).date()),
    )
    # An answer taken back on the last day still leaves that day for another one.
    until = max(held_until(booking.decide_by, begins), min(begins, held_until(now(), begins)))
    # Claimed anew as a whole: what still stands is released and taken in one go.
    claims.lock_leaves({slot.resource.space_id for slot in slots})
    claims.lapse(hold)
    claims.revive(hold, expires_at=until)
    claims.claim(hold, wanted(slots))
    booking.decided_at = None
    booking.decided_by = ""
    booking.reason = ""
    booking.contract_reference = ""
    booking.save()
    messages.to_applicant(booking, "booking_undone")
    return booking
