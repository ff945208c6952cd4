"""Reading files: what is understood, what is refused, and that nothing makes it stumble."""

import contextlib
import json
import struct
import zipfile
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maps.reading import UnreadableFile, read_features
from maps.reading.archive import MAX_ZIP_MEMBERS
from tests.maps import shapes

POINT = {
    "type": "Feature",
    "properties": {},
    "geometry": {"type": "Point", "coordinates": [19, 50]},
}


def refused(path, **options) -> str:
    with pytest.raises(UnreadableFile) as error:
        read_features(path, **options)
    return error.value.code


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- coordinate systems --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("crs", "srid"),
    [
        (None, 4326),
        ({"type": "name", "properties": {"name": "EPSG:2178"}}, 2178),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2180"}}, 2180),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG:9.6:3857"}}, 3857),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, 4326),
    ],
)
def test_the_crs_member_is_read_and_absent_means_wgs84(tmp_path, crs, srid):
    members = {"crs": crs} if crs else {}
    assert read_features(shapes.write_geojson(tmp_path / "a.json", [POINT], **members)).srid == srid


@pytest.mark.parametrize("crs", [{"properties": {"name": "Kraków 1965"}}, "EPSG", {"type": "link"}])
def test_a_crs_member_that_is_not_understood_is_refused(tmp_path, crs):
    assert refused(shapes.write_geojson(tmp_path / "a.json", [POINT], crs=crs)) == "crs_unknown"


def test_a_crs_given_against_the_named_one_is_refused(tmp_path):
    path = shapes.esri_json(tmp_path / "d.json")
    assert refused(path, srid=4326) == "crs_conflict"
    assert read_features(path, srid=2178).srid == 2178


@pytest.mark.parametrize(("wkid", "srid"), [(102100, 3857), (2180, 2180)])
def test_esri_s_own_numbers_are_known(tmp_path, wkid, srid):
    document = {"spatialReference": {"wkid": wkid}, "features": [], "geometryType": "x"}
    assert read_features(written(tmp_path, "a.json", json.dumps(document))).srid == srid


def test_a_shapefile_without_prj_asks_for_the_system(tmp_path):
    path = shapes.gdal_file(tmp_path / "d.shp", "ESRI Shapefile")
    (tmp_path / "d.prj").unlink()
    assert refused(path) == "crs_missing"
    assert read_features(path, srid=2178).srid == 2178


# --- rings of Esri -------------------------------------------------------------------------------

SHELL = [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]  # clockwise
HOLE = [[2, 2], [8, 2], [8, 8], [2, 8], [2, 2]]  # anticlockwise
ISLAND = [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]
ELSEWHERE = [[20, 0], [20, 5], [25, 5], [25, 0], [20, 0]]


def esri(folder, *rings):
    document = {
        "spatialReference": {"wkid": 2178},
        "features": [{"attributes": {}, "geometry": {"rings": rings}}],
    }
    (feature,) = read_features(written(folder, "e.json", json.dumps(document))).features
    return feature


@pytest.mark.parametrize(
    ("rings", "area", "kind"),
    [
        ([SHELL], 100, "Polygon"),
        ([SHELL, HOLE], 64, "Polygon"),
        ([HOLE, SHELL], 64, "Polygon"),
        ([SHELL, HOLE, ISLAND], 68, "MultiPolygon"),
        ([ELSEWHERE, HOLE, SHELL], 89, "MultiPolygon"),
    ],
)
def test_rings_are_sorted_by_their_direction(tmp_path, rings, area, kind):
    geometry = esri(tmp_path, *rings).geometry
    assert (geometry.geom_type, geometry.area) == (kind, area)
    assert shapely.is_valid(geometry)


def test_a_hole_without_a_shell_is_a_bad_feature(tmp_path):
    feature = esri(tmp_path, HOLE)
    assert feature.geometry is None
    assert feature.problem


def test_points_of_esri(tmp_path):
    document = {
        "spatialReference": {"wkid": 2178},
        "features": [{"attributes": {"id": 1}, "geometry": {"x": 7423913.1, "y": 5547823.79}}],
    }
    (feature,) = read_features(written(tmp_path, "e.json", json.dumps(document))).features
    assert (feature.geometry.x, feature.geometry.y) == (7423913.1, 5547823.79)


