"""The census grid: GUS's package and the CSV of its columns."""

import csv
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pyogrio
import pytest
import shapely

from maps.importing.geometry import transform_between
from maps.importing.population import import_population, square_of
from maps.importing.report import ImportRefused
from maps.models import PopulationCell
from maps.reading import Feature, FeatureSet, read_features
from records.models import DataSource
from tests.maps.conftest import GRID

pytestmark = pytest.mark.django_db

CODE = "CRS3035RES1000mN3045000E5035000"
ROW = {
    "CODE": CODE,
    "RES": "10",
    "RES_MALE": "4",
    "RES_FEM": "6",
    "RES_0_14": "2",
    "RES_15_64": "5",
    "RES_65_": "3",
}


def table(*rows: dict) -> FeatureSet:
    features = [Feature(place, row) for place, row in enumerate(rows, start=1)]
    return FeatureSet(format="CSV", srid=None, features=features)


def run(features, source, **options):
    return import_population(features, source, year=2021, **options)


def test_the_fixture_is_loaded_and_a_second_run_changes_nothing(districts, source):
    features = read_features(GRID)
    assert run(features, source).added == 852
    again = run(features, source)
    assert (again.changes, again.unchanged) == (0, 852)
    total = sum(PopulationCell.objects.values_list("residents", flat=True))
    assert total == 1_026_494


def test_the_share_in_the_city_is_what_the_source_computed(districts, source):
    run(read_features(GRID), source)
    with GRID.open(encoding="utf-8") as file:
        stated = {r["CODE"]: float(r["udzial_w_granicy_krakowa"]) for r in csv.DictReader(file)}
    shares = dict(PopulationCell.objects.values_list("code", "share_in_city"))
    off = {
        code: (share, stated[code])
        for code, share in shares.items()
        if abs(float(share) - stated[code]) > 0.005
    }
    assert off == {}
    assert sum(1 for share in shares.values() if share > 0) == 379
    assert sum(1 for share in shares.values() if share >= Decimal("0.999")) == 253


def test_without_districts_the_share_is_unknown_not_zero(source):
    run(table(ROW), source)
    assert PopulationCell.objects.get().share_in_city is None


def test_an_empty_figure_is_secrecy_not_zero(source):
    run(table({**ROW, "RES_0_14": "", "RES_65_": None}), source)
    cell = PopulationCell.objects.get()
    assert (cell.age_0_14, cell.age_15_64, cell.age_65_plus) == (None, 5, None)


def test_a_cell_is_a_square_kilometre_where_its_code_says(source):
    run(table(ROW), source)
    cell = PopulationCell.objects.get()
    assert cell.cell_2178.area == pytest.approx(1e6, rel=2e-3)
    corner = transform_between(3035, 4326)(shapely.Point(5_035_000, 3_045_000))
    assert shapely.from_wkb(bytes(cell.cell.wkb)).distance(corner) < 1e-9


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"CODE": "CRS3035RES100mN30450E50350"}, "CRS3035RES1000mN3045000E5035000"),
        ({"CODE": None}, "CRS3035RES1000mN3045000E5035000"),
        ({"RES": ""}, "RES"),
        ({"RES": "dużo"}, "dużo"),
        ({"RES": "-4"}, "-4"),
        ({"RES": "10.5"}, "10.5"),
        ({"RES_MALE": "5"}, "RES_MALE + RES_FEM"),
        ({"RES_65_": "4"}, "RES_0_14 + RES_15_64 + RES_65_"),
        ({"RES_65_": "", "RES_15_64": "9"}, "RES_0_14 + RES_15_64 + RES_65_"),
    ],
)
def test_a_wrong_row_is_refused_with_what_is_wrong(source, wrong, words):
    with pytest.raises(ImportRefused) as refused:
        run(table(ROW, {**ROW, "CODE": CODE.replace("3045", "3046"), **wrong}), source)
    (refusal,) = refused.value.refusals
    assert refusal.position == 2
    assert words in str(refusal)
    assert not PopulationCell.objects.exists()


