"""Hits as a GeoJSON FeatureCollection. The database writes the features, here they are joined."""

import json
from collections.abc import Mapping

from resources.search.criteria import Criteria
from resources.search.parsing import query_of
from resources.search.results import Features

MEDIA_TYPE = "application/geo+json"


def collection(
    found: Features, criteria: Criteria, *, address: str, more: Mapping[str, str] | None = None
) -> bytes:
    """The page as text: counts, links to this page and its neighbours, features.

    `address` is the absolute address without a query; `more` are further members as JSON text.
    """
    members = {
        "type": '"FeatureCollection"',
        "numberMatched": str(found.matched),
        "numberReturned": str(len(found.texts)),
        "links": json.dumps(_links(found, criteria, address)),
        **(more or {}),
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
