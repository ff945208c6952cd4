"""The districts' coverage in the shapes in which the sources publish it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from maps.importing.geometry import transform_between
from maps.importing.numbers import roman
from tests.maps.conftest import COVERAGE


def raw_features() -> list[dict[str, Any]]:
    return json.loads(COVERAGE.read_text("utf-8"))["features"]


def in_2178() -> list[tuple[dict[str, Any], BaseGeometry]]:
    """(properties, polygon in EPSG:2178 rounded to centimetres), as the city's server has them."""
    to_metric = transform_between(4326, 2178)
    return [
        (f["properties"], shapely.transform(to_metric(shape(f["geometry"])), lambda p: p.round(2)))
        for f in raw_features()
    ]


def write_geojson(path: Path, features: list[dict[str, Any]], **members: Any) -> Path:
    path.write_text(
        json.dumps({"type": "FeatureCollection", **members, "features": features}), "utf-8"
    )
    return path


def msip_geojson(path: Path) -> Path:
    """Dzielnice.geojson of MSIP: EPSG:2178, named by a `crs` member, lower-case fields."""
    return write_geojson(
        path,
        [
            {
                "type": "Feature",
                "properties": {
                    "id_dzielni": 100 + p["nr"],
                    "nazwa": p["nazwa"],
                    "nazwa_peln": p["nazwa_pelna"],
                    "nr_dzielni": roman(p["nr"]),
                },
                "geometry": mapping(polygon),
            }
            for p, polygon in in_2178()
        ],
        crs={"type": "name", "properties": {"name": "EPSG:2178"}},
    )


def esri_json(path: Path, **members: Any) -> Path:
    """The answer of F07_DZIELN_2014_polyg with outSR=2178&f=json: exteriors run clockwise."""
    features = []
    for place, (p, polygon) in enumerate(in_2178(), start=1):
        ring = list(shapely.orient_polygons(polygon, exterior_cw=True).exterior.coords)
        features.append(
            {
                "attributes": {
                    "OBJECTID": place,
                    "DATA_AKTUA": 1396224000000,
                    "ID_DZIELNI": 100 + p["nr"],
                    "NAZWA": p["nazwa"],
                    "NAZWA_PELN": p["nazwa_pelna"],
                    "NR_DZIELNI": roman(p["nr"]),
                    "OPIS": "UCHWALA NR XCIX/1495/14 RADY MIASTA KRAKOWA",
                    "Shape__Area": polygon.area,
                },
                "geometry": {"rings": [[list(point) for point in ring]]},
            }
        )
    path.write_text(
        json.dumps(
            {
                "objectIdFieldName": "OBJECTID",
                "geometryType": "esriGeometryPolygon",
                "spatialReference": {"wkid": 2178, "latestWkid": 2178},
                **members,
                "features": features,
            }
        ),
        "utf-8",
    )
    return path


def gdal_file(path: Path, driver: str) -> Path:
    """A Shapefile or GeoPackage of the districts in EPSG:2178."""
    rows = in_2178()
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(polygon) for _p, polygon in rows], dtype=object),
        field_data=[
            np.array([roman(p["nr"]) for p, _polygon in rows], dtype=object),
            np.array([p["nazwa"] for p, _polygon in rows], dtype=object),
        ],
        fields=np.array(["NR_DZIELNI", "NAZWA"], dtype=object),
        geometry_type="Polygon",
        crs="EPSG:2178",
        driver=driver,
        encoding="UTF-8" if driver == "ESRI Shapefile" else None,
    )
    return path
