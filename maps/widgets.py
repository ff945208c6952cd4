"""The map on a page: what a view passes to the template `maps/_map.html`.

A page that shows a map puts `{% include "maps/_map_head.html" %}` into its `scripts` block and
`{% include "maps/_map.html" with map=map %}` where the map stands. Without JavaScript the map shows
nothing but its legend, so the page's list must say everything by itself.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from maps.base_layers import CITY_BORDER, DISTRICTS, KILOMETRE_GRID
from maps.crs import CITY
from maps.models import District


@dataclass(frozen=True)
class LegendEntry:
    """A sign and its words. `sign`: room, premises, centre, near, cluster, reach, area, here."""

    sign: str
    words: str


@dataclass(frozen=True)
class MapWidget:
    """One map.

    `results_id` names a `json_script` element with a GeoJSON FeatureCollection of the list's
    places; it is read again whenever htmx has replaced something. `results_url` gives the same
    from an address instead. Features have code, title, kind (room, premises, civic_centre), url,
    and may have number, why_not (then it is drawn hollow), place, sample.
    `list_selector` finds the list whose items carry `data-code`; hovering or focusing an item
    rings its marker and the other way round. A number in `data-number` of an item is its
    marker's number.
    `others_url` is fetched for each view, with {bbox} and {zoom} replaced: clusters and places
    beyond the list (see maps.layers).
    `view_url` is this page's address with {bbox} in it, for "search in this view"; `here_url` the
    same with {lon} and {lat}. `within_field` is the id of the form field that takes a drawn
    polygon as WKT in EPSG:4326.
    Bounds are (west, south, east, north), points (lon, lat), in degrees.
    """

    label: str
    name: str = "map"
    bounds: tuple[float, float, float, float] | None = None
    results_id: str = ""
    results_url: str = ""
    others_url: str = ""
    list_selector: str = ""
    view_url: str = ""
    here_url: str = ""
    within_field: str = ""
    near: tuple[float, float] | None = None
    near_label: str = ""
    radius_m: int | None = None
    within: dict[str, Any] | None = None
    highlight_districts: tuple[int, ...] = ()
    legend: tuple[LegendEntry, ...] = ()
    extra_attribution: str = ""
    modifiers: str = field(default="", metadata={"help": "further classes of the container"})

    @property
    def config(self) -> str:
        """Everything the map client needs, as JSON for one data attribute."""
        return json.dumps(
            {
                "bounds": self.bounds,
                "city": CITY.bounds,
                "resultsId": self.results_id,
                "resultsUrl": self.results_url,
                "othersUrl": self.others_url,
                "list": self.list_selector,
                "viewUrl": self.view_url,
                "hereUrl": self.here_url,
                "withinField": self.within_field,
                "near": self.near,
                "nearLabel": self.near_label,
                "radius": self.radius_m,
                "within": self.within,
                "highlight": self.highlight_districts,
                "tiles": tiles(),
                "layers": {
                    "districts": f"{layer_url(DISTRICTS.code)}?zoom={{zoom}}",
                    "city": layer_url(CITY_BORDER.code),
                    "grid": layer_url(KILOMETRE_GRID.code),
                },
                "labels": labels(),
            },
            ensure_ascii=False,
        )

    @property
    def attribution(self) -> str:
        base = tiles()
        parts = [
            base["attribution"] if base else "",
            _districts_attribution(),
            _("1 km census grid: GUS"),
            self.extra_attribution,
        ]
        return " · ".join(part for part in parts if part)


def _districts_attribution() -> str:
    """Who drew the borders that are loaded, and whether they are generalised. One query."""
    found = District.objects.values_list("source__attribution", "generalised").first()
    if found is None:
        return ""
    attribution, generalised = found
    words = _("Districts (generalised): %s") if generalised else _("Districts: %s")
    return words % attribution


def layer_url(code: str) -> str:
    """Address of a layer; add ?bbox={bbox}&zoom={zoom} for one that depends on the view."""
    return reverse("maps:layer", args=[code])


def tiles() -> dict[str, str] | None:
    """The base layer that TILE_URL configures, or None: then our own layers are the map."""
    configured: Any = settings.LEAFLET_CONFIG["TILES"]
    if not configured:
        return None
    _name, url, options = configured[0]
    return {"url": url, "attribution": options.get("attribution", "")}


def labels() -> dict[str, str]:
    """Words that the map client speaks, in the reader's language."""
    return {
        "cluster": _("Places here: {count}. Zoom in"),
        "marker": "{number}. {title}",
        "markerNear": _("{number}. {title}, nearly fits: {why}"),
        "close": _("Close"),
        "sample": _("sample data"),
        "metres": _("{count} m"),
        "kilometres": _("{count} km"),
        "hereUnknown": _("Your device did not say where you are. Type an address instead."),
        "hereOutside": _("You are outside Kraków. Type an address instead."),
        "loadFailed": _("The map could not be loaded. The list shows the same places."),
        "drawStart": _(
            "Drawing: click the map, or move it with the arrow keys and add its centre."
        ),
        "drawPoints": _("Points: {count}"),
        "drawTooFew": _("An area needs at least three points."),
        "drawTooMany": _("An area has at most {count} points."),
        "drawCrosses": _("The border of the area must not cross itself."),
        "drawDone": _("The area is drawn."),
    }
