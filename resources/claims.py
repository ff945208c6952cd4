"""Holding spaces: the only writer of holds and claims, and the reason nothing is promised twice.

The exclusion constraints of Claim decide; this module makes them quick and their answer useful.
Every writer takes locks in one order: its own row (a booking, a closure), then the leaves by id
(`FOR NO KEY UPDATE`), then holds, then claims. With the leaves locked, nobody else can write a
claim on them, so what is read is what will be. Without the lock the constraint alone is right but
deadlocks under contention (docs/performance.md).

A hold that expired stands in nobody's way: it is lapsed here, inside the locking transaction, so
that a stopped worker blocks nothing.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from records.clock import now
from records.periods import Period
from records.problems import Conflict
from resources.models import Claim, Hold, Layer, Resource

P = ParamSpec("P")
R = TypeVar("R")

# serialization_failure, deadlock_detected, lock_not_available; exclusion_violation can only come
# from a writer that did not lock: the second try sees its claim and answers with SlotTaken.
RETRIED = frozenset({"40001", "40P01", "55P03", "23P01"})
TRIES = 4

#: A leaf with the start and the end of what is wanted on it.
Row = tuple[int, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A space (leaf or node) wanted from `start` to `end`, turnaround included; None: no end."""

    space_id: int
    start: datetime
    end: datetime | None

    @classmethod
    def of(cls, resource: Resource, period: Period) -> "Wanted":
        """What a meeting in `resource` takes: its period and the turnaround after it."""
        if resource.space_id is None:
            raise ValueError(f"{resource.code} has no space to hold")
        padded = period.padded(timedelta(minutes=resource.turnaround_minutes))
        return cls(resource.space_id, padded.start, padded.end)


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim in the way: on which leaf, when (as stored, with turnaround), and whose."""

    space_id: int
    start: datetime
    end: datetime | None
    hold_id: int
    kind: str
    label: str


class SlotTaken(Conflict):
    """Somebody else holds a wanted time; `taken` says what is in the way."""

    code = "slot_taken"

    def __init__(self, taken: Sequence[Taken]) -> None:
        super().__init__(_("This time has just been taken."))
        self.taken = list(taken)


class HoldLapsed(Conflict):
    """The hold expired before it was made firm; the time may belong to somebody else by now."""

    code = "hold_lapsed"

    def __init__(self) -> None:
        super().__init__(_("The time was held until its deadline and has lapsed since."))


def retrying(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` again when PostgreSQL asks for it, so that no user ever sees a deadlock.

    For outermost functions that open their own transaction. Inside somebody else's transaction
    there is nothing to repeat, and the error goes up to whoever opened it.
    """

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return function(*args, **kwargs)
            except (OperationalError, IntegrityError) as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state not in RETRIED or attempt == TRIES or connection.in_atomic_block:
                    raise
        raise AssertionError("unreachable")

    return wrapped


def new_hold(
    kind: Hold.Kind | str,
    code: str,
    label: str,
    *,
    expires_at: datetime | None = None,
    binding: bool = True,
) -> Hold:
    """A hold without claims yet. `label` is what pages show; keep persons out of it."""
    return Hold.objects.create(
        kind=kind, code=code, label=label, expires_at=expires_at, binding=binding, created_at=now()
    )


def lock_leaves(space_ids: Iterable[int | None]) -> dict[int, set[int]]:
    """Lock the leaves of these spaces in id order; returns each space's leaves as they now are.
    None, of a place not shared by time, is left out.

    Read again after locking: a space may have been divided while we waited.
    """
    spaces = sorted({space for space in space_ids if space is not None})
    locked: set[int] = set()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT space_id, leaf_id FROM resources_spaceleaf WHERE space_id = ANY(%s)",
                [spaces],
            )
            leaves: dict[int, set[int]] = {space: set() for space in spaces}
            for space, leaf in cursor.fetchall():
                leaves[space].add(leaf)
            every = set().union(*leaves.values())
            if every <= locked:
                return leaves
            cursor.execute(
                "SELECT id FROM resources_space WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [sorted(every)],
            )
            locked |= every


