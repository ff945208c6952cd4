"""Checks that every geometry of a file passes, whatever it stands for."""

from collections.abc import Callable

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from maps.crs import CITY, CITY_IN, SYSTEM_NAMES, axes_look_swapped, likely_srid, transformer
from maps.reading import UnreadableFile

Transform = Callable[[BaseGeometry], BaseGeometry]


def transform_between(source: int, target: int) -> Transform:
    """A function that takes shapely geometries from one SRID to another, easting first."""
    if source == target:
        return lambda geometry: geometry
    try:
        between = transformer(source, target)
    except CRSError as error:
        raise UnreadableFile(
            _("EPSG:%(srid)s is no coordinate system that is known here. Give the right --srid.")
            % {"srid": source},
            code="crs_unknown",
        ) from error

    def moved(points: np.ndarray) -> np.ndarray:
        return np.column_stack(between.transform(points[:, 0], points[:, 1]))

    return lambda geometry: shapely.transform(geometry, moved)


def why_not_in_city(geometry: BaseGeometry, srid: int) -> tuple[str, str] | None:
    """(reason, remedy) if the geometry, in `srid`, does not lie in the city's envelope.

    Tells swapped axes and a wrong coordinate system apart, since those are what usually happened.
    """
    bounds = geometry.bounds
    envelope = CITY_IN.get(srid)
    if envelope is None:
        corners = transform_between(srid, CITY.srid)(shapely.box(*bounds))
        if CITY.contains_bounds(corners.bounds):
            return None
    elif envelope.contains_bounds(bounds):
        return None
    if axes_look_swapped(bounds, srid):
        return (
            _("Its axes are swapped: northing stands before easting."),
            _("Write x (easting, longitude) first; data from WFS or GML must be turned."),
        )
    if (other := likely_srid(bounds)) and other != srid:
        return (
            _("It lies outside Kraków: the coordinates look like %(other)s, not EPSG:%(srid)s.")
            % {"other": SYSTEM_NAMES[other], "srid": srid},
            _("Add --srid %(other)s, or name the system in the file.") % {"other": other},
        )
    return (
        _("It lies outside Kraków (around %(x)s, %(y)s in EPSG:%(srid)s).")
        % {"x": round(bounds[0], 4), "y": round(bounds[1], 4), "srid": srid},
        _("Leave it out, or check its coordinates and their system."),
    )


def why_invalid(geometry: BaseGeometry) -> tuple[str, str] | None:
    """(reason, remedy) if the geometry crosses or touches itself."""
    if shapely.is_valid(geometry):
        return None
    return (
        _("Its geometry is not valid: %s.") % shapely.is_valid_reason(geometry),
        _("Repair it at the source; it is not repaired silently, since that moves borders."),
    )
