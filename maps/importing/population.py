"""The census grid: 1 km cells from GUS's Shapefile or DBF, or a CSV of the same columns."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maps.crs import LAEA_EUROPE, REGION, WGS84
from maps.importing.geometry import transform_between
from maps.importing.report import (
    ImportRefused,
    ImportReport,
    Refusal,
    all_or_nothing,
    refuse_if_any,
)
from maps.importing.sources import SourceFacts, record_source
from maps.models import PopulationCell
from maps.reading import Feature, FeatureSet

CODE = re.compile(r"^(?:[A-Z]{2}_)?(CRS3035RES1000mN(\d{7})E(\d{7}))$")
CELL_M = 1000
# GUS keeps the cell's square in EPSG:2180; it lies where the code says within rounding.
SAME_PLACE_M = 50
COUNTS = {
    "residents": "RES",
    "male": "RES_MALE",
    "female": "RES_FEM",
    "age_0_14": "RES_0_14",
    "age_15_64": "RES_15_64",
    "age_65_plus": "RES_65_",
}


@dataclass(frozen=True)
class CheckedCell:
    code: str
    cell: BaseGeometry  # EPSG:4326
    counts: dict[str, int | None]


def import_population(
    features: FeatureSet, source: SourceFacts, *, year: int, dry_run: bool = False
) -> ImportReport:
    """Replace the cells of `year` by those of the file that touch the region around the city.

    Cells elsewhere in the country are left out and counted. Raises ImportRefused.
    """
    cells, left_out = check_population(features)
    report = ImportReport(left_out=left_out, dry_run=dry_run)
    with all_or_nothing(dry_run=dry_run):
        data_source = record_source(source, state_on_from_file=features.state_on)
        stored = {cell.code: cell for cell in PopulationCell.objects.filter(year=year)}
        new = []
        for cell in cells:
            geometry = GEOSGeometry(memoryview(shapely.to_wkb(cell.cell)), srid=WGS84)
            values = {**cell.counts, "cell": geometry, "source_id": data_source.pk}
            known = stored.pop(cell.code, None)
            if known is None:
                new.append(PopulationCell(code=cell.code, year=year, **values))
            elif _same(known, values):
                report.unchanged += 1
            else:
                PopulationCell.objects.filter(pk=known.pk).update(**values)
                report.changed += 1
        PopulationCell.objects.bulk_create(new, batch_size=1000)
        report.added = len(new)
        report.removed = len(stored)
        PopulationCell.objects.filter(pk__in=[cell.pk for cell in stored.values()]).delete()
        refresh_shares_in_city()
    return report


def check_population(features: FeatureSet) -> tuple[list[CheckedCell], int]:
    """(cells of the region, number of cells elsewhere). Raises ImportRefused with every bad row."""
    refusals: list[Refusal] = []
    cells: dict[str, CheckedCell] = {}
    left_out = 0
    to_wgs84 = transform_between(LAEA_EUROPE, WGS84)
    to_laea = transform_between(features.srid, LAEA_EUROPE) if features.srid else None
    for feature in features.features:
        raw = str(feature.properties.get("CODE") or "").strip()
        fault = _why_wrong(feature, raw, cells, features_are_rows=features.srid is None)
        match = CODE.match(raw)
        if fault is None and match is not None:
            square = square_of(int(match.group(3)), int(match.group(2)))
            if to_laea is not None and feature.geometry is not None:
                away = to_laea(feature.geometry).centroid.distance(square.centroid)
                if away > SAME_PLACE_M:
                    fault = _code_and_place_differ(away)
            if fault is None:
                cell = to_wgs84(square)
                if REGION.contains_bounds(cell.bounds):
                    cells[match.group(1)] = CheckedCell(match.group(1), cell, _counts(feature))
                else:
                    left_out += 1
        if fault is not None:
            refusals.append(Refusal(feature.position, raw, *fault))
    refuse_if_any(refusals)
    if not cells:
        raise ImportRefused(
            [
                Refusal(
                    None,
                    "",
                    _("No cell lies in the region around Kraków."),
                    _("Check that the file is the 1 km grid of Poland (column CODE)."),
                )
            ]
        )
    return list(cells.values()), left_out


def square_of(easting: int, northing: int) -> BaseGeometry:
    """The cell in EPSG:3035 whose lower left corner is given in metres."""
    return shapely.box(easting, northing, easting + CELL_M, northing + CELL_M)


def refresh_shares_in_city() -> None:
    """Recompute which part of each cell lies inside the districts; empty without districts."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with city as materialized (
                select ST_Union(boundary_2178) as area from maps_district
            ), shares as (
                select c.id,
                       round((ST_Area(ST_Intersection(c.cell_2178, city.area))
                              / ST_Area(c.cell_2178))::numeric, 4) as share
                from maps_populationcell c cross join city
            )
            update maps_populationcell c set share_in_city = s.share
            from shares s where s.id = c.id and c.share_in_city is distinct from s.share
            """
        )


def _why_wrong(
    feature: Feature, raw: str, taken: Container[str], *, features_are_rows: bool
) -> tuple[str, str] | None:
    """(reason, remedy) if the row cannot be a cell, else None.

    A row of a plain table must be whole; a missing geometry is no fault, since the code places
    the cell.
    """
    if feature.problem and features_are_rows:
        return feature.problem, _("Take the file anew, or leave the row out.")
    match = CODE.match(raw)
    if match is None:
        return (
            _("“%s” is no code of a 1 km cell.") % raw,
            _("CODE reads like CRS3035RES1000mN3045000E5035000."),
        )
    if match.group(1) in taken:
        return _("The cell occurs twice."), _("Leave one row per cell.")
    try:
        counts = _counts(feature)
    except ValueError as error:
        return (
            _("Not a whole number of people: %s.") % error,
            _("Write whole numbers; leave a figure that is kept secret empty."),
        )
    return _why_wrong_sums(counts)


def _why_wrong_sums(counts: dict[str, int | None]) -> tuple[str, str] | None:
    total = counts["residents"]
    if total is None:
        return _("The number of residents (RES) is missing."), _("Leave the cell out.")
    for parts in (("male", "female"), ("age_0_14", "age_15_64", "age_65_plus")):
        known = [value for part in parts if (value := counts[part]) is not None]
        if sum(known) > total or (len(known) == len(parts) and sum(known) != total):
            return (
                _("%(names)s is %(sum)s, RES is %(total)s.")
                % {
                    "names": " + ".join(COUNTS[part] for part in parts),
                    "sum": sum(known),
                    "total": total,
                },
                _("Correct the row; secrecy is an empty value, not 0."),
            )
    return None


def _counts(feature: Feature) -> dict[str, int | None]:
    return {name: _whole(feature.properties.get(column)) for name, column in COUNTS.items()}


def _whole(value: Any) -> int | None:
    """12, 12.0, "12", "12.0" -> 12; None and "" -> None (statistical secrecy)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(str(value)[:40]) from None
    if number < 0 or number != int(number):
        raise ValueError(str(value)[:40])
    return int(number)


def _code_and_place_differ(away: float) -> tuple[str, str]:
    return (
        _("Its square lies %s km from where its code says.") % round(away / 1000, 1),
        _("Check the coordinate system of the file (GUS: EPSG:2180) and its axis order."),
    )


def _same(stored: PopulationCell, values: dict[str, Any]) -> bool:
    return all(
        stored.cell.wkb == value.wkb if name == "cell" else getattr(stored, name) == value
        for name, value in values.items()
    )
