"""What waits at the desk of a unit, oldest deadline first, and how long it has waited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from records.clock import KRAKOW, now, today
from records.marks import Badge, Tone
from records.typography import clock_time
from resources.collisions import applicant_of
from resources.desk.words import count_and_changes, place_and_time, short_day
from resources.models import Booking, BookingSlot, ManagingUnit

State = Booking.State


class Tab(StrEnum):
    """A part of the inbox; the values stand in addresses."""

    DECIDE = "do-decyzji"
    UNDER_WAY = "w-toku"
    DONE = "zalatwione"

    @property
    def label(self) -> str:
        return str(_LABELS[self])

    @property
    def states(self) -> tuple[str, ...]:
        return _STATES[self]


_LABELS = {
    Tab.DECIDE: gettext_lazy("To decide"),
    Tab.UNDER_WAY: gettext_lazy("Under way"),
    Tab.DONE: gettext_lazy("Done"),
}
_STATES: Mapping[Tab, tuple[str, ...]] = {
    Tab.DECIDE: (State.SUBMITTED, State.UNDER_REVIEW),
    # Somebody else's turn, or a use that is over and has not been settled.
    Tab.UNDER_WAY: (
        State.RETURNED,
        State.PROPOSED_CHANGE,
        State.CONTRACT_PENDING,
        State.WAITLISTED,
        State.COMPLETED,
    ),
    Tab.DONE: (
        State.CONFIRMED,
        State.IN_USE,
        State.SETTLED,
        State.NO_SHOW,
        State.REJECTED,
        State.EXPIRED,
        State.WITHDRAWN,
        State.LAPSED,
        State.CANCELLED_BY_USER,
        State.CANCELLED_BY_OWNER,
    ),
}

#: Dates of a request that are, or are still meant to be, used.
STANDING = (BookingSlot.State.WISHED, *BookingSlot.HOLDING)


@dataclass(frozen=True, slots=True)
class Item:
    """One case in the list."""

    booking: Booking
    applicant: str
    what: str
    detail: str
    badge: Badge
    age: str
    escalated: bool
    urgent: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer of the page: how many wait for a decision, how many until tomorrow."""

    to_decide: int
    until_tomorrow: int
    overdue: int


def requests_of(unit: ManagingUnit) -> QuerySet[Booking]:
    """Sent requests of the unit, with what a line of the inbox shows."""
    return (
        Booking.objects.filter(unit=unit)
        .exclude(state=State.DRAFT)
        .select_related("organisation", "person", "resource", "hold", "unit")
    )


def in_tab(unit: ManagingUnit, tab: Tab) -> QuerySet[Booking]:
    """The cases of one tab: what has a deadline by it, what is done by when it was."""
    found = requests_of(unit).filter(state__in=tab.states)
    if tab is Tab.DONE:
        return found.order_by(F("decided_at").desc(nulls_last=True), "-created_at", "-pk")
    return found.order_by(F("decide_by").asc(nulls_last=True), "submitted_at", "pk")


def counts(unit: ManagingUnit) -> dict[Tab, int]:
    """How many cases each tab has, in one query."""
    found = dict(
        Booking.objects.filter(unit=unit)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    return {tab: sum(found.get(state, 0) for state in tab.states) for tab in Tab}


def waiting(unit: ManagingUnit) -> Waiting:
    """Counted apart from the page of the list, so that the answer holds for all of it."""
    tomorrow_over = today() + timedelta(days=2)
    found = Booking.objects.filter(unit=unit, state__in=Tab.DECIDE.states).aggregate(
        every=Count("pk"),
        soon=Count("pk", filter=Q(decide_by__date__lt=tomorrow_over)),
        over=Count("pk", filter=Q(decide_by__lt=now())),
    )
    return Waiting(found["every"], found["soon"], found["over"])


def items(bookings: Sequence[Booking]) -> list[Item]:
    """Lines of the inbox for these bookings, in one query more."""
    slots: dict[int, list[BookingSlot]] = {booking.pk: [] for booking in bookings}
    for slot in BookingSlot.objects.filter(booking__in=bookings).order_by("period", "pk"):
        slots[slot.booking_id].append(slot)
    return [_item(booking, slots[booking.pk]) for booking in bookings]


def _item(booking: Booking, every: Sequence[BookingSlot]) -> Item:
    standing = [slot for slot in every if slot.state in STANDING] or list(every)
    mark = state_badge(booking)
    return Item(
        booking=booking,
        applicant=applicant_of(booking),
        what=place_and_time(booking, standing),
        detail=count_and_changes(booking, standing),
        badge=mark,
        age=age_of(booking),
        escalated=booking.escalated_at is not None and booking.state in Tab.DECIDE.states,
        urgent=mark.tone == Tone.STOP and booking.state in Tab.DECIDE.states,
    )


def state_badge(booking: Booking) -> Badge:
    """What the list says of a case: its deadline while somebody has to act, else how it ended."""
    state = booking.state
    if state in Tab.DECIDE.states:
        return _deadline(booking)
    until = short_day(booking.decide_by) if booking.decide_by else ""
    marks = {
        State.PROPOSED_CHANGE: (
            _("they answer by %(day)s") % {"day": until} if until else _("they answer"),
            Tone.HOLD,
            "swap",
        ),
        State.RETURNED: (
            _("they complete it by %(day)s") % {"day": until} if until else _("they complete it"),
            Tone.WAIT,
            "edit",
        ),
        State.CONTRACT_PENDING: (
            _("contract by %(day)s") % {"day": until} if until else _("contract to be signed"),
            Tone.WAIT,
            "doc",
        ),
        State.WAITLISTED: (_("on the waiting list"), Tone.MUTE, "pause"),
        State.COMPLETED: (_("enter how many came"), Tone.WAIT, "people"),
        State.IN_USE: (_("in use"), Tone.OK, "cal"),
        State.CONFIRMED: (_("confirmed"), Tone.OK, "yes"),
        State.SETTLED: (_("settled"), Tone.OK, "yes"),
        State.REJECTED: (_("refused"), Tone.STOP, "no"),
        State.NO_SHOW: (_("nobody came"), Tone.STOP, "people"),
    }
    label, tone, icon = marks.get(State(state), (str(State(state).label), Tone.MUTE, "pause"))
    return Badge(label, tone, icon)


def _deadline(booking: Booking) -> Badge:
    if booking.decide_by is None:
        return Badge(_("answer"), Tone.WAIT, "clock")
    local = booking.decide_by.astimezone(KRAKOW)
    apart = (local.date() - today()).days
    if local <= now():
        return Badge(_("overdue since %(day)s") % {"day": short_day(local)}, Tone.STOP, "warn")
    if apart == 0:
        return Badge(_("answer today by %(time)s") % {"time": clock_time(local)}, Tone.STOP, "warn")
    if apart == 1:
        return Badge(_("answer tomorrow"), Tone.STOP, "warn")
    return Badge(_("answer by %(day)s") % {"day": short_day(local)}, Tone.WAIT, "clock")


def age_of(booking: Booking) -> str:
    """dziś; 2 dni czeka: how long ago the request was sent, while it waits."""
    sent = booking.submitted_at or booking.created_at
    days = (today() - _day(sent)).days
    if days <= 0:
        return _("today")
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _day(moment: datetime) -> date:
    return moment.astimezone(KRAKOW).date()
