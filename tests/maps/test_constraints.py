"""What the database itself refuses, told in SQL, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from maps.models import Address, AreaGroup, District, DistrictResidents, PopulationCell
from records.models import DataSource

pytestmark = pytest.mark.django_db

SQUARE = "MULTIPOLYGON(((19.9 50, 20 50, 20 50.1, 19.9 50.1, 19.9 50)))"
BOW_TIE = "MULTIPOLYGON(((19.9 50, 20 50.1, 20 50, 19.9 50.1, 19.9 50)))"
SWAPPED = "MULTIPOLYGON(((50 19.9, 50.1 19.9, 50.1 20, 50 20, 50 19.9)))"


@pytest.fixture
def source_id() -> int:
    return DataSource.objects.create(code="s", name="s").pk


def refused_by(constraint: str, statement: str, values: dict) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        connection.cursor().execute(statement, values)


def insert_district(**values) -> None:
    connection.cursor().execute(
        INSERT_DISTRICT,
        {"number": 1, "roman": "I", "name": "Stare Miasto", "wkt": SQUARE, "area": 5.5, **values},
    )


INSERT_DISTRICT = """
    insert into maps_district (number, roman, name, boundary, outline, label_point,
        official_area_km2, area_stated_on, generalised, source_id, state_on)
    values (%(number)s, %(roman)s, %(name)s, ST_GeomFromText(%(wkt)s, 4326),
        ST_GeomFromText(%(wkt)s, 4326), ST_SetSRID(ST_MakePoint(19.95, 50.05), 4326),
        %(area)s, '2019-12-31', true, %(source)s, '2026-01-01')
"""


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("district_number_1_to_18", {"number": 19}),
        ("district_number_1_to_18", {"number": 0}),
        ("district_area_positive", {"area": 0}),
        ("district_boundary_valid", {"wkt": BOW_TIE}),
        ("district_inside_city_envelope", {"wkt": SWAPPED}),
    ],
)
def test_a_district_is_refused(source_id, constraint, wrong):
    values = {"number": 1, "roman": "I", "name": "N", "wkt": SQUARE, "area": 5, "source": source_id}
    refused_by(constraint, INSERT_DISTRICT, {**values, **wrong})


def test_metres_follow_the_boundary_without_anybody_writing_them(source_id):
    insert_district(source=source_id)
    district = District.objects.get()
    assert district.boundary_2178.srid == 2178
    west, south, _east, _north = district.boundary_2178.extent
    assert 7_410_000 < west < 7_445_000
    assert 5_536_000 < south < 5_556_000


CELL = "POLYGON((19.9 50, 19.914 50, 19.914 50.009, 19.9 50.009, 19.9 50))"
INSERT_CELL = """
    insert into maps_populationcell (code, year, cell, residents, male, female, age_0_14,
        age_15_64, age_65_plus, share_in_city, source_id)
    values ('c', 2021, ST_GeomFromText(%(wkt)s, 4326), 10, %(male)s, %(female)s,
        %(young)s, %(middle)s, %(old)s, %(share)s, %(source)s)
"""


def cell_values(**values) -> dict:
    plain = {"wkt": CELL, "male": 4, "female": 6, "young": 2, "middle": 5, "old": 3, "share": 1}
    return {**plain, **values}


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("population_cell_sexes_add_up", {"male": 5}),
        ("population_cell_ages_add_up", {"old": 4}),
        ("population_cell_share_0_to_1", {"share": 1.5}),
        (
            "population_cell_inside_region",
            {"wkt": "POLYGON((50 19.9, 50.1 19.9, 50.1 20, 50 20, 50 19.9))"},
        ),
        (
            "population_cell_valid",
            {"wkt": "POLYGON((19.9 50, 19.914 50.009, 19.914 50, 19.9 50.009, 19.9 50))"},
        ),
    ],
)
def test_a_cell_is_refused(source_id, constraint, wrong):
    refused_by(constraint, INSERT_CELL, cell_values(source=source_id, **wrong))


@pytest.mark.parametrize("hidden", [{"male": None}, {"old": None, "young": None}])
def test_secret_figures_are_unknown_and_need_not_add_up(source_id, hidden):
    connection.cursor().execute(INSERT_CELL, cell_values(source=source_id, **hidden))
    assert PopulationCell.objects.get().residents == 10


def test_a_cell_of_a_year_stands_once(source_id):
    connection.cursor().execute(INSERT_CELL, cell_values(source=source_id))
    refused_by("population_cell_once", INSERT_CELL, cell_values(source=source_id))


def test_residents_of_a_day_stand_once_and_sexes_add_up(source_id):
    insert_district(source=source_id)
    statement = """
        insert into maps_districtresidents (district_id, kind, on_date, total, women, men,
            source_id) values (1, 'registered', '2025-12-31', 10, %(women)s, 4, %(source)s)
    """
    refused_by("district_residents_sexes_add_up", statement, {"women": 5, "source": source_id})
    connection.cursor().execute(statement, {"women": 6, "source": source_id})
    refused_by("district_residents_once", statement, {"women": 6, "source": source_id})
    assert DistrictResidents.objects.count() == 1


def test_an_address_lies_in_the_city_and_stands_once_per_source(source_id):
    insert_district(source=source_id)
    statement = """
        insert into maps_address (source_id, source_ref, street, street_plain, number, postcode,
            locality, point, district_id, approximate)
        values (%(source)s, 'a1', 'Długa', 'dluga', '1', '', 'Kraków',
            ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 4326), 1, false)
    """
    swapped = {"source": source_id, "x": 50.05, "y": 19.95}
    refused_by("address_inside_city_envelope", statement, swapped)
    right = {"source": source_id, "x": 19.95, "y": 50.05}
    connection.cursor().execute(statement, right)
    refused_by("address_once_per_source", statement, right)
    assert Address.objects.get().point_2178.srid == 2178


def test_a_cadastral_unit_has_its_code():
    with (
        pytest.raises(IntegrityError, match="area_group_cadastral_unit_has_code"),
        transaction.atomic(),
    ):
        AreaGroup.objects.create(
            slug="x", kind="cadastral_unit", name_pl="X", name_en="X", loaded=False
        )


@pytest.mark.parametrize(
    "index",
    [
        "district_boundary_2178_gist",
        "population_cell_2178_gist",
        "population_centroid_2178_gist",
        "address_point_2178_gist",
        "address_street_plain_trgm",
    ],
)
def test_stored_metres_and_names_are_indexed(index):
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_indexes where indexname = %s", [index])
        assert cursor.fetchone() == (1,)
