"""Map layers: what an app offers to the map, as SQL, and the GeoJSON that the database makes of it.

A layer names a `select` whose columns are `geom` (EPSG:4326) and its properties. Visibility is a
condition inside the query, never a filter behind it. Layers of points that may be many also give
`geom_3857`, a stored column, and are clustered on the server by a grid of 60 pixels, so that the
browser never receives the whole city. The JSON text comes from PostgreSQL row by row: no model
instance is made (DRF's serialisers took 47 times as long for 5,000 features).

Apps register their layers through config/composition.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise

from maps.crs import REGION

CLUSTER_PX = 60
CLUSTERED_BELOW_ZOOM = 15
MOST_SINGLE = 300
MOST_FEATURES = 5000
DECIMALS = 6  # a tenth of a metre
WORLD_M = 40_075_016.68  # width of the world in EPSG:3857
TILE_PX = 256

# A condition on `r`, the row of the layer, and its parameters; None: the person sees no layer.
Visibility = Callable[[Any], tuple[str, Mapping[str, Any]] | None]


def everyone(_person: Any) -> tuple[str, Mapping[str, Any]]:
    return "true", {}


@dataclass(frozen=True)
class Layer:
    """One layer of the map.

    `rows` may use the parameters `%(zoom)s` and `%(language)s`, and must double other percent
    signs. `public` says that everybody gets the same, so that caches may keep it.
    """

    code: str
    label: str | Promise
    rows: str
    properties: tuple[str, ...]
    visible: Visibility = everyone
    public: bool = False
    clustered: bool = False


@dataclass(frozen=True)
class Viewport:
    """What the map shows: bounds in EPSG:4326 (west, south, east, north) and its zoom."""

    bounds: tuple[float, float, float, float] = REGION.bounds
    zoom: int = 12


_layers: dict[str, Layer] = {}


def register(*layers: Layer) -> None:
    """Offer layers to the map; a code is given once."""
    for layer in layers:
        if layer.code in _layers:
            raise ValueError(f"layer {layer.code} is registered twice")
        _layers[layer.code] = layer


def layer_called(code: str) -> Layer | None:
    return _layers.get(code)


def feature_collection(
    layer: Layer, person: Any, viewport: Viewport, *, language: str = "pl"
) -> bytes | None:
    """The layer in the viewport as GeoJSON text, or None if the person sees no such layer."""
    visible = layer.visible(person)
    if visible is None:
        return None
    condition, parameters = visible
    west, south, east, north = viewport.bounds
    values = {
        **parameters,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "zoom": viewport.zoom,
        "language": language,
        "cell": WORLD_M / TILE_PX / 2**viewport.zoom * CLUSTER_PX,
        "decimals": DECIMALS,
    }
    if layer.clustered and viewport.zoom < CLUSTERED_BELOW_ZOOM:
        rows = _texts(_clusters_sql(layer, condition), values)
    else:
        most = MOST_SINGLE if layer.clustered else MOST_FEATURES
        rows = _texts(_features_sql(layer, condition), {**values, "most": most + 1})
        if len(rows) > most:
            if layer.clustered:
                rows = _texts(_clusters_sql(layer, condition), values)
            else:
                rows = rows[:most]
    return f'{{"type":"FeatureCollection","features":[{",".join(rows)}]}}'.encode()


def _texts(sql: str, values: Mapping[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [text for (text,) in cursor.fetchall()]


# What is put into these statements comes from Layer objects in code, never from a request.
_IN_VIEW = "r.geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"


def _features_sql(layer: Layer, condition: str) -> str:
    columns = ", ".join(("geom", *layer.properties))
    return f"""
        select ST_AsGeoJSON(f, 'geom', %(decimals)s)
        from (select {columns} from ({layer.rows}) r
              where {_IN_VIEW} and ({condition}) limit %(most)s) f
    """  # noqa: S608 - the SQL is a registered layer's own


def _clusters_sql(layer: Layer, condition: str) -> str:
    """Counts per grid cell; a cell with one point gives that point with its properties."""
    columns = ", ".join(("geom", *layer.properties))
    return f"""
        with hit as materialized (
            select row_number() over () as row_of_hit, r.* from ({layer.rows}) r
            where {_IN_VIEW} and ({condition})
        ), cells as (
            select count(*) as n, min(row_of_hit) as row_of_hit,
                   avg(ST_X(geom)) as x, avg(ST_Y(geom)) as y,
                   min(ST_X(geom)) as x0, min(ST_Y(geom)) as y0,
                   max(ST_X(geom)) as x1, max(ST_Y(geom)) as y1
            from hit
            group by floor(ST_X(geom_3857) / %(cell)s), floor(ST_Y(geom_3857) / %(cell)s)
        )
        select case when n = 1 then (
                   select ST_AsGeoJSON(f, 'geom', %(decimals)s)
                   from (select {columns} from hit where hit.row_of_hit = cells.row_of_hit) f)
               else json_build_object(
                   'type', 'Feature',
                   'geometry', json_build_object('type', 'Point', 'coordinates',
                       json_build_array(round(x::numeric, 6), round(y::numeric, 6))),
                   'properties', json_build_object('cluster', true, 'count', n, 'bounds',
                       json_build_array(round(x0::numeric, 6), round(y0::numeric, 6),
                                        round(x1::numeric, 6), round(y1::numeric, 6))))::text
               end
        from cells
    """  # noqa: S608 - the SQL is a registered layer's own
