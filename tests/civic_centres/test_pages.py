"""The pages of the network: documented facts, and what is not known said aloud."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from civic_centres.models import CentreArea, CivicCentre
from records.models import DataSource
from resources.models import Resource
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> DataSource:
    return DataSource.objects.create(
        code="notice", name="Ogłoszenie konkursu", publisher="BIP", state_on=date(2023, 12, 31)
    )


def centre(source: DataSource, code: str = "co-1", **fields) -> CivicCentre:
    site = make.site(code=code, position_note="approximate, unverified")
    found = CivicCentre.objects.create(
        site=site,
        name=f"Centrum {code}",
        functions=["support"],
        source=source,
        **{"task_until": date(2024, 6, 30), "operator_note_pl": "Operatora nie znamy.", **fields},
    )
    room = make.resource(site=site, title_pl="Sala P6")
    CentreArea.objects.create(centre=found, label="P6", area_m2="53.66", resource=room)
    CentreArea.objects.create(centre=found, label="korytarz", area_m2="47.34", order=1)
    return found


def test_the_list_names_source_and_position(client, source):
    centre(source)
    page = client.get("/centra-obywatelskie/").content.decode()
    assert "Ogłoszenie konkursu" in page
    assert "Operatora nie znamy." in page


def test_no_centre_is_no_error(client):
    assert client.get("/centra-obywatelskie/").status_code == 200


def test_as_many_queries_for_thirty_as_for_one(client, source):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/centra-obywatelskie/")
        return len(captured)

    centre(source)
    few = queries()
    for number in range(29):
        centre(source, code=f"co-{number + 2}")
    assert queries() == few <= 6


def test_the_page_of_a_centre_sums_its_spaces_and_links_its_rooms(client, source):
    found = centre(source)
    response = client.get("/centra-obywatelskie/co-1/")
    assert str(response.context["profile"].total_m2) == "101.00"
    room = found.areas.get(label="P6").resource
    assert f"/miejsce/{room.code}/" in response.content.decode()
    assert response.context["task_over"]


def test_a_room_that_one_may_not_see_is_only_a_space(client, source):
    found = centre(source)
    Resource.objects.update(visibility=Resource.Visibility.INTERNAL)
    page = client.get("/centra-obywatelskie/co-1/").content.decode()
    assert "P6" in page
    assert found.areas.get(label="P6").resource.code not in page


def test_an_unknown_centre_is_not_found(client):
    assert client.get("/centra-obywatelskie/nie-ma/").status_code == 404


def test_the_layer_has_every_centre(client, source):
    centre(source)
    features = client.get("/warstwy/centra-obywatelskie.geojson").json()["features"]
    assert features[0]["properties"]["url"] == "/centra-obywatelskie/co-1/"
    assert features[0]["properties"]["kind"] == "civic_centre"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"label": "P6", "area_m2": "1"}, "centre_area_label_once"),
        ({"label": "nic", "area_m2": "0"}, "centre_area_positive"),
    ],
)
def test_the_database_keeps_areas_whole(source, fields, constraint):
    found = centre(source)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CentreArea.objects.create(centre=found, **fields)
