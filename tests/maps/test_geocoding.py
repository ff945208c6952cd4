"""Finding places by name, offline, on the sample and on a register."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps import geocoding
from maps.geocoding import find_places
from maps.models import Address, AreaGroup
from maps.names import plain_street
from records.models import DataSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(districts) -> DataSource:
    """Some addresses of a register, not of the sample."""
    source = DataSource.objects.create(code="register", name="EMUiA")
    for street, number, district, lon, lat in (
        ("os. Centrum C", "10", 18, 20.037, 50.072),
        ("os. Centrum C", "9", 18, 20.036, 50.0715),
        ("os. Centrum B", "1", 18, 20.035, 50.071),
        ("Władysława Reymonta", "20", 5, 19.912, 50.064),
        ("Stefana Batorego", "7", 1, 19.933, 50.0655),
        ("Stefana Batorego", "9", 1, 19.9332, 50.0656),
        ("Władysława Batorego", "7", 13, 19.95, 50.043),
        ("Prądnicka", "1", 4, 19.94, 50.085),
        ("os. Dywizjonu 303", "62", 14, 20.0, 50.07),
    ):
        add(source, street, number, district, lon, lat)
    return source


def add(source, street, number, district, *place) -> Address:
    return Address.objects.create(
        source=source,
        source_ref=f"{street} {number}",
        street=street,
        street_plain=plain_street(street),
        number=number,
        locality="Kraków",
        point=Point(*place, srid=4326),
        district_id=district,
    )


def found(text: str, limit: int = 8) -> list[tuple[str, str]]:
    return [(place.kind, place.label) for place in find_places(text, limit)]


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("os. Centrum C 10", "address", "os. Centrum C 10 (XVIII)"),
        ("osiedle centrum c 10", "address", "os. Centrum C 10 (XVIII)"),
        ("ul. Reymonta 20", "address", "ul. Władysława Reymonta 20 (V)"),
        ("Reymonta 20, 30-059 Kraków", "address", "ul. Władysława Reymonta 20 (V)"),
        ("W. Reymonta", "street", "ul. Władysława Reymonta (V)"),
        ("reymonta 999", "street", "ul. Władysława Reymonta (V)"),
        ("pradnic", "street", "ul. Prądnicka (IV)"),
        ("Prandnicka", "street", "ul. Prądnicka (IV)"),
        ("os. Dywizjonu 303", "street", "os. Dywizjonu 303 (XIV)"),
        ("os. Dywizjonu 303 62", "address", "os. Dywizjonu 303 62 (XIV)"),
    ],
)
def test_the_likeliest_place_comes_first(register, text, kind, label):
    assert found(text)[0] == (kind, label)


def test_an_ambiguous_name_gives_each_place(register):
    both = [("street", "ul. Stefana Batorego (I)"), ("street", "ul. Władysława Batorego (XIII)")]
    assert found("Batorego") == both
    assert [kind for kind, _label in found("Batorego 7")] == ["address", "address"]


def test_a_first_name_chooses_between_them(register):
    assert found("Stefana Batorego 9")[0] == ("address", "ul. Stefana Batorego 9 (I)")


@pytest.mark.parametrize("text", ["XVIII", "18", "dzielnica XVIII", "Dzielnica XVIII Nowa Huta"])
def test_a_district_by_number_or_full_name(districts, text):
    place = find_places(text)[0]
    assert (place.kind, place.key, place.district) == ("district", "18", 18)


def test_nowa_huta_means_a_district_or_five_and_never_a_cadastral_unit(districts):
    assert [(place.kind, place.key) for place in find_places("Nowa Huta")] == [
        ("district", "18"),
        ("area_group", "nowa-huta-xiv-xviii"),
    ]
    assert AreaGroup.objects.filter(kind="cadastral_unit", name_pl__startswith="Nowa Huta").exists()


def test_podgorze_is_the_district_before_its_neighbour_of_a_longer_name(districts):
    assert [place.key for place in find_places("podgorze")] == ["13", "11"]


@pytest.mark.parametrize("text", ["", " ", "x1", "qqqqqq", "?!", "ul.", "\x00"])
def test_nothing_is_found_for_what_names_nothing(register, text):
    assert found(text) == []


def test_the_limit_holds(register):
    assert len(found("Centrum", limit=1)) == 1


def test_the_sample_gives_way_to_a_register(geography):
    (sample, *_rest) = find_places("os. Centrum C 10")
    assert sample.approximate
    register = DataSource.objects.create(code="register", name="EMUiA")
    add(register, "os. Centrum C", "10", 18, 20.0371, 50.0721)
    (real, *_rest) = find_places("os. Centrum C 10")
    assert not real.approximate
    assert real.point.x == 20.0371


def test_queries_do_not_grow_with_the_places(geography, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        find_places("Centrum", 30)


def test_a_street_is_found_by_index_among_many(register):
    """The register has 70,000 rows; reading them all for each key typed would be felt."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into maps_address (source_id, source_ref, street, street_plain, number,
                postcode, locality, point, district_id, approximate)
            select %s, 'm' || i, name, name, i::text, '', 'Kraków',
                   ST_SetSRID(ST_MakePoint(19.9, 50.05), 4326), 7, false
            from generate_series(1, 20000) i,
                 lateral (select md5((i / 25)::text) as name) n
            """,
            [register.pk],
        )
        cursor.execute("analyze maps_address")
        for by_likeness in (False, True):
            cursor.execute(
                "explain (analyze, format json) " + geocoding._STREETS_SQL,
                {
                    "streets": ["batorego 7", "batorego"],
                    "numbers": ["", "7"],
                    "least": 0.28,
                    "by_likeness": by_likeness,
                    "limit": 8,
                },
            )
            plan = cursor.fetchone()[0][0]["Plan"]
            assert "Seq Scan" not in {
                node["Node Type"]
                for node in walk(plan)
                if node.get("Relation Name") == "maps_address" and node["Actual Loops"]
            }


def walk(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from walk(inner)


@given(text=st.text(max_size=40))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_answered(register, text):
    for place in find_places(text):
        assert 0 < place.rank <= 1
