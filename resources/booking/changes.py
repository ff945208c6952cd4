"""What happens to a booking after it was sent: withdrawn, answered, cancelled, used or not."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from records import typography
from records.clock import now
from records.problems import Conflict, Invalid
from resources import claims, unmet
from resources.booking import decisions, facts, messages
from resources.booking.course import (
    Actor,
    By,
    let_go,
    move,
    note,
    period_of,
    slots_in,
    something_became_free,
    take,
    wanted,
)
from resources.booking.states import Action, Role
from resources.models import Booking, BookingSlot

State = Booking.State
SlotState = BookingSlot.State

#: States in which dates are promised and single ones can be cancelled.
PROMISED = (State.CONTRACT_PENDING, State.CONFIRMED, State.IN_USE)


# --- the applicant's side -------------------------------------------------------------------------
@claims.retrying
@transaction.atomic
def withdraw(booking: Booking, by: By, *, reason: str = "") -> Booking:
    """Take back a request that is not confirmed yet. What it held is free at once."""
    booking, actor = take(booking, by, Role.APPLICANT, "booking.withdraw")
    move(booking, Action.WITHDRAW, actor, message=reason)
    let_go(booking)
    unmet.record_abandoned(booking, "withdrawn")
    messages.to_unit(booking, "booking_withdrawn", text=reason)
    return booking


@claims.retrying
@transaction.atomic
def accept_proposal(booking: Booking, by: By) -> Booking:
    """Agree to the times that the unit proposed."""
    booking, actor = take(booking, by, Role.APPLICANT, "booking.answer_proposal")
    decisions.settle_acceptance(booking, actor, Action.ACCEPT_PROPOSAL)
    messages.to_unit(booking, "booking_proposal_accepted")
    return booking


@claims.retrying
@transaction.atomic
def decline_proposal(booking: Booking, by: By, *, reason: str = "") -> Booking:
    """Decline the proposed times, which ends the request; "request again" starts a new one."""
    booking, actor = take(booking, by, Role.APPLICANT, "booking.answer_proposal")
    move(booking, Action.DECLINE_PROPOSAL, actor, message=reason)
    let_go(booking)
    unmet.record_abandoned(booking, "proposal_declined")
    messages.to_unit(booking, "booking_proposal_declined", text=reason)
    return booking


def is_late(booking: Booking, slot: BookingSlot) -> bool:
    """Whether cancelling the date now is after the term of notice, so that it counts."""
    notice = timedelta(hours=facts.policy_of(booking.resource).cancel_hours)
    return period_of(slot).start - now() < notice


@claims.retrying
@transaction.atomic
def cancel(
    booking: Booking,
    by: By,
    *,
    slot_ids: Collection[int] | None = None,
    reason: str = "",
    late_is_known: bool = False,
) -> Booking:
    """Cancel some dates, or all that are still to come (`slot_ids` None).

    After the term of notice the date is freed all the same, but counts like an absence, which the
    person must know (`late_is_known`): otherwise raises Conflict `late_cancellation`.
    """
    booking, actor = take(booking, by, Role.APPLICANT, "booking.cancel_as_applicant")
    slots = _to_come(booking, slot_ids)
    late = [slot for slot in slots if is_late(booking, slot)]
    if late and not late_is_known:
        raise Conflict(
            _(
                "It is less than %(hours)d hours before %(moment)s, so cancelling counts like "
                "not coming. Confirm that you know, or come."
            )
            % {
                "hours": facts.policy_of(booking.resource).cancel_hours,
                "moment": typography.moment(late[0].period.lower),
            },
            code="late_cancellation",
            extra={"late": [slot.pk for slot in late]},
        )
    _free(booking, slots, SlotState.CANCELLED_BY_USER, reason, late={slot.pk for slot in late})
    _close_or_note(booking, actor, Action.CANCEL, slots, reason)
    messages.to_unit(booking, "booking_cancelled", text=reason, slots=slots)
    return booking


# --- the unit's side ------------------------------------------------------------------------------
@claims.retrying
@transaction.atomic
def call_off(
    booking: Booking,
    by: By,
    *,
    reason: str,
    slot_ids: Collection[int] | None = None,
    urgent: bool = False,
) -> Booking:
    """The unit calls off some dates, or all that are still to come, with a reason.

    It owes the policy's days of notice; `urgent` (a burst pipe, a breach of the terms) goes
    without. Raises Conflict `short_notice` otherwise.
    """
    booking, actor = take(booking, by, Role.UNIT, "booking.cancel_as_owner")
    if not reason.strip():
        raise Invalid(
            _("Give the reason in a simple sentence."), code="reason_missing", field="reason"
        )
    slots = _to_come(booking, slot_ids)
    notice = timedelta(days=facts.policy_of(booking.resource).owner_cancel_days)
    near = [slot for slot in slots if period_of(slot).start - now() < notice]
    if near and not urgent:
        raise Conflict(
            _("The rules give the organisation %(days)d days of notice, and %(moment)s is nearer.")
            % {"days": notice.days, "moment": typography.moment(near[0].period.lower)},
            code="short_notice",
            extra={"near": [slot.pk for slot in near]},
        )
    _free(booking, slots, SlotState.CANCELLED_BY_OWNER, reason)
    booking.reason = reason
    _close_or_note(booking, actor, Action.CALL_OFF, slots, reason)
    if booking.state == State.CANCELLED_BY_OWNER:
        unmet.record_refusal(booking, "called_off")
    messages.to_applicant(booking, "booking_called_off", text=reason, slots=slots)
    return booking


@claims.retrying
@transaction.atomic
def mark_absent(booking: Booking, by: By, *, slot_ids: Collection[int]) -> Booking:
    """Nobody came on these dates. A single booking was not used at all; a series goes on."""
    booking, actor = take(booking, by, Role.UNIT, "booking.record_use")
    slots = _chosen(booking, slot_ids, [SlotState.CONFIRMED, SlotState.USED])
    if any(period_of(slot).start > now() for slot in slots):
        raise Conflict(_("This date has not begun yet."), code="not_started")
    BookingSlot.objects.filter(pk__in=[slot.pk for slot in slots]).update(state=SlotState.NO_SHOW)
    if not slots_in(booking, [SlotState.CONFIRMED, SlotState.USED]):
        move(booking, Action.MARK_ABSENT, actor, message=_dates(slots))
    else:
        note(booking, actor, message=_("nobody came: %(dates)s") % {"dates": _dates(slots)})
    messages.to_applicant(booking, "booking_absent", slots=slots)
    return booking


@claims.retrying
@transaction.atomic
def correct_absence(booking: Booking, by: By, *, slot_ids: Collection[int]) -> Booking:
    """They came after all, which also lifts a ban that the absence brought."""
    booking, actor = take(booking, by, Role.UNIT, "booking.record_use")
    slots = _chosen(booking, slot_ids, [SlotState.NO_SHOW])
    BookingSlot.objects.filter(pk__in=[slot.pk for slot in slots]).update(state=SlotState.USED)
    if booking.state == State.NO_SHOW:
        move(booking, Action.CORRECT_ABSENCE, actor, message=_dates(slots))
    else:
        note(booking, actor, message=_("they came after all: %(dates)s") % {"dates": _dates(slots)})
    messages.to_applicant(booking, "booking_absence_corrected", slots=slots)
    return booking


@claims.retrying
@transaction.atomic
def settle(booking: Booking, by: By, *, attended: int, message: str = "") -> Booking:
    """Close a use that is over: how many came, and what there is to say of it."""
    booking, actor = take(booking, by, Role.UNIT, "booking.record_use")
    booking.attended = attended
    move(booking, Action.SETTLE, actor, message=message)
    return booking


# --- both -----------------------------------------------------------------------------------------
def _chosen(
    booking: Booking, slot_ids: Collection[int], within: Sequence[str]
) -> list[BookingSlot]:
    slots = [slot for slot in slots_in(booking, within) if slot.pk in set(slot_ids)]
    if not slots or len(slots) != len(set(slot_ids)):
        raise Conflict(_("These dates cannot be changed this way any more."), code="wrong_state")
    return slots


def _to_come(booking: Booking, slot_ids: Collection[int] | None) -> list[BookingSlot]:
    """Promised dates that have not begun: those named, or all. Raises Conflict."""
    if booking.state not in PROMISED:
        raise Conflict(
            _("This cannot be done any more: the request is “%(state)s”.")
            % {"state": State(booking.state).label},
            code="wrong_state",
        )
    standing = [SlotState.HELD, SlotState.CONFIRMED]
    if slot_ids is None:
        slots = [slot for slot in slots_in(booking, standing) if period_of(slot).start > now()]
    else:
        slots = _chosen(booking, slot_ids, standing)
    if not slots or any(period_of(slot).start <= now() for slot in slots):
        raise Conflict(_("What has begun can no longer be cancelled."), code="already_started")
    return slots


def _free(
    booking: Booking,
    slots: list[BookingSlot],
    state: str,
    reason: str,
    late: Collection[int] = (),
) -> None:
    if booking.hold is not None:
        claims.release(booking.hold, wanted(slots))
    for slot in slots:
        slot.state, slot.reason, slot.late = state, reason[:300], slot.pk in late
        slot.save(update_fields=["state", "reason", "late"])
    something_became_free(booking)


def _close_or_note(
    booking: Booking, actor: Actor, action: Action, slots: list[BookingSlot], reason: str
) -> None:
    """With no date left the booking ends; with some left it goes on, and the step names them."""
    left = slots_in(booking, [SlotState.HELD, SlotState.CONFIRMED])
    used = slots_in(booking, [SlotState.USED, SlotState.NO_SHOW])
    if left or used:
        text = _("cancelled: %(dates)s") % {"dates": _dates(slots)}
        note(booking, actor, message=f"{text}. {reason}".strip(" ."))
        booking.save()
        if not left and booking.state == State.IN_USE:
            _finish(booking)
        return
    if booking.state == State.CONTRACT_PENDING and actor.role is Role.APPLICANT:
        action = Action.WITHDRAW
    # Judged by the dates just cancelled: none of them has begun.
    move(booking, action, actor, reason=reason, slots=slots)
    if booking.hold is not None:
        claims.lapse(booking.hold)


def _finish(booking: Booking) -> None:
    from resources.booking import clock_steps  # noqa: PLC0415 - it moves bookings itself

    clock_steps.catch_up(booking)


def _dates(slots: list[BookingSlot]) -> str:
    return ", ".join(typography.day(slot.period.lower) for slot in slots)
