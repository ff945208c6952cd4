"""Use of the places of a unit in figures, each with its denominator.

A room's offered time is its opening hours without days off, closures and the unit's own use. A hall
that is divided counts by its sectors, so that nothing is counted twice. Booked time is what was or
is promised to others within the span, used time the part of it that is over and was not missed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import F, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.clock import KRAKOW, now, today
from records.periods import local_moment
from records.typography import number
from resources import collisions
from resources.availability import Timetable, timetables
from resources.booking.deadlines import SATURDAY, holidays_from
from resources.desk import refusals
from resources.desk.week import rooms_of
from resources.desk.words import title_of
from resources.models import Booking, BookingSlot, HeldPeriod, Hold, ManagingUnit, Resource

State = Booking.State
SlotState = BookingSlot.State

ANSWER_DAYS = 90
PROMISED = (SlotState.CONFIRMED, SlotState.USED, SlotState.NO_SHOW)

#: [start, end) in seconds since 1970, merged and in order.
Spans = list[tuple[float, float]]


def merged(spans: Iterable[tuple[float, float]]) -> Spans:
    """Overlapping and adjacent spans joined."""
    found: Spans = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def common(one: Spans, other: Spans) -> Spans:
    """What two lists of merged spans share."""
    found: Spans = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            found.append((start, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def hours(spans: Spans) -> Decimal:
    """Their length, to a quarter of an hour at least as exact."""
    seconds = sum(end - start for start, end in spans)
    return (Decimal(round(seconds)) / 3600).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class RoomUse:
    """Hours of one room (or sector) in the span."""

    resource: Resource
    title: str
    offered: Decimal
    booked: Decimal
    used: Decimal
    own: Decimal
    closed: Decimal

    @property
    def occupancy(self) -> Decimal | None:
        """Booked by offered; None where nothing was offered. May pass 1 by use out of hours."""
        return self.booked / self.offered if self.offered else None


@dataclass(frozen=True, slots=True)
class Answers:
    """How quickly requests sent in the last 90 days were answered, in working days."""

    median_days: float | None
    answered: int
    in_time: int

    @property
    def words(self) -> str:
        """2 dni robocze; 2,5 dnia roboczego; "" without any answer."""
        if self.median_days is None:
            return ""
        whole = int(self.median_days)
        if whole != self.median_days:
            return _("%(days)s of a working day") % {"days": number(self.median_days, 1)}
        return ngettext("%(days)d working day", "%(days)d working days", whole) % {"days": whole}


@dataclass(frozen=True, slots=True)
class Statistics:
    """A span of days, both included."""

    first: date
    last: date
    rooms: list[RoomUse]
    organisations: int
    requests: int
    refusals: list[tuple[str, int]]
    no_shows: int
    dates_due: int
    answers: Answers

    @property
    def offered(self) -> Decimal:
        return sum((one.offered for one in self.rooms), Decimal(0))

    @property
    def booked(self) -> Decimal:
        return sum((one.booked for one in self.rooms), Decimal(0))

    @property
    def used(self) -> Decimal:
        return sum((one.used for one in self.rooms), Decimal(0))

    @property
    def own(self) -> Decimal:
        return sum((one.own for one in self.rooms), Decimal(0))

    @property
    def occupancy(self) -> Decimal | None:
        return self.booked / self.offered if self.offered else None


def statistics_of(unit: ManagingUnit, first: date, last: date) -> Statistics:
    """Use from `first` to `last` (included). A constant number of queries."""
    start, end = local_moment(first, 0), local_moment(last, 24 * 60)
    slots = list(
        BookingSlot.objects.filter(
            resource__unit=unit, state__in=PROMISED, period__overlap=(start, end)
        ).select_related("booking", "resource")
    )
    in_span = Booking.objects.filter(unit=unit, submitted_at__gte=start, submitted_at__lt=end)
    refused = Counter(
        refusals.kind_of(reason)
        for reason in in_span.filter(state=State.REJECTED)
        .order_by()
        .values_list("reason", flat=True)
    )
    over = [slot for slot in slots if slot.period.upper <= now()]
    return Statistics(
        first=first,
        last=last,
        rooms=_rooms(unit, first, last, slots),
        organisations=len({_applicant(slot.booking) for slot in slots}),
        requests=in_span.exclude(state=State.DRAFT).count(),
        refusals=sorted(refused.items(), key=lambda one: (-one[1], one[0])),
        no_shows=sum(slot.state == SlotState.NO_SHOW for slot in over),
        dates_due=len(over),
        answers=answers_of(unit),
    )


def _applicant(booking: Booking) -> tuple[str, object]:
    if booking.organisation_id is not None:
        return ("organisation", booking.organisation_id)
    if booking.person_id is not None:
        return ("person", booking.person_id)
    return ("name", booking.requester_name.casefold() or booking.pk)


def _rooms(
    unit: ManagingUnit, first: date, last: date, slots: Sequence[BookingSlot]
) -> list[RoomUse]:
    every = rooms_of(unit)
    divided = {one.part_of_id for one in every}
    counted = [one for one in every if one.pk not in divided]
    known = timetables(counted, first, last)
    held = list(
        HeldPeriod.objects.filter(
            resource__in=every,
            period__overlap=(local_moment(first, 0), local_moment(last, 24 * 60)),
            hold__kind__in=[Hold.Kind.OWN_USE, Hold.Kind.CLOSURE],
        ).select_related("hold", "resource")
    )
    leaves = collisions.leaves_of(
        {one.space_id for one in every} | {slot.resource.space_id for slot in slots}
    )
    return [_use(one, known[one.pk], slots, held, leaves) for one in counted]


def _use(
    room: Resource,
    known: Timetable,
    slots: Sequence[BookingSlot],
    held: Sequence[HeldPeriod],
    leaves: dict[int | None, frozenset[int]],
) -> RoomUse:
    mine = leaves[room.space_id]
    span = [
        (
            local_moment(known.first_day, 0).timestamp(),
            local_moment(known.last_day, 24 * 60).timestamp(),
        )
    ]

    def within(rows: Iterable[BookingSlot | HeldPeriod]) -> Spans:
        return common(
            merged(
                (row.period.lower.timestamp(), row.period.upper.timestamp())
                for row in rows
                if leaves[row.resource.space_id] & mine
            ),
            span,
        )

    opening = merged(
        (one.start.timestamp(), one.end.timestamp())
        for day in known.days()
        for one in known.opening(day)
    )
    closed = common(within(row for row in held if row.hold.kind == Hold.Kind.CLOSURE), opening)
    own = within(row for row in held if row.hold.kind == Hold.Kind.OWN_USE)
    taken_away = merged([*closed, *common(own, opening)])
    used = [
        slot for slot in slots if slot.state != SlotState.NO_SHOW and slot.period.upper <= now()
    ]
    return RoomUse(
        resource=room,
        title=title_of(room),
        offered=hours(opening) - hours(taken_away),
        booked=hours(within(slots)),
        used=hours(within(used)),
        own=hours(own),
        closed=hours(closed),
    )


def answers_of(unit: ManagingUnit, *, until: date | None = None) -> Answers:
    """Median time from sending to the unit's first answer, over requests of the last 90 days.

    An answer is a step by a person of the unit out of review; what was accepted by the rules alone
    is not counted.
    """
    last = until or today()
    since = local_moment(last - timedelta(days=ANSWER_DAYS), 0)
    rows: list[Any] = list(
        Booking.objects.filter(unit=unit, submitted_at__gte=since)
        .annotate(
            answered_at=Min(
                "steps__at",
                filter=Q(
                    steps__from_state__in=[State.UNDER_REVIEW, State.SUBMITTED],
                    steps__to_state__in=[
                        State.CONFIRMED,
                        State.CONTRACT_PENDING,
                        State.PROPOSED_CHANGE,
                        State.RETURNED,
                        State.REJECTED,
                    ],
                    steps__at__gte=F("submitted_at"),
                )
                & ~Q(steps__actor=""),
            )
        )
        .filter(answered_at__isnull=False)
        .select_related("resource__policy")
    )
    holidays = holidays_from(since.date(), ANSWER_DAYS + 60)
    spent = [_working_days(row.submitted_at, row.answered_at, holidays) for row in rows]
    in_time = sum(_in_time(row, days) for row, days in zip(rows, spent, strict=True))
    return Answers(float(median(spent)) if spent else None, len(rows), in_time)


def _in_time(booking: Any, working_days: int) -> bool:
    policy = booking.resource.policy
    if booking.is_series:
        limit = policy.series_reply_days if policy else 14
        return (booking.answered_at - booking.submitted_at).days <= limit
    return working_days <= (policy.reply_working_days if policy else 3)


def _working_days(start: datetime, end: datetime, holidays: set[date]) -> int:
    """Working days after the day of `start` up to that of `end`; the same day is 0."""
    first, last = start.astimezone(KRAKOW).date(), end.astimezone(KRAKOW).date()
    return sum(
        day.isoweekday() < SATURDAY and day not in holidays
        for day in (first + timedelta(days=n + 1) for n in range((last - first).days))
    )
