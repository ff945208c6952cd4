"""Claims that stand until something is recorded: where they end, and what comes next.

A tenure claims its place until the hand-back, not until its last day, so its claims have no end,
or end where the next use begins. Beside resources/claims.py the only writer of claims; here, too,
the leaves are locked before anything is read (`lock_leaves`), by the caller.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from records.clock import now
from resources.claims import lapse_expired
from resources.models import Claim, Hold, Layer


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody's binding claim on a leaf, as it stands; `end` None: until further notice."""

    leaf_id: int
    start: datetime
    end: datetime | None
    hold_id: int
    kind: str
    label: str


def neighbours(
    leaves: Iterable[int], from_: datetime, layers: Sequence[Layer], *, besides: int | None = None
) -> list[Neighbour]:
    """Claims on these leaves that last beyond `from_`, in order of time, but those of one hold.

    Expired ones are lapsed first, so that what is found is what binds. Lock the leaves before.
    """
    wanted = sorted(set(leaves))
    lapse_expired([(leaf, from_, None) for leaf in wanted], layers)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT claim.space_id, lower(claim.period) AS starts, upper(claim.period),
                   hold.id, hold.kind, hold.label
            FROM resources_claim claim JOIN resources_hold hold ON hold.id = claim.hold_id
            WHERE claim.space_id = ANY(%s) AND claim.layer = ANY(%s)
              AND claim.period && tstzrange(%s, NULL) AND hold.id IS DISTINCT FROM %s
            ORDER BY starts, claim.space_id
            """,
            [wanted, [int(layer) for layer in layers], from_, besides],
        )
        return [Neighbour(*row) for row in cursor.fetchall()]


def end_at(
    hold: Hold,
    moment: datetime,
    *,
    leaves: Iterable[int] | None = None,
    layers: Sequence[Layer] = tuple(Layer),
) -> None:
    """Let the hold's claims (on these leaves, in these layers) end at a moment at the latest.

    What lies wholly after it is given up; what ended before stays as it was.
    """
    claims = Claim.objects.filter(hold=hold, layer__in=layers)
    if leaves is not None:
        claims = claims.filter(space__in=set(leaves))
    claims.filter(period__startswith__gte=moment).delete()
    for one in claims.filter(Q(period__endswith=None) | Q(period__endswith__gt=moment)):
        Claim.objects.filter(pk=one.pk).update(period=(one.period.lower, moment))


def begin_at(hold: Hold, moment: datetime) -> None:
    """Let the hold's claims begin at a moment at the earliest, for a use that was put off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM resources_claim WHERE hold_id = %s AND upper(period) <= %s",
            [hold.pk, moment],
        )
        cursor.execute(
            "UPDATE resources_claim SET period = tstzrange(%s, upper(period))"
            " WHERE hold_id = %s AND lower(period) < %s",
            [moment, hold.pk, moment],
        )


def reach(hold: Hold) -> None:
    """Let the hold's claims stand until the next claim on their leaf and layer, or without end.

    Call it for holds whose claims stand until a recorded moment, after whatever followed them went
    away or moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT layer, space_id, max(upper(period)) FROM resources_claim WHERE hold_id = %s"
            " GROUP BY layer, space_id HAVING bool_and(upper(period) IS NOT NULL)",
            [hold.pk],
        )
        ends = cursor.fetchall()
        if not ends:
            return
        for layer in Layer:
            lapse_expired([(leaf, end, None) for one, leaf, end in ends if one == layer], [layer])
        cursor.execute(
            """
            UPDATE resources_claim claim
            SET period = tstzrange(lower(claim.period), (
                SELECT min(lower(other.period)) FROM resources_claim other
                WHERE other.space_id = claim.space_id AND other.layer = claim.layer
                  AND other.hold_id <> claim.hold_id AND lower(other.period) >= ends.moment))
            FROM unnest(%s::int[], %s::bigint[], %s::timestamptz[]) AS ends (layer, leaf, moment)
            WHERE claim.hold_id = %s AND claim.space_id = ends.leaf AND claim.layer = ends.layer
              AND upper(claim.period) = ends.moment
            """,
            [*(list(column) for column in zip(*ends, strict=True)), hold.pk],
        )


def followed_by(hold: Hold) -> list[Neighbour]:
    """What begins exactly where the hold's claims end: the next use, bound to an unfinished one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT other.space_id, lower(other.period) AS starts, upper(other.period),
                   next.id, next.kind, next.label
            FROM resources_claim own
            JOIN resources_claim other ON other.space_id = own.space_id
                AND other.layer = own.layer AND other.hold_id <> own.hold_id
                AND lower(other.period) = upper(own.period)
                AND (other.expires_at IS NULL OR other.expires_at > %s)
            JOIN resources_hold next ON next.id = other.hold_id
            WHERE own.hold_id = %s ORDER BY starts, other.space_id
            """,
            [now(), hold.pk],
        )
        return [Neighbour(*row) for row in cursor.fetchall()]
