"""GML of WFS 2.0, as the country's address register (PRG) answers: flat features with a point.

WFS 2.0 gives coordinates in the order of the CRS definition, which for EPSG:2180 and 2178 is
northing first. This reader turns them, so that out comes easting first as everywhere else.
"""

import re
from pathlib import Path
from typing import Any
from xml.parsers import expat

import shapely
from django.utils.translation import gettext as _
from pyproj import CRS
from pyproj.exceptions import CRSError

from maps.reading.features import Feature, FeatureSet, UnreadableFile, settle_srid

GML = "http://www.opengis.net/gml/3.2"
WFS = "http://www.opengis.net/wfs/2.0"


class _Collector:
    """Gathers features from the events of the parser; one per wfs:member or gml:featureMember."""

    def __init__(self) -> None:
        self.features: list[Feature] = []
        self.srid: int | None = None
        self.cut_off = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._properties: dict[str, Any] = {}
        self._position = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._text = []
        if len(self._path) == 1:
            matched, returned = attributes.get("numberMatched"), attributes.get("numberReturned")
            self.cut_off = bool(
                matched and returned and matched.isdigit() and int(matched) > int(returned)
            )
        if name == f"{GML} Point" and (srs := attributes.get("srsName")):
            match = re.search(r"EPSG[:/]+(?:[\d.]*[:/])?(\d{4,6})$", srs)
            self.srid = int(match.group(1)) if match else self.srid

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        text = "".join(self._text).strip()
        self._text = []
        depth = len(self._path)
        self._path.pop()
        namespace, _separator, local = name.rpartition(" ")
        if name == f"{GML} pos":
            self._position = text
        elif depth == 3 and namespace not in (GML, WFS):  # collection / member / feature
            self._finish()
        elif depth == 4 and text:
            self._properties[local] = text

    def _finish(self) -> None:
        geometry, problem = None, ""
        try:
            northing, easting = (float(part) for part in self._position.split())
            geometry = shapely.Point(easting, northing)
        except ValueError:
            problem = _("It has no geometry.")
        self.features.append(Feature(len(self.features) + 1, self._properties, geometry, problem))
        self._properties, self._position = {}, ""


def read_gml(path: Path, srid: int | None) -> FeatureSet:
    """Point features of a WFS answer. Raises UnreadableFile: no XML, DTD inside, cut off."""
    collector = _Collector()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    parser.CharacterDataHandler = collector.data
    # Data needs no DTD; entities of one could swell or name other files.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise UnreadableFile(
            _("%(name)s is not valid XML: %(error)s") % {"name": path.name, "error": error},
            code="bad_xml",
        ) from error
    if collector.cut_off:
        raise UnreadableFile(
            _("The service sent only a part (numberMatched is more than numberReturned)."
              " Query it page by page (startIndex) and join the answers."),
            code="cut_off",
        )  # fmt: skip
    settled = settle_srid(collector.srid, srid)
    if not _northing_first(settled):
        turned = [
            Feature(
                f.position,
                f.properties,
                f.geometry and shapely.Point(f.geometry.y, f.geometry.x),
                f.problem,
            )
            for f in collector.features
        ]
        return FeatureSet("GML", settled, turned)
    return FeatureSet("GML", settled, collector.features)


def _refuse_doctype(*_declaration: Any) -> None:
    raise UnreadableFile(
        _("The file holds a DTD, which data do not need; it is not opened."), code="doctype"
    )


def _northing_first(srid: int) -> bool:
    """Whether the definition of the CRS puts northing or latitude before easting or longitude."""
    try:
        first = CRS.from_epsg(srid).axis_info[0].direction
    except (CRSError, IndexError):
        return True
    return first == "north"
