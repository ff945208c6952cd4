"""A small still map of one place, drawn on the server: districts, 1 km grid, a sign. No scripts."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from maps.crs import METRIC, WGS84


@dataclass(frozen=True)
class MiniLabel:
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class MiniMap:
    """Geometry of the drawing in its own pixels; paths are SVG path data."""

    width: int
    height: int
    lands: tuple[str, ...]
    grid: str
    labels: tuple[MiniLabel, ...]
    x: float
    y: float
    sign: str
    description: str
    scale_px: float
    scale_label: str


# Everything is clipped to the frame and scaled in the database: pixels, y downwards, one decimal.
_SQL = """
with frame as (
    select ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), %(metric)s) as centre
), box as (
    select ST_X(centre) - %(half_width)s as west, ST_Y(centre) + %(half_height)s as north,
           ST_Expand(centre, %(half_width)s, %(half_height)s) as area,
           ST_Expand(centre, %(half_width)s * 1.2, %(half_height)s * 1.2) as wide
    from frame
), land as (
    select d.number, d.roman || ' ' || d.name as name,
           ST_Intersection(d.boundary_2178, box.wide) as shape,
           ST_Intersection(d.boundary_2178, box.area) as seen
    from maps_district d, box where d.boundary_2178 && box.wide
)
select 'land', name,
       ST_AsSVG(ST_Scale(ST_Translate(shape, -west, -north), %(px)s, %(px)s), 0, 1),
       (ST_X(ST_PointOnSurface(seen)) - west) * %(px)s,
       (north - ST_Y(ST_PointOnSurface(seen))) * %(px)s,
       ST_Area(seen) / ST_Area(area)
from land, box where not ST_IsEmpty(shape)
order by 2
"""


def mini_map(
    point: Point,
    *,
    label: str,
    sign: str = "room",
    width: int = 352,
    height: int = 238,
    metres_across: int = 4000,
) -> MiniMap:
    """A still map around `point` (EPSG:4326). `label` names the place for screen readers.

    `sign` is room, premises or centre. One query.
    """
    px = width / metres_across
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "lon": point.x,
                "lat": point.y,
                "metric": METRIC,
                "half_width": metres_across / 2,
                "half_height": height / px / 2,
                "px": px,
            },
        )
        rows = cursor.fetchall()
    metric = point.clone()
    metric.srid = metric.srid or WGS84
    metric.transform(METRIC)
    return MiniMap(
        width=width,
        height=height,
        lands=tuple(path for _kind, _name, path, _x, _y, _share in rows),
        grid=_kilometre_lines(metric.x, metric.y, px, width, height),
        labels=tuple(
            _beside_the_sign(
                MiniLabel(name, _inside(x, width, 60), _inside(y, height, 16)), width, height
            )
            for _kind, name, _path, x, y, share in rows
            if x is not None and share > 0.12
        ),
        x=width / 2,
        y=height / 2,
        sign=sign,
        description=_("Map: %(place)s") % {"place": label},
        scale_px=1000 * px,
        scale_label=_("1 km"),
    )


def _beside_the_sign(label: MiniLabel, width: int, height: int) -> MiniLabel:
    """The label below the sign in the middle if the two would lie on each other."""
    near = abs(label.x - width / 2) < 80 and abs(label.y - height / 2) < 26
    return MiniLabel(label.text, label.x, height / 2 + 34) if near else label


def _inside(value: float, size: int, margin: int) -> float:
    """Moved so far from the edge that a label fits."""
    return round(min(max(float(value), margin), size - margin), 1)


def _kilometre_lines(x: float, y: float, px: float, width: int, height: int) -> str:
    """SVG path of whole kilometres of EPSG:2178 across the frame."""
    west, north = x - width / px / 2, y + height / px / 2
    east, south = x + width / px / 2, y - height / px / 2
    vertical = [
        f"M{(line - west) * px:.1f} 0V{height}"
        for line in range(int(west // 1000 + 1) * 1000, int(east) + 1, 1000)
    ]
    horizontal = [
        f"M0 {(north - line) * px:.1f}H{width}"
        for line in range(int(south // 1000 + 1) * 1000, int(north) + 1, 1000)
    ]
    return "".join(vertical + horizontal)
