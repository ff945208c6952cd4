"""What fits as a table for a spreadsheet."""

from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from records.templatetags.zasoby import local_text
from resources.models import Resource, ThreeValued
from resources.search.criteria import MOST_RESULTS, Criteria
from resources.search.results import search

Row = Sequence[object]


def rows(
    criteria: Criteria, person: Any, *, address: Callable[[str], str]
) -> tuple[Row, list[Row]]:
    """The header and a row for each place that fits, at most 500, in the order of the search.

    `address` makes an absolute address of a path. Two queries beside the search.
    """
    found = search(criteria.but(limit=MOST_RESULTS, offset=0), person)
    resources = (
        Resource.objects.select_related("unit", "site", "district")
        .prefetch_related("equipment__equipment")
        .in_bulk([hit.resource_id for hit in found.hits])
    )
    header = [
        _("Number"), _("Code"), _("Name"), _("Keeper"), _("Place"), _("Address"), _("District"),
        _("People"), _("Area (m²)"), _("Without steps"), _("Equipment"), _("Distance (m)"),
        _("Free from"), _("Confirmed on"), _("Sample"), _("Page"), _("Longitude"), _("Latitude"),
    ]  # fmt: skip
    table: list[Row] = []
    for hit in found.hits:
        one = resources[hit.resource_id]
        table.append(
            [
                hit.place,
                one.code,
                local_text(one, "title"),
                one.unit.name,
                one.site.name if one.site else "",
                one.site.address if one.site else "",
                str(one.district) if one.district else "",
                one.capacity,
                one.area_m2,
                str(ThreeValued(one.step_free).label),
                ", ".join(local_text(has.equipment, "name") for has in one.equipment.all()),
                round(hit.distance_m) if hit.distance_m is not None else None,
                hit.free_from,
                one.verified_on,
                _("sample data") if one.is_sample else "",
                address(reverse("resources:detail", args=[one.code])),
                round(one.point.x, 6) if one.point else None,
                round(one.point.y, 6) if one.point else None,
            ]
        )
    return header, table
