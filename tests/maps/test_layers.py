"""Map layers: what they show to whom, when they cluster, how they are cached."""

import json
import math

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.urls import reverse

from maps import layers
from maps.layers import Layer, Viewport, feature_collection

pytestmark = pytest.mark.django_db

CITY_VIEW = (19.79, 49.96, 20.22, 50.13)


def points(*, visible=layers.everyone, public: bool = True) -> Layer:
    return Layer(
        code="punkty-proby",
        label="Próba",
        rows="select id, name, secret, geom, geom_3857 from trial_point",
        properties=("id", "name"),
        visible=visible,
        public=public,
        clustered=True,
    )


@pytest.fixture
def trial_points():
    """A table of points: 400 around the Main Square, one in Nowa Huta."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            create temporary table trial_point (
                id int, name text, secret boolean, geom geometry(point, 4326),
                geom_3857 geometry(point, 3857)
                    generated always as (ST_Transform(geom, 3857)) stored
            ) on commit drop;
            insert into trial_point
            select i, 'p' || i, i %% 2 = 0, ST_SetSRID(ST_MakePoint(
                19.9373 + (i %% 20) * 0.0001, 50.0617 + (i / 20) * 0.0001), 4326)
            from generate_series(0, 399) i;
            insert into trial_point values (400, 'huta', false,
                ST_SetSRID(ST_MakePoint(20.037, 50.072), 4326));
        """.replace("%%", "%")
        )


def shown(layer: Layer, zoom: int, bounds=CITY_VIEW, person=None) -> list[dict]:
    body = feature_collection(layer, person or AnonymousUser(), Viewport(bounds, zoom))
    return json.loads(body)["features"]


def test_a_whole_city_is_a_handful_of_clusters_and_single_points(trial_points):
    features = shown(points(), zoom=11)
    counts = sorted(f["properties"].get("count", 1) for f in features)
    assert sum(counts) == 401
    assert len(features) < 6
    single = next(f for f in features if not f["properties"].get("cluster"))
    assert single["properties"] == {"id": 400, "name": "huta"}


def test_a_cluster_says_how_many_and_where_they_lie(trial_points):
    (cluster,) = [f for f in shown(points(), zoom=10) if f["properties"].get("cluster")]
    west, south, east, north = cluster["properties"]["bounds"]
    lon, lat = cluster["geometry"]["coordinates"]
    assert cluster["properties"]["count"] == 400
    assert west <= lon <= east
    assert south <= lat <= north
    assert (west, north) == (19.9373, 50.0636)


def test_close_up_points_stand_alone_unless_there_are_too_many(trial_points):
    few = (19.9373, 50.0617, 19.9393, 50.0622)
    assert len(shown(points(), 17, few)) == 120
    assert not any(f["properties"].get("cluster") for f in shown(points(), 17, few))
    many = shown(points(), 15)
    assert any(f["properties"].get("cluster") for f in many)
    assert sum(f["properties"].get("count", 1) for f in many) == 401


def test_clusters_are_no_closer_than_the_grid_allows(trial_points):
    """At most one sign per cell of 60 pixels."""
    cell = layers.WORLD_M / layers.TILE_PX / 2**14 * layers.CLUSTER_PX
    features = shown(points(), 14)
    cells = {
        (math.floor(x / cell), math.floor(y / cell))
        for x, y in (_mercator(*f["geometry"]["coordinates"]) for f in features)
    }
    assert len(cells) == len(features)


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    radius = layers.WORLD_M / 2 / math.pi
    return (
        math.radians(lon) * radius,
        math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * radius,
    )


def only_open(_person):
    return "r.secret = %(secret)s", {"secret": False}


def test_what_a_person_may_not_see_is_not_even_counted(trial_points):
    layer = points(visible=only_open, public=False)
    assert sum(f["properties"].get("count", 1) for f in shown(layer, zoom=10)) == 201


def test_a_layer_that_a_person_does_not_see_is_not_there(trial_points):
    assert feature_collection(points(visible=lambda _p: None), AnonymousUser(), Viewport()) is None


def test_one_query_for_clusters_two_at_most_for_points(trial_points, django_assert_num_queries):
    with django_assert_num_queries(1):
        shown(points(), 10)
    with django_assert_num_queries(2):
        shown(points(), 15)


def test_a_code_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        layers.register(*[layers.layer_called("dzielnice")])


# --- addresses -----------------------------------------------------------------------------------


def url(code: str) -> str:
    return reverse("maps:layer", args=[code])


def test_the_districts_are_public_and_cacheable(client, districts, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(url("dzielnice"))
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "public, max-age=3600"
    features = json.loads(response.content)["features"]
    assert [f["properties"]["number"] for f in features] == list(range(1, 19))
    again = client.get(url("dzielnice"), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_close_up_districts_have_their_own_borders(client, districts):
    far = client.get(url("dzielnice"), {"zoom": 11}).content
    near = client.get(url("dzielnice"), {"zoom": 15}).content
    assert len(near) > len(far)


def test_only_districts_in_view_are_sent(client, districts):
    response = client.get(url("dzielnice"), {"bbox": "20.19,50.05,20.20,50.06", "zoom": 15})
    assert [f["properties"]["number"] for f in response.json()["features"]] == [18]


def test_the_grid_has_lines_both_ways(client, db):
    axes = {f["properties"]["axis"] for f in client.get(url("siatka")).json()["features"]}
    assert axes == {"e", "n"}


def test_the_city_border_is_one_line(client, districts):
    (feature,) = client.get(url("miasto")).json()["features"]
    assert feature["properties"] == {"districts": 18}


def test_an_unknown_layer_is_not_found(client, db):
    assert client.get(url("tajne")).status_code == 404


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"bbox": "1,2,3"}, ["bbox"]),
        ({"bbox": "a,b,c,d"}, ["bbox"]),
        ({"bbox": "nan,50,20,51"}, ["bbox"]),
        ({"bbox": "20.2,49.9,19.7,50.1"}, ["bbox"]),
        ({"bbox": "49.9,19.7,50.1,20.2,1"}, ["bbox"]),
        ({"zoom": "-1"}, ["zoom"]),
        ({"zoom": "x", "bbox": "1"}, ["bbox", "zoom"]),
    ],
)
def test_bad_values_are_named(client, db, query, fields):
    response = client.get(url("dzielnice"), query)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == fields


def test_a_layer_is_only_read(client, db):
    assert client.post(url("dzielnice")).status_code == 405
