"""One request as the desk sees it: facts, checks, dates, and what may be done with it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.clock import KRAKOW, now
from records.marks import Badge, Tone
from records.problems import Problem
from resources import permissions
from resources.booking import contracts, course, facts, states
from resources.booking.drafts import Draft
from resources.booking.states import Action, Role
from resources.collisions import applicant_of
from resources.desk.checks import Check, checks_of
from resources.desk.inbox import STANDING, Tab, state_badge
from resources.desk.words import hours_of, short_day, times_of, title_of, weekday_and_day
from resources.models import Booking, BookingSlot, BookingStep

State = Booking.State
SlotState = BookingSlot.State

#: Which permission each action of the unit needs (resources/permissions.py).
PERMISSION = {
    Action.ACCEPT: "booking.decide",
    Action.REJECT: "booking.decide",
    Action.WAIT: "booking.decide",
    Action.UNDO: "booking.decide",
    Action.SIGN: "booking.decide",
    Action.RETURN: "booking.return",
    Action.PROPOSE: "booking.propose",
    Action.CALL_OFF: "booking.cancel_as_owner",
    Action.MARK_ABSENT: "booking.record_use",
    Action.CORRECT_ABSENCE: "booking.record_use",
    Action.SETTLE: "booking.record_use",
}
SLOT_TONES = {
    SlotState.HELD: Tone.WAIT,
    SlotState.PROPOSED: Tone.HOLD,
    SlotState.CONFIRMED: Tone.OK,
    SlotState.USED: Tone.OK,
    SlotState.NO_SHOW: Tone.STOP,
}


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date of the request in the list under the strip."""

    slot: BookingSlot
    day: str
    hours: str
    place: str
    note: str
    badge: Badge
    is_over: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The wished dates as ticks, and the same in words."""

    ticks: list[str]
    span: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the course of the case: what came of it, or a note where the state stayed."""

    label: str
    message: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Case:
    """What the panel of the desk shows."""

    booking: Booking
    applicant: str
    where: str
    when: str
    badge: Badge
    facts: list[tuple[str, str]]
    checks: list[Check]
    strip: Strip | None
    dates: list[DateLine]
    steps: list[Step]
    actions: frozenset[str]
    effect: str
    undo_until: datetime | None

    @property
    def decides(self) -> bool:
        """Whether the person may answer this request now."""
        return Action.ACCEPT in self.actions

    @property
    def noted_dates(self) -> bool:
        """Whether the list of dates says more than the head of the case does."""
        return len(self.dates) != 1 or any(line.note or line.place for line in self.dates)

    @property
    def others(self) -> bool:
        """Whether there is something beyond answering: sign, call off, settle."""
        return bool(
            self.actions
            & {
                Action.SIGN,
                Action.CALL_OFF,
                Action.MARK_ABSENT,
                Action.CORRECT_ABSENCE,
                Action.SETTLE,
            }
        )


