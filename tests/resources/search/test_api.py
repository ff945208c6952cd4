"""GET /api/v1/search as programs see it."""

import json
from datetime import date

import pytest

from records import clock
from tests import factories

pytestmark = pytest.mark.django_db

URL = "/api/v1/search"


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(factories.moment("2026-11-23 12:00")):
        yield


def get(client, **parameters) -> dict:
    response = client.get(URL, parameters)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/geo+json"
    return json.loads(response.content)


def test_a_feature_says_everything_of_a_room(client):
    unit = factories.unit(code="dk-wiklina", name="Dom Kultury „Wiklina”")
    factories.district(4)
    room = factories.room(
        code="sala-12",
        title_pl="Sala 12",
        unit=unit,
        at=factories.place(0, 300),
        district_id=4,
        capacity=32,
        area_m2=58,
        accessible="yes",
        verified_on=date(2026, 11, 12),
        is_sample=True,
        price_list=factories.price_list(unit, {"ngo_free": 0}),
    )
    answer = get(
        client, at="2026-12-01T17:00/2026-12-01T19:00", near="19.9373,50.0617", radius="1000"
    )
    feature = answer["features"][0]
    assert feature["geometry"] == {
        "type": "Point",
        "coordinates": [round(room.point.x, 6), round(room.point.y, 6)],
    }
    distance = feature["properties"].pop("distance_m")
    assert 298 <= distance <= 302
    assert feature["properties"] == {
        "code": "sala-12",
        "title": "Sala 12",
        "kind": "room",
        "unit": "dk-wiklina",
        "unit_name": "Dom Kultury „Wiklina”",
        "district": 4,
        "capacity": 32,
        "area_m2": 58.0,
        "step_free": "yes",
        "free_of_charge": True,
        "free_from": "2026-12-01T16:00:00Z",
        "why_not": None,
        "verified_on": "2026-11-12",
        "sample": True,
        "url": "http://testserver/miejsce/sala-12/",
    }


def test_premises_say_from_when_they_are_vacant(client):
    let = factories.premises(code="let")
    factories.occupy(let, "2020-01-01 00:00", "2027-06-30 00:00")
    factories.premises(code="vacant", capacity=None, district=None)
    answer = get(client, kind="premises")
    properties = {one["properties"]["code"]: one["properties"] for one in answer["features"]}
    assert properties["let"]["free_from"] == "2027-06-29T22:00:00Z"
    assert properties["vacant"]["free_from"] == "2026-11-23T11:00:00Z"
    assert properties["vacant"]["free_of_charge"] is None
    assert properties["vacant"]["step_free"] == "unknown"


def test_titles_in_the_language_of_the_reader(client):
    factories.room(title_pl="Sala", title_en="Hall")
    factories.room(title_pl="Tylko po polsku", title_en="")
    answer = json.loads(client.get(URL, headers={"accept-language": "en"}).content)
    assert {one["properties"]["title"] for one in answer["features"]} == {"Hall", "Tylko po polsku"}


def test_pages_are_linked(client):
    for _ in range(5):
        factories.room()
    seen = []
    url = f"{URL}?capacity=10&limit=2"
    while url:
        answer = json.loads(client.get(url).content)
        assert answer["numberMatched"] == 5
        assert answer["numberReturned"] == len(answer["features"])
        seen += [one["properties"]["code"] for one in answer["features"]]
        links = {link["rel"]: link["href"] for link in answer["links"]}
        url = links.get("next")
    assert len(seen) == len(set(seen)) == 5
    assert "offset=2" in links["prev"]
    assert "capacity=10" in links["self"]


def test_past_the_end_there_is_nothing_but_the_number(client):
    factories.room()
    answer = get(client, offset="10")
    assert answer["features"] == []
    assert answer["numberMatched"] == 1
    assert {link["rel"] for link in answer["links"]} == {"self", "prev"}


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        pytest.param({"capacity": "many", "colour": "red"}, {"capacity", "colour"}, id="several"),
        pytest.param({"kind": "castle"}, {"kind"}, id="kind"),
        pytest.param({"area_group": "atlantis"}, {"area_group"}, id="area group"),
        pytest.param({"equipment": "cannon"}, {"equipment"}, id="equipment"),
        pytest.param({"unit": "nobody"}, {"unit"}, id="unit"),
        pytest.param({"format": "xml"}, {"format"}, id="format is no parameter"),
        pytest.param({"weekly": "TU,17:00,19:00"}, {"from"}, id="what is missing"),
    ],
)
def test_a_problem_names_what_is_wrong(client, query, fields):
    response = client.get(URL, query)
    assert response.status_code == 422
    assert response["Content-Type"].startswith("application/problem+json")
    document = json.loads(response.content)
    assert document["status"] == 422
    assert {error["field"] for error in document["errors"]} >= fields


def test_a_division_without_borders_is_told_apart_from_an_unknown_one(client):
    factories.area_group("cadastral", [], kind="cadastral_unit", register_code="1", loaded=False)
    document = client.get(URL, {"area_group": "cadastral"}).json()
    assert document["errors"][0]["code"] == "not_loaded"


def test_anonymous_visitors_see_public_places_only(client):
    factories.room(visibility="internal")
    factories.room(visibility="draft")
    assert get(client)["numberMatched"] == 0


def test_near_misses_say_why_not(client):
    fits = factories.room(capacity=30)
    small = factories.room(code="small", capacity=20)
    answer = get(client, capacity="25", near_misses="5")
    assert answer["numberMatched"] == 1
    assert [one["properties"]["code"] for one in answer["features"]] == [fits.code]
    [near] = answer["nearMisses"]
    assert near["properties"]["code"] == small.code
    assert near["properties"]["why_not"]
    assert near["properties"].keys() == answer["features"][0]["properties"].keys()


@pytest.mark.parametrize("rooms", [1, 30])
def test_the_number_of_queries_does_not_grow(client, django_assert_num_queries, rooms):
    factories.district(1)
    for _ in range(rooms):
        factories.room(equipment=["projector"], district_id=1)
    # The limit of requests, equipment, calendar, search.
    with django_assert_num_queries(4):
        get(client, equipment="projector", at="2026-12-01T17:00/2026-12-01T19:00")


@pytest.mark.parametrize("accept", ["application/json", "application/geo+json", "*/*"])
def test_what_programs_accept(client, accept):
    assert client.get(URL, headers={"accept": accept}).status_code == 200


def test_the_description_lists_every_parameter(client):
    from resources.search.parsing import PARAMETERS  # noqa: PLC0415

    document = client.get("/api/v1/openapi.json").json()
    described = document["paths"]["/api/v1/search"]["get"]["parameters"]
    assert [one["name"] for one in described] == list(PARAMETERS)
