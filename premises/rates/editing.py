"""Preparing a schedule of rates: a copy to change, rows and zones, and its publication.

A published schedule stays (the database keeps it); a change is a new schedule from a day on, copied
from the one before, prepared by one person and published by another.
"""

from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.utils.translation import gettext as _

from maps.crs import METRIC, WGS84
from premises.models import BaseRate, Multiplier, RateSchedule, RateZone, Reduction
from premises.models.rates import OVERLAP_TOLERANCE_M2
from premises.rates.table import schedule_on
from records import typography
from records.clock import now, today
from records.models import LegalAct
from records.problems import Conflict, Forbidden, Invalid
from resources.models import ManagingUnit


@transaction.atomic
def new_schedule(
    unit: ManagingUnit, *, name: str, act: LegalAct, start: date, by: Any
) -> RateSchedule:
    """A draft of the unit's from a day on, with the rows of what holds then (the city's, where the
    unit has none of its own). Raises Invalid for a day that is over."""
    if start < today():
        raise Invalid(_("Rates are not changed for days that have passed."), field="start")
    former = schedule_on(unit.pk, start)
    fields = (
        "floor_at_operating_cost", "floor_provision", "combining", "most_reduced_percent",
    )  # fmt: skip
    made = RateSchedule.objects.create(
        unit=unit,
        name=name,
        legal_act=act,
        valid=DateRange(start, None),
        copied_from=former,
        prepared_by=by,
        prepared_at=now(),
        is_sample=unit.is_sample,
        **({field: getattr(former, field) for field in fields} if former else {}),
    )
    if former:
        _copy_rows(former, made)
    return made


def _copy_rows(former: RateSchedule, made: RateSchedule) -> None:
    zones = {}
    for zone in former.zones.all():
        old, zone.pk, zone.schedule = zone.pk, None, made
        zone._state.adding = True  # noqa: SLF001 - a copy is a new row
        zone.save()
        zones[old] = zone
    for rate in former.base_rates.all():
        rate.zone = zones[rate.zone_id]
        _copy(rate, made)
    for multiplier in former.multipliers.all():
        _copy(multiplier, made)
    for reduction in former.reductions.all():
        _copy(reduction, made)


def _copy(row: BaseRate | Multiplier | Reduction, made: RateSchedule) -> None:
    row.pk, row.schedule = None, made
    row._state.adding = True  # noqa: SLF001 - a copy is a new row
    row.save()


def take(schedule: RateSchedule, seen: int) -> RateSchedule:
    """Lock a draft for an edit and count it; call it inside a transaction.

    Raises Conflict: published already, or another person saved after `seen` was shown.
    """
    locked = RateSchedule.objects.select_for_update().get(pk=schedule.pk)
    if locked.is_approved:
        raise Conflict(_("A published schedule stays as it is."), code="published")
    if locked.version != seen:
        raise Conflict(
            _("Somebody else changed this schedule meanwhile. Look at it and save again."),
            code="edited_meanwhile",
        )
    RateSchedule.objects.filter(pk=locked.pk).update(version=F("version") + 1)
    locked.version += 1
    return locked


@transaction.atomic
def publish(schedule: RateSchedule, by: Any) -> RateSchedule:
    """Let it hold from its first day; the one before ends there.

    Raises Forbidden for whoever prepared it; Conflict: published, in the past, or without rates.
    """
    locked = RateSchedule.objects.select_for_update().get(pk=schedule.pk)
    if locked.is_approved:
        raise Conflict(_("A published schedule stays as it is."), code="published")
    if by is not None and locked.prepared_by_id == by.pk:
        raise Forbidden(_("Another person has to approve it."))
    start = locked.valid.lower
    if start < today():
        raise Conflict(_("Its first day has passed. Move it first."), code="too_late")
    if bare := [zone.code for zone in locked.zones.all() if not zone.base_rates.exists()]:
        raise Conflict(
            _("Zones without a base rate: %(zones)s.") % {"zones": ", ".join(bare)}, code="bare"
        )
    if not locked.zones.exists():
        raise Conflict(_("It has no zones."), code="bare")
    former = RateSchedule.objects.select_for_update().filter(
        unit=locked.unit_id, approved_at__isnull=False, valid__overlap=locked.valid
    )
    for one in former:
        if one.valid.lower >= start:
            raise Conflict(_("A later schedule is published already."), code="later_published")
        RateSchedule.objects.filter(pk=one.pk).update(valid=DateRange(one.valid.lower, start))
    RateSchedule.objects.filter(pk=locked.pk).update(approved_by=by, approved_at=now())
    locked.refresh_from_db()
    return locked


# --- zones ---------------------------------------------------------------------------------------


def as_area(geometry: GEOSGeometry) -> MultiPolygon:
    """Polygons as EPSG:4326. Raises Invalid: no area, or its border crosses itself."""
    if geometry.srid not in (None, WGS84):
        geometry = geometry.transform(WGS84, clone=True)
    if isinstance(geometry, Polygon):
        geometry = MultiPolygon(geometry, srid=WGS84)
    if not isinstance(geometry, MultiPolygon) or geometry.empty:
        raise Invalid(_("A zone is an area: a polygon or several."), field="area")
    if not geometry.valid:
        raise Invalid(_("The border of the zone crosses or touches itself."), field="area")
    geometry.srid = WGS84
    return geometry


def fitted(schedule: RateSchedule, zone: RateZone | None, area: Any, *, trim: bool) -> Any:
    """The area beside the schedule's other zones: cut off where it overlaps them if `trim`.

    Raises Conflict with the zones and square metres of the overlap otherwise; Invalid where
    nothing is left.
    """
    others = schedule.zones.filter(area__intersects=area)
    if zone and zone.pk:
        others = others.exclude(pk=zone.pk)
    overlaps = []
    for other in others:
        square_metres = shared_m2(area, other.area)
        if square_metres <= OVERLAP_TOLERANCE_M2:
            continue
        overlaps.append((other.code, square_metres))
        area = area.difference(other.area)
    if overlaps and not trim:
        words = ", ".join(f"{code} ({typography.area(size, 0)})" for code, size in overlaps)
        raise Conflict(
            _("It overlaps zones: %(zones)s. Draw it anew or let us cut it off there.")
            % {"zones": words},
            code="overlap",
            field="area",
        )
    if overlaps:
        area = _only_polygons(area)
    return area


def shared_m2(one: Any, other: Any) -> float:
    """Square metres that two areas (EPSG:4326) have in common."""
    return one.intersection(other).transform(METRIC, clone=True).area


def _only_polygons(geometry: Any) -> MultiPolygon:
    parts = [geometry] if isinstance(geometry, Polygon) else list(geometry)
    polygons = [part for part in parts if isinstance(part, Polygon) and not part.empty]
    if not polygons:
        raise Invalid(_("Nothing is left of it outside the other zones."), field="area")
    return MultiPolygon(*polygons, srid=WGS84)
