"""What the database keeps of rates: published stays, zones do not overlap, one schedule a day."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from premises.models import BaseRate, Multiplier, RateSchedule, RateZone, Reduction
from records.clock import now
from records.models import LegalAct
from tests import make

pytestmark = pytest.mark.django_db


def box(west: float, east: float, south: float = 50.05, north: float = 50.06) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def act() -> LegalAct:
    return LegalAct.objects.get_or_create(
        code="order", defaults={"kind": "order", "title": "Zarządzenie"}
    )[0]


def schedule(**fields) -> RateSchedule:
    return RateSchedule.objects.create(
        **{
            "name": "Stawki",
            "legal_act": act(),
            "valid": DateRange(date(2026, 1, 1), None),
            "prepared_at": now(),
        }
        | fields
    )


def zone(of: RateSchedule, code: str = "I", area: MultiPolygon | None = None, **fields) -> RateZone:
    return RateZone.objects.create(
        schedule=of, code=code, name_pl=code, area=area or box(19.90, 19.92), **fields
    )


def publish(one: RateSchedule) -> None:
    RateSchedule.objects.filter(pk=one.pk).update(approved_at=now())


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


class TestZones:
    def test_neighbours_share_a_border(self):
        one = schedule()
        zone(one, "I", box(19.90, 19.92))
        zone(one, "II", box(19.92, 19.94))
        assert one.zones.count() == 2

    def test_overlap_within_a_schedule_is_refused_and_named(self):
        one = schedule()
        zone(one, "I", box(19.90, 19.92))
        with refused("zones I and II overlap"), transaction.atomic():
            zone(one, "II", box(19.919, 19.94))

    def test_a_moved_zone_is_asked_again(self):
        one = schedule()
        zone(one, "I", box(19.90, 19.92))
        other = zone(one, "II", box(19.92, 19.94))
        with refused("overlap"), transaction.atomic():
            RateZone.objects.filter(pk=other.pk).update(area=box(19.91, 19.94))

    def test_a_sliver_below_one_square_metre_is_forgiven(self):
        one = schedule()
        zone(one, "I", box(19.90, 19.92))
        zone(one, "II", box(19.92 - 1e-9, 19.94))

    def test_zones_of_two_schedules_may_overlap(self):
        zone(schedule(), "I")
        zone(schedule(), "I")

    def test_a_border_that_crosses_itself_is_refused(self):
        bow = MultiPolygon(
            Polygon(((19.9, 50.05), (19.92, 50.06), (19.92, 50.05), (19.9, 50.06), (19.9, 50.05))),
            srid=4326,
        )
        with refused("rate_zone_area_valid"), transaction.atomic():
            zone(schedule(), "I", bow)

    def test_swapped_axes_are_refused(self):
        swapped = MultiPolygon(Polygon.from_bbox((50.05, 19.90, 50.06, 19.92)), srid=4326)
        with refused("rate_zone_inside_city_envelope"), transaction.atomic():
            zone(schedule(), "I", swapped)

    def test_one_zone_takes_all_the_rest(self):
        one = schedule()
        RateZone.objects.create(schedule=one, code="III", name_pl="reszta")
        with refused("rate_zone_one_rest"), transaction.atomic():
            RateZone.objects.create(schedule=one, code="IV", name_pl="reszta")


class TestPublished:
    def kept(self) -> tuple[RateSchedule, RateZone]:
        one = schedule()
        area = zone(one)
        BaseRate.objects.create(schedule=one, zone=area, net_m2=10)
        Multiplier.objects.create(
            schedule=one, kind="position", value="yard", factor=Decimal("0.85"), label_pl="od tyłu"
        )
        Reduction.objects.create(schedule=one, code="opp", kind="opp", percent=10, label_pl="OPP")
        publish(one)
        return one, area

    def test_none_of_its_rows_changes_or_goes(self):
        one, _area = self.kept()
        for model in (RateZone, BaseRate, Multiplier, Reduction):
            for statement in ("UPDATE {} SET id = id WHERE schedule_id = %s",
                              "DELETE FROM {} WHERE schedule_id = %s"):  # fmt: skip
                with (
                    refused("published schedule"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(statement.format(model._meta.db_table), [one.pk])

    def test_nothing_is_added(self):
        one, _area = self.kept()
        with refused("published schedule"), transaction.atomic():
            zone(one, "II", box(19.94, 19.96))

    def test_it_is_neither_rewritten_nor_removed(self):
        one, _area = self.kept()
        for change in ({"name": "Inne"}, {"floor_at_operating_cost": False}, {"approved_at": None}):
            with refused("published schedule"), transaction.atomic():
                RateSchedule.objects.filter(pk=one.pk).update(**change)
        with refused("published schedule"), transaction.atomic():
            one.delete()

    def test_only_its_last_day_may_be_set(self):
        one, _area = self.kept()
        everything = RateSchedule.objects.filter(pk=one.pk)
        with refused("published schedule"), transaction.atomic():
            everything.update(valid=DateRange(date(2025, 1, 1), None))
        everything.update(valid=DateRange(date(2026, 1, 1), date(2027, 1, 1)))

    def test_one_of_a_unit_on_a_day(self):
        unit = make.unit()
        publish(schedule())
        publish(schedule(unit=unit))
        second = schedule(unit=unit, valid=DateRange(date(2026, 6, 1), None))
        with refused("rate_schedule_one_in_force"), transaction.atomic():
            publish(second)

    def test_drafts_may_wait_beside_it(self):
        publish(schedule())
        schedule()
        schedule()

    def test_who_prepared_it_does_not_approve_it(self):
        person = make.person()
        one = schedule(prepared_by=person)
        with refused("rateschedule_approved_by_another"), transaction.atomic():
            RateSchedule.objects.filter(pk=one.pk).update(approved_by=person, approved_at=now())


class TestReductions:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"percent": 10, "fixed_net_m2": 2, "cumulable": False}, "percent_or_fixed"),
            ({}, "percent_or_fixed"),
            ({"percent": 0}, "amount_bounded"),
            ({"percent": 101}, "amount_bounded"),
            ({"fixed_net_m2": -1, "cumulable": False}, "amount_bounded"),
            ({"fixed_net_m2": 2, "cumulable": True}, "fixed_stands_alone"),
        ],
    )
    def test_refused(self, fields, name):
        with refused(f"reduction_{name}"), transaction.atomic():
            Reduction.objects.create(schedule=schedule(), code="x", kind="opp", **fields)
