"""Hits as a GeoJSON FeatureCollection. The database writes the features, here they are joined."""

import json
from collections.abc import Sequence
from typing import Any

from records.templatetags.zasoby import local_text
from resources.search import near_misses
from resources.search.criteria import Criteria
from resources.search.judgement import judge
from resources.search.listing import Listed, listing
from resources.search.parsing import query_of
from resources.search.results import Features

MEDIA_TYPE = "application/geo+json"


def collection(
    found: Features, criteria: Criteria, *, address: str, near: Sequence[dict[str, Any]] = ()
) -> bytes:
    """The page as text: counts, links to this page and its neighbours, features.

    `address` is the absolute address without a query; `near` are places that nearly fit.
    """
    members = {
        "type": '"FeatureCollection"',
        "numberMatched": str(found.matched),
        "numberReturned": str(len(found.texts)),
        "links": json.dumps(_links(found, criteria, address)),
        **({"nearMisses": json.dumps(near, ensure_ascii=False)} if criteria.near_misses else {}),
        "features": "[" + ",".join(found.texts) + "]",
    }
    return ("{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}").encode()


def _links(found: Features, criteria: Criteria, address: str) -> list[dict[str, str]]:
    pages = {"self": criteria.offset}
    if criteria.offset + len(found.texts) < found.matched and found.texts:
        pages["next"] = criteria.offset + criteria.limit
    if criteria.offset:
        pages["prev"] = max(0, criteria.offset - criteria.limit)
    return [
        {"rel": rel, "type": MEDIA_TYPE, "href": f"{address}?{query}" if query else address}
        for rel, offset in pages.items()
        for query in [query_of(criteria.but(offset=offset))]
    ]


def near(criteria: Criteria, person: Any, *, base_url: str) -> list[dict[str, Any]]:
    """Features of the places that fail one criterion only, best first, with why."""
    judgement = judge(criteria.but(limit=1, offset=0), person, misses=criteria.near_misses)
    found = near_misses.explain(listing(criteria, judgement), criteria, most=criteria.near_misses)
    return [_feature(one, base_url) for one in found.near]


def _feature(one: Listed, base_url: str) -> dict[str, Any]:
    """The same properties as the database writes for what fits."""
    resource, point = one.resource, one.resource.point
    coordinates = [round(degrees, 6) for degrees in point.coords] if point else []
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates} if point else None,
        "properties": {
            "code": resource.code,
            "title": local_text(resource, "title"),
            "kind": resource.kind,
            "unit": resource.unit.code,
            "unit_name": resource.unit.name,
            "district": resource.district_id,
            "capacity": resource.capacity,
            "area_m2": float(resource.area_m2) if resource.area_m2 is not None else None,
            "step_free": resource.step_free,
            "free_of_charge": None if one.price.highest is None else one.price.is_free,
            "distance_m": None if one.distance_m is None else round(one.distance_m),
            "free_from": None,
            "why_not": f"{one.why_not} {one.hint}".strip(),
            "verified_on": resource.verified_on.isoformat() if resource.verified_on else None,
            "sample": resource.is_sample,
            "url": f"{base_url}{resource.code}/",
        },
    }