def claim(
    hold: Hold, wanted: Sequence[Wanted], *, layers: Sequence[Layer] = (Layer.OCCUPANCY,)
) -> None:
    """Claim every wanted space for `hold`, all or nothing. Call it inside a transaction.

    Raises SlotTaken with everything that is in the way. An exclusive tenure passes both layers.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("claim() needs a transaction")
    if not wanted:
        return
    leaves = lock_leaves(one.space_id for one in wanted)
    rows = _valid_leaf_rows(wanted, leaves)
    _lapse_expired_in_the_way(rows, layers)
    taken = _taken(rows, layers)
    if taken:
        raise SlotTaken(taken)
    Claim.objects.bulk_create(
        Claim(hold=hold, space_id=leaf, layer=layer, period=(start, end))
        for leaf, start, end in rows
        for layer in layers
    )


def _valid_leaf_rows(wanted: Sequence[Wanted], leaves: dict[int, set[int]]) -> list[Row]:
    """(leaf, start, end) for each wanted space, over the leaves that exist at that time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT leaf.id, wanted.number
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[])
                     AS wanted (leaf_id, starts, ends, number)
            JOIN resources_space leaf ON leaf.id = wanted.leaf_id
            WHERE leaf.valid IS NULL
               OR leaf.valid && daterange((wanted.starts AT TIME ZONE 'Europe/Warsaw')::date,
                                          (wanted.ends AT TIME ZONE 'Europe/Warsaw')::date, '[]')
            ORDER BY wanted.number, leaf.id
            """,
            [
                list(column)
                for column in zip(
                    *(
                        (leaf, one.start, one.end, number)
                        for number, one in enumerate(wanted)
                        for leaf in leaves[one.space_id]
                    ),
                    strict=True,
                )
            ]
            or [[], [], [], []],
        )
        found = cursor.fetchall()
    covered = {number for _leaf, number in found}
    if len(covered) < len(wanted):
        raise Conflict(_("This place does not exist at that time."), code="no_such_space")
    return [(leaf, wanted[number].start, wanted[number].end) for leaf, number in found]


def _overlapping(layer: Layer) -> str:
    """FROM clause over the claims of one layer that overlap the rows passed as three arrays.

    The layer stands in the text: each layer's index is partial, and the planner must see it.
    """
    return f"""
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
                 AS wanted (leaf_id, starts, ends)
        JOIN resources_claim claim
          ON claim.space_id = wanted.leaf_id
         AND claim.layer = {int(layer)}
         AND claim.period && tstzrange(wanted.starts, wanted.ends)
    """


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _lapse_expired_in_the_way(rows: Sequence[Row], layers: Sequence[Layer]) -> None:
    expired: set[int] = set()
    with connection.cursor() as cursor:
        for layer in layers:
            cursor.execute(
                f"SELECT DISTINCT claim.hold_id {_overlapping(layer)} WHERE claim.expires_at <= %s",
                [*_columns(rows), now()],
            )
            expired |= {hold_id for (hold_id,) in cursor.fetchall()}
    if expired:
        _lapse(expired)


def _taken(rows: Sequence[Row], layers: Sequence[Layer]) -> list[Taken]:
    taken: list[Taken] = []
    with connection.cursor() as cursor:
        for layer in layers:
            cursor.execute(
                f"""
                SELECT DISTINCT claim.space_id, lower(claim.period) AS starts,
                       upper(claim.period), hold.id, hold.kind, hold.label
                {_overlapping(layer)}
                JOIN resources_hold hold ON hold.id = claim.hold_id
                ORDER BY starts, claim.space_id
                """,
                _columns(rows),
            )
            taken += [Taken(*row) for row in cursor.fetchall()]
    return list(dict.fromkeys(taken))


def _lapse(hold_ids: Iterable[int]) -> None:
    """Claims gone, hold no longer binding, for those of the holds that are (still) expired."""
    holds = list(
        Hold.objects.select_for_update()
        .filter(pk__in=hold_ids, binding=True, expires_at__lte=now())
        .order_by("pk")
    )
    Claim.objects.filter(hold__in=holds).delete()
    Hold.objects.filter(pk__in=[hold.pk for hold in holds]).update(binding=False, expires_at=None)


def _lock_with_leaves(hold: Hold) -> Hold:
    """The hold, locked after the leaves that it claims: the order that every writer keeps."""
    lock_leaves(Claim.objects.filter(hold=hold).values_list("space_id", flat=True))
    return Hold.objects.select_for_update().get(pk=hold.pk)


def bind(hold: Hold) -> None:
    """Make a pending hold firm. Raises HoldLapsed when it expired and was given away."""
    locked = _lock_with_leaves(hold)
    if not locked.binding:
        raise HoldLapsed
    Hold.objects.filter(pk=hold.pk).update(expires_at=None)
    hold.binding, hold.expires_at = True, None


def hold_until(hold: Hold, expires_at: datetime) -> None:
    """Let a binding hold expire at another moment. Raises HoldLapsed when it already did."""
    locked = _lock_with_leaves(hold)
    if not locked.binding:
        raise HoldLapsed
    Hold.objects.filter(pk=hold.pk).update(expires_at=expires_at)
    hold.expires_at = expires_at


def revive(hold: Hold, *, expires_at: datetime | None) -> None:
    """Let a hold that lapsed or waited bind again; it has no claims until claim() makes them."""
    Hold.objects.filter(pk=hold.pk).update(binding=True, expires_at=expires_at)
    hold.binding, hold.expires_at = True, expires_at


def lapse(hold: Hold) -> None:
    """Give up all that the hold claims; the record of the hold stays."""
    _lock_with_leaves(hold)
    Claim.objects.filter(hold=hold).delete()
    Hold.objects.filter(pk=hold.pk).update(binding=False, expires_at=None)
    hold.binding, hold.expires_at = False, None


def release(hold: Hold, wanted: Sequence[Wanted]) -> None:
    """Give up some of what the hold claims: exactly these spaces and periods."""
    leaves = lock_leaves(one.space_id for one in wanted)
    for one in wanted:
        Claim.objects.filter(
            hold=hold, space_id__in=leaves[one.space_id], period=(one.start, one.end)
        ).delete()


def orphan_holds() -> list[Hold]:
    """Holds that nothing stands behind. There should be none; a command and a test look."""
    related = Hold._meta.related_objects
    owners = [relation.name for relation in related if relation.one_to_one]
    return list(Hold.objects.filter(**{f"{owner}__isnull": True for owner in owners}))
