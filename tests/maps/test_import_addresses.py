"""Address points: MSIP's register and our CSV; one district each, nothing half-loaded."""

import json
from dataclasses import replace

import pytest
from django.contrib.gis.geos import Point

from maps.districts import district_of
from maps.importing.addresses import import_addresses
from maps.importing.fixtures import load_geography
from maps.importing.report import ImportRefused
from maps.models import Address, District
from maps.reading import Feature, FeatureSet, UnreadableFile, read_features
from tests.maps.conftest import SAMPLES

pytestmark = pytest.mark.django_db

ROW = {
    "id": "1",
    "miejscowosc": "Kraków",
    "nazwa_ulicy": "Stefana Batorego",
    "numer_adresowy": "7a",
    "kod_pocztowy": "31-135",
    "numer_dzielnicy": "I",
    "lon": "19.9330",
    "lat": "50.0655",
}


def table(*rows: dict) -> FeatureSet:
    features = [Feature(place, row) for place, row in enumerate(rows, start=1)]
    return FeatureSet(format="CSV", srid=None, features=features)


def refusal(source, wrong: dict):
    with pytest.raises(ImportRefused) as refused:
        import_addresses(table(ROW, {**ROW, "id": "2", **wrong}), source)
    (found,) = refused.value.refusals
    assert found.position == 2
    assert not Address.objects.exists()
    return found


def test_the_register_of_msip_as_it_is_published(districts, source):
    features = read_features(SAMPLES / "msip_adresy.geojson")
    assert features.srid == 2178
    report = import_addresses(features, source)
    assert report.added == 5
    square = Address.objects.get(street="Rynek Główny")
    assert (square.number, square.postcode, square.district_id) == ("1", "31-042", 1)
    assert (square.point.x, square.point.y) == pytest.approx((19.9373, 50.0617), abs=1e-5)
    again = import_addresses(features, source)
    assert (again.changes, again.unchanged) == (0, 5)


def test_an_answer_of_the_country_s_register_has_northing_first(districts, source):
    features = read_features(SAMPLES / "prg_punkty.gml")
    assert (features.format, features.srid) == ("GML", 2180)
    assert import_addresses(features, source).added == 2
    square = Address.objects.get(street="Rynek Główny")
    assert (square.number, square.postcode) == ("1", "31-042")
    assert (square.point.x, square.point.y) == pytest.approx((19.9373, 50.0617), abs=1e-5)
    assert square.source_ref == "PL.PZGIK.994.EMUIA_1"


def test_a_part_of_the_country_s_answer_is_refused(tmp_path):
    text = (SAMPLES / "prg_punkty.gml").read_text("utf-8")
    path = tmp_path / "part.gml"
    path.write_text(text.replace('numberMatched="2"', 'numberMatched="70217"'), "utf-8")
    with pytest.raises(UnreadableFile) as error:
        read_features(path)
    assert error.value.code == "cut_off"


def test_names_are_kept_as_written_and_matched_without_first_names(districts, source):
    import_addresses(table(ROW), source)
    address = Address.objects.get()
    assert (address.street, address.street_plain) == ("Stefana Batorego", "batorego")


def test_an_estate_without_street_is_addressed_by_its_name(districts, source):
    import_addresses(table({**ROW, "nazwa_ulicy": "", "miejscowosc": "Kraków"}), source)
    assert Address.objects.get().street == "Kraków"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"id": ""}, "id"),
        ({"id": "1"}, "1"),
        ({"numer_adresowy": ""}, "numer_adresowy"),
        ({"nazwa_ulicy": "", "miejscowosc": ""}, "nazwa_ulicy"),
        ({"lon": "dziewiętnaście"}, "lon"),
        ({"lon": "nan"}, ""),
        ({"lon": "50.0655", "lat": "19.9330"}, "x"),
        ({"lon": "21.0", "lat": "52.2"}, "EPSG:4326"),
        ({"lon": "7423913", "lat": "5547823"}, "2178"),
        ({"lon": "19.80", "lat": "50.13", "numer_dzielnicy": ""}, ""),
        ({"numer_dzielnicy": "XVIII"}, "XVIII"),
    ],
)
def test_a_wrong_row_is_refused_with_what_is_wrong(districts, source, wrong, words):
    assert words in str(refusal(source, wrong))


def test_the_official_district_wins_within_the_border_band(districts, source):
    """A point 12 m inside I, which the register gives to V: the drawn border may be wrong there."""
    one, five = (District.objects.get(number=number).boundary_2178 for number in (1, 5))
    middle = one.boundary.intersection(five.boundary).point_on_surface
    around = [
        Point(middle.x + dx, middle.y + dy, srid=2178) for dx in (-12, 12) for dy in (-12, 12)
    ]
    inside = next(point for point in around if district_of(point).number == 1)
    inside.transform(4326)
    row = {**ROW, "lon": str(inside.x), "lat": str(inside.y), "numer_dzielnicy": "5"}
    import_addresses(table(row), source)
    assert Address.objects.get().district_id == 5


def test_without_districts_nothing_is_loaded(db, source):
    with pytest.raises(ImportRefused):
        import_addresses(table(ROW), source)


def test_rows_that_are_gone_are_removed_others_of_another_source_stay(districts, source):
    import_addresses(table(ROW, {**ROW, "id": "2"}), source)
    import_addresses(table(ROW), replace(source, code="another"))
    report = import_addresses(table({**ROW, "numer_adresowy": "9"}), source)
    assert (report.added, report.changed, report.removed) == (0, 1, 1)
    assert Address.objects.count() == 2


def test_a_dry_run_keeps_nothing(districts, source):
    assert import_addresses(table(ROW), source, dry_run=True).added == 1
    assert not Address.objects.exists()


def test_the_sample_covers_every_district_and_says_that_it_is_one(geography):
    addresses = Address.objects.select_related("source")
    assert len({address.district_id for address in addresses}) == 18
    assert len(addresses) >= 400
    assert all(address.approximate and address.source.is_sample for address in addresses)


def test_load_geography_twice_changes_nothing(geography):
    assert {what: report.added for what, report in geography.items()} == {
        "districts": 18,
        "residents": 36,
        "population": 852,
        "addresses": 611,
    }
    assert {what: report.changes for what, report in load_geography()} == dict.fromkeys(
        geography, 0
    )


def test_float_numbers_of_services_lose_their_zero(districts, source):
    feature = Feature(1, {**ROW, "numer_adresowy": 7.0, "id": 12.0})
    import_addresses(FeatureSet("Esri JSON", None, [feature]), source)
    address = Address.objects.get()
    assert (address.number, address.source_ref) == ("7", "12")


def test_the_recorded_sample_has_the_published_shape():
    document = json.loads((SAMPLES / "msip_adresy.geojson").read_text("utf-8"))
    assert document["crs"]["properties"]["name"] == "EPSG:2178"
