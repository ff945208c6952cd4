"""A week of all rooms of a unit: meetings, requests, own use, closures, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.clock import KRAKOW, now, today
from records.periods import local_moment
from resources.availability import Timetable, timetables
from resources.collisions import applicant_of
from resources.desk.words import SHORT_WEEKDAY, hours_of, short_day, title_of
from resources.models import Booking, BookingSlot, HeldPeriod, Hold, ManagingUnit, Resource

ROOMS_ON_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class Event:
    """Something in a room on a day. `mark`: ok, wait, own or shut; `word` says the same."""

    start: datetime
    hours: str
    label: str
    mark: str
    word: str
    icon: str
    address: str
    code: str = ""


@dataclass(slots=True)
class Cell:
    """One room on one day; `closed` names why it is not offered at all."""

    day: date
    closed: str
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RoomWeek:
    resource: Resource
    title: str
    note: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    label: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The table. `part` of `parts` pages of rooms is shown."""

    monday: date
    days: list[Day]
    rooms: list[RoomWeek]
    part: int
    parts: int

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


_LOOKS = {
    "ok": "yes",
    "wait": "clock",
    "own": "lock",
    "shut": "no",
}


def rooms_of(unit: ManagingUnit) -> list[Resource]:
    """Places of the unit that are used by the hour, sectors after their hall."""
    return list(
        Resource.objects.filter(unit=unit, tenure=Resource.Tenure.TIME, space__isnull=False)
        .exclude(visibility=Resource.Visibility.WITHDRAWN)
        .order_by("title_pl", "pk")
    )


