"""Rent zones from a file of the city: GeoJSON, GeoPackage or Shapefile. All or nothing."""

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext as _

from maps.crs import WGS84
from maps.importing.geometry import transform_between, why_invalid, why_not_in_city
from maps.reading import Feature, read_features
from premises.models import RateSchedule, RateZone
from premises.models.rates import OVERLAP_TOLERANCE_M2
from premises.rates.editing import as_area, shared_m2, take
from records.problems import Invalid, Problem, Problems

#: How columns of the city's files may be called.
CODE_COLUMNS = ("code", "kod", "strefa", "zone", "nr", "symbol")
NAME_COLUMNS = ("name_pl", "name", "nazwa", "opis")
MOST_ZONES = 200


@transaction.atomic
def import_zones(schedule: RateSchedule, path: Path, *, seen: int) -> int:
    """Zones of the file put into a draft: a known sign gets a new area, a new one a new zone.

    Raises UnreadableFile, Conflict (published, edited meanwhile), and Problems that name each bad
    feature; then nothing is changed.
    """
    draft = take(schedule, seen)
    found = read_features(path)
    if found.srid is None:
        raise Invalid(_("The file has no geometry."))
    features = found.features
    if not 0 < len(features) <= MOST_ZONES:
        raise Invalid(_("The file must hold from 1 to %(most)s zones.") % {"most": MOST_ZONES})
    known = {zone.code: zone for zone in draft.zones.all()}
    wanted, problems = [], []
    for number, feature in enumerate(features, start=1):
        try:
            wanted.append(_zone(draft, known, feature, found.srid))
        except Problem as problem:
            words = _("feature %(number)s: %(problem)s") % {
                "number": number,
                "problem": problem.message,
            }
            problems.append(Invalid(words))
    problems += _twice(wanted)
    if problems:
        raise Problems(problems)
    if overlaps := list(_overlaps(known, wanted)):
        raise Problems(overlaps)
    _write(known, wanted)
    return len(wanted)


def _overlaps(known: dict[str, RateZone], wanted: list[RateZone]) -> Iterator[Invalid]:
    """Of the zones of the file among themselves, and with those that stay as they are."""
    signs = {zone.code for zone in wanted}
    stay = [zone for code, zone in known.items() if code not in signs and zone.area]
    for one, other in [*combinations(wanted, 2), *product(wanted, stay)]:
        if shared_m2(one.area, other.area) > OVERLAP_TOLERANCE_M2:
            yield Invalid(
                _("Zones %(one)s and %(other)s overlap.") % {"one": one.code, "other": other.code}
            )


def _write(known: dict[str, RateZone], wanted: list[RateZone]) -> None:
    """One statement for the known ones: their borders may move between them, and the database
    compares them when all have moved."""
    RateZone.objects.bulk_update([zone for zone in wanted if zone.pk], ["area", "name_pl"])
    new = [zone for zone in wanted if zone.pk is None]
    for order, zone in enumerate(new, start=len(known)):
        zone.order = order
    RateZone.objects.bulk_create(new)


def _zone(draft: RateSchedule, known: dict[str, RateZone], feature: Feature, srid: int) -> RateZone:
    if feature.problem:
        raise Invalid(str(feature.problem))
    if feature.geometry is None:
        raise Invalid(_("A zone is an area: a polygon or several."))
    columns = {str(key).lower(): value for key, value in feature.properties.items()}
    code = _first(columns, CODE_COLUMNS)
    if not code or len(code) > 10:
        raise Invalid(_("it has no sign (column “kod”), of at most 10 characters"))
    zone = known.get(code) or RateZone(schedule=draft, code=code)
    if wrong := why_not_in_city(feature.geometry, srid) or why_invalid(feature.geometry):
        raise Invalid(" ".join(wrong))
    degrees = transform_between(srid, WGS84)(feature.geometry)
    zone.area = as_area(GEOSGeometry(degrees.wkt, srid=WGS84))
    zone.name_pl = (_first(columns, NAME_COLUMNS) or zone.name_pl or code)[:120]
    return zone


def _first(columns: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(columns[name]).strip() for name in names if columns.get(name)), "")


def _twice(zones: list[RateZone]) -> Iterator[Invalid]:
    codes = [zone.code for zone in zones]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Invalid(_("The sign %(code)s stands twice in the file.") % {"code": code})
