"""What reading a file gives: features with one known CRS, or a refusal of the whole file."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from records.problems import Invalid


class UnreadableFile(Invalid):
    """The file as a whole cannot be used."""

    code = "unreadable_file"


@dataclass(frozen=True)
class Feature:
    """One feature or row; `position` counts from 1 as in the file.

    `geometry` is in the CRS of its FeatureSet, easting first; None for a row of a plain table, and
    for a geometry that could not be read, with the reason in `problem`.
    """

    position: int
    properties: dict[str, Any]
    geometry: BaseGeometry | None = None
    problem: str = ""


@dataclass(frozen=True)
class FeatureSet:
    """All features of a file. `srid` is None for tables without geometry."""

    format: str
    srid: int | None
    features: list[Feature] = field(repr=False)
    state_on: date | None = None


def settle_srid(named: int | None, given: int | None, *, default: int | None = None) -> int:
    """The CRS of a file that names `named`, when the person running the import says `given`."""
    if named and given and named != given:
        raise UnreadableFile(
            _(
                "The file says EPSG:%(named)s, you say EPSG:%(given)s. "
                "Leave out --srid, or correct the file."
            )
            % {"named": named, "given": given},
            code="crs_conflict",
        )
    srid = named or given or default
    if srid is None:
        raise UnreadableFile(
            _("The file does not say its coordinate system. Add --srid, for example --srid 2178."),
            code="crs_missing",
        )
    return srid
