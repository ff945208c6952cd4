"""In which district a point lies: one answer for each point in the city.

The rule (one sentence, one place): of the districts that the point touches, the lowest number; if
it touches none, the nearest within reach. "Touches" allows for one centimetre, which is what
storing degrees with seven decimals can move a shared border. "Within reach" is one metre for exact
borders, since the importer closes gaps up to that width, and thirty for generalised ones, since
the true border may run there. A point within thirty metres of a generalised border is to be
checked by an officer; an official district, or an officer's override with a reason, wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection

from maps.crs import METRIC, WGS84

TOUCH_M = 0.01
REACH_EXACT_M = 1.0
REACH_GENERALISED_M = 30.0


@dataclass(frozen=True)
class DistrictMatch:
    """The district of one point.

    `number` is None for a point outside the city. `distance_to_border_m` is the distance in metres
    to the border of that district, from either side; None with no district.
    """

    number: int | None
    to_be_checked: bool
    distance_to_border_m: float | None


OUTSIDE = DistrictMatch(number=None, to_be_checked=False, distance_to_border_m=None)

# For any row source with a geometry in EPSG:2178: `cross join lateral` it with {point} replaced.
# Gives one row (number, to_be_checked, distance_to_border_m) or none.
DISTRICT_LATERAL = f"""(
    select d.number,
           d.generalised and b.metres <= {REACH_GENERALISED_M} as to_be_checked,
           b.metres as distance_to_border_m
    from maps_district d
    cross join lateral (select ST_Distance(d.boundary_2178, {{point}}) as metres) a
    cross join lateral (select ST_Distance(ST_Boundary(d.boundary_2178), {{point}}) as metres) b
    where ST_DWithin(d.boundary_2178, {{point}}, {REACH_GENERALISED_M})
      and (d.generalised or a.metres <= {REACH_EXACT_M})
    order by greatest(a.metres - {TOUCH_M}, 0), d.number
    limit 1
)"""  # noqa: S608 - only constants of this module are put in


def district_of(point: Point) -> DistrictMatch:
    """The district of `point` (any SRID; EPSG:4326 if none is set). One query."""
    return districts_of([point])[0]


def districts_of(points: Iterable[Point]) -> list[DistrictMatch]:
    """The districts of many points, in the order given, in one query."""
    rows = [(point.x, point.y, point.srid or WGS84) for point in points]
    lateral = DISTRICT_LATERAL.format(point="p.metric")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with p as materialized (
                select t.place, ST_Transform(ST_SetSRID(ST_MakePoint(t.x, t.y), t.srid), %s) metric
                from unnest(%s::float8[], %s::float8[], %s::int[])
                     with ordinality as t(x, y, srid, place)
            )
            select d.number, d.to_be_checked, d.distance_to_border_m
            from p left join lateral {lateral} d on true
            order by p.place
            """,  # noqa: S608 - only constants of this module are put in
            [METRIC, [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]],
        )
        return [
            OUTSIDE if number is None else DistrictMatch(number, to_be_checked, metres)
            for number, to_be_checked, metres in cursor.fetchall()
        ]
