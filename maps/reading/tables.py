"""Tables and GDAL formats: CSV, Shapefile, DBF, GeoPackage."""

import csv
import io
import warnings
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS
from pyproj.exceptions import CRSError

from maps.reading.features import Feature, FeatureSet, UnreadableFile, settle_srid

# suffix -> (GDAL's driver, how such a file begins)
SIGNATURES = {
    ".shp": ("ESRI Shapefile", b"\x00\x00\x27\x0a"),
    ".gpkg": ("GPKG", b"SQLite format 3\x00"),
    ".dbf": ("ESRI Shapefile", b"\x03"),
}


def read_csv(path: Path) -> list[Feature]:
    """Rows of a CSV with a header line; `,` or `;`, UTF-8 with or without BOM.

    Values of the kind ="00-123", which registers write to please a spreadsheet, are unwrapped.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _("%(name)s is not UTF-8. Save it again as “CSV UTF-8”.") % {"name": path.name},
            code="encoding",
        ) from error
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(
            _("%(name)s cannot be read as CSV: %(error)s") % {"name": path.name, "error": error},
            code="bad_csv",
        ) from error
    features = []
    for place, row in enumerate(rows, start=1):
        problem = ""
        if None in row or None in row.values():
            problem = _("It has more or fewer values than the header line.")
        values = {
            key.strip(): _unwrapped(value)
            for key, value in row.items()
            if key is not None and value is not None
        }
        features.append(Feature(place, values, problem=problem))
    return features


def _unwrapped(value: str) -> str:
    value = value.strip()
    if value.startswith('="') and value.endswith('"'):
        value = value[2:-1]
    return value


def read_gdal(path: Path, srid: int | None) -> FeatureSet:
    """The one layer of a Shapefile, DBF or GeoPackage.

    Raises UnreadableFile where the content is not what the suffix says, there is more than one
    layer, or the CRS is unknown.
    """
    driver, signature = SIGNATURES[path.suffix.lower()]
    with path.open("rb") as file:
        start = file.read(len(signature))
    if start != signature:
        raise _unlike(path, driver)
    with warnings.catch_warnings():
        # GDAL also warns of what is odd but readable; what matters is refused below.
        warnings.simplefilter("ignore", RuntimeWarning)
        meta, geometries, columns = _read_layer(path, driver)
    names = [str(name) for name in meta["fields"]]
    has_geometry = geometries is not None and meta.get("geometry_type") is not None
    features = []
    for index in range(len(columns[0]) if columns else len(geometries)):
        properties = {
            name: _value(column[index]) for name, column in zip(names, columns, strict=True)
        }
        geometry = (
            shapely.from_wkb(geometries[index], on_invalid="ignore") if has_geometry else None
        )
        problem = ""
        if has_geometry and (geometry is None or geometry.is_empty):
            geometry, problem = None, _("It has no geometry.")
        features.append(Feature(index + 1, properties, geometry, problem))
    settled = settle_srid(_epsg(meta.get("crs")), srid) if has_geometry else None
    return FeatureSet(format=driver, srid=settled, features=features)


def _read_layer(path: Path, driver: str) -> tuple[dict[str, Any], Any, Any]:
    try:
        layers = pyogrio.list_layers(path)
        if len(layers) != 1:
            raise UnreadableFile(
                _("%(name)s holds %(count)s layers; leave one: %(layers)s.")
                % {
                    "name": path.name,
                    "count": len(layers),
                    "layers": ", ".join(str(layer[0]) for layer in layers),
                },
                code="layers",
            )
        meta, _fids, geometries, columns = pyogrio.raw.read(path, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _unlike(path, driver) from error
    return meta, geometries, columns


def _unlike(path: Path, driver: str) -> UnreadableFile:
    return UnreadableFile(
        _("%(name)s is not readable as %(driver)s: it may be damaged or lack its companion files.")
        % {"name": path.name, "driver": driver},
        code="bad_gdal",
    )


def _value(value: Any) -> Any:
    """A plain Python value; NaN, which NumPy uses for an empty integer, becomes None."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    return value


def _epsg(crs: str | None) -> int | None:
    """EPSG code of what GDAL reports: "EPSG:2180", or the WKT of a .prj without a code."""
    if not crs:
        return None
    try:
        return CRS.from_user_input(crs).to_epsg(min_confidence=70)
    except CRSError:
        return None
