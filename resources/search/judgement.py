"""What fits, what nearly fits and what each filter would bring: one statement for the page.

Every criterion becomes a column of yes or no for each place in scope. A place that fails none
fits; one that fails exactly one is a near miss and counts for the filter of that criterion, which
"ignores its own filter" in this way. Places that fail two are left out at once, before anything
is asked about time. The scope is the place as asked, widened a little where it is a shape.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from records.clock import KRAKOW
from resources.search import references, statements
from resources.search.criteria import Criteria, StepFree
from resources.search.results import Hit

#: How much of the wanted size still counts as nearly fitting.
NEARLY = 0.7
#: Criteria whose failure makes no near miss: nothing the visitor could do about it.
NEVER_NEAR = frozenset({"open_to", "unit", "unit_kind", "vacant"})


@dataclass(frozen=True, slots=True)
class Miss:
    """A place that fails one criterion only."""

    resource_id: int
    criterion: str
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What giving up one criterion would bring: how many places, and the best value among them."""

    criterion: str
    places: int
    best: float | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many places fit with each option of a filter, other filters as they are."""

    step_free: dict[str, int] = field(default_factory=dict)
    equipment: dict[str, int] = field(default_factory=dict)
    free_of_charge: int = 0
    unit_kind: dict[str, int] = field(default_factory=dict)
    district: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One page of hits, the number of all, near misses, facets, and what relaxing would bring."""

    hits: list[Hit]
    matched: int
    misses: list[Miss]
    facets: Facets
    relaxed: dict[str, Relaxed]


