"""Place and attributes of a search as SQL conditions on `r`, a row of resources_resource.

All parameters are named and live in one dictionary; what is put into the statements is our own
SQL, never input.
"""

import math
from dataclasses import dataclass
from typing import Any

import shapely

from maps.crs import METRIC, WGS84, transformer
from maps.names import plain
from records.clock import today
from resources import scopes
from resources.models import Resource, UserGroup
from resources.search.criteria import Criteria, Place, StepFree
from resources.verification import GRACE

#: How much farther than asked a place may lie to count as nearly fitting.
RELAXED = 1.5

#: Whether nobody confirmed the entry in time, as resources.verification says. Needs `fit_today`.
STALE = (
    "(r.verified_on IS NULL OR (r.verified_on + make_interval(months => r.review_months))::date "
    f"+ {GRACE.days} <= %(fit_today)s::date)"
)

_TO_METRIC = transformer(WGS84, METRIC)
# Farther away nothing of the city lies within the largest radius, and the projection breaks down.
_AROUND = (14.0, 47.0, 26.0, 57.0)


@dataclass(frozen=True, slots=True)
class Condition:
    """One criterion as SQL. `code` names it in counts and in what is told about near misses."""

    code: str
    sql: str


def scope(criteria: Criteria, person: Any, values: dict[str, Any]) -> list[str]:
    """What always holds: the person may see it, it is of the kind, it has the words."""
    sql, positional = scopes.visible_sql(person, "r")
    found = [_named(sql, positional, "visible", values)]
    if criteria.kind:
        values["kind"] = criteria.kind
        found.append("r.kind = %(kind)s")
    return found + _words(criteria.text, values)


def _named(sql: str, positional: list[Any], prefix: str, values: dict[str, Any]) -> str:
    """A condition with %s parameters as one with named ones."""
    parts = sql.split("%s")
    for number, value in enumerate(positional):
        values[f"{prefix}{number}"] = value
        parts[number] += f"%({prefix}{number})s"
    return "".join(parts)


def _words(text: str, values: dict[str, Any]) -> list[str]:
    """Each word begins a word of the text, or does without its ending, or nearly equals one.

    Polish inflects at the end: "sali", "salą" and "sala" share "sal". Similarity forgives a slip
    of the pen in words that are long enough to tell.
    """
    found = []
    for number, word in enumerate(plain(text).split()[:8]):
        begins, near = f"begins{number}", f"near{number}"
        stem = word if len(word) < 4 else word[: max(3, len(word) - 2)]
        values[begins] = r"\m" + stem.replace("-", r"\-").replace("/", r"\/")
        if len(word) < 5:
            found.append(f"r.search_text ~ %({begins})s")
        else:
            values[near] = word
            found.append(f"(r.search_text ~ %({begins})s OR %({near})s <%% r.search_text)")
    return found


def attributes(criteria: Criteria, values: dict[str, Any]) -> list[Condition]:
    """Everything that is asked of the place itself."""
    found = []

    def add(code: str, sql: str, **named: Any) -> None:
        values.update(named)
        found.append(Condition(code, sql))

    if criteria.capacity:
        add("capacity", "r.capacity >= %(capacity)s", capacity=criteria.capacity)
    if criteria.area_min:
        add("area_min", "r.area_m2 >= %(area_min)s", area_min=criteria.area_min)
    if criteria.area_max:
        add("area_max", "r.area_m2 <= %(area_max)s", area_max=criteria.area_max)
    if criteria.step_free == StepFree.YES:
        add("step_free", "r.step_free = 'yes'")
    elif criteria.step_free == StepFree.YES_OR_UNKNOWN:
        add("step_free", "r.step_free <> 'no'")
    for number, code in enumerate(criteria.equipment):
        add(f"equipment:{code}", _has_equipment(number), **{f"equipment{number}": code})
    if criteria.open_to:
        add("open_to", "r.open_to @> %(open_to)s::varchar[]", open_to=[criteria.open_to])
    return found + _keeper(criteria, values)


def _keeper(criteria: Criteria, values: dict[str, Any]) -> list[Condition]:
    """By whom it is kept."""
    units = "r.unit_id IN (SELECT id FROM resources_managingunit WHERE {})"
    found = []
    if criteria.units:
        values["units"] = list(criteria.units)
        found.append(Condition("unit", units.format("code = ANY(%(units)s)")))
    if criteria.unit_kind:
        values["unit_kind"] = criteria.unit_kind
        found.append(Condition("unit_kind", units.format("kind = %(unit_kind)s")))
    return found


def _has_equipment(number: int) -> str:
    # A scalar probe by the key of the place: the equipment's own id is found once.
    return f"""(SELECT 1 FROM resources_resourceequipment has
        WHERE has.resource_id = r.id AND has.equipment_id =
            (SELECT id FROM resources_equipment WHERE code = %(equipment{number})s)
        LIMIT 1) IS NOT NULL"""


