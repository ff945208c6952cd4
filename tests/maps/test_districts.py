"""Exactly one district for each point in the city, whoever asks and in whatever number."""

import pytest
import shapely
from django.contrib.gis.geos import Point
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps.crs import CITY
from maps.districts import OUTSIDE, DistrictMatch, district_of, districts_of
from maps.importing.geometry import transform_between
from maps.models import District
from records.models import DataSource
from tests.maps.test_constraints import insert_district

pytestmark = pytest.mark.django_db

CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
to_metric = transform_between(4326, 2178)
to_wgs84 = transform_between(2178, 4326)


def at(lon: float, lat: float) -> Point:
    return Point(lon, lat, srid=4326)


def metric_point(x: float, y: float) -> Point:
    return Point(x, y, srid=2178)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "number"),
    [
        ("Main Square", 19.9373, 50.0617, 1),
        ("os. Centrum C", 20.037, 50.072, 18),
        ("ul. Reymonta 20", 19.912, 50.064, 5),
        ("Kazimierz", 19.9447, 50.0515, 1),
        ("Podgórze market", 19.9488, 50.0449, 13),
    ],
)
def test_known_places(districts, name, lon, lat, number):
    assert district_of(at(lon, lat)).number == number, name


def test_a_point_far_outside_has_no_district(districts):
    assert district_of(at(19.6, 50.06)) == OUTSIDE


def test_a_point_of_another_system_is_transformed(districts):
    assert district_of(metric_point(7_423_913.10, 5_547_823.79)).number == 1


def test_many_points_take_one_query(districts, django_assert_num_queries):
    points = [at(19.9373, 50.0617), at(19.6, 50.06), at(20.037, 50.072)]
    with django_assert_num_queries(1):
        found = districts_of(points)
    assert [match.number for match in found] == [1, None, 18]


def test_no_points_no_matches(districts):
    assert districts_of([]) == []


def test_every_shared_vertex_goes_to_the_lower_number(districts, checked_districts):
    """Each vertex of each border, asked at once."""
    members: dict[tuple[float, float], set[int]] = {}
    for district in checked_districts:
        for vertex in shapely.get_coordinates(district.boundary):
            members.setdefault((float(vertex[0]), float(vertex[1])), set()).add(
                district.facts.number
            )
    vertices = list(members)
    found = districts_of([at(*vertex) for vertex in vertices])
    wrong = [
        (vertex, match.number, members[vertex])
        for vertex, match in zip(vertices, found, strict=True)
        if match.number != min(members[vertex])
    ]
    assert len(vertices) > 500
    assert wrong == []


@given(data=st.data())
@CALM
def test_a_point_along_a_shared_border_goes_to_the_lower_number(districts, checked_districts, data):
    """Borders run straight in metres; in degrees a long edge lies some centimetres beside."""
    metric = {d.facts.number: to_metric(d.boundary) for d in checked_districts}
    number = data.draw(st.sampled_from(sorted(metric)))
    border = metric[number].boundary
    along = border.interpolate(data.draw(st.floats(0, 1)), normalized=True)
    sharing = {n for n, polygon in metric.items() if polygon.distance(along) <= 0.001}
    assert number in sharing
    assert district_of(metric_point(along.x, along.y)).number == min(sharing)


@given(
    lon=st.floats(CITY.min_x, CITY.max_x, allow_nan=False),
    lat=st.floats(CITY.min_y, CITY.max_y, allow_nan=False),
)
@CALM
def test_one_answer_for_any_point_alone_and_in_a_crowd(districts, checked_districts, lon, lat):
    alone = district_of(at(lon, lat))
    crowd = districts_of([at(19.9373, 50.0617), at(lon, lat), at(20.037, 50.072)])
    assert crowd[1] == alone
    holders = {
        district.facts.number
        for district in checked_districts
        if shapely.intersects_xy(district.boundary, lon, lat)
    }
    if holders:
        assert alone.number in holders
    elif alone.number is not None:  # beside the generalised city border, within the band
        assert alone.to_be_checked
        assert alone.distance_to_border_m <= 30


# --- two square districts with known metres between them -----------------------------------------

X, Y = 7_424_000.0, 5_548_000.0


def square(number: int, west: float, east: float, *, generalised: bool) -> None:
    source, _created = DataSource.objects.get_or_create(code="s", name="s")
    box = to_wgs84(shapely.box(west, Y, east, Y + 1000))
    insert_district(
        number=number,
        roman=f"R{number}",
        name=f"N{number}",
        wkt=shapely.MultiPolygon([box]).wkt,
        source=source.pk,
    )
    District.objects.filter(number=number).update(generalised=generalised)


@pytest.fixture
def two_squares():
    """District 3 west and 2 east of x = X + 1000, generalised."""
    square(3, X, X + 1000, generalised=True)
    square(2, X + 1000, X + 2000, generalised=True)


@pytest.mark.parametrize(
    ("metres", "number", "to_be_checked"),
    [
        (-500, 3, False),
        (-31, 3, False),
        (-29, 3, True),
        (-0.5, 3, True),
        (-0.005, 2, True),  # within the centimetre that storing may move: the lower number
        (0, 2, True),
        (29, 2, True),
        (31, 2, False),
    ],
)
def test_the_band_beside_a_generalised_border(two_squares, metres, number, to_be_checked):
    match = district_of(metric_point(X + 1000 + metres, Y + 500))
    assert (match.number, match.to_be_checked) == (number, to_be_checked)
    assert match.distance_to_border_m == pytest.approx(abs(metres), abs=0.02)


def test_outside_a_generalised_city_border_the_nearest_district_is_to_be_checked(two_squares):
    near = district_of(metric_point(X - 25, Y + 500))
    assert near == DistrictMatch(
        3, to_be_checked=True, distance_to_border_m=pytest.approx(25, abs=0.01)
    )
    assert district_of(metric_point(X - 35, Y + 500)) == OUTSIDE


@pytest.fixture
def two_exact_squares_with_a_hair_between():
    """Districts 5 and 4 with exact borders, 0.6 m apart: what the importer would let pass."""
    square(5, X, X + 1000, generalised=False)
    square(4, X + 1000.6, X + 2000, generalised=False)


@pytest.mark.parametrize(("metres", "number"), [(-10, 5), (0.2, 5), (0.3, 4), (0.4, 4), (10, 4)])
def test_a_point_in_a_hairline_gap_goes_to_the_nearest(
    two_exact_squares_with_a_hair_between, metres, number
):
    match = district_of(metric_point(X + 1000 + metres, Y + 500))
    assert match.number == number
    assert not match.to_be_checked


def test_exact_borders_reach_no_farther_than_a_metre(two_exact_squares_with_a_hair_between):
    assert district_of(metric_point(X - 0.9, Y + 500)).number == 5
    assert district_of(metric_point(X - 1.2, Y + 500)) == OUTSIDE