# --- what is no data -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", "{", "bad_json"),
        ("a.json", "[" * 100_000, "bad_json"),
        ("a.json", "[]", "not_features"),
        ("a.json", '{"type": "Feature"}', "not_features"),
        ("a.json", '{"features": [1]}', "not_features"),
        ("a.json", '{"error": {"code": 498, "message": "Invalid token"}}', "service_error"),
        ("a.json", b"\xff\xfe\x00", "bad_json"),
        ("a.csv", "za\u017c".encode("cp1250"), "encoding"),
        ("a.shp", "<OGRVRTDataSource/>", "bad_gdal"),
        ("a.gpkg", "<OGRVRTDataSource/>", "bad_gdal"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, "bad_gdal"),
        ("a.shp", struct.pack(">i", 9994) + b"\x00" * 96, "bad_gdal"),
        ("a.vrt", "<OGRVRTDataSource/>", "format"),
        ("a.gml", "<gml", "bad_xml"),
        ("a.gml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "doctype"),
        ("a.txt", "x", "format"),
        ("a.zip", "no zip", "bad_zip"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_code(tmp_path, name, content, code):
    assert refused(written(tmp_path, name, content)) == code


@pytest.mark.parametrize(
    "path", ["https://example.org/a.json", "/vsicurl/https://example.org/a.json", "/vsizip/a.zip"]
)
def test_addresses_and_virtual_paths_are_not_opened(path):
    assert refused(Path(path)) == "not_a_file"


def test_an_answer_that_was_cut_short_is_refused_in_both_places(tmp_path):
    path = shapes.write_geojson(
        tmp_path / "a.json", [POINT], properties={"exceededTransferLimit": True}
    )
    assert refused(path) == "cut_off"
    assert refused(shapes.esri_json(tmp_path / "e.json", exceededTransferLimit=True)) == "cut_off"


# --- ZIP -----------------------------------------------------------------------------------------


def zipped(folder, members: dict[str, str]):
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


EMPTY = '{"type": "FeatureCollection", "features": []}'


def test_a_member_cannot_leave_its_folder(tmp_path):
    path = zipped(tmp_path, {"../../../tmp/evil/a.geojson": EMPTY})
    assert read_features(path).features == []
    assert not (tmp_path.parent / "a.geojson").exists()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, "zip_contents"),
        ({"readme.txt": "x"}, "zip_contents"),
        ({"a.geojson": EMPTY, "b.geojson": EMPTY}, "zip_contents"),
        ({f"{i}.txt": "" for i in range(MAX_ZIP_MEMBERS + 1)}, "zip_too_many"),
    ],
)
def test_a_zip_holds_one_data_set(tmp_path, members, code):
    assert refused(zipped(tmp_path, members)) == code


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr("maps.reading.archive.MAX_BYTES", 1000)
    assert refused(zipped(tmp_path, {"a.geojson": " " * 2000})) == "too_large"


# --- tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'id,name\n1,"a,b"\n',
        "\ufeffid;name\r\n1;a,b\r\n",
        'id;name\n="1";="a,b"\n',
    ],
)
def test_csv_with_either_delimiter_a_bom_and_wrapped_values(tmp_path, text):
    (row,) = read_features(written(tmp_path, "a.csv", text)).features
    assert row.properties == {"id": "1", "name": "a,b"}
    assert row.problem == ""


@pytest.mark.parametrize("row", ["1", "1,2,3"])
def test_a_csv_row_of_another_length_is_a_bad_row(tmp_path, row):
    (feature,) = read_features(written(tmp_path, "a.csv", f"id,name\n{row}\n")).features
    assert feature.problem


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "rings", "x", "y", "geometries"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
geometries = json_values | st.builds(
    lambda kind, coordinates: {"type": kind, "coordinates": coordinates},
    st.sampled_from(["Point", "Polygon", "MultiPolygon", "LineString", "GeometryCollection"]),
    json_values,
)


@given(geometry=geometries, properties=json_values, esri=st.booleans())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_geometry_gives_a_feature_or_its_problem(tmp_path, geometry, properties, esri):
    if esri:
        document = {
            "spatialReference": {"wkid": 2178},
            "features": [{"attributes": properties, "geometry": geometry}],
        }
    else:
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        document = {"type": "FeatureCollection", "features": [feature]}
    (found,) = read_features(written(tmp_path, "any.json", json.dumps(document))).features
    assert (found.geometry is None) == bool(found.problem)
    assert isinstance(found.properties, dict)


@given(
    content=st.binary(max_size=300),
    suffix=st.sampled_from([".gml", ".csv", ".json", ".shp", ".gpkg", ".dbf", ".zip"]),
)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_read_or_refused(tmp_path, content, suffix):
    signature = {".shp": b"\x00\x00\x27\x0a", ".gpkg": b"SQLite format 3\x00", ".dbf": b"\x03"}
    path = written(tmp_path, f"any{suffix}", signature.get(suffix, b"") + content)
    with contextlib.suppress(UnreadableFile):
        read_features(path, srid=4326)
