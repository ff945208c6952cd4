"""Districts from a file of 18 polygons, checked one by one and as a coverage."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from maps.area_groups import ensure_area_groups
from maps.crs import METRIC, WGS84
from maps.importing import coverage
from maps.importing.geometry import transform_between, why_invalid, why_not_in_city
from maps.importing.numbers import district_number, roman
from maps.importing.population import refresh_shares_in_city
from maps.importing.report import (
    ImportRefused,
    ImportReport,
    Refusal,
    all_or_nothing,
    refuse_if_any,
)
from maps.importing.sources import SourceFacts, record_source
from maps.models import District
from maps.names import plain
from maps.reading import Feature, FeatureSet
from records.models import DataSource

AREA_TOLERANCE = Decimal("0.02")
# For screens: the official borders have 23,000 vertices, a map of the city shows some hundreds.
OUTLINE_TOLERANCE_M = 20
LABEL_TOLERANCE_M = 20
NUMBER_FIELDS = ("nr", "nr_dzielni", "nr_rzymski", "number", "numer", "ref")
NAME_FIELDS = ("nazwa", "name")


@dataclass(frozen=True)
class DistrictFacts:
    """What a district must agree with: the official list of names and areas."""

    number: int
    name: str
    area_km2: Decimal
    stated_on: date


@dataclass(frozen=True)
class CheckedDistrict:
    """A district whose file agrees with the official facts; geometries valid and oriented."""

    facts: DistrictFacts
    boundary: BaseGeometry  # EPSG:4326, MultiPolygon
    outline: BaseGeometry  # EPSG:4326, MultiPolygon
    label_point: BaseGeometry  # EPSG:4326


def read_facts(path: Path) -> dict[int, DistrictFacts]:
    """Official names and areas by number, from a CSV with nr, nazwa, pow_km2_urzedowa.

    `pow_km2_stan_na` dates the area; without it, the date of the source that the file names holds
    (BIP Kraków, 31 December 2019).
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            int(row["nr"]): DistrictFacts(
                number=int(row["nr"]),
                name=row["nazwa"],
                area_km2=Decimal(row["pow_km2_urzedowa"]),
                stated_on=date.fromisoformat(row.get("pow_km2_stan_na") or "2019-12-31"),
            )
            for row in csv.DictReader(file)
        }


def import_districts(
    features: FeatureSet,
    facts: dict[int, DistrictFacts],
    source: SourceFacts,
    *,
    generalised: bool,
    dry_run: bool = False,
) -> ImportReport:
    """Replace the districts by those of the file. Raises ImportRefused; then nothing changes."""
    checked = check_districts(features, facts)
    report = ImportReport(dry_run=dry_run)
    with all_or_nothing(dry_run=dry_run):
        data_source = record_source(source, state_on_from_file=features.state_on)
        for district in checked:
            _store(district, data_source, generalised=generalised, report=report)
        ensure_area_groups()
        if report.changes:
            refresh_shares_in_city()
    return report


def check_districts(features: FeatureSet, facts: dict[int, DistrictFacts]) -> list[CheckedDistrict]:
    """The districts of the file in order of number, as an exact coverage in EPSG:4326.

    Raises ImportRefused with every feature that is wrong; overlaps and gaps are looked for once
    all features are sound by themselves.
    """
    refusals: list[Refusal] = []
    metric: dict[int, BaseGeometry] = {}
    to_metric = transform_between(features.srid or WGS84, METRIC)
    for feature in features.features:
        number, fault = _identify(feature, facts, taken=set(metric))
        if fault is None and number is not None:
            fault = _why_unsound(feature, features.srid or WGS84)
        if fault is None and number is not None and feature.geometry is not None:
            metric[number] = to_metric(feature.geometry)
            fault = _why_other_area(metric[number], facts[number])
        if fault is not None:
            refusals.append(Refusal(feature.position, _subject(feature), *fault))
    refusals += [
        Refusal(
            None,
            f"{roman(number)} {facts[number].name}",
            _("The district is missing."),
            _("Take a file with all districts; a part of them is no coverage."),
        )
        for number in sorted(facts.keys() - metric.keys())
        if not refusals
    ]
    refuse_if_any(refusals)
    numbers = sorted(metric)
    closed = _as_coverage([metric[n] for n in numbers], [facts[n] for n in numbers])
    return _drawn(closed, [facts[n] for n in numbers])


def _property(feature: Feature, names: tuple[str, ...]) -> Any:
    lower = {key.lower(): value for key, value in feature.properties.items()}
    return next((lower[name] for name in names if lower.get(name) not in (None, "")), None)


def _subject(feature: Feature) -> str:
    raw = _property(feature, NUMBER_FIELDS)
    number = district_number(raw)
    parts = (roman(number) if number else raw, _property(feature, NAME_FIELDS))
    return " ".join(str(part) for part in parts if part is not None)[:80]


def _identify(
    feature: Feature, facts: dict[int, DistrictFacts], *, taken: set[int]
) -> tuple[int | None, tuple[str, str] | None]:
    """(number, None) or (None, (reason, remedy))."""
    raw = _property(feature, NUMBER_FIELDS)
    number = district_number(raw)
    if number is None or number not in facts:
        return None, (
            _("Its number “%s” is none of the districts I to XVIII.")
            % ("" if raw is None else raw),
            _("Name the number (1-18 or Roman) in one of: %s.") % ", ".join(NUMBER_FIELDS),
        )
    if number in taken:
        return None, (
            _("District %s occurs twice.") % roman(number),
            _("Leave one feature per district; join parts into a MultiPolygon."),
        )
    name = str(_property(feature, NAME_FIELDS) or "")
    expected = facts[number].name
    if name and name.strip() != expected:
        close = get_close_matches(plain(name), [plain(expected)], n=1, cutoff=0.8)
        return None, (
            _("Its name is “%(name)s”, district %(roman)s is “%(expected)s”.")
            % {"name": name, "roman": roman(number), "expected": expected},
            _("Correct the spelling.")
            if close
            else _("Check that the number belongs to this polygon, and the age of the file."),
        )
    return number, None


