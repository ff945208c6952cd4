"""Closing places of a unit for a time: preview first, then one transaction, nothing overridden.

`preview` says what stands in the way and what may be done about it. `close` takes the person's
answer for each: a meeting or the unit's own use is called off with the reason, or stays and the
closure leaves its time out. What appeared between the two is not in the answers, so the closing is
refused and the new preview shown. Other closures, leases and plans always stay: they are not the
desk's to end.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.models import Person
from records.clock import KRAKOW, now
from records.periods import Period, local_moment, local_period
from records.problems import Conflict, Invalid
from resources import claims, collisions, permissions
from resources.booking import changes, decisions, facts
from resources.claims import Wanted, lock_leaves, retrying
from resources.collisions import Collision, PlaceAndTime
from resources.held import give_up, hold_periods, new_code
from resources.models import Booking, BookingSlot, Closure, Hold, ManagingUnit, Resource

MAX_DAYS = 400
MAX_PERIODS = 60


class Answer(StrEnum):
    """What to do with something in the way."""

    KEEP = "keep"
    CALL_OFF = "call_off"


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wants closed: every place in every period."""

    unit: ManagingUnit
    resources: Sequence[Resource]
    periods: Sequence[Period]
    reason: str
    public_note: str = ""
    internal_note: str = ""

    def __post_init__(self) -> None:
        if not self.resources:
            raise Invalid(_("Choose at least one place."), field="places")
        if any(one.unit_id != self.unit.pk for one in self.resources):
            raise Invalid(_("A place belongs to another unit."), field="places")
        if not self.periods or len(self.periods) > MAX_PERIODS:
            raise Invalid(
                _("Give between one and %(most)d periods.") % {"most": MAX_PERIODS}, field="first"
            )
        if any(one.length > timedelta(days=MAX_DAYS) for one in self.periods):
            raise Invalid(
                _("Close for %(most)d days at most; a place given up for longer is withdrawn.")
                % {"most": MAX_DAYS},
                field="last",
            )
        ordered = sorted(self.periods)
        if any(a.overlaps(b) for a, b in pairwise(ordered)):
            raise Invalid(_("Two of the periods overlap."), field="first")
        if ordered[-1].end <= now():
            raise Invalid(_("This time is over. Choose days from today on."), field="last")

    @property
    def times(self) -> list[PlaceAndTime]:
        return [PlaceAndTime(place, period) for place in self.resources for period in self.periods]

    @property
    def label(self) -> str:
        """What other pages say of the hold; stored, so in the city's language."""
        with override("pl"):
            return self.public_note or str(Closure.Reason(self.reason).label)


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A collision with what may be done about it. `short_notice`: later than the rules promise."""

    collision: Collision
    may_call_off: bool
    why_not: str = ""
    short_notice: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What closing would meet. `seen` goes with the answers, so that news are noticed."""

    plan: Plan
    in_the_way: list[InTheWay] = field(default_factory=list)

    @property
    def seen(self) -> frozenset[str]:
        return frozenset(one.collision.key for one in self.in_the_way)

    @property
    def meetings(self) -> list[InTheWay]:
        return [one for one in self.in_the_way if one.collision.kind is Hold.Kind.BOOKING]


class NewInTheWay(Conflict):
    """Something came between the preview and the closing; `preview` is the new one."""

    code = "closure_collides"

    def __init__(self, fresh: Preview) -> None:
        super().__init__(
            _("Something new stands in the way. Look at the list again before you close.")
        )
        self.preview = fresh


def days_as_periods(
    first: date, last: date, *, opens: int | None = None, closes: int | None = None
) -> list[Period]:
    """Whole days from `first` to `last` as one period, or the same hours of each day."""
    if last < first:
        raise Invalid(_("The last day is before the first one."), field="last")
    if opens is None or closes is None:
        return [Period(local_moment(first, 0), local_moment(last, 24 * 60))]
    if opens >= closes:
        raise Invalid(_("The hours must end after they begin."), field="until_hour")
    if (last - first).days >= MAX_PERIODS:
        raise Invalid(
            _("Hours may be closed on %(most)d days at once; close the rest separately.")
            % {"most": MAX_PERIODS},
            field="last",
        )
    return [
        local_period(first + timedelta(days=number), opens, closes)
        for number in range((last - first).days + 1)
    ]


def preview(plan: Plan, by: Person) -> Preview:
    """What would be in the way of closing, and what `by` may end. Changes nothing."""
    return Preview(plan, [_judge(one, by) for one in collisions.find(plan.times)])


def _judge(one: Collision, by: Person) -> InTheWay:
    if one.kind not in (Hold.Kind.BOOKING, Hold.Kind.OWN_USE):
        return InTheWay(one, may_call_off=False, why_not=_("Not for the desk to end: it stays."))
    if one.has_begun:
        return InTheWay(one, may_call_off=False, why_not=_("It has already begun: it stays."))
    if one.slot is None:
        return InTheWay(one, may_call_off=True)
    booking = one.slot.booking
    if not permissions.can(by, "booking.cancel_as_owner", booking):
        why_not = _("Only those who decide on requests may call it off: it stays.")
        return InTheWay(one, may_call_off=False, why_not=why_not)
    if booking.state not in (*changes.PROMISED, Booking.State.UNDER_REVIEW):
        why_not = _("The organisation has yet to answer: it stays until then.")
        return InTheWay(one, may_call_off=False, why_not=why_not)
    notice = timedelta(days=facts.policy_of(one.slot.resource).owner_cancel_days)
    short = booking.state in changes.PROMISED and one.start - now() < notice
    return InTheWay(one, may_call_off=True, short_notice=short)