def week_of(unit: ManagingUnit, monday: date, *, part: int = 1) -> Week:
    """The week from `monday`; a hall and its sectors share a row. Seven queries at most."""
    every = rooms_of(unit)
    tops = [one for one in every if one.part_of_id is None]
    parts = max(1, -(-len(tops) // ROOMS_ON_A_PAGE))
    part = min(max(part, 1), parts)
    shown = tops[(part - 1) * ROOMS_ON_A_PAGE : part * ROOMS_ON_A_PAGE]
    sectors: dict[int, list[Resource]] = {one.pk: [] for one in shown}
    for one in every:
        if one.part_of_id in sectors:
            sectors[one.part_of_id].append(one)
    on_page = [*shown, *(one for own in sectors.values() for one in own)]
    row_of = {one.pk: one.part_of_id or one.pk for one in on_page}
    known = timetables(on_page, monday, monday + timedelta(days=6))
    days = [monday + timedelta(days=number) for number in range(7)]
    rows = {
        one.pk: [
            Cell(day, _why_closed([known[r.pk] for r in (one, *sectors[one.pk])], day))
            for day in days
        ]
        for one in shown
    }
    _put_meetings(rows, row_of, monday)
    _put_held(rows, row_of, monday)
    _put_contracts(rows, known, shown, monday)
    for cells in rows.values():
        for cell in cells:
            cell.events.sort(key=lambda event: (event.start, event.label))
    return Week(
        monday=monday,
        days=[Day(one, _heading(one), one == today()) for one in days],
        rooms=[
            RoomWeek(one, title_of(one), _note(one, sectors[one.pk]), rows[one.pk]) for one in shown
        ],
        part=part,
        parts=parts,
    )


def _heading(day: date) -> str:
    return f"{SHORT_WEEKDAY[day.isoweekday()]} {short_day(day)}"


def _note(resource: Resource, sectors: Sequence[Resource]) -> str:
    if sectors:
        return ngettext("%(count)d sector", "%(count)d sectors", len(sectors)) % {
            "count": len(sectors)
        }
    if resource.capacity is None:
        return ""
    return ngettext("%(count)d person", "%(count)d people", resource.capacity) % {
        "count": resource.capacity
    }


def _why_closed(tables: Sequence[Timetable], day: date) -> str:
    """ "" if the hall or any of its sectors is open that day."""
    if any(table.opening(day) for table in tables):
        return ""
    named = next((table.closed_days[day].name for table in tables if day in table.closed_days), "")
    return named or _("closed")


def _put_meetings(rows: dict[int, list[Cell]], row_of: dict[int, int], monday: date) -> None:
    span = (local_moment(monday, 0), local_moment(monday + timedelta(days=6), 24 * 60))
    binding = Q(booking__hold__binding=True) & (
        Q(booking__hold__expires_at__isnull=True) | Q(booking__hold__expires_at__gt=now())
    )
    for slot in (
        BookingSlot.objects.filter(
            binding,
            resource__in=row_of,
            state__in=BookingSlot.HOLDING,
            period__overlap=span,
        )
        .select_related("booking__organisation", "booking__person", "booking__unit", "resource")
        .order_by("period")
    ):
        booking = slot.booking
        firm = slot.state in (
            BookingSlot.State.CONFIRMED,
            BookingSlot.State.USED,
            BookingSlot.State.NO_SHOW,
        )
        who = applicant_of(booking)
        if not firm:
            who = (
                _("proposed: %(who)s") % {"who": who}
                if (slot.state == BookingSlot.State.PROPOSED)
                else _("request: %(who)s") % {"who": who}
            )
        mark = "ok" if firm else "wait"
        _spread(
            rows[row_of[slot.resource_id]],
            slot.period.lower,
            slot.period.upper,
            label=_in_sector(slot.resource, row_of, who),
            mark=mark,
            word=_("nobody came") if slot.state == BookingSlot.State.NO_SHOW else _word(mark),
            address=reverse("desk:case", args=[booking.unit.code, booking.code]),
            code=booking.code,
        )


def _put_held(rows: dict[int, list[Cell]], row_of: dict[int, int], monday: date) -> None:
    span = (local_moment(monday, 0), local_moment(monday + timedelta(days=6), 24 * 60))
    for held in (
        HeldPeriod.objects.filter(resource__in=row_of, period__overlap=span, hold__binding=True)
        .select_related("hold", "resource__unit")
        .order_by("period")
    ):
        own = held.hold.kind == Hold.Kind.OWN_USE
        name = "desk:own_use" if own else "desk:closures"
        mark = "own" if own else "shut"
        _spread(
            rows[row_of[held.resource_id]],
            held.period.lower,
            held.period.upper,
            label=_in_sector(held.resource, row_of, held.hold.label),
            mark=mark,
            word=_word(mark),
            address=reverse(name, args=[held.resource.unit.code]) + f"#{held.hold.code}",
        )


def _put_contracts(
    rows: dict[int, list[Cell]],
    known: dict[int, Timetable],
    shown: Sequence[Resource],
    monday: date,
) -> None:
    """Leases, gratuitous loans and plans: told by their hold, which is all we know here."""
    beyond = local_moment(monday + timedelta(days=6), 24 * 60)
    for resource in shown:
        for busy in known[resource.pk].busy:
            if Hold.Kind(busy.kind) in (Hold.Kind.LEASE, Hold.Kind.LENDING, Hold.Kind.PLAN):
                _spread(
                    rows[resource.pk],
                    max(busy.start, local_moment(monday, 0)),
                    min(busy.end or beyond, beyond),
                    label=busy.label or str(Hold.Kind(busy.kind).label),
                    mark="shut",
                    word=str(Hold.Kind(busy.kind).label),
                    address="",
                )


def _word(mark: str) -> str:
    return {
        "ok": _("confirmed"),
        "wait": _("request"),
        "own": _("own use"),
        "shut": _("closed"),
    }[mark]


def _in_sector(resource: Resource, row_of: dict[int, int], label: str) -> str:
    """What is in a sector of a hall says which: the rest of the sector's name after its hall's."""
    if row_of[resource.pk] == resource.pk:
        return label
    sector = title_of(resource).rsplit(",", 1)[-1].strip()
    return f"{sector}: {label}"


def _spread(
    cells: list[Cell],
    start: datetime,
    end: datetime,
    *,
    label: str,
    mark: str,
    word: str,
    address: str,
    code: str = "",
) -> None:
    """Put an event into each day that it touches, with its hours of that day."""
    for cell in cells:
        opens, closes = local_moment(cell.day, 0), local_moment(cell.day, 24 * 60)
        first, last = max(start.astimezone(KRAKOW), opens), min(end.astimezone(KRAKOW), closes)
        if first.timestamp() >= last.timestamp():
            continue
        cell.events.append(
            Event(
                first,
                hours_of(first, last, compact=True),
                label,
                mark,
                word,
                _LOOKS[mark],
                address,
                code,
            )
        )


def monday_of(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def week_to_show(booking: Booking | None, slots: Sequence[BookingSlot]) -> date:
    """The Monday of the first date to come of the case on the desk, else of this week."""
    if booking is not None:
        for slot in slots:
            if slot.period.upper > now():
                return monday_of(slot.period.lower.astimezone(KRAKOW).date())
    return monday_of(today())
