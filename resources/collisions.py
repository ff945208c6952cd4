"""What stands in the way of times in places: meetings, own use, closures, contracts.

Read before a closure or own use is written, so that a person sees what it would hit and decides.
Claims tell that there is something; what a person understands are the meetings behind them, so a
hall asked for collides with a meeting in its sector, and a whole series with each of its dates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection

from records.clock import KRAKOW, now
from records.periods import Period
from resources.models import Booking, BookingSlot, HeldPeriod, Hold, Layer, Resource, SpaceLeaf


@dataclass(frozen=True, slots=True)
class PlaceAndTime:
    """A place for a period, turnaround not included."""

    resource: Resource
    period: Period

    @property
    def turnaround(self) -> timedelta:
        return timedelta(minutes=self.resource.turnaround_minutes)


@dataclass(frozen=True, slots=True)
class Collision:
    """Something in the way: what it is, whose, in which place, from when to when.

    `key` names it between the page that shows it and the form that answers; `end` is None for what
    has no end. `slot` and `held` are the row behind it, where there is one; without one (a lease)
    `resource` is the place that was asked for.
    """

    key: str
    kind: Hold.Kind
    hold_id: int
    label: str
    resource: Resource
    start: datetime
    end: datetime | None
    slot: BookingSlot | None = None
    held: HeldPeriod | None = None

    @property
    def has_begun(self) -> bool:
        return self.start <= now()


@dataclass(frozen=True, slots=True)
class ClaimInTheWay:
    """A stored claim (turnaround included) on one leaf."""

    leaf_id: int
    start: datetime
    end: datetime | None
    hold_id: int
    kind: str
    label: str

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start < end and (self.end is None or start < self.end)


def applicant_of(booking: Booking) -> str:
    """Who asks, as the unit's staff read it; the public reads Hold.label."""
    if booking.organisation is not None:
        return booking.organisation.short_name or booking.organisation.name
    return booking.requester_name or str(booking.person or "") or booking.code


def leaves_of(space_ids: Iterable[int | None]) -> dict[int | None, frozenset[int]]:
    """Space -> its leaves, in one query. None, of a place not shared by time, has none."""
    found: dict[int | None, set[int]] = {space: set() for space in space_ids}
    for space, leaf in SpaceLeaf.objects.filter(space__in=list(found)).values_list(
        "space_id", "leaf_id"
    ):
        found[space].add(leaf)
    return {space: frozenset(leaves) for space, leaves in found.items()}


