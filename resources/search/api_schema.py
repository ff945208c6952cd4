"""How OpenAPI describes the search: parameters as data, and the collection it answers with."""

from typing import Any

from resources.search.criteria import (
    DEFAULT_RADIUS_M,
    MOST_DATES,
    MOST_GAP_DAYS,
    MOST_RADIUS_M,
    MOST_RESULTS,
    MOST_VERTICES,
    Criteria,
    Sort,
    StepFree,
)
from resources.search.values import WEEKDAYS

_CODE = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"}
_DAY = {"type": "string", "format": "date", "example": "2027-01-05"}
_NUMBER = r"-?[0-9]+(\.[0-9]+)?"


def _whole(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "type": schema, "location": "query", "description": description}


def _repeatable(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    schema = {"type": "array", "items": schema, "minItems": 1}
    return {**_parameter(name, schema, description), "explode": True, "style": "form"}


PARAMETERS = [
    _parameter("kind", _CODE, "Kind of place: room or premises. All kinds if not given."),
    _parameter(
        "q",
        {"type": "string", "maxLength": 200, "pattern": "[A-Za-z0-9]"},
        "Words of the name, keeper, address or description; beginnings of words do, Polish "
        "letters may be left out, a slip of the pen is forgiven.",
    ),
    _parameter(
        "bbox",
        {"type": "string", "pattern": f"^{_NUMBER}(,{_NUMBER}){{3}}$"},
        "minLon,minLat,maxLon,maxLat in WGS 84, edges included.",
    ),
    _parameter(
        "near",
        {"type": "string", "pattern": f"^{_NUMBER},{_NUMBER}$"},
        "lon,lat in WGS 84: places within `radius`, with `distance_m`.",
    ),
    _parameter(
        "radius",
        _whole(1, MOST_RADIUS_M, default=DEFAULT_RADIUS_M),
        "Metres around `near`.",
    ),
    _parameter(
        "within",
        {"type": "string"},
        f"A polygon as GeoJSON or WKT in WGS 84, at most {MOST_VERTICES} corners.",
    ),
    _repeatable("district", _whole(1, 18), "Number of a district; repeated: any of them."),
    _parameter("area_group", _CODE, "A named set of districts, for example nowa-huta-xiv-xviii."),
    _parameter(
        "at",
        {"type": "string", "example": "2027-01-05T17:00/2027-01-05T19:00"},
        "One time as START/END in ISO 8601; local time of Kraków if without offset.",
    ),
    _repeatable(
        "weekly",
        {
            "type": "string",
            "pattern": f"^({'|'.join(WEEKDAYS)}),[0-2]?[0-9]:[0-5][0-9],[0-2]?[0-9]:[0-5][0-9]$",
            "example": "TU,17:00,19:00",
        },
        f"A weekly time, with `from` and `until`; at most {MOST_DATES} dates. Public holidays are "
        "skipped, and days on which a place is closed by its calendar while half of the dates "
        "remain; it must be free on all others.",
    ),
    _parameter(
        "gap_hours",
        {"type": "number", "minimum": 0.25, "maximum": 24, "multipleOf": 0.25},
        "Any so many hours on end, with `from` and `until`; `free_from` tells the first.",
    ),
    _parameter("from", _DAY, "First day of `weekly` or `gap_hours`."),
    _parameter("until", _DAY, f"Last day, included; for `gap_hours` at most {MOST_GAP_DAYS} days."),
    _parameter(
        "between",
        {
            "type": "string",
            "pattern": "^[0-2]?[0-9]:[0-5][0-9]-[0-2]?[0-9]:[0-5][0-9]$",
            "example": "17:00-21:00",
        },
        "Times of day for `gap_hours`.",
    ),
    _parameter("capacity", _whole(1, 100_000), "At least so many people."),
    _parameter("area_min", _whole(1, 1_000_000), "At least so many square metres."),
    _parameter("area_max", _whole(1, 1_000_000), "At most so many square metres."),
    _parameter(
        "step_free",
        {"type": "string", "enum": list(StepFree), "default": StepFree.ANY.value},
        "Way in without steps: confirmed, not denied, or no matter.",
    ),
    _repeatable("equipment", _CODE, "Code of equipment; repeated: all of it."),
    _parameter(
        "free_of_charge",
        {"type": "boolean"},
        "Free of charge today for a verified organisation that takes no fee.",
    ),
    _parameter("open_to", _CODE, "Who may use it: ngo, informal_group or commercial."),
    _repeatable("unit", _CODE, "Code of the managing unit; repeated: any of them."),
    _parameter("unit_kind", _CODE, "Kind of the managing unit, for example school or library."),
    _parameter("vacant", {"type": "boolean"}, "Nobody occupies it now."),
    _parameter(
        "sort",
        {"type": "string", "enum": list(Sort), "default": Sort.FIT.value},
        "Best fit, nearest (with `near`), first free, or largest first.",
    ),
    _parameter("limit", _whole(1, MOST_RESULTS, default=Criteria().limit), "Features on a page."),
    _parameter("offset", _whole(0, 1_000_000, default=0), "Features to skip."),
    _parameter(
        "near_misses",
        _whole(0, 20, default=0),
        "Add up to so many places that fail one criterion as `nearMisses`, with `why_not`.",
    ),
]


def _nullable(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "nullable": True, **more}


_PROPERTIES = {
    "code": {"type": "string"},
    "title": {"type": "string", "description": "in the reader's language where there is one"},
    "kind": {"type": "string"},
    "unit": {"type": "string", "description": "code of the managing unit"},
    "unit_name": {"type": "string"},
    "district": _nullable("integer", minimum=1, maximum=18),
    "capacity": _nullable("integer", description="people, in the largest layout"),
    "area_m2": _nullable("number"),
    "step_free": {"type": "string", "enum": ["yes", "no", "unknown"]},
    "free_of_charge": _nullable("boolean", description="null: no hourly price, or not known"),
    "distance_m": _nullable("integer", description="metres from `near`"),
    "free_from": _nullable(
        "string",
        format="date-time",
        description="first moment of the asked time; for premises, from when they are vacant",
    ),
    "why_not": _nullable(
        "string", description="of a near miss: what stands in the way and what would do"
    ),
    "verified_on": _nullable("string", format="date"),
    "sample": {"type": "boolean", "description": "invented demonstration data"},
    "url": {"type": "string", "format": "uri"},
}

FEATURE = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "geometry": {
            "type": "object",
            "nullable": True,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"type": "string", "enum": ["Point"]},
                "coordinates": {
                    "type": "array",
                    "items": {"type": "number"},
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        },
        "properties": {
            "type": "object",
            "required": sorted(_PROPERTIES),
            "properties": _PROPERTIES,
        },
    },
}

COLLECTION = {
    "type": "object",
    "required": ["type", "numberMatched", "numberReturned", "links", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "links": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["rel", "href"],
                "properties": {
                    "rel": {"type": "string", "enum": ["self", "next", "prev"]},
                    "type": {"type": "string"},
                    "href": {"type": "string", "format": "uri"},
                },
            },
        },
        "features": {"type": "array", "items": FEATURE},
        "nearMisses": {"type": "array", "items": FEATURE},
    },
}
