"""Where invented things stand: at sample addresses, or at points drawn where people live.

Addresses of a district are taken with the chance of the residents of their census cell, each one
once. Where they run out, or more spread is wanted, a point is drawn inside the inhabited part of a
cell and gets a number in the street of the nearest sample address.
"""

from dataclasses import dataclass, field
from random import Random

from django.contrib.gis.geos import Point
from django.db import connection
from shapely import Point as Shape
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from maps.crs import WGS84
from maps.districts import districts_of
from maps.models import District

POSITION_NOTE = "przykładowe"


@dataclass(frozen=True, slots=True)
class Spot:
    """An address with its point (EPSG:4326) and what was found about its district."""

    address: str
    postcode: str
    x: float
    y: float
    district: int
    to_be_checked: bool = False

    @property
    def point(self) -> Point:
        return Point(self.x, self.y, srid=WGS84)


@dataclass(slots=True)
class _Address:
    street: str
    number: str
    postcode: str
    x: float
    y: float
    weight: int


@dataclass(slots=True)
class Places:
    """Addresses and inhabited cells by district, read once."""

    addresses: dict[int, list[_Address]] = field(default_factory=dict)
    streets: dict[int, list[_Address]] = field(default_factory=dict)
    cells: dict[int, list[tuple[BaseGeometry, float]]] = field(default_factory=dict)

    def take(self, district: int, dice: Random) -> Spot:
        """A sample address nobody has taken yet; a drawn point when there is none left."""
        free = self.addresses.get(district)
        if not free:
            return self.draw(district, dice)
        chosen = dice.choices(range(len(free)), [one.weight for one in free])[0]
        one = free.pop(chosen)
        address = f"{one.street} {one.number}"
        return Spot(address, one.postcode, one.x, one.y, district)

    def draw(self, district: int, dice: Random) -> Spot:
        """A point in an inhabited cell of the district, in a street of the neighbourhood."""
        cells = self.cells[district]
        shape = dice.choices([cell for cell, _people in cells], [people for _c, people in cells])[0]
        west, south, east, north = shape.bounds
        while True:
            x, y = dice.uniform(west, east), dice.uniform(south, north)
            if shape.contains(Shape(x, y)):
                break
        x, y = round(x, 6), round(y, 6)
        near = min(
            self.streets[district], key=lambda one: (one.x - x) ** 2 + 2.4 * (one.y - y) ** 2
        )
        return Spot(f"{near.street} {dice.randint(3, 98)}", near.postcode, x, y, district)


def read_places() -> Places:
    """Needs the geography: districts, census grid, sample addresses."""
    places = Places()
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT a.district_id, a.street, a.number, a.postcode, ST_X(a.point), ST_Y(a.point),
                   coalesce(max(c.residents), 0)
            FROM maps_address a
            JOIN records_datasource s ON s.id = a.source_id AND s.is_sample
            LEFT JOIN maps_populationcell c ON ST_Covers(c.cell_2178, a.point_2178)
            GROUP BY a.id ORDER BY a.source_ref
        """)
        for district, street, number, postcode, x, y, residents in cursor.fetchall():
            one = _Address(street, number, postcode, x, y, residents + 1)
            places.addresses.setdefault(district, []).append(one)
            places.streets.setdefault(district, []).append(one)
        # A hundred metres inside the border, so that no point is "to be checked" without need.
        cursor.execute("""
            SELECT d.number, ST_AsBinary(ST_Transform(part, 4326)),
                   c.residents * ST_Area(part) / ST_Area(c.cell_2178)
            FROM maps_district d
            CROSS JOIN LATERAL (SELECT ST_Buffer(d.boundary_2178, -100) AS inside) i
            JOIN maps_populationcell c ON ST_Intersects(c.cell_2178, i.inside)
            CROSS JOIN LATERAL (SELECT ST_Intersection(c.cell_2178, i.inside) AS part) p
            WHERE c.residents > 300 AND ST_Area(part) > 20000
            ORDER BY d.number, c.code
        """)
        for district, shape, residents in cursor.fetchall():
            places.cells.setdefault(district, []).append((from_wkb(bytes(shape)), residents))
    return places


def spot_at(address: str, x: float, y: float) -> Spot:
    """A named place. Raises LookupError when the point lies in no district."""
    match = districts_of([Point(x, y, srid=WGS84)])[0]
    if match.number is None:
        raise LookupError(f"{address} lies outside the city")
    return Spot(address, "", x, y, match.number, match.to_be_checked)


def checked(spots: list[Spot]) -> list[Spot]:
    """The same spots with the district that their point really lies in."""
    matches = districts_of([spot.point for spot in spots])
    return [
        Spot(s.address, s.postcode, s.x, s.y, m.number or s.district, m.to_be_checked)
        for s, m in zip(spots, matches, strict=True)
    ]


def district_numbers() -> list[int]:
    return list(District.objects.values_list("number", flat=True))