def free_prices(bands: list[tuple[int, int]], values: dict[str, Any]) -> str:
    """Price lists of today for an organisation that takes no fee: (price_list_id, free).

    `free` is true where all its rates are zero in the asked bands of the day (none: all day).
    """
    values["price_group"] = UserGroup.NGO_FREE.value
    values["price_day"] = today()
    asked = " OR ".join(
        f"(from_minute < {int(end)} AND to_minute > {int(start)})" for start, end in bands
    )
    return f"""(SELECT price_list_id, bool_and(net_per_hour = 0) AS free
        FROM resources_pricerate
        WHERE user_group = %(price_group)s AND valid @> %(price_day)s::date
            {f"AND ({asked})" if asked else ""}
        GROUP BY price_list_id)"""


def free_of_charge(prices: str) -> Condition:
    return Condition(
        "free_of_charge",
        f"(r.tenure = '{Resource.Tenure.TIME.value}' AND r.price_list_id IN "
        f"(SELECT price_list_id FROM {prices} p WHERE p.free))",
    )


@dataclass(frozen=True, slots=True)
class Where:
    """A place as SQL: exactly as asked, relaxed for near misses, and the distance in metres."""

    exact: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    distance: str = "NULL::float8"


def where(place: Place, values: dict[str, Any]) -> Where:
    exact: list[str] = []
    relaxed: list[str] = []
    distance = "NULL::float8"
    if place.near:
        values["radius"] = place.radius
        point = _metric_point(place.near)
        if point is None:
            return Where(("false",), ("false",))
        values.update(x=point[0], y=point[1])
        values["relaxed_radius"] = place.radius * RELAXED
        here = f"ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), {METRIC})"
        exact.append(f"ST_DWithin(r.point_2178, {here}, %(radius)s)")
        relaxed.append(f"ST_DWithin(r.point_2178, {here}, %(relaxed_radius)s)")
        distance = f"ST_Distance(r.point_2178, {here})"
    if place.bbox:
        exact.append(_in_box("bbox", place.bbox, values))
        relaxed.append(_in_box("wide_bbox", _widened(place.bbox), values))
    if place.within:
        values["within"] = place.within
        exact.append(f"ST_Intersects(r.point, ST_GeomFromText(%(within)s, {WGS84}))")
        around = shapely.from_wkt(place.within).bounds
        relaxed.append(_in_box("around", _widened(around), values))
    if place.districts:
        values["districts"] = list(place.districts)
        exact.append("r.district_id = ANY(%(districts)s)")
    if place.area_group:
        values["area_group"] = place.area_group
        exact.append(
            "r.district_id IN (SELECT district_id FROM maps_areagroup_districts "
            "WHERE areagroup_id = %(area_group)s)"
        )
    return Where(tuple(exact), tuple(relaxed), distance)


def _metric_point(near: tuple[float, float]) -> tuple[float, float] | None:
    """The point in EPSG:2178; None where nothing of the city can be near."""
    longitude, latitude = near
    west, south, east, north = _AROUND
    if not (west <= longitude <= east and south <= latitude <= north):
        return None
    x, y = _TO_METRIC.transform(longitude, latitude)
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


def _in_box(prefix: str, box: tuple[float, ...], values: dict[str, Any]) -> str:
    for side, value in zip(("w", "s", "e", "n"), box, strict=True):
        values[f"{prefix}_{side}"] = value
    sides = ", ".join(f"%({prefix}_{side})s" for side in "wsen")
    return f"ST_Intersects(r.point, ST_MakeEnvelope({sides}, {WGS84}))"


def _widened(box: tuple[float, ...]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    dx, dy = ((east - west) * (RELAXED - 1) / 2, (north - south) * (RELAXED - 1) / 2)
    return (
        max(-180.0, west - dx), max(-90.0, south - dy), min(180.0, east + dx), min(90.0, north + dy)
    )  # fmt: skip


def fit_score(criteria: Criteria, distance: str, values: dict[str, Any]) -> str:
    """How well a place fits, least first: an SQL expression of a number.

    Stale entries sink below all fresh ones. Then, each at most one: how far of the radius, how
    much larger than wanted (eight times larger is one), how unlike the words (twice); a quarter at
    most for the age of the confirmation.
    """
    values["fit_today"] = today()
    values["text_plain"] = plain(criteria.text)
    age = "(%(fit_today)s::date - r.verified_on)"
    months = "greatest(r.review_months, 1)"
    parts = [
        f"CASE WHEN {STALE} THEN 10.0 ELSE 0.0 END",
        f"0.25 * {_up_to_one(f'{age} / (30.0 * {months})')}",
    ]
    if criteria.place.near:
        parts.append(f"{distance} / %(radius)s")
    if criteria.capacity:
        larger = "ln(greatest(r.capacity, 1) / %(capacity)s::float8) / ln(8.0)"
        parts.append(_up_to_one(larger))
    if criteria.area_min:
        parts.append(_up_to_one("ln(r.area_m2::float8 / %(area_min)s::float8) / ln(8.0)"))
    if criteria.text:
        parts.append("2.0 * (1.0 - word_similarity(%(text_plain)s, r.search_text))")
    return "(" + " + ".join(parts) + ")::float8"


def _up_to_one(number: str) -> str:
    """SQL: the number cut to 0 to 1; what is not known counts as one."""
    return f"least(1.0, greatest(0.0, coalesce({number}, 1.0)))"