def claims_in_the_way(wanted: Sequence[tuple[int, datetime, datetime]]) -> list[ClaimInTheWay]:
    """Occupancy claims on the leaves of (space, start, end) triples, without lapsed ones."""
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT claim.space_id, lower(claim.period) AS starts, upper(claim.period),
                   hold.id, hold.kind, hold.label
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
                     AS wanted (space_id, starts, ends)
            JOIN resources_spaceleaf leaf ON leaf.space_id = wanted.space_id
            JOIN resources_claim claim
              ON claim.space_id = leaf.leaf_id AND claim.layer = {int(Layer.OCCUPANCY)}
             AND claim.period && tstzrange(wanted.starts, wanted.ends)
             AND (claim.expires_at IS NULL OR claim.expires_at > %s)
            JOIN resources_hold hold ON hold.id = claim.hold_id
            ORDER BY starts, hold.id, claim.space_id
            """,  # noqa: S608 -- the number of a layer
            [*(list(column) for column in zip(*wanted, strict=True)), now()],
        )
        return [ClaimInTheWay(*row) for row in cursor.fetchall()]


def find(wanted: Sequence[PlaceAndTime], *, with_turnaround: bool = False) -> list[Collision]:
    """What stands in the way of the wanted times, each thing once, by start."""
    found = {
        one.key: one
        for collisions in find_each(wanted, with_turnaround=with_turnaround)
        for one in collisions
    }
    return sorted(found.values(), key=lambda one: (one.start, one.key))


def find_each(
    wanted: Sequence[PlaceAndTime], *, with_turnaround: bool = False
) -> list[list[Collision]]:
    """For each wanted time what stands in its way. At most five queries, however much there is.

    Meetings collide when they overlap; `with_turnaround` also when only the time that one of two
    needs after it does. A closure needs no such time and leaves others theirs, so it asks without.
    """
    claims = claims_in_the_way(
        [
            (one.resource.space_id, one.period.start, one.period.padded(one.turnaround).end)
            for one in wanted
            if one.resource.space_id is not None
        ]
    )
    if not claims:
        return [[] for _one in wanted]
    candidates = list(_meetings({claim.hold_id for claim in claims}))
    explained = {one.hold_id for one, _turnaround in candidates}
    leaves = leaves_of(
        {one.resource.space_id for one in wanted}
        | {one.resource.space_id for one, _turnaround in candidates}
    )
    others = [claim for claim in claims if claim.hold_id not in explained]
    return [
        [
            *(
                one
                for one, turnaround in candidates
                if leaves[one.resource.space_id] & leaves[wish.resource.space_id]
                and _overlap(one, turnaround, wish, with_turnaround=with_turnaround)
            ),
            *_unexplained(others, wish, leaves[wish.resource.space_id]),
        ]
        for wish in wanted
    ]


def _meetings(hold_ids: set[int]) -> Iterable[tuple[Collision, timedelta]]:
    """Every dated row behind these holds, with the turnaround it needs after it."""
    for slot in (
        BookingSlot.objects.filter(booking__hold__in=hold_ids, state__in=BookingSlot.HOLDING)
        .select_related("booking__organisation", "booking__person", "resource__policy")
        .order_by("period", "pk")
    ):
        turnaround = timedelta(minutes=slot.resource.turnaround_minutes)
        yield (
            Collision(
                key=f"slot-{slot.pk}",
                kind=Hold.Kind.BOOKING,
                hold_id=cast("int", slot.booking.hold_id),  # one of hold_ids
                label=applicant_of(slot.booking),
                resource=slot.resource,
                start=slot.period.lower.astimezone(KRAKOW),
                end=slot.period.upper.astimezone(KRAKOW),
                slot=slot,
            ),
            turnaround,
        )
    for held in HeldPeriod.objects.filter(hold__in=hold_ids).select_related("resource", "hold"):
        yield (
            Collision(
                key=f"held-{held.pk}",
                kind=Hold.Kind(held.hold.kind),
                hold_id=held.hold_id,
                label=held.hold.label,
                resource=held.resource,
                start=held.period.lower.astimezone(KRAKOW),
                end=held.period.upper.astimezone(KRAKOW),
                held=held,
            ),
            # Own use and closures give way to each other's time for cleaning.
            timedelta(),
        )


def _overlap(
    one: Collision, turnaround: timedelta, wish: PlaceAndTime, *, with_turnaround: bool
) -> bool:
    start, end = one.start.timestamp(), one.end.timestamp()  # type: ignore[union-attr]
    until = wish.period.end.timestamp()
    if with_turnaround and one.kind is Hold.Kind.BOOKING:
        end += turnaround.total_seconds()
        until += wish.turnaround.total_seconds()
    return start < until and wish.period.start.timestamp() < end


def _unexplained(
    claims: Iterable[ClaimInTheWay], wish: PlaceAndTime, leaves: frozenset[int]
) -> list[Collision]:
    """Leases, plans and whatever else has no dated rows of this app: named by its hold."""
    found: dict[str, Collision] = {}
    for claim in claims:
        if claim.leaf_id not in leaves or not claim.overlaps(wish.period.start, wish.period.end):
            continue
        key = f"hold-{claim.hold_id}-{int(claim.start.timestamp())}"
        found.setdefault(
            key,
            Collision(
                key=key,
                kind=Hold.Kind(claim.kind),
                hold_id=claim.hold_id,
                label=claim.label,
                resource=wish.resource,
                start=claim.start.astimezone(KRAKOW),
                end=claim.end.astimezone(KRAKOW) if claim.end else None,
            ),
        )
    return list(found.values())


def free_pieces(wanted: Sequence[PlaceAndTime]) -> list[tuple[int, datetime, datetime]]:
    """What is left of the wanted times, as (leaf, start, end), when all claims are cut out.

    Lock the leaves first: otherwise it is already untrue when it is read.
    """
    rows = [
        (one.resource.space_id, one.period.start, one.period.end)
        for one in wanted
        if one.resource.space_id is not None
    ]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH wanted AS (
                SELECT leaf.leaf_id, range_agg(tstzrange(one.starts, one.ends)) AS times
                FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
                         AS one (space_id, starts, ends)
                JOIN resources_spaceleaf leaf ON leaf.space_id = one.space_id
                GROUP BY leaf.leaf_id
            ), taken AS (
                SELECT wanted.leaf_id, range_agg(claim.period) AS times
                FROM wanted
                JOIN resources_claim claim
                  ON claim.space_id = wanted.leaf_id AND claim.layer = {int(Layer.OCCUPANCY)}
                 AND claim.period && wanted.times
                 AND (claim.expires_at IS NULL OR claim.expires_at > %s)
                GROUP BY wanted.leaf_id
            )
            SELECT leaf.id, lower(piece), upper(piece)
            FROM wanted
            LEFT JOIN taken USING (leaf_id)
            CROSS JOIN LATERAL unnest(wanted.times - coalesce(taken.times, '{{}}')) AS piece
            JOIN resources_space leaf ON leaf.id = wanted.leaf_id
            WHERE leaf.valid IS NULL
               OR leaf.valid && daterange((lower(piece) AT TIME ZONE 'Europe/Warsaw')::date,
                                          (upper(piece) AT TIME ZONE 'Europe/Warsaw')::date, '[]')
            ORDER BY leaf.id, piece
            """,  # noqa: S608 -- the number of a layer
            [*(list(column) for column in zip(*rows, strict=True)), now()],
        )
        return cursor.fetchall()
