"""Vacant premises on the map."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maps.layers import Layer
from records.clock import now
from resources.models import Layer as ClaimLayer
from resources.scopes import visible_sql


def _visible(person: Any) -> tuple[str, dict[str, Any]]:
    """resource.view for the rows of the layer, with named parameters."""
    condition, values = visible_sql(person, "r")
    names = {f"seen_{number}": value for number, value in enumerate(values)}
    for name in names:
        condition = condition.replace("%s", f"%({name})s", 1)
    address = reverse("resources:detail", args=["0"]).removesuffix("0/")
    return condition, {**names, "at": now(), "base": address}


VACANT = Layer(
    code="lokale",
    label=_("Vacant premises"),
    rows=f"""
        SELECT r.point AS geom, r.point_3857 AS geom_3857, r.code, r.visibility, r.unit_id,
               CASE WHEN %(language)s = 'en' AND r.title_en <> '' THEN r.title_en
                    ELSE r.title_pl END AS title,
               r.kind, unit.name AS place, r.is_sample AS sample,
               %(base)s || r.code || '/' AS url
        FROM resources_resource r
        JOIN resources_managingunit unit ON unit.id = r.unit_id
        WHERE r.kind = 'premises' AND r.point IS NOT NULL AND NOT EXISTS (
            SELECT FROM resources_spaceleaf leaf
            JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
                AND claim.layer = {int(ClaimLayer.STEWARDSHIP)}
                AND claim.period @> %(at)s::timestamptz
                AND (claim.expires_at IS NULL OR claim.expires_at > %(at)s)
            WHERE leaf.space_id = r.space_id)
    """,  # noqa: S608 - a constant is put in
    properties=("code", "title", "kind", "place", "sample", "url"),
    visible=_visible,
    clustered=True,
)
