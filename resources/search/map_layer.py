"""What fits beyond the list, for the map: clusters and single places of the view."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from maps.layers import Layer, Viewport, feature_collection
from resources.search import references, statements
from resources.search.criteria import Criteria

PROPERTIES = ("code", "title", "kind", "place", "sample", "url")


def others(
    criteria: Criteria, person: Any, viewport: Viewport, *, listed: Sequence[str] = ()
) -> bytes:
    """Places in the view that fit and are not `listed` (codes), as GeoJSON text."""
    references.check(criteria)
    found = statements.parts(criteria, person)
    base = reverse("resources:detail", args=["0"]).removesuffix("0/")
    found.values.update(listed=list(listed), base=base)
    layer = Layer(
        code="szukaj",
        label="",
        rows=_rows(found),
        properties=PROPERTIES,
        visible=lambda _person: ("true", found.values),
        clustered=True,
    )
    body = feature_collection(layer, person, viewport, language=get_language() or "pl")
    return body or b""


def _rows(found: statements.Parts) -> str:
    in_view = (
        "ST_Intersects(r.point, ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326))"
    )
    wanted = [
        *found.scope,
        *found.where.exact,
        in_view,
        "r.code <> ALL(%(listed)s::varchar[])",
        *(one.sql for one in found.criteria),
    ]
    return f"""SELECT r.point AS geom, r.point_3857 AS geom_3857, r.code,
            CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en ELSE r.title_pl END
                AS title,
            r.kind, coalesce(site.name, '') AS place, r.is_sample AS sample,
            %(base)s || r.code || '/' AS url
        FROM resources_resource r
        LEFT JOIN resources_site site ON site.id = r.site_id {found.joins}
        WHERE {statements.all_of(wanted)}"""
