"""The unit's own timetable: lessons, rehearsals, meetings of its own.

Own use takes time like a booking does, so it never displaces one: what collides is refused, or left
out where the person says so. Between own uses, and before a closure, the time for cleaning gives
way: lessons follow each other by the bell, however long the room takes to be made ready for others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.clock import now
from records.periods import Period, local_period, weekly_dates
from records.problems import Conflict, Invalid
from resources import claims, collisions
from resources.availability import calendar_days
from resources.claims import Wanted, lock_leaves, retrying
from resources.collisions import Collision, PlaceAndTime
from resources.held import give_up, hold_periods, new_code
from resources.models import HeldPeriod, Hold, ManagingUnit, OwnUse, Resource

MAX_DATES = 400
HORIZON = timedelta(days=400)

#: (leaf, start, end) of a claim of own use.
Piece = tuple[int, datetime, datetime]


class OwnUseCollides(Conflict):
    """Something stands in the way; `collisions` says what."""

    code = "own_use_collides"

    def __init__(self, found: Sequence[Collision]) -> None:
        super().__init__(
            ngettext(
                "%(count)d time is taken by something else.",
                "%(count)d times are taken by something else.",
                len(found),
            )
            % {"count": len(found)}
        )
        self.collisions = list(found)


@dataclass(frozen=True, slots=True)
class Weekly:
    """A weekly series as typed in: places, weekdays (ISO), minutes of the day, days included."""

    resources: Sequence[Resource]
    weekdays: frozenset[int]
    opens: int
    closes: int
    first: date
    last: date
    skip_days_off: bool = True


@dataclass(frozen=True, slots=True)
class Dates:
    """The times of a series, and the days passed over with the reason."""

    times: list[PlaceAndTime]
    passed_over: list[tuple[date, str]] = field(default_factory=list)


def dates_of(series: Weekly) -> Dates:
    """The single times of a weekly series. Raises Invalid where it is none, or too long.

    Days off are those that the place observes (public holidays, school breaks).
    """
    if series.opens >= series.closes:
        raise Invalid(_("The hours must end after they begin."), field="closes")
    if series.last < series.first:
        raise Invalid(_("The last day is before the first one."), field="last")
    if series.last - series.first > HORIZON:
        raise Invalid(
            _("Enter %(most)d days at most; next year's timetable comes next year.")
            % {"most": HORIZON.days},
            field="last",
        )
    observed = {kind for one in series.resources for kind in one.observes}
    off = calendar_days(series.first, series.last, observed) if series.skip_days_off else {}
    times: list[PlaceAndTime] = []
    passed_over: dict[date, str] = {}
    for day in weekly_dates(series.weekdays, series.first, series.last):
        for resource in series.resources:
            reason = next(
                (one.name for one in off.get(day, []) if one.kind in resource.observes), ""
            )
            if reason:
                passed_over[day] = reason
            else:
                times.append(PlaceAndTime(resource, local_period(day, series.opens, series.closes)))
    check(times)
    return Dates(times, sorted(passed_over.items()))


def check(times: Sequence[PlaceAndTime]) -> None:
    """Raises Invalid when there are no times, too many, or two that overlap in one place."""
    if not times:
        raise Invalid(_("There is no such day between these days."), field="weekdays")
    if len(times) > MAX_DATES:
        raise Invalid(
            _("At most %(most)d dates at once; these are %(count)d.")
            % {"most": MAX_DATES, "count": len(times)},
            field="last",
        )
    leaves = collisions.leaves_of({one.resource.space_id for one in times})
    ends: dict[int, datetime] = {}
    for one in sorted(times, key=lambda one: one.period.start.timestamp()):
        for leaf in leaves[one.resource.space_id]:
            if leaf in ends and one.period.start.timestamp() < ends[leaf].timestamp():
                raise Invalid(
                    _("Two of the times overlap in one place, on %(day)s.")
                    % {"day": f"{one.period.start:%d.%m.%Y}"},
                    field="first",
                )
            ends[leaf] = one.period.end


@retrying
def add(
    unit: ManagingUnit,
    title: str,
    times: Sequence[PlaceAndTime],
    *,
    by: str,
    show_title: bool = False,
    leave_out: bool = False,
    origin: str = OwnUse.Origin.TYPED,
    external_uid: str = "",
) -> tuple[OwnUse, list[Collision]]:
    """Enter own use; returns it and what made times be left out.

    Raises OwnUseCollides unless `leave_out`; then Conflict when no time is left.
    """
    check(times)
    if any(one.resource.unit_id != unit.pk for one in times):
        raise Invalid(_("A place belongs to another unit."), field="places")
    with transaction.atomic():
        hold = claims.new_hold(Hold.Kind.OWN_USE, new_code("Z"), title[:200])
        left_out = put(hold, times, leave_out=leave_out)
        if not hold.held_periods.exists():
            raise Conflict(_("All of these times are taken."), code="nothing_left")
        own_use = OwnUse.objects.create(
            hold=hold,
            unit=unit,
            title=title,
            show_title=show_title,
            origin=origin,
            external_uid=external_uid,
            created_by=by,
        )
    return own_use, left_out


@retrying
def replace(
    own_use: OwnUse,
    title: str,
    times: Sequence[PlaceAndTime],
    *,
    show_title: bool,
    leave_out: bool = False,
) -> list[Collision]:
    """Give own use another title and other times from now on; what is over stays.

    Returns what made times be left out. Raises OwnUseCollides unless `leave_out`.
    """
    with transaction.atomic():
        hold = own_use.hold
        held_now = hold.held_periods.values_list("resource__space_id", flat=True)
        lock_leaves([*held_now, *(one.resource.space_id for one in times)])
        for held in _still_to_come(hold):
            give_up(held)
        if not Hold.objects.get(pk=hold.pk).binding:
            claims.revive(hold, expires_at=None)
        left_out = put(hold, [one for one in times if is_to_come(one)], leave_out=leave_out)
        Hold.objects.filter(pk=hold.pk).update(label=title[:200])
        own_use.title, own_use.show_title = title, show_title
        own_use.save(update_fields=["title", "show_title"])
        if not hold.claims.exists():
            claims.lapse(hold)
    return left_out


@retrying
def remove(own_use: OwnUse) -> None:
    """Offer the times again that have not begun; what is over stays."""
    with transaction.atomic():
        lock_leaves(own_use.hold.held_periods.values_list("resource__space_id", flat=True))
        for held in _still_to_come(own_use.hold):
            give_up(held)


@retrying
def remove_date(held: HeldPeriod) -> None:
    """Offer one time again. Raises Conflict when it has begun."""
    if held.period.lower <= now():
        raise Conflict(_("This time has already begun."), code="already_started")
    with transaction.atomic():
        give_up(held)


def _still_to_come(hold: Hold) -> list[HeldPeriod]:
    return list(
        hold.held_periods.filter(period__startswith__gt=now()).select_related("resource", "hold")
    )


def is_to_come(one: PlaceAndTime) -> bool:
    return one.period.start > now()


def put(hold: Hold, times: Sequence[PlaceAndTime], *, leave_out: bool) -> list[Collision]:
    """Claim times for own use inside a transaction; returns what made some be left out.

    Raises OwnUseCollides unless `leave_out`. HeldPeriod rows are written beside the claims.
    """
    lock_leaves(one.resource.space_id for one in times if one.resource.space_id)
    each = collisions.find_each(times, with_turnaround=True)
    found = {one.key: one for in_the_way in each for one in in_the_way}
    if found and not leave_out:
        raise OwnUseCollides(list(found.values()))
    free = [one for one, in_the_way in zip(times, each, strict=True) if not in_the_way]
    claims.claim(hold, [Wanted(*piece) for piece in _pieces(free)])
    hold_periods(hold, free)
    return list(found.values())


def _pieces(times: Sequence[PlaceAndTime]) -> list[Piece]:
    """What to claim on each leaf: the times and the turnaround after them, as far as it is free.

    The end of earlier own use that runs into a time of ours (its turnaround) is cut off.
    """
    leaves = collisions.leaves_of({one.resource.space_id for one in times})
    cores: dict[int, list[tuple[Period, timedelta]]] = {}
    for one in times:
        for leaf in leaves[one.resource.space_id]:
            cores.setdefault(leaf, []).append((one.period, one.turnaround))
    there = collisions.claims_in_the_way(
        [
            (leaf, period.start, period.padded(turnaround).end)
            for leaf, ours in cores.items()
            for period, turnaround in ours
        ]
    )
    by_leaf: dict[int, list[collisions.ClaimInTheWay]] = {}
    for claim in there:
        by_leaf.setdefault(claim.leaf_id, []).append(claim)
    pieces: list[Piece] = []
    for leaf, ours in cores.items():
        ours.sort(key=lambda one: one[0].start.timestamp())
        _cut_tails(by_leaf.get(leaf, []), [period for period, _turnaround in ours])
        for number, (period, turnaround) in enumerate(ours):
            ends = [period.padded(turnaround).end]
            if number + 1 < len(ours):
                ends.append(ours[number + 1][0].start)
            ends += [claim.start for claim in by_leaf.get(leaf, []) if claim.start >= period.end]
            pieces.append((leaf, period.start, min(ends, key=lambda end: end.timestamp())))
    return pieces


def _cut_tails(there: Iterable[collisions.ClaimInTheWay], periods: Sequence[Period]) -> None:
    """Shorten claims that begin before one of our periods and run into it."""
    for claim in there:
        if claim.kind != Hold.Kind.OWN_USE or claim.end is None:
            continue
        starts = [one.start for one in periods if claim.start < one.start < claim.end]
        if not starts:
            continue
        hold = Hold.objects.get(pk=claim.hold_id)
        claims.release(hold, [Wanted(claim.leaf_id, claim.start, claim.end)])
        claims.claim(
            hold,
            [Wanted(claim.leaf_id, claim.start, min(starts, key=lambda one: one.timestamp()))],
        )
