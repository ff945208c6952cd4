"""Where a building stands decides its district, and its places move with it."""

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse

from records.problems import Invalid
from resources.inventory import divide_room
from resources.models import Claim, Resource, StaffRole
from resources.sites import Override, place_site
from tests import factories, make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_districts():
    factories.district(1)
    factories.district(2)


def point(district: int, north: float = 50.05) -> Point:
    """A point well inside the strip that factories.district makes."""
    return Point(19.81 + 0.02 * district, north, srid=4326)


def test_the_district_follows_the_point():
    room = factories.room(at=point(1))
    place_site(room.site, point(2))
    room.refresh_from_db()
    assert (room.site.district_id, room.district_id) == (2, 2)
    assert room.point.x == pytest.approx(point(2).x)


def test_a_place_with_a_position_of_its_own_stays():
    room = factories.room(at=point(1))
    Resource.objects.filter(pk=room.pk).update(point=point(1, 50.06))
    place_site(room.site, point(2))
    room.refresh_from_db()
    assert room.point.y == pytest.approx(50.06)


def test_an_officers_word_wins_and_ends_the_doubt():
    site = factories.site(point(1))
    place_site(site, point(1), override=Override(2, "uchwała o granicach"))
    assert (site.district_id, site.district_to_be_checked) == (2, False)


def test_a_point_outside_all_districts_is_refused():
    with pytest.raises(Invalid):
        place_site(factories.site(point(1)), point(9))


@pytest.mark.parametrize(
    ("latitude", "longitude", "status"),
    [("50.05", "19.83", 302), ("19.83", "50.05", 422), ("52.2", "21.0", 422), ("", "", 422)],
    ids=["inside", "swapped", "Warsaw", "empty"],
)
def test_the_form_refuses_what_is_not_in_the_city(client, latitude, longitude, status):
    room = factories.room(at=point(1))
    client.force_login(make.staff(room.unit, StaffRole.Role.EDITOR))
    answer = client.post(
        reverse("resources:edit_site", args=[room.site.code]),
        {"name": "Dom", "latitude": latitude, "longitude": longitude},
    )
    assert answer.status_code == status


def test_another_units_building_is_not_edited(client):
    room = factories.room(at=point(1))
    client.force_login(make.staff(factories.unit(), StaffRole.Role.HEAD))
    assert client.get(reverse("resources:edit_site", args=[room.site.code])).status_code == 403


def test_a_divided_hall_gets_parts_with_its_hours_and_bookings():
    hall = factories.room(title_pl="Hala", hours={2: [(960, 1200)]})
    factories.occupy(hall, "2027-01-05 17:00", "2027-01-05 19:00")
    parts = divide_room(hall, ["sektor A", "sektor B"])
    assert [part.title_pl for part in parts] == ["Hala, sektor A", "Hala, sektor B"]
    assert {part.visibility for part in parts} == {"draft"}
    assert [part.opening_rules.count() for part in parts] == [1, 1]
    assert {claim.space_id for claim in Claim.objects.all()} == {part.space_id for part in parts}
