"""Saving and sending a request.

Sending is one transaction: rules, price, claims, states, steps and messages stand or fall
together. Whoever loses a race for a date gets DatesTaken with what could be had instead.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.models import Organisation, Person
from organisations.permissions import require as require_of_organisation
from records.clock import now
from records.problems import Conflict, NotFound, Problems
from resources import claims, permissions, scopes
from resources.booking import auto_approval, messages, outlook, pricing, series
from resources.booking.codes import new_code
from resources.booking.course import (
    SYSTEM,
    Actor,
    By,
    acting,
    move,
    take,
)
from resources.booking.drafts import Draft, Meeting
from resources.booking.outlook import Outlook
from resources.booking.series import DatesTaken, Slot
from resources.booking.states import Action, Role
from resources.models import Booking, BookingSlot, Hold, PolicyTerms, Resource

State = Booking.State
SlotState = BookingSlot.State

EDITABLE = (State.DRAFT, State.RETURNED)


def place_to_request(person: Any, code: str) -> Resource:
    """The place with this code, if the person may see it. Raises NotFound."""
    place = (
        scopes.resources_visible_to(person)
        .select_related("unit", "site", "policy__unit", "price_list")
        .filter(code=code)
        .first()
    )
    if place is None:
        raise NotFound(_("There is no such place, or it is not shown to you."), field="resource")
    return place


def save_draft(draft: Draft, person: Person, *, booking: Booking | None = None) -> Booking:
    """Keep a draft, a new one or `booking`; nothing is held yet.

    A request returned to be completed is edited the same way and keeps what it holds. Raises
    Forbidden for an organisation that the person may not request for.
    """
    if draft.organisation is not None:
        require_of_organisation(person, "organisation.request_for", draft.organisation)
    with transaction.atomic():
        if booking is None:
            permissions.require(person, "resource.request", draft.resource)
            booking = Booking(code=new_code(), state=State.DRAFT, person=person, created_at=now())
        else:
            booking, _actor = take(booking, person, Role.APPLICANT, "booking.edit")
            if booking.state not in EDITABLE:
                raise Conflict(
                    _("The request has been sent; it can no longer be edited."), code="wrong_state"
                )
        _write(booking, draft)
        booking.save()
    return booking


def discard_draft(booking: Booking, person: Person) -> None:
    """Throw a draft away. It held nothing and nobody else saw it."""
    with transaction.atomic():
        locked, _actor = take(booking, person, Role.APPLICANT, "booking.edit")
        if locked.state != State.DRAFT:
            raise Conflict(_("The request has been sent: withdraw it instead."), code="wrong_state")
        locked.delete()


def _write(booking: Booking, draft: Draft) -> None:
    booking.resource = draft.resource
    booking.unit = draft.resource.unit
    booking.organisation = draft.organisation
    booking.is_series = draft.wish.is_series
    booking.wish = {**draft.wish.as_json(), "choices": dict(draft.choices)}
    for name, value in draft.meeting.as_json().items():
        setattr(booking, name, value)


def submit(
    booking: Booking,
    by: By,
    *,
    accepted_terms: PolicyTerms | None = None,
    wait_if_taken: bool = False,
) -> Booking:
    """Send a draft, or a returned request again; returns the booking in its new state.

    A request that chose to wait, or with `wait_if_taken` any for taken dates, joins the waiting
    list and holds nothing.
    Raises DatesTaken (with alternatives), another Conflict, Forbidden, Invalid or Problems.
    """

    @claims.retrying
    @transaction.atomic
    def send() -> Booking:
        return _submit(booking, by, accepted_terms, wait_if_taken=wait_if_taken)

    try:
        return send()
    except claims.SlotTaken as lost:
        # Somebody was quicker between the look and the lock. Look again: now it shows.
        draft = Draft.of(Booking.objects.get(pk=booking.pk))
        plan = outlook.plan_of(draft, booking.person, hold=booking.hold, preselect=False)
        raise DatesTaken(plan) from lost


def _submit(
    booking: Booking, by: By, accepted_terms: PolicyTerms | None, *, wait_if_taken: bool
) -> Booking:
    booking, actor = take(booking, by, Role.APPLICANT, "booking.submit")
    draft = Draft.of(booking)
    if actor.role is Role.APPLICANT and booking.person is not None:
        permissions.require(booking.person, "resource.request", draft.resource)
    _lock_applicant(draft.organisation, booking.person)
    plan = outlook.plan_of(draft, booking.person, hold=booking.hold, preselect=False)
    waits = plan.waits or (wait_if_taken and bool(plan.undecided))
    if plan.undecided and not waits:
        raise DatesTaken(plan)
    slots = series.wait_for(plan) if waits else plan.slots
    look = outlook.of(
        draft,
        slots,
        booking.person,
        booking_id=booking.pk,
        accepted=accepted_terms,
        by_unit=actor.role is Role.UNIT,
    )
    if len(look.problems) == 1:
        raise look.problems[0]
    if look.problems:
        raise Problems(look.problems)
    again = booking.state == State.RETURNED
    _set_down(booking, look, accepted_terms)
    if waits:
        _join_waiting_list(booking, slots, actor)
    else:
        _hold(booking, slots, look)
        move(booking, Action.SUBMIT, actor)
        move(booking, Action.TAKE_UP, SYSTEM)
        if not auto_approval.accept_if_allowed(booking, slots, look):
            messages.to_unit(booking, "booking_completed" if again else "booking_new")
            messages.to_applicant(booking, "booking_received")
    return booking


def _lock_applicant(organisation: Organisation | None, person: Person | None) -> None:
    """Two requests of one applicant are judged one after the other: quota, limits, bans."""
    if organisation is not None:
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    elif person is not None:
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _set_down(booking: Booking, look: Outlook, accepted: PolicyTerms | None) -> None:
    """What was asked and promised at this moment, on the booking."""
    booking.user_group = look.group
    booking.cost_net = look.quote.net if look.quote.known else None
    booking.cost_gross = look.quote.gross if look.quote.known else None
    booking.cost_explanation = explanations(look.quote)
    booking.terms = accepted
    booking.terms_accepted_at = now() if accepted else None
    booking.submitted_at = booking.submitted_at or now()
    booking.decide_by = look.reply_by
    booking.decided_at = None
    booking.decided_by = ""
    booking.reason = ""
    booking.escalated_at = None


def explanations(quote: pricing.Quote) -> dict[str, Any]:
    """The tree of the price in both languages, as it was shown when the request was sent."""
    found = {}
    for language in ("pl", "en"):
        with override(language):
            found[language] = pricing.explain(quote).as_dict()
    return found


def hold_label(booking: Booking) -> str:
    """What anybody may read about whose time it is: a name only where they agreed."""
    return str(booking.organisation) if booking.show_name and booking.organisation else ""


def _hold(booking: Booking, slots: Sequence[Slot], look: Outlook) -> None:
    """Hold the dates until the reply is due, in place of what a returned request held before."""
    if booking.hold is None:
        booking.hold = claims.new_hold(
            Hold.Kind.BOOKING, booking.code, hold_label(booking), expires_at=look.held_until
        )
    else:
        claims.lapse(booking.hold)
        claims.revive(booking.hold, expires_at=look.held_until)
    claims.claim(booking.hold, [claims.Wanted.of(slot.resource, slot.period) for slot in slots])
    write_slots(booking, slots, SlotState.HELD)


def _join_waiting_list(booking: Booking, slots: Sequence[Slot], actor: Actor) -> None:
    if booking.hold is None:
        booking.hold = claims.new_hold(
            Hold.Kind.BOOKING, booking.code, hold_label(booking), binding=False
        )
    else:
        claims.lapse(booking.hold)
    booking.decide_by = None
    write_slots(booking, slots, SlotState.WISHED)
    move(booking, Action.SUBMIT, actor)
    move(booking, Action.WAIT, SYSTEM)
    messages.to_applicant(booking, "booking_waiting")


def write_slots(booking: Booking, slots: Sequence[Slot], state: str) -> None:
    """The dates of a booking that was not decided yet, in place of earlier ones."""
    BookingSlot.objects.filter(booking=booking).delete()
    BookingSlot.objects.bulk_create(
        BookingSlot(
            booking=booking,
            resource=slot.resource,
            period=(slot.period.start, slot.period.end),
            state=state,
            replaces=slot.replaces,
        )
        for slot in slots
    )


def enter(
    draft: Draft,
    by: Person,
    *,
    channel: Booking.Channel,
    requester_name: str = "",
    requester_contact: str = "",
    wait_if_taken: bool = False,
) -> Booking:
    """A request that came by telephone or on paper, entered by the unit and submitted at once.

    The rules that are kind to neighbours (policy.RULES) do not bind it.
    """
    permissions.require(by, "booking.enter", draft.resource)
    return create(
        draft,
        Actor(Role.UNIT, str(by)),
        wait_if_taken=wait_if_taken,
        channel=channel,
        requester_name=requester_name,
        requester_contact=requester_contact,
    )


def create(
    draft: Draft,
    by: By,
    *,
    accepted_terms: PolicyTerms | None = None,
    wait_if_taken: bool = False,
    also: Callable[[Booking], None] = lambda _booking: None,
    **fields: Any,
) -> Booking:
    """Save and send in one transaction: refused, it leaves no draft behind.

    `also` runs inside the transaction, with the booking as sent. `by` is a person asking for
    themselves or for the draft's organisation, or the unit's actor whose right was checked.
    """
    person = None if isinstance(by, Actor) else by
    if person is not None:
        if draft.organisation is not None:
            require_of_organisation(person, "organisation.request_for", draft.organisation)
        permissions.require(person, "resource.request", draft.resource)

    @claims.retrying
    @transaction.atomic
    def send() -> Booking:
        booking = Booking(
            code=new_code(), state=State.DRAFT, person=person, created_at=now(), **fields
        )
        _write(booking, draft)
        booking.save()
        sent = _submit(booking, by, accepted_terms, wait_if_taken=wait_if_taken)
        also(sent)
        return sent

    try:
        return send()
    except claims.SlotTaken as lost:
        raise DatesTaken(outlook.plan_of(draft, person, preselect=False)) from lost


def again(booking: Booking, person: Person) -> Draft:
    """The same request once more, for other dates: nothing is saved yet."""
    acting(person, Role.APPLICANT, "booking.view", booking)
    old = Draft.of(booking)
    return Draft(old.resource, old.wish, {}, Meeting.of(booking), old.organisation)
