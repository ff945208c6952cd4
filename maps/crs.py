"""Coordinate systems: every SRID and every envelope of the code base, in one place.

Axis order is always easting first (lon, lat; x, y), as PostGIS, GeoJSON, Esri JSON and Shapefile
have it. EPSG defines 2178, 2180 and 3035 northing first, and GML and WFS 2.0 follow that: whatever
reads such a source swaps once, at the border, and `axes_look_swapped` catches what forgot to.
"""

from dataclasses import dataclass

from django.contrib.gis.geos import Polygon
from pyproj import Transformer

WGS84 = 4326  # exchange and storage
METRIC = 2178  # PL-2000 zone 7: metres, all measuring in the city
PL_1992 = 2180  # country-wide metric system; official services often answer in it
WEB_MERCATOR = 3857  # screen maps, tiles, clusters
LAEA_EUROPE = 3035  # the census grid is defined in it


@dataclass(frozen=True)
class Envelope:
    """A box in one CRS, easting (or longitude) first, edges included."""

    srid: int
    min_x: float
    min_y: float
    max_x: float
    max_y: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        return (self.min_x, self.min_y, self.max_x, self.max_y)

    def contains_point(self, x: float, y: float) -> bool:
        return self.min_x <= x <= self.max_x and self.min_y <= y <= self.max_y

    def contains_bounds(self, bounds: tuple[float, float, float, float]) -> bool:
        """Whether (min_x, min_y, max_x, max_y) lies wholly inside; False for empty (NaN) bounds."""
        return self.contains_point(bounds[0], bounds[1]) and self.contains_point(*bounds[2:])

    def polygon(self) -> Polygon:
        """The box as a GEOS polygon with its SRID."""
        polygon = Polygon.from_bbox(self.bounds)
        polygon.srid = self.srid
        return polygon


# The city measures 19.79-20.22 E, 49.96-50.13 N; a hundredth of a degree around it is allowed for.
CITY = Envelope(WGS84, 19.78, 49.95, 20.23, 50.14)
# Cells, network and seats may lie around the city; EPSG:2178 is valid from 19.5 to 22.5 E.
REGION = Envelope(WGS84, 19.5, 49.75, 20.6, 50.35)

# Where the city lies in the systems that its data come in (measured, with a margin).
CITY_IN = {
    WGS84: CITY,
    METRIC: Envelope(METRIC, 7_410_000, 5_536_000, 7_445_000, 5_556_000),
    PL_1992: Envelope(PL_1992, 556_000, 233_000, 588_000, 252_500),
    WEB_MERCATOR: Envelope(WEB_MERCATOR, 2_201_500, 6_439_000, 2_252_500, 6_473_500),
}
# Metres or degrees that some other system would give for Kraków, to name the likely mistake.
SYSTEM_NAMES = {
    WGS84: "EPSG:4326",
    METRIC: "EPSG:2178 (PL-2000/7)",
    PL_1992: "EPSG:2180 (PL-1992)",
    WEB_MERCATOR: "EPSG:3857",
    LAEA_EUROPE: "EPSG:3035",
}


def axes_look_swapped(bounds: tuple[float, float, float, float], srid: int) -> bool:
    """Whether bounds in `srid` miss the city as they are, and hit it with x and y exchanged."""
    envelope = CITY_IN.get(srid)
    if envelope is None or envelope.contains_bounds(bounds):
        return False
    min_x, min_y, max_x, max_y = bounds
    return envelope.contains_bounds((min_y, min_x, max_y, max_x))


def likely_srid(bounds: tuple[float, float, float, float]) -> int | None:
    """The system in which these bounds would lie in the city, if there is exactly one."""
    fitting = [srid for srid, envelope in CITY_IN.items() if envelope.contains_bounds(bounds)]
    return fitting[0] if len(fitting) == 1 else None


def transformer(source: int, target: int) -> Transformer:
    """A pyproj transformer with easting first on both sides."""
    return Transformer.from_crs(source, target, always_xy=True)
