"""Civic Centres on the map: public, few, drawn as pentagons."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maps.layers import Layer


def _everyone(_person: Any) -> tuple[str, dict[str, Any]]:
    address = reverse("civic_centres:detail", args=["0"]).removesuffix("0/")
    return "true", {"base": address}


CENTRES = Layer(
    code="centra-obywatelskie",
    label=_("Civic Centres"),
    rows="""
        SELECT site.point AS geom, site.code, centre.name AS title, 'civic_centre' AS kind,
               site.address AS place, site.is_sample AS sample,
               %(base)s || site.code || '/' AS url
        FROM civic_centres_civiccentre centre
        JOIN resources_site site ON site.id = centre.site_id
    """,
    properties=("code", "title", "kind", "place", "sample", "url"),
    visible=_everyone,
)