def judge(criteria: Criteria, person: Any, *, misses: int = 12) -> Judgement:
    """The search and all around it, for this person. Raises Problems for names nobody has."""
    references.check(criteria)
    found = statements.parts(criteria, person)
    sql, codes = _statement(found, criteria)
    found.values.update(limit=criteria.limit, offset=criteria.offset, misses=misses)
    with connection.cursor() as cursor:
        cursor.execute(sql, found.values)
        matched, hits, missed, relaxed, step_free, equipment, unit_kind, district = (
            cursor.fetchone()
        )
    numbers = json.loads(step_free)
    return Judgement(
        hits=[
            Hit(row["id"], row["place"], row["distance"], _moment(row["free_from"]))
            for row in json.loads(hits)
        ],
        matched=matched,
        misses=[
            Miss(row["id"], codes[row["failed"]], row["distance"]) for row in json.loads(missed)
        ],
        facets=Facets(
            step_free={option: numbers[option] for option in StepFree},
            equipment=json.loads(equipment),
            free_of_charge=numbers["free_of_charge"],
            unit_kind=json.loads(unit_kind),
            district={int(number): count for number, count in json.loads(district).items()},
        ),
        relaxed={
            codes[row["failed"]]: Relaxed(codes[row["failed"]], row["places"], row["best"])
            for row in json.loads(relaxed)
        },
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(KRAKOW) if text else None


def _statement(found: statements.Parts, criteria: Criteria) -> tuple[str, list[str]]:
    """SQL of one row with everything as JSON texts, and the codes of the criteria by number."""
    place = " AND ".join(found.where.exact)
    cheap = [("place", place)] if place else []
    cheap += [(one.code, one.sql) for one in found.attributes]
    timed = [(one.code, one.sql) for one in found.criteria[len(found.attributes) :]]
    codes = [code for code, _sql in (*cheap, *timed)]
    number = {code: index for index, code in enumerate(codes)}
    scope = " AND ".join([*found.scope, *found.where.relaxed]) or "true"
    failed_cheap = " + ".join(f"(NOT coalesce({sql}, false))::int" for _c, sql in cheap) or "0"
    columns = "".join(
        f", NOT coalesce({sql}, false) AS f{number[code]}" for code, sql in (*cheap, *timed)
    )
    total = " + ".join(f"f{index}::int" for index in range(len(codes))) or "0"
    which = " ".join(f"WHEN f{index} THEN {index}" for index in range(len(codes)))

    def only(code: str) -> str:
        """Nothing fails, or only this criterion."""
        return f"(fails = 0 OR f{number[code]})" if code in number else "fails = 0"

    sql = f"""WITH judged AS (
            SELECT r.id, r.unit_id, r.district_id, r.step_free, r.capacity, r.area_m2,
                coalesce(r.price_list_id IN (
                    SELECT price_list_id FROM {found.prices} p WHERE p.free), false)
                    AND r.tenure = 'time' AS is_free,
                {found.where.distance} AS distance, {found.free_from} AS free_from,
                row_number() OVER (ORDER BY {found.order}) AS ordinal{columns}
            FROM resources_resource r {found.joins}
            WHERE {scope} AND ({failed_cheap}) <= 1
        ), counted AS MATERIALIZED (
            SELECT *, {f"CASE {which} END" if which else "NULL::int"} AS failed
            FROM (SELECT *, {total} AS fails FROM judged) j WHERE fails <= 1
        ), hits AS (
            SELECT id, row_number() OVER (ORDER BY ordinal) AS place, distance, free_from
            FROM counted WHERE fails = 0 ORDER BY ordinal LIMIT %(limit)s OFFSET %(offset)s
        ), missed AS (
            SELECT id, failed, distance FROM (
                SELECT *, row_number() OVER (PARTITION BY failed ORDER BY ordinal) AS among
                FROM counted WHERE fails = 1 AND {_near(found, criteria, number)}) m
            WHERE among <= %(misses)s ORDER BY ordinal
        )
        SELECT (SELECT count(*) FROM counted WHERE fails = 0),
            {_rows("SELECT * FROM hits ORDER BY place")},
            {_rows("SELECT * FROM missed")},
            {_rows(_relaxed(number))},
            (SELECT json_build_object(
                'yes', count(*) FILTER (WHERE {only("step_free")} AND step_free = 'yes'),
                'yes_or_unknown',
                    count(*) FILTER (WHERE {only("step_free")} AND step_free <> 'no'),
                'any', count(*) FILTER (WHERE {only("step_free")}),
                'free_of_charge', count(*) FILTER (WHERE {only("free_of_charge")} AND is_free)
            )::text FROM counted),
            {
        _counts('''SELECT e.code AS name, count(*) AS n FROM counted
                JOIN resources_resourceequipment has ON has.resource_id = counted.id
                JOIN resources_equipment e ON e.id = has.equipment_id
                WHERE fails = 0 GROUP BY e.code''')
    },
            {
        _counts(f'''SELECT unit.kind AS name, count(*) AS n FROM counted
                JOIN resources_managingunit unit ON unit.id = counted.unit_id
                WHERE {only("unit_kind")} GROUP BY unit.kind''')
    },
            {
        _counts(f'''SELECT district_id::text AS name, count(*) AS n FROM counted
                WHERE {only("place")} AND district_id IS NOT NULL GROUP BY district_id''')
    }"""
    return sql, codes


def _rows(sql: str) -> str:
    return f"(SELECT coalesce(json_agg(x), '[]')::text FROM ({sql}) x)"


def _counts(sql: str) -> str:
    return f"(SELECT coalesce(json_object_agg(name, n), '{{}}')::text FROM ({sql}) x)"


def _near(found: statements.Parts, criteria: Criteria, number: dict[str, int]) -> str:
    """SQL: whether a place that fails one criterion is worth showing."""
    never = [number[code] for code in number if code in NEVER_NEAR]
    # Whole districts are not widened, so what lies outside them is anywhere in the city.
    if "place" in number and not found.where.relaxed:
        never.append(number["place"])
    parts = [f"failed <> ALL(ARRAY[{', '.join(map(str, never))}]::int[])"] if never else []
    for code, column, wanted in (
        ("capacity", "capacity", criteria.capacity),
        ("area_min", "area_m2", criteria.area_min),
    ):
        if code in number:
            parts.append(f"(failed <> {number[code]} OR {column} >= {NEARLY} * {int(wanted or 0)})")
    # A barrier that is known is no near miss; what nobody has checked may be asked about.
    if "step_free" in number:
        parts.append(f"(failed <> {number['step_free']} OR step_free = 'unknown')")
    return " AND ".join(parts) or "true"


def _relaxed(number: dict[str, int]) -> str:
    """SQL: for each criterion, the places that fail it alone, and the best value among them."""
    best = {"capacity": "max(capacity)", "area_min": "max(area_m2)", "area_max": "min(area_m2)",
            "place": "min(distance)"}  # fmt: skip
    cases = " ".join(
        f"WHEN {index} THEN {best[code]}::float8" for code, index in number.items() if code in best
    )
    return f"""SELECT failed, count(*) AS places,
        {f"CASE failed {cases} END" if cases else "NULL::float8"} AS best
        FROM counted WHERE fails = 1 GROUP BY failed"""
