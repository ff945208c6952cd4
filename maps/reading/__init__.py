"""Reading files of features: whatever the format, out come features with one known CRS.

Formats: GeoJSON (RFC 7946, and the older kind with a `crs` member that MSIP publishes), Esri JSON
(answers of ArcGIS services), GML of WFS 2.0 with points (the country's address register),
Shapefile, GeoPackage, DBF and CSV tables, each plain or inside a ZIP.
A file is a local regular file, told by its content: GDAL gets to see only what starts like a
Shapefile, DBF or GeoPackage, so that no VRT, no remote path and no other driver is ever opened.

What makes the whole file useless raises `UnreadableFile` with a reason and a remedy; what is wrong
with one feature is kept beside it in `Feature.problem`, so that all bad ones can be listed at once.
"""

from pathlib import Path

from maps.reading.archive import unpacked
from maps.reading.features import Feature, FeatureSet, UnreadableFile
from maps.reading.gml import read_gml
from maps.reading.json_formats import read_json
from maps.reading.tables import read_csv, read_gdal

__all__ = ["Feature", "FeatureSet", "UnreadableFile", "read_features"]


def read_features(path: Path, *, srid: int | None = None) -> FeatureSet:
    """Read the file at `path`. `srid` says the CRS of a file that does not name its own.

    Raises UnreadableFile: not there, not one of the formats, cut off by the service that sent it,
    without a known CRS, or naming another CRS than `srid`.
    """
    with unpacked(path) as (inner, state_on):
        suffix = inner.suffix.lower()
        if suffix in (".json", ".geojson"):
            found = read_json(inner, srid)
        elif suffix in (".gml", ".xml"):
            found = read_gml(inner, srid)
        elif suffix == ".csv":
            found = FeatureSet(format="CSV", srid=None, features=read_csv(inner))
        else:
            found = read_gdal(inner, srid)
    return FeatureSet(found.format, found.srid, found.features, state_on)