def _why_unsound(feature: Feature, srid: int) -> tuple[str, str] | None:
    if feature.geometry is None:
        return feature.problem, _("Take the file anew; a district needs its polygon.")
    if feature.geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return (
            _("Its geometry is a %s.") % feature.geometry.geom_type,
            _("A district is a polygon: take the layer of areas, not of borders or labels."),
        )
    return why_not_in_city(feature.geometry, srid) or why_invalid(feature.geometry)


def _why_other_area(metric: BaseGeometry, facts: DistrictFacts) -> tuple[str, str] | None:
    area = Decimal(metric.area) / 1_000_000
    deviation = area / facts.area_km2 - 1
    if abs(deviation) <= AREA_TOLERANCE:
        return None
    return (
        _("Its area is %(area).4f km², officially %(official)s km²: %(deviation)+.1f %%.")
        % {
            "area": area,
            "official": facts.area_km2,
            "deviation": deviation * 100,
        },
        _("The borders are probably older than the resolution of 2014. Take the current layer."),
    )


def _as_coverage(polygons: list[BaseGeometry], facts: list[DistrictFacts]) -> list[BaseGeometry]:
    refusals = [_fault_refusal(fault, facts) for fault in coverage.faults(polygons)]
    refuse_if_any(refusals)
    closed = coverage.closed(polygons)
    whole = shapely.coverage_union_all(np.array(closed))
    if not shapely.coverage_is_valid(np.array(closed)) or whole.geom_type != "Polygon":
        raise ImportRefused(
            [
                Refusal(
                    None,
                    "",
                    _("The districts do not meet exactly, and could not be made to."),
                    _("Clean the coverage in a GIS (coverage clean), then import again."),
                )
            ]
        )
    return closed


def _fault_refusal(fault: coverage.Fault, facts: list[DistrictFacts]) -> Refusal:
    subject = " + ".join(f"{roman(facts[i].number)} {facts[i].name}" for i in fault.members[:4])
    lon, lat = transform_between(METRIC, WGS84)(shapely.Point(fault.place)).coords[0]
    values = {
        "area": round(fault.area_m2),
        "width": round(fault.width_m, 1),
        "lon": round(lon, 5),
        "lat": round(lat, 5),
        "tolerance": coverage.TOLERANCE_M,
    }
    reasons = {
        "overlap": _("They overlap by %(area)s m², %(width)s m wide, at %(lon)s, %(lat)s."),
        "gap": _("A gap of %(area)s m², %(width)s m wide, lies between them at %(lon)s, %(lat)s."),
        "detached": _("They stand apart from the other districts (%(lon)s, %(lat)s)."),
    }
    remedy = _(
        "Take borders that meet, or clean the coverage; up to %(tolerance)s m is closed here. "
        "Polygons simplified one by one cannot be used."
    )
    return Refusal(None, subject, reasons[fault.kind] % values, remedy % values)


def _drawn(closed: list[BaseGeometry], facts: list[DistrictFacts]) -> list[CheckedDistrict]:
    """Add the label and the outline for screens, simplified as a coverage so that it stays one."""
    outlines = shapely.coverage_simplify(np.array(closed), OUTLINE_TOLERANCE_M)
    to_wgs84 = transform_between(METRIC, WGS84)
    found = []
    for polygon, outline, one in zip(closed, outlines, facts, strict=True):
        centre = shapely.maximum_inscribed_circle(polygon, tolerance=LABEL_TOLERANCE_M)
        found.append(
            CheckedDistrict(
                facts=one,
                boundary=_multi(to_wgs84(polygon)),
                # Six decimals are a tenth of a metre; equal vertices stay equal when rounded.
                outline=_multi(shapely.transform(to_wgs84(outline), lambda p: p.round(6))),
                label_point=to_wgs84(shapely.Point(centre.coords[0])),
            )
        )
    return found


def _multi(geometry: BaseGeometry) -> BaseGeometry:
    parts = [geometry] if geometry.geom_type == "Polygon" else list(geometry.geoms)
    return shapely.orient_polygons(shapely.MultiPolygon(parts))


def _geos(geometry: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=WGS84)


def _store(
    district: CheckedDistrict, source: DataSource, *, generalised: bool, report: ImportReport
) -> None:
    facts = district.facts
    values = {
        "roman": roman(facts.number),
        "name": facts.name,
        "boundary": _geos(district.boundary),
        "outline": _geos(district.outline),
        "label_point": _geos(district.label_point),
        "official_area_km2": facts.area_km2,
        "area_stated_on": facts.stated_on,
        "generalised": generalised,
        "source": source,
        "state_on": source.state_on,
    }
    stored = District.objects.filter(pk=facts.number).first()
    if stored is None:
        District.objects.create(number=facts.number, **values)
        report.added += 1
    elif all(_same(getattr(stored, name), value) for name, value in values.items()):
        report.unchanged += 1
    else:
        District.objects.filter(pk=facts.number).update(**values)
        report.changed += 1


def _same(stored: Any, new: Any) -> bool:
    if isinstance(stored, GEOSGeometry):
        return bool(stored.wkb == new.wkb)
    return bool(stored == new)
