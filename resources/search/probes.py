"""Pieces of SQL that ask the time of one place: is it free, open, vacant, and from when.

A probe is a scalar subquery `(SELECT 1 … LIMIT 1) IS NULL`: NOT EXISTS becomes a hash anti-join
that reads the whole index of claims (docs/performance.md). The index is partial, so `layer = 1`
stands there as a literal.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from resources.models import Resource

BY_TIME = f"r.tenure = '{Resource.Tenure.TIME.value}'"
BY_CONTRACT = f"r.tenure = '{Resource.Tenure.CONTRACT.value}'"


@dataclass(frozen=True, slots=True)
class TimeSql:
    """Joins, conditions and the moment a place is free from, for `r`.

    `policy` holds where the rules of the unit allow asking for it, `free` where the place is open
    and nothing is claimed; together they are the criterion of time. `bands` are the minutes of
    the day that are asked for, for prices.
    """

    joins: str = ""
    policy: str = "true"
    free: str = "true"
    free_from: str = "NULL::timestamptz"
    bands: list[tuple[int, int]] = field(default_factory=list)


def free_probe(wanted: str) -> str:
    """SQL: whether nothing in the occupancy layer overlaps `wanted` on any leaf of the place."""
    return f"""(SELECT 1 FROM resources_spaceleaf l
        JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
            AND c.period && {wanted}
            AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
        WHERE l.space_id = r.space_id LIMIT 1) IS NULL"""


def vacant_from(since: str, minutes: str = "0") -> str:
    """SQL: the first moment from `since` on that no claim covers (NULL: none in sight)."""
    return f"""(SELECT min(lower(piece)) FROM unnest(
        tstzmultirange(tstzrange({since}, NULL)) - coalesce((
            SELECT range_agg(c.period) FROM resources_spaceleaf l
            JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
                AND c.period && tstzrange({since}, NULL)
                AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
            WHERE l.space_id = r.space_id), '{{}}'::tstzmultirange)
        ) piece
        WHERE upper_inf(piece)
            OR upper(piece) - lower(piece) >= make_interval(mins => {minutes}))"""


def by_tenure(by_time: str, by_contract: str) -> str:
    return f"(r.space_id IS NOT NULL AND CASE WHEN {BY_TIME} THEN {by_time} ELSE {by_contract} END)"


def open_on(day: str, weekday: int, from_minute: str, to_minute: str) -> str:
    """SQL: whether the opening rules of one weekday, joined, span the minutes."""
    return f"""coalesce((SELECT range_agg(int4range(o.opens, o.closes))
        FROM resources_openingrule o
        WHERE o.resource_id = r.id AND o.weekday = {weekday} AND o.valid @> {day}
        ) @> int4range({from_minute}, {to_minute}), false)"""


def days_text(days: Iterable[date]) -> str:
    """Days as the text of a datemultirange."""
    return "{" + ",".join(f"[{day},{day + timedelta(days=1)})" for day in days) + "}"