def cases_of(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With everything that a case reads of its related rows."""
    return bookings.select_related(
        "organisation", "person", "resource__policy", "resource__unit", "unit", "hold", "terms"
    )


def case_of(booking: Booking, person: Any) -> Case:
    """The case of a booking that was read by `cases_of`."""
    every = list(booking.slots.select_related("resource").order_by("period", "pk"))
    standing = [slot for slot in every if slot.state in STANDING]
    shown = standing or every
    in_review = booking.state in Tab.DECIDE.states
    actions = allowed_actions(booking, standing, person)
    return Case(
        booking=booking,
        applicant=applicant_of(booking),
        where=title_of(booking.resource),
        when=_when(shown, booking),
        badge=_badge(booking),
        facts=_facts(booking),
        checks=checks_of(booking, standing)
        if in_review or booking.state == State.WAITLISTED
        else [],
        strip=_strip(booking, standing) if booking.is_series else None,
        dates=[_line(slot, booking) for slot in shown],
        steps=[_step(one) for one in booking.steps.all()],
        actions=actions,
        effect=_effect(booking, standing),
        undo_until=booking.decided_at + states.UNDO_WITHIN
        if Action.UNDO in actions and booking.decided_at
        else None,
    )


def allowed_actions(
    booking: Booking, standing: Sequence[BookingSlot], person: Any
) -> frozenset[str]:
    """What the person may do now, by the table of states, its guards and their rights."""
    at = course.situation(booking, standing)
    found = set()
    for action in states.allowed(booking.state, Role.UNIT):
        permission = PERMISSION.get(action)
        if permission is None or not permissions.can(person, permission, booking):
            continue
        transitions = [
            one
            for one in states.TRANSITIONS
            if one.action == action and one.source == booking.state and Role.UNIT in one.roles
        ]
        # Calling off and absences concern single dates, so the guard of the whole does not decide.
        if action in (Action.CALL_OFF, Action.MARK_ABSENT) or any(
            one.guard is None or one.guard(at) is None for one in transitions
        ):
            found.add(action)
    if booking.state == State.IN_USE and permissions.can(
        person, "booking.cancel_as_owner", booking
    ):
        found.add(Action.CALL_OFF)
    if not any(slot.period.lower > now() for slot in standing):
        found.discard(Action.CALL_OFF)
    if not any(slot.period.lower <= now() for slot in standing):
        found.discard(Action.MARK_ABSENT)
    return frozenset(found)


def _step(one: BookingStep) -> Step:
    stayed = one.from_state == one.to_state
    label = _("note") if stayed else str(State(one.to_state).label)
    return Step(label, one.message, one.at, one.actor)


def _badge(booking: Booking) -> Badge:
    if booking.state in Tab.DECIDE.states:
        return Badge(_("under review"), Tone.WAIT, "clock")
    return state_badge(booking)


def _when(slots: Sequence[BookingSlot], booking: Booking) -> str:
    text = times_of(slots)
    if booking.is_series and slots:
        first, last = slots[0].period.lower, slots[-1].period.lower
        text += f", {short_day(first)}\u2060–\u2060{short_day(last)}"
    return text


def _facts(booking: Booking) -> list[tuple[str, str]]:
    people = ngettext("about %(count)d person", "about %(count)d people", booking.participants or 0)
    people %= {"count": booking.participants or 0}
    minors = _("with minors") if booking.minors else _("no minors")
    found = [
        (_("Why"), booking.purpose),
        (_("Number of people"), f"{people}, {minors}"),
        (_("Fees"), _("participants pay") if booking.fee_taking else _("free entry")),
        (
            _("On the spot"),
            ", ".join(
                text for text in (booking.person_in_charge, booking.person_in_charge_phone) if text
            ),
        ),
        (_("Contact"), booking.requester_contact),
        (_("Equipment"), ", ".join(booking.equipment)),
        (_("Note"), booking.note),
        (_("Received"), _received(booking)),
        (_("Contract"), booking.contract_reference),
        (_("How many came"), str(booking.attended) if booking.attended is not None else ""),
        (_("Reason told"), booking.reason),
        (_("Decided by"), booking.decided_by),
    ]
    return [(name, value) for name, value in found if value]


def _received(booking: Booking) -> str:
    sent = (booking.submitted_at or booking.created_at).astimezone(KRAKOW)
    text = f"{sent.day}.{sent.month:02}.{sent.year}, {sent:%H:%M}"
    if booking.channel != Booking.Channel.ONLINE:
        text += f" ({booking.get_channel_display()})"
    return text


def _line(slot: BookingSlot, booking: Booking) -> DateLine:
    note = slot.reason
    if slot.replaces:
        note = _("instead of %(day)s") % {"day": short_day(slot.replaces)}
    return DateLine(
        slot=slot,
        day=weekday_and_day(slot.period.lower),
        hours=hours_of(slot.period.lower, slot.period.upper),
        place=title_of(slot.resource) if slot.resource_id != booking.resource_id else "",
        note=note,
        badge=Badge(
            str(SlotState(slot.state).label), SLOT_TONES.get(SlotState(slot.state), Tone.MUTE)
        ),
        is_over=slot.period.upper <= now(),
    )


def _strip(booking: Booking, standing: Sequence[BookingSlot]) -> Strip | None:
    """Each wished date: as asked, replaced by another, or left out."""
    try:
        wished = [period.start.date() for period in Draft.of(booking).wish.dates()]
    except Problem:
        return None
    as_asked = {
        slot.period.lower.astimezone(KRAKOW).date() for slot in standing if not slot.replaces
    }
    replaced = {slot.replaces for slot in standing if slot.replaces}
    ticks = [
        "free" if day in as_asked else "taken" if day in replaced else "shut" for day in wished
    ]
    span = f"{short_day(wished[0])}\u2060–\u2060{short_day(wished[-1])}"
    return Strip(ticks, span, _strip_words(wished, ticks))


def _strip_words(wished: Sequence[date], ticks: Sequence[str]) -> str:
    named = {
        tick: [short_day(day) for day, one in zip(wished, ticks, strict=True) if one == tick]
        for tick in ("free", "taken", "shut")
    }
    counts = {tick: len(days) for tick, days in named.items()}
    words = [
        ngettext("%(count)d as asked", "%(count)d as asked", counts["free"])
        % {"count": counts["free"]}
    ]
    if counts["taken"]:
        words.append(
            ngettext(
                "%(count)d replaced (%(days)s)", "%(count)d replaced (%(days)s)", counts["taken"]
            )
            % {"count": counts["taken"], "days": _some(named["taken"])}
        )
    if counts["shut"]:
        words.append(
            ngettext(
                "%(count)d left out (%(days)s)", "%(count)d left out (%(days)s)", counts["shut"]
            )
            % {"count": counts["shut"], "days": _some(named["shut"])}
        )
    return ", ".join(words)


def _some(words: Sequence[str], limit: int = 5) -> str:
    return ", ".join(words[:limit]) + (" …" if len(words) > limit else "")


def _effect(booking: Booking, standing: Sequence[BookingSlot]) -> str:
    """What accepting will do, said before it is done."""
    needed = contracts.needed(
        facts.policy_of(booking.resource),
        [course.period_of(slot) for slot in standing],
        is_series=booking.is_series,
    )
    if needed:
        return _(
            "Accepting sends a message and asks for a contract. You can undo it for 10 minutes."
        )
    return ngettext(
        "Accepting sends a message and confirms %(count)d date. You can undo it for 10 minutes.",
        "Accepting sends a message and confirms %(count)d dates. You can undo it for 10 minutes.",
        len(standing),
    ) % {"count": len(standing)}
