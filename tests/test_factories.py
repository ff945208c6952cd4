"""The scenes that other tests stand on are what they say."""

import pytest

from resources.models import Claim, Resource, SpaceLeaf
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_room_is_public_open_and_undivided():
    room = factories.room(accessible="yes", equipment=["projector"])
    assert room.visibility == Resource.Visibility.PUBLIC
    assert room.opening_rules.count() == 7
    assert room.step_free == "yes"
    assert list(SpaceLeaf.objects.values_list("space_id", "leaf_id")) == [
        (room.space_id, room.space_id)
    ]


def test_a_hall_has_sectors_that_are_rooms():
    hall = factories.room(sectors=("A", "B"), capacity=60)
    assert [part.capacity for part in hall.parts.order_by("pk")] == [30, 30]
    assert SpaceLeaf.objects.filter(space=hall.space).count() == 2


def test_occupying_a_hall_claims_each_sector():
    hall = factories.room(sectors=("A", "B"))
    factories.occupy(hall, "2026-12-01 17:00", "2026-12-01 19:00")
    assert set(Claim.objects.values_list("space_id", flat=True)) == {
        part.space_id for part in hall.parts.all()
    }


def test_premises_need_no_capacity():
    assert factories.premises(accessible="no").step_free == "no"


def test_districts_and_groups():
    group = factories.area_group("east", [factories.district(17), factories.district(18)])
    assert group.districts.count() == 2