@retrying
def close(
    plan: Plan,
    *,
    answers: Mapping[str, Answer],
    seen: Collection[str],
    by: Person,
    message: str = "",
) -> Closure:
    """Close, calling off what `answers` says; what it does not name stays and is left open.

    `seen` are the keys of the preview that the person answered; `message` is the reason that those
    called off are told. Raises NewInTheWay, and Conflict when nothing is left to close.
    """
    with transaction.atomic():
        wanted_off = {key for key, answer in answers.items() if answer is Answer.CALL_OFF}
        _call_off(plan, wanted_off, message.strip() or plan.label, by)
        lock_leaves(_space_ids(plan.resources))
        fresh = preview(plan, by)
        if fresh.seen - set(seen) or fresh.seen & wanted_off:
            raise NewInTheWay(fresh)
        return _write(plan, str(by))


def _call_off(plan: Plan, keys: set[str], reason: str, by: Person) -> None:
    """End what is to be ended. Bookings are locked in id order first, as every writer does."""
    chosen = [
        one.collision
        for one in preview(plan, by).in_the_way
        if one.may_call_off and one.collision.key in keys
    ]
    slots: dict[int, list[int]] = {}
    for one in chosen:
        if one.slot is not None:
            slots.setdefault(one.slot.booking_id, []).append(one.slot.pk)
    bookings = list(
        Booking.objects.select_for_update(no_key=True).filter(pk__in=slots).order_by("pk")
    )
    # All leaves at once, so that no writer waits for one of ours while holding another.
    lock_leaves(_space_ids([*plan.resources, *(one.resource for one in chosen)]))
    for booking in bookings:
        _end_dates(booking, slots[booking.pk], reason, by)
    for one in chosen:
        if one.held is not None:
            give_up(one.held)


def _end_dates(booking: Booking, slot_ids: list[int], reason: str, by: Person) -> None:
    """Promised dates are called off; a request is refused, or offered without these dates."""
    if booking.state in changes.PROMISED:
        # The person saw which dates are nearer than the rules allow, and chose all the same.
        changes.call_off(booking, by, reason=reason, slot_ids=slot_ids, urgent=True)
    elif booking.slots.filter(state=BookingSlot.State.HELD).exclude(pk__in=slot_ids).exists():
        decisions.propose(booking, by, instead=dict.fromkeys(slot_ids), message=reason)
    else:
        decisions.reject(booking, by, reason=reason)


def _write(plan: Plan, by: str) -> Closure:
    hold = claims.new_hold(Hold.Kind.CLOSURE, new_code("W"), plan.label[:200])
    pieces = collisions.free_pieces(plan.times)
    if not pieces:
        raise Conflict(
            _("Nothing is left to close: all of this time stays with what is in the way."),
            code="nothing_to_close",
        )
    claims.claim(hold, [Wanted(leaf, start, end) for leaf, start, end in pieces])
    hold_periods(hold, plan.times)
    return Closure.objects.create(
        hold=hold,
        unit=plan.unit,
        reason=plan.reason,
        public_note=plan.public_note,
        internal_note=plan.internal_note,
        created_by=by,
    )


@retrying
def lift(closure: Closure) -> None:
    """Offer the places again from now on. What of the closure is over stays as it was."""
    with transaction.atomic():
        hold = closure.hold
        periods = list(hold.held_periods.select_related("resource"))
        lock_leaves(_space_ids(one.resource for one in periods))
        moment = now()
        for claim in hold.claims.filter(period__endswith__gt=moment):
            start, end = claim.period.lower, claim.period.upper
            claims.release(hold, [Wanted(claim.space_id, start, end)])
            if start < moment:
                claims.claim(hold, [Wanted(claim.space_id, start, moment)])
        for held in periods:
            if held.period.lower >= moment:
                held.delete()
            elif held.period.upper > moment:
                held.period = DateTimeTZRange(held.period.lower, moment)
                held.save(update_fields=["period"])
        if not hold.claims.exists():
            claims.lapse(hold)


@retrying
def fill_gaps(closure: Closure) -> int:
    """Close what has become free since: a meeting left in place may be called off later.

    Returns the number of pieces that were closed now.
    """
    with transaction.atomic():
        times = [
            PlaceAndTime(
                one.resource,
                Period(
                    max(one.period.lower.astimezone(KRAKOW), now()),
                    one.period.upper.astimezone(KRAKOW),
                ),
            )
            for one in closure.hold.held_periods.filter(period__endswith__gt=now()).select_related(
                "resource"
            )
        ]
        lock_leaves(_space_ids(one.resource for one in times))
        pieces = collisions.free_pieces(times)
        claims.claim(closure.hold, [Wanted(leaf, start, end) for leaf, start, end in pieces])
        return len(pieces)


def fill_all_gaps() -> int:
    """The same for every standing closure; how many pieces were closed."""
    standing = Closure.objects.filter(
        hold__binding=True, hold__held_periods__period__endswith__gt=now()
    ).distinct()
    return sum(fill_gaps(one) for one in standing.select_related("hold"))


def _space_ids(resources: Iterable[Resource]) -> list[int]:
    return [one.space_id for one in resources if one.space_id is not None]