def test_the_same_cell_twice_is_refused(source):
    with pytest.raises(ImportRefused):
        run(table(ROW, {**ROW, "CODE": "PL_" + CODE}), source)


def test_a_row_of_another_length_is_refused(source):
    broken = FeatureSet("CSV", None, [Feature(1, ROW, problem="za krótki")])
    with pytest.raises(ImportRefused, match="1"):
        run(broken, source)


def test_cells_elsewhere_in_the_country_are_left_out_and_counted(source):
    warsaw = {**ROW, "CODE": "CRS3035RES1000mN3290000E5070000"}
    report = run(table(ROW, warsaw), source)
    assert (report.added, report.left_out) == (1, 1)


def test_a_file_without_a_cell_around_the_city_is_refused(source):
    with pytest.raises(ImportRefused):
        run(table({**ROW, "CODE": "CRS3035RES1000mN3290000E5070000"}), source)


def gus_shapefile(folder, *, srid: int):
    """GRID_NSP2021_RES.shp: code in EPSG:3035, geometry in another system."""
    squares = [square_of(5_035_000, 3_045_000), square_of(5_036_000, 3_045_000)]
    path = folder / "GRID_NSP2021_RES.shp"
    pyogrio.raw.write(
        path,
        geometry=np.array(
            [shapely.to_wkb(transform_between(3035, srid)(square)) for square in squares],
            dtype=object,
        ),
        fields=np.array(["CODE", "RES", "RES_MALE", "RES_FEM", "RES_0_14", "RES_15_64", "RES_65_"]),
        field_data=[
            np.array([CODE, CODE.replace("5035", "5036")], dtype=object),
            np.array([10, 7], dtype=np.int32),
            np.array([4, 3], dtype=np.int32),
            np.array([6, 4], dtype=np.int32),
            np.array([2, 0], dtype=np.int32),
            np.array([5, 0], dtype=np.int32),
            np.array([3, 0], dtype=np.int32),
        ],
        field_mask=[None, None, None, None] + [np.array([False, True])] * 3,
        geometry_type="Polygon",
        crs="EPSG:2180",
        driver="ESRI Shapefile",
    )
    return path


@pytest.mark.parametrize("suffix", [".shp", ".dbf"])
def test_the_package_of_gus_with_secret_cells(tmp_path, source, suffix):
    path = gus_shapefile(tmp_path, srid=2180).with_suffix(suffix)
    assert run(read_features(path), source).added == 2
    secret = PopulationCell.objects.get(code=CODE.replace("5035", "5036"))
    assert (secret.residents, secret.age_0_14, secret.age_65_plus) == (7, None, None)


def test_a_geometry_that_contradicts_the_code_is_refused(tmp_path, source):
    """Squares written in EPSG:3035 under a label that says 2180."""
    with pytest.raises(ImportRefused) as refused:
        run(read_features(gus_shapefile(tmp_path, srid=3035)), source)
    assert len(refused.value.refusals) == 2
    assert "EPSG:2180" in str(refused.value.refusals[0])


def test_cells_that_are_gone_are_removed_and_changed_ones_changed(source):
    other = {**ROW, "CODE": CODE.replace("5035", "5036")}
    run(table(ROW, other), source)
    report = run(table({**ROW, "RES": "11", "RES_FEM": "7", "RES_15_64": "6"}), source)
    assert (report.added, report.changed, report.removed) == (0, 1, 1)
    assert PopulationCell.objects.get().residents == 11


def test_another_year_stands_beside(source):
    run(table(ROW), source)
    import_population(table(ROW), replace(source, code="grid-2031"), year=2031)
    assert PopulationCell.objects.count() == 2


def test_a_dry_run_keeps_nothing(source):
    assert run(table(ROW), source, dry_run=True).added == 1
    assert not PopulationCell.objects.exists()
    assert not DataSource.objects.exists()
