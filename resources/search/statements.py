"""Criteria as one SQL statement: the plain search, and the judgement of everything around it.

Place and attributes come first, through the spatial index; time is probed for what remains. The
planner orders conditions by their cost by itself, as long as each is a plain condition on `r`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from resources.search import conditions, times
from resources.search.conditions import Condition, Where
from resources.search.criteria import Criteria, Sort
from resources.search.gaps import first_hour
from resources.search.probes import BY_CONTRACT, TimeSql, free_probe, vacant_from


@dataclass(slots=True)
class Parts:
    """A search taken apart: what always holds, the place, the criteria, and how to order."""

    scope: list[str]
    where: Where
    attributes: list[Condition]
    time: TimeSql
    joins: str
    free_from: str
    order: str
    prices: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def criteria(self) -> list[Condition]:
        """All criteria in the order in which a person would relax them last."""
        timed = [
            Condition(code, sql)
            for code, sql in (("policy", self.time.policy), ("time", self.time.free))
            if sql != "true"
        ]
        return [*self.attributes, *timed]


def parts(criteria: Criteria, person: Any) -> Parts:
    """The criteria as SQL for this person. At most one query (the calendar)."""
    values: dict[str, Any] = {}
    scope = conditions.scope(criteria, person, values)
    where = conditions.where(criteria.place, values)
    attributes = conditions.attributes(criteria, values)
    time = times.time_sql(criteria, values)
    prices = conditions.free_prices(time.bands, values)
    if criteria.free_of_charge:
        attributes.append(conditions.free_of_charge(prices))
    if criteria.vacant:
        attributes.append(Condition("vacant", free_probe(_NOW)))
    joins, free_from = time.joins, time.free_from
    if criteria.sort == Sort.FREE_FROM:
        if criteria.time is None:
            first = times.time_sql(criteria.but(time=first_hour()), values)
            joins, free_from = first.joins, first.free_from
        else:
            free_from = f"CASE WHEN {BY_CONTRACT} THEN {_vacancy(criteria)} ELSE {free_from} END"
    return Parts(
        scope, where, attributes, time, joins, free_from,
        _order(criteria, where, free_from, values), prices, values,
    )  # fmt: skip


#: An instant as a range, for "now" in the probe of claims.
_NOW = "tstzrange(%(now)s::timestamptz, %(now)s::timestamptz, '[]')"


def _vacancy(criteria: Criteria) -> str:
    """From when premises stand empty: from the asked time on, else from now."""
    since = "%(now)s::timestamptz"
    if criteria.time is not None:
        since = {"Slot": "%(starts)s", "Series": "%(series_from)s", "Gap": "%(gap_start)s"}[
            type(criteria.time).__name__
        ]
        since = f"greatest({since}::timestamptz, %(now)s::timestamptz)"
    return vacant_from(since)


def _order(criteria: Criteria, where: Where, free_from: str, values: dict[str, Any]) -> str:
    """ORDER BY of the search; the id last, so that pages neither repeat nor skip a place."""
    fit = conditions.fit_score(criteria, where.distance, values)
    keys = {
        Sort.FIT: f"{fit}",
        Sort.DISTANCE: f"{where.distance}, {fit}",
        Sort.FREE_FROM: f"{free_from} NULLS LAST, {fit}",
        Sort.SIZE: f"coalesce(r.capacity, 0) DESC, coalesce(r.area_m2, 0) DESC, {fit}",
    }[criteria.sort]
    return f"{keys}, r.id"


def hits(found: Parts, criteria: Criteria) -> str:
    """SQL of one page of hits: (id, place, matched, distance, free_from); place counts from 1."""
    found.values.update(limit=criteria.limit, offset=criteria.offset)
    wanted = [*found.scope, *found.where.exact, *(one.sql for one in found.criteria)]
    return f"""SELECT r.id, row_number() OVER (ORDER BY {found.order}) AS place,
            count(*) OVER () AS matched,
            {found.where.distance} AS distance, {found.free_from} AS free_from
        FROM resources_resource r {found.joins}
        WHERE {all_of(wanted)}
        ORDER BY {found.order} LIMIT %(limit)s OFFSET %(offset)s"""


def count(found: Parts) -> str:
    """SQL of the number of hits."""
    wanted = [*found.scope, *found.where.exact, *(one.sql for one in found.criteria)]
    return f"SELECT count(*) FROM resources_resource r {found.joins} WHERE {all_of(wanted)}"


def floor(found: Parts, criteria: Criteria) -> str:
    """SQL of the same page without asking what is free: where a benchmark starts from."""
    wanted = [*found.scope, *found.where.exact, *(one.sql for one in found.attributes)]
    found.values.update(limit=criteria.limit, offset=criteria.offset)
    return f"""SELECT r.id, count(*) OVER () AS matched, {found.where.distance} AS distance
        FROM resources_resource r
        WHERE {all_of(wanted)}
        ORDER BY {found.order} LIMIT %(limit)s OFFSET %(offset)s"""


def all_of(wanted: Sequence[str]) -> str:
    """Conditions as one; none means everything."""
    return " AND ".join(wanted) or "true"


def features(found: Parts, criteria: Criteria) -> str:
    """SQL of one page as GeoJSON: rows (matched, feature text), in order."""
    found.values.setdefault("language", "pl")
    found.values.setdefault("base", "")
    return f"""WITH hit AS MATERIALIZED ({hits(found, criteria)}),
            price AS MATERIALIZED {found.prices}
        SELECT hit.matched, ST_AsGeoJSON(feature, 'geom', 6)
        FROM hit JOIN LATERAL (SELECT {properties(criteria)}
            FROM resources_resource r
            JOIN resources_managingunit unit ON unit.id = r.unit_id
            LEFT JOIN price ON price.price_list_id = r.price_list_id
            WHERE r.id = hit.id) feature ON true
        ORDER BY hit.place"""


def properties(criteria: Criteria) -> str:
    """The columns of a feature, for `r`, `unit`, `price` and `hit`."""
    return f"""r.point AS geom, r.code,
        CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en ELSE r.title_pl END
            AS title,
        r.kind, unit.code AS unit, unit.name AS unit_name, r.district_id AS district,
        r.capacity, r.area_m2, r.step_free,
        CASE WHEN {BY_CONTRACT} THEN NULL ELSE price.free END AS free_of_charge,
        round(hit.distance)::int AS distance_m,
        to_char((CASE WHEN {BY_CONTRACT} THEN {_vacancy(criteria)} ELSE hit.free_from END)
            AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS free_from,
        NULL::text AS why_not, r.verified_on, r.is_sample AS sample,
        %(base)s || r.code || '/' AS url"""
