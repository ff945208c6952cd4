"""GeoJSON and Esri JSON: the two shapes in which services of the city answer."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from maps.crs import WEB_MERCATOR, WGS84
from maps.reading.features import Feature, FeatureSet, UnreadableFile, settle_srid

# Codes of Esri's own for systems that EPSG numbers otherwise.
ESRI_WKIDS = {102100: WEB_MERCATOR, 102113: WEB_MERCATOR, 102173: 2180, 102175: 2178}


def read_json(path: Path, srid: int | None) -> FeatureSet:
    """Read a GeoJSON FeatureCollection or an Esri JSON feature set, whichever it is."""
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(
            _("%(name)s is not valid JSON: %(error)s") % {"name": path.name, "error": error},
            code="bad_json",
        ) from error
    if not isinstance(document, dict):
        raise _not_features(path)
    if isinstance(document.get("error"), dict):
        raise UnreadableFile(
            _("The file holds the service's error, not data: %(error)s. Repeat the query.")
            % {"error": document["error"].get("message", "")},
            code="service_error",
        )
    members = document.get("features")
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise _not_features(path)
    if document.get("type") == "FeatureCollection":
        _refuse_cut_off(document.get("properties"))
        return _read_geojson(document, members, srid)
    if "spatialReference" in document or any("attributes" in member for member in members):
        return _read_esri(document, members, srid)
    raise _not_features(path)


def _not_features(path: Path) -> UnreadableFile:
    return UnreadableFile(
        _("%(name)s is neither a GeoJSON FeatureCollection nor an Esri feature set.")
        % {"name": path.name},
        code="not_features",
    )


def _refuse_cut_off(document: Any) -> None:
    if isinstance(document, dict) and document.get("exceededTransferLimit"):
        raise UnreadableFile(
            _(
                "The service cut its answer short (exceededTransferLimit). "
                "Query it in ranges of OBJECTID and join the answers, or take the ZIP package."
            ),
            code="cut_off",
        )


def _read_geojson(document: dict[str, Any], members: list[Any], srid: int | None) -> FeatureSet:
    _refuse_cut_off(document)
    # RFC 7946 means WGS84 when nothing is said; a `crs` member of the older kind says otherwise.
    named = _named_crs(document["crs"]) if document.get("crs") else None
    settled = settle_srid(named, srid, default=WGS84)
    features = [
        _feature(place, member.get("properties"), member.get("geometry"), _geojson_geometry)
        for place, member in enumerate(members, start=1)
    ]
    return FeatureSet(format="GeoJSON", srid=settled, features=features)


def _named_crs(crs: Any) -> int:
    """EPSG code in {"type": "name", "properties": {"name": "EPSG:2178"}} and its URN forms."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if re.search(r"CRS84$", name):
        return WGS84
    if match := re.search(r"EPSG:(?:[\d.]*:)?(\d{4,6})$", name):
        return int(match.group(1))
    raise UnreadableFile(
        _("The file names a coordinate system that is not understood: “%(name)s”.")
        % {"name": name or crs},
        code="crs_unknown",
    )


def _read_esri(document: dict[str, Any], members: list[Any], srid: int | None) -> FeatureSet:
    _refuse_cut_off(document)
    reference = document.get("spatialReference")
    named = None
    if isinstance(reference, dict):
        code = reference.get("latestWkid") or reference.get("wkid")
        named = ESRI_WKIDS.get(code, code) if isinstance(code, int) else None
    settled = settle_srid(named, srid)
    features = [
        _feature(place, member.get("attributes"), member.get("geometry"), _esri_geometry)
        for place, member in enumerate(members, start=1)
    ]
    return FeatureSet(format="Esri JSON", srid=settled, features=features)


def _feature(
    place: int, properties: Any, raw: Any, build: Callable[[dict[str, Any]], BaseGeometry]
) -> Feature:
    properties = properties if isinstance(properties, dict) else {}
    if not isinstance(raw, dict):
        return Feature(place, properties, problem=_("It has no geometry."))
    try:
        geometry = build(raw)
    # Whatever a stranger's file makes the builders stumble over is a bad feature, not a crash.
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        return Feature(
            place, properties, problem=_("Its geometry cannot be read: %s") % str(error)[:200]
        )
    except shapely.errors.ShapelyError as error:
        return Feature(
            place, properties, problem=_("Its geometry cannot be read: %s") % str(error)[:200]
        )
    if geometry.is_empty or not all(map(_finite, geometry.bounds)):
        return Feature(place, properties, problem=_("Its geometry is empty."))
    return Feature(place, properties, shapely.force_2d(geometry))


def _finite(value: float) -> bool:
    return abs(value) < 1e12


def _geojson_geometry(raw: dict[str, Any]) -> BaseGeometry:
    return shape(raw)


def _esri_geometry(raw: dict[str, Any]) -> BaseGeometry:
    """Esri's point {x, y} or polygon {rings}; curves are not read.

    Rings come as one flat list: clockwise ones are exteriors, the others are holes of whichever
    exterior holds them.
    """
    if "rings" not in raw:
        return Point(float(raw["x"]), float(raw["y"]))
    rings = [[(float(x), float(y)) for x, y, *_rest in ring] for ring in raw["rings"]]
    exteriors = [ring for ring in rings if not _is_counter_clockwise(ring)]
    holes = [ring for ring in rings if _is_counter_clockwise(ring)]
    shells = sorted((Polygon(ring) for ring in exteriors), key=lambda polygon: polygon.area)
    assigned: list[list[list[tuple[float, float]]]] = [[] for _shell in shells]
    for hole in holes:
        # The smallest shell that holds it and is larger: an island may stand inside the hole.
        ring = Polygon(hole)
        inside = ring.representative_point()
        home = next(
            (i for i, s in enumerate(shells) if s.area > ring.area and s.contains(inside)), None
        )
        if home is None:
            raise ValueError(_("a hole (anticlockwise ring) lies in no outer ring"))
        assigned[home].append(hole)
    polygons = [
        Polygon(shell.exterior.coords, own) for shell, own in zip(shells, assigned, strict=True)
    ]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _is_counter_clockwise(ring: list[tuple[float, float]]) -> bool:
    return shapely.is_ccw(shapely.LinearRing(ring))
