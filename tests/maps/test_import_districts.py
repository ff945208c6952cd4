"""import_districts: every format of the city gives the same districts, every trap its sentence."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
import shapely
from django.core.management import CommandError, call_command
from shapely.geometry import mapping, shape

from maps.importing.districts import import_districts, read_facts
from maps.importing.report import ImportRefused
from maps.models import AreaGroup, District, PopulationCell
from maps.reading import UnreadableFile, read_features
from records.models import DataSource
from tests.maps import shapes
from tests.maps.conftest import COVERAGE, FACTS

pytestmark = pytest.mark.django_db


def run(path, source, **options):
    options = {"generalised": False, **options}
    srid = options.pop("srid", None)
    return import_districts(read_features(path, srid=srid), read_facts(FACTS), source, **options)


def refusals(path, source, **options) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        run(path, source, **options)
    assert not District.objects.exists(), "nothing may be half-loaded"
    return [str(refusal) for refusal in refused.value.refusals]


def changed(tmp_path, change) -> object:
    """The coverage as RFC 7946 GeoJSON after `change(features)`."""
    features = shapes.raw_features()
    change(features)
    return shapes.write_geojson(tmp_path / "changed.geojson", features)


# --- formats -------------------------------------------------------------------------------------


def zipped_msip(folder):
    shapes.msip_geojson(folder / "Dzielnice.geojson")
    with zipfile.ZipFile(folder / "Dzielnice_JSON.zip", "w") as archive:
        archive.write(folder / "Dzielnice.geojson", "Dzielnice.geojson")
        archive.writestr("__Aktualnosc__.txt", "Data aktualności: 2026-06-15\n")
    return folder / "Dzielnice_JSON.zip"


def zipped_shapefile(folder):
    shapes.gdal_file(folder / "Dzielnice.shp", "ESRI Shapefile")
    with zipfile.ZipFile(folder / "Dzielnice_SHP.zip", "w") as archive:
        for part in folder.glob("Dzielnice.*"):
            archive.write(part, f"Dzielnice/{part.name}")
    return folder / "Dzielnice_SHP.zip"


FORMATS = {
    "GeoJSON of RFC 7946": lambda _folder: COVERAGE,
    "MSIP GeoJSON with crs member": lambda folder: shapes.msip_geojson(folder / "d.geojson"),
    "MSIP ZIP": zipped_msip,
    "Esri JSON": lambda folder: shapes.esri_json(folder / "d.json"),
    "Shapefile": lambda folder: shapes.gdal_file(folder / "d.shp", "ESRI Shapefile"),
    "zipped Shapefile": zipped_shapefile,
    "GeoPackage": lambda folder: shapes.gdal_file(folder / "d.gpkg", "GPKG"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_gives_the_same_districts_and_twice_changes_nothing(tmp_path, source, name):
    path = FORMATS[name](tmp_path)
    assert run(path, source).added == 18
    podgorze = District.objects.get(number=13)
    assert (podgorze.roman, podgorze.name) == ("XIII", "Podgórze")
    assert podgorze.boundary_2178.area == pytest.approx(25_663_600, rel=1e-3)
    assert podgorze.boundary.contains(podgorze.label_point)
    again = run(path, source)
    assert (again.changes, again.unchanged) == (0, 18)


def test_the_stored_districts_cover_the_city_without_gap(districts):
    polygons = [shapely.from_wkb(bytes(d.boundary_2178.wkb)) for d in District.objects.all()]
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.coverage_union_all(polygons)
    assert whole.geom_type == "Polygon"
    assert list(whole.interiors) == []
    assert whole.area / 1e6 == pytest.approx(326.801, abs=0.01)


def test_the_outlines_cover_the_city_too(districts):
    outlines = [shapely.from_wkb(bytes(d.outline.wkb)) for d in District.objects.all()]
    assert shapely.coverage_is_valid(outlines)


def test_the_date_inside_the_package_is_the_date_of_the_data(tmp_path, source):
    run(zipped_msip(tmp_path), replace(source, state_on=None))
    assert DataSource.objects.get(code=source.code).state_on == date(2026, 6, 15)
    assert District.objects.get(number=1).state_on == date(2026, 6, 15)


# --- traps of the sources ------------------------------------------------------------------------


def test_a_cut_off_answer_of_the_service_is_refused(tmp_path, source):
    with pytest.raises(UnreadableFile) as error:
        run(shapes.esri_json(tmp_path / "d.json", exceededTransferLimit=True), source)
    assert error.value.code == "cut_off"


def test_a_file_without_crs_in_metres_is_recognised_as_such(tmp_path, source):
    features = json.loads(shapes.msip_geojson(tmp_path / "d.geojson").read_text())["features"]
    path = shapes.write_geojson(tmp_path / "bare.geojson", features)
    found = refusals(path, source)
    assert len(found) == 18
    assert all("EPSG:2178 (PL-2000/7)" in line and "--srid 2178" in line for line in found)
    assert run(path, source, srid=2178).added == 18


@pytest.mark.parametrize("make", [shapes.msip_geojson, shapes.esri_json])
def test_swapped_axes_are_named(tmp_path, source, make):
    document = json.loads(make(tmp_path / "d.json").read_text())
    for feature in document["features"]:
        rings = feature["geometry"].get("rings") or feature["geometry"]["coordinates"]
        for ring in rings:
            ring[:] = [[y, x] for x, y in reversed(ring)]
    (tmp_path / "swapped.json").write_text(json.dumps(document))
    found = refusals(tmp_path / "swapped.json", source)
    assert len(found) == 18
    assert all("axes are swapped" in line or "osie" in line.lower() for line in found)


def test_a_self_intersection_is_named_with_its_place(tmp_path, source):
    def cross(features):
        ring = features[12]["geometry"]["coordinates"][0]
        ring[5], ring[7] = ring[7], ring[5]

    (line,) = refusals(changed(tmp_path, cross), source)
    assert line.startswith("13. XIII Podgórze:")
    assert "Self-intersection" in line


def test_misspelt_names_are_refused_with_the_right_spelling(tmp_path, source):
    def misspell(features):
        features[11]["properties"]["nazwa"] = "Biezanow-Prokocim"
        features[16]["properties"]["nazwa"] = "Krzeszławickie"

    found = refusals(changed(tmp_path, misspell), source)
    assert len(found) == 2
    assert "XII" in found[0]
    assert "Bieżanów-Prokocim" in found[0]
    assert "Wzgórza Krzesławickie" in found[1]


def test_borders_older_than_2014_are_told_by_their_area(tmp_path, source):
    def shift(features):
        """District X 6 % smaller, as in the file of 2018 that is copied about."""
        polygon = shape(features[9]["geometry"])
        part = shapely.affinity.scale(polygon, 0.969, 0.969)
        features[9]["geometry"] = mapping(part)

    (line,) = refusals(changed(tmp_path, shift), source)
    assert "X Swoszowice" in line
    assert "2014" in line


def test_polygons_simplified_one_by_one_are_no_coverage(tmp_path, source):
    def simplify(features):
        for feature in features:
            polygon = shape(feature["geometry"]).simplify(0.0004)
            feature["geometry"] = mapping(polygon)

    found = refusals(changed(tmp_path, simplify), source)
    assert len(found) > 10
    assert any("m²" in line for line in found)


def test_a_duplicate_and_a_missing_number(tmp_path, source):
    def copy(features):
        features[3]["properties"].update(nr=3, nr_rzymski="III", nazwa="Prądnik Czerwony")

    (line,) = refusals(changed(tmp_path, copy), source)
    assert line.startswith("4.")
    assert "III" in line


def halves_parted_by(metres: float, folder) -> object:
    """The western districts as they are, the others moved east."""
    west = {1, 4, 5, 6, 7, 8}
    features = [
        {
            "type": "Feature",
            "properties": p,
            "geometry": mapping(
                polygon if p["nr"] in west else shapely.affinity.translate(polygon, metres, 0)
            ),
        }
        for p, polygon in shapes.in_2178()
    ]
    crs = {"properties": {"name": "EPSG:2178"}}
    return shapes.write_geojson(folder / "parted.geojson", features, crs=crs)


def test_borders_that_miss_each_other_by_centimetres_are_joined(tmp_path, source):
    assert run(halves_parted_by(0.3, tmp_path), source).added == 18
    polygons = [shapely.from_wkb(bytes(d.boundary_2178.wkb)) for d in District.objects.all()]
    assert shapely.coverage_is_valid(polygons)


def test_borders_that_miss_each_other_by_metres_are_refused(tmp_path, source):
    assert refusals(halves_parted_by(3, tmp_path), source)


def test_a_missing_district_is_named(tmp_path, source):
    (line,) = refusals(changed(tmp_path, lambda features: features.pop(17)), source)
    assert "XVIII Nowa Huta" in line


@pytest.mark.parametrize("number", [0, 19, "XIX", "", None, "Nowa Huta", True, 3.5])
def test_an_unknown_number_is_refused(tmp_path, source, number):
    def renumber(features):
        features[0]["properties"] = {"nr": number, "nazwa": "Stare Miasto"}

    (line,) = refusals(changed(tmp_path, renumber), source)
    assert line.startswith("1.")


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [19.9, 50.0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[19.9, "x"]]]},
        {"type": "Kolo"},
    ],
)
def test_what_is_no_polygon_is_refused_and_not_a_crash(tmp_path, source, geometry):
    def spoil(features):
        features[0]["geometry"] = geometry

    assert refusals(changed(tmp_path, spoil), source)[0].startswith("1.")


def test_all_bad_features_are_listed_at_once(tmp_path, source):
    def spoil(features):
        features[0]["geometry"] = None
        features[1]["properties"]["nazwa"] = "Grzegorzki"
        features[2]["properties"]["nr"] = 77

    assert len(refusals(changed(tmp_path, spoil), source)) == 3


# --- what a run leaves ---------------------------------------------------------------------------


def test_a_dry_run_counts_and_keeps_nothing(source):
    report = run(COVERAGE, source, dry_run=True)
    assert (report.added, report.dry_run) == (18, True)
    assert not District.objects.exists()
    assert not DataSource.objects.exists()
    assert not AreaGroup.objects.exists()


def test_a_refused_file_leaves_the_old_districts(districts, tmp_path, source):
    before = list(District.objects.values_list("number", "boundary", "source_id"))
    with pytest.raises(ImportRefused):
        run(changed(tmp_path, lambda features: features.pop()), source)
    assert list(District.objects.values_list("number", "boundary", "source_id")) == before


def test_newer_borders_replace_the_old_in_place(districts, tmp_path, source):
    report = run(shapes.esri_json(tmp_path / "d.json"), source)
    assert (report.added, report.changed, report.removed) == (0, 18, 0)
    assert not District.objects.filter(generalised=True).exists()


def test_groups_mean_what_they_say_and_cadastral_units_are_not_loaded(districts):
    groups = {group.slug: group for group in AreaGroup.objects.all()}
    numbers = groups["nowa-huta-xiv-xviii"].districts.values_list("number", flat=True)
    assert sorted(numbers) == [14, 15, 16, 17, 18]
    assert [d.number for d in groups["nowa-huta-xviii"].districts.all()] == [18]
    units = AreaGroup.objects.filter(kind="cadastral_unit")
    assert {unit.register_code for unit in units} == {
        "126102_9",
        "126103_9",
        "126104_9",
        "126105_9",
    }
    assert not units.filter(loaded=True).exists()
    assert not units.filter(districts__isnull=False).exists()


def test_new_borders_renew_the_share_of_cells_in_the_city(geography, tmp_path, source):
    PopulationCell.objects.update(share_in_city=None)
    run(shapes.esri_json(tmp_path / "d.json"), source)
    assert not PopulationCell.objects.filter(share_in_city__isnull=True).exists()


def test_the_command_tells_counts_and_refusals(tmp_path):
    out = StringIO()
    call_command("import_districts", str(COVERAGE), "--state-on", "2026-01-01", stdout=out)
    assert "18" in out.getvalue()
    with pytest.raises(CommandError) as error:
        call_command(
            "import_districts", str(changed(tmp_path, lambda f: f.pop())), "--state-on=2026-01-01"
        )
    assert "XVIII Nowa Huta" in str(error.value)


def test_without_the_date_of_the_data_nothing_is_loaded():
    with pytest.raises(CommandError, match="--state-on"):
        call_command("import_districts", str(COVERAGE))
    assert not District.objects.exists()
