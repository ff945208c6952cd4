"""Whether polygons cover an area without overlap and gap, and closing what is within tolerance.

Polygons that were simplified one by one are no coverage: on the districts of Kraków that left 87
slivers and 0.143 km2 of overlaps, where a point falls into two districts or none. Slivers up to
TOLERANCE_M wide are the work of rounding and get closed; wider ones are refused, with the place.
The tolerance is the reach of maps.districts for exact borders: what passes here cannot leave a
point without its district.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maps.districts import REACH_EXACT_M

TOLERANCE_M = REACH_EXACT_M


@dataclass(frozen=True)
class Fault:
    """An overlap of two polygons, a gap between some, or a detached part.

    `members` are indices into the input; `width_m` is the mean width of the sliver, `place` a
    point of it in the input's metric CRS.
    """

    kind: str  # "overlap", "gap" or "detached"
    members: tuple[int, ...]
    area_m2: float
    width_m: float
    place: tuple[float, float]


def faults(polygons: list[BaseGeometry], *, tolerance_m: float = TOLERANCE_M) -> list[Fault]:
    """Overlaps and gaps wider than the tolerance. Polygons valid, in a metric CRS."""
    found = [*_overlaps(polygons, tolerance_m), *_gaps(polygons, tolerance_m)]
    return sorted(found, key=lambda fault: -fault.area_m2)


def closed(polygons: list[BaseGeometry], *, tolerance_m: float = TOLERANCE_M) -> list[BaseGeometry]:
    """The same polygons as an exact coverage; unchanged where they are one already."""
    given = np.array(polygons)
    if shapely.coverage_is_valid(given):
        return polygons
    cleaned = shapely.coverage_clean(
        given, snapping_distance=tolerance_m / 2, gap_width=2 * tolerance_m
    )
    return list(cleaned)


def _overlaps(polygons: list[BaseGeometry], tolerance_m: float) -> list[Fault]:
    found = []
    for (i, one), (j, other) in combinations(enumerate(polygons), 2):
        if not one.intersects(other):
            continue
        found += [
            _fault("overlap", (i, j), part)
            for part in _polygons_of(shapely.intersection(one, other))
            if _width(part) > tolerance_m
        ]
    return found


def _gaps(polygons: list[BaseGeometry], tolerance_m: float) -> list[Fault]:
    # A hair's breadth of buffering joins borders that rounding parted; it is taken back below.
    hair = tolerance_m / 2
    whole = shapely.union_all([polygon.buffer(hair, join_style="mitre") for polygon in polygons])
    parts = sorted(_polygons_of(whole), key=lambda part: -part.area)
    found = []
    for hole in (shapely.Polygon(ring) for ring in parts[0].interiors):
        gap = hole.buffer(hair, join_style="mitre")
        if _width(gap) > tolerance_m:
            found.append(_fault("gap", _touching(polygons, gap), gap))
    found += [_fault("detached", _touching(polygons, part), part) for part in parts[1:]]
    return found


def _touching(polygons: list[BaseGeometry], area: BaseGeometry) -> tuple[int, ...]:
    near = area.buffer(TOLERANCE_M)
    return tuple(i for i, polygon in enumerate(polygons) if polygon.intersects(near))


def _polygons_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]


def _width(sliver: BaseGeometry) -> float:
    """Mean width of a long thin polygon: its area over half its circumference."""
    return 2 * sliver.area / sliver.length if sliver.length else 0.0


def _fault(kind: str, members: tuple[int, ...], part: BaseGeometry) -> Fault:
    place = part.representative_point()
    return Fault(kind, members, part.area, _width(part), (place.x, place.y))
