"""Loading a unit's own spreadsheet: read as people write, whole or not at all, and undone again."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.gis.geos import Point
from openpyxl import Workbook

from premises.models import Building, ColumnMapping, Premises, StockImport, StockImportRow
from premises.stock import importing, undoing
from premises.stock.columns import BY_CODE, COLUMNS, column_called
from premises.stock.export import header, table
from premises.stock.values import values_of, with_values
from records.clock import frozen
from records.problems import Conflict, Invalid
from records.spreadsheets import as_csv, as_xlsx
from resources.importing.report import ImportRefused, Outcome
from resources.importing.sheets import read_sheet
from resources.importing.tables import CellError
from resources.models import Resource, Site, Space
from tests import factories, make
from tests.premises.stock import DAY, NOON, let, premises

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


@pytest.fixture
def unit():
    return make.unit()


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode("utf-8-sig")


def xlsx(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload(unit, content: bytes) -> StockImport:
    return importing.upload(unit, "lokale.csv", content, by="Anna")


def load(unit, content: bytes):
    return importing.load(upload(unit, content), by="Anna", role="dział najmu")


def refused(unit, content: bytes):
    """The rows of a refused file, before loading and by loading."""
    waiting = upload(unit, content)
    planned = importing.plan(waiting).report
    with pytest.raises(ImportRefused) as problem:
        importing.load(waiting, by="Anna", role="dział najmu")
    said = [(row.position, row.detail) for row in problem.value.report.refused]
    assert said == [(row.position, row.detail) for row in planned.refused]
    return problem.value.report.refused


class TestSheets:
    def test_workbook_and_text_read_the_same(self):
        book = xlsx(
            ["nr", "pow", "przegląd", "front"], ["0417", 86.4, date(2026, 9, 14), True], [None] * 4
        )
        text = csv("nr;pow;przegląd;front", "0417;86.4;2026-09-14;tak", ";;;")
        assert read_sheet(book).rows == read_sheet(text).rows
        assert read_sheet(book).header == ["nr", "pow", "przegląd", "front"]

    def test_windows_encoding_is_read_and_said(self):
        sheet = read_sheet("nr;położenie\n1;podwórze\n".encode("cp1250"))
        assert sheet.header == ["nr", "położenie"]
        assert sheet.notes

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"nr;pow\r\n", "empty"),
            (b"PK\x03\x04 no zip", "no_table"),
            (b"\x00\x01\x02", "no_table"),
            (b"nr\n" + b"1\n" * 5001, "too_many_rows"),
            (b"x" * 8_000_001, "too_large"),
        ],
    )
    def test_refused(self, content, code):
        with pytest.raises(Invalid) as problem:
            read_sheet(content)
        assert problem.value.code == code

    def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(self, monkeypatch):
        monkeypatch.setattr("resources.importing.sheets.MAX_UNPACKED", 1000)
        with pytest.raises(Invalid) as problem:
            read_sheet(xlsx(["nr"], ["1"]))
        assert problem.value.code == "too_large"


class TestCells:
    @pytest.mark.parametrize(
        ("code", "cell", "value"),
        [
            ("floor", "parter", 0),
            ("floor", "-1", -1),
            ("floor", "2,0", 2),
            ("area_rooms", "86,40", Decimal("86.40")),
            ("area_rooms", "1 234,5 m²", Decimal("1234.50")),
            ("area_rooms", "86.4 m2", Decimal("86.40")),
            ("operating_cost", "6,20 zł", Decimal("6.20")),
            ("surveyed_on", "14.09.2026", date(2026, 9, 14)),
            ("surveyed_on", "2026-09-14", date(2026, 9, 14)),
            ("position", "front_ground", "front_ground"),
            ("position", "PODWÓRZE", "yard"),
            ("heating", "gas", "gas"),
            ("front", "tak", True),
            ("front", "nie", False),
            ("step_free", "tak", "yes"),
            ("utilities", "water; electricity, water", ["electricity", "water"]),
            ("land_register", "ka1s/12345/6", ["KA1S/00012345/6"]),
            ("share_common", "125 / 1000", (125, 1000)),
        ],
    )
    def test_read_as_people_write(self, code, cell, value):
        assert BY_CODE[code].kind.read(cell) == value

    @pytest.mark.parametrize(
        ("code", "cell"),
        [
            ("floor", "wysoko"),
            ("floor", "99"),
            ("floor", "1,5"),
            ("area_rooms", "0"),
            ("area_rooms", "-5"),
            ("area_rooms", "86,405"),
            ("area_rooms", "NaN"),
            ("area_rooms", "1e99"),
            ("technical_state", "6"),
            ("surveyed_on", "31.02.2026"),
            ("heating", "węgiel"),
            ("utilities", "prund"),
            ("land_register", "KA1S/00012345/5"),
            ("parcel_ids", "146510_8.0012.1"),
            ("share_common", "3/2"),
            ("share_common", "0/2"),
            ("number", "x" * 31),
        ],
    )
    def test_refused(self, code, cell):
        with pytest.raises(CellError):
            BY_CODE[code].kind.read(cell)

    def test_whatever_is_written_reads_back(self):
        """An export loaded again changes nothing: each value survives its cell and its JSON."""
        examples = {
            "floor": -1, "area_rooms": Decimal("86.40"), "surveyed_on": DAY, "position": "yard",
            "front": False, "utilities": ["electricity", "gas"], "step_free": "no",
            "land_register": ["KA1S/00012345/6"], "share_common": (1, 3), "title": "Lokal",
        }  # fmt: skip
        for code, value in examples.items():
            kind = BY_CODE[code].kind
            assert kind.read(str(kind.write(value))) == value
            assert kind.unpack(kind.pack(value)) == value


class TestColumns:
    @pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.code)
    def test_our_own_header_means_the_column(self, column):
        assert column_called(column.header) is column

    @pytest.mark.parametrize(
        ("theirs", "code"),
        [
            ("Nr lokalu", "number"),
            ("POWIERZCHNIA", "area_rooms"),
            ("Księga wieczysta", "land_register"),
            ("adres", "address"),
            ("Ogrzewanie:", "heating"),
            ("kolor drzwi", None),
        ],
    )
    def test_theirs_are_guessed(self, theirs, code):
        found = column_called(theirs)
        assert (found.code if found else None) == code

    def test_what_the_unit_said_is_remembered(self, unit):
        premises(unit, "0001")
        first = upload(unit, csv("Oznaczenie;Metry;Kolor", "0001;50;biały"))
        assert first.columns == ["", "", ""]
        importing.set_columns(first, ["number", "area_rooms", ""])
        second = upload(unit, csv("kolor;METRY;oznaczenie", "zielony;60;0001"))
        assert second.columns == ["", "area_rooms", "number"]

    @pytest.mark.parametrize(
        ("columns", "code"),
        [
            (["number", "number"], "column_twice"),
            (["", "area_rooms"], "no_number"),
            (["number", "no_such"], "columns"),
            (["number"], "columns"),
        ],
    )
    def test_refused(self, unit, columns, code):
        waiting = upload(unit, csv("a;b", "1;2"))
        with pytest.raises(Invalid) as problem:
            importing.set_columns(waiting, columns)
        assert problem.value.code == code
        assert not ColumnMapping.objects.exists()


class TestPlan:
    def test_nothing_is_written(self, unit):
        row = premises(unit, "0001", floor=0)
        waiting = upload(unit, csv("nr;piętro", "0001;3"))
        told = importing.plan(waiting).report.rows
        assert [(one.position, one.outcome) for one in told] == [(2, Outcome.CHANGED)]
        assert "0 → 3" in told[0].detail
        row.refresh_from_db()
        assert row.floor == 0

    def test_each_row_says_what_is_wrong_with_its_line_and_a_remedy(self, unit):
        premises(unit, "0001")
        told = refused(
            unit,
            csv("nr;piętro;kw", "0001;wysoko;KA1S/00012345/5", "0002;1;", ";2;", "0001;1;"),
        )
        assert [row.position for row in told] == [2, 2, 3, 4, 5]
        assert told[0].remedy
        assert Premises.objects.get(number="0001").floor is None

    def test_a_formula_is_refused(self, unit):
        premises(unit, "0001")
        assert refused(unit, csv("nr;opis", "0001;=HYPERLINK(A1)"))[0].position == 2

    def test_the_apostrophe_of_our_exports_says_that_it_is_text(self, unit):
        premises(unit, "0001")
        load(unit, csv("nr;opis", "0001;'=2+3"))
        assert Resource.objects.get(kind="premises").description_pl == "=2+3"

    def test_rows_that_disagree_about_one_building(self, unit):
        house = make.site()
        premises(unit, "0001", site=house)
        premises(unit, "0002", site=house)
        told = refused(unit, csv("nr;rok budowy", "0001;1955", "0002;1956"))
        assert [row.position for row in told] == [3]
        assert "1955" in told[0].detail

    def test_a_state_without_its_survey(self, unit):
        premises(unit, "0001", technical_state=None, surveyed_on=None)
        assert refused(unit, csv("nr;stan techniczny", "0001;3"))
        load(unit, csv("nr;stan techniczny;data oględzin", "0001;3;14.09.2026"))
        assert Premises.objects.get().surveyed_on == date(2026, 9, 14)

    def test_a_fault_that_was_there_before_does_not_stop_other_columns(self, unit):
        """Rows older than the rule stay changeable: here nobody knows the owner of the building."""
        row = premises(unit, "0001")
        Building.objects.all().delete()
        load(unit, csv("nr;piętro", "0001;2"))
        row.refresh_from_db()
        assert row.floor == 2

    def test_premises_of_another_unit_are_never_touched(self, unit):
        theirs = premises(make.unit(), "0001", floor=1)
        told = refused(unit, csv("nr;piętro", "0001;5"))
        assert told[0].position == 2
        theirs.refresh_from_db()
        assert theirs.floor == 1

    def test_our_number_that_another_unit_keeps_now(self, unit):
        row = premises(unit, "0001")
        Resource.objects.filter(pk=row.pk).update(unit=make.unit("Nowy zarządca"))
        told = refused(unit, csv("nr;piętro", "0001;5"))
        assert "Nowy zarządca" in told[0].detail


class TestLoad:
    def test_changes_known_rows_by_number_and_leaves_empty_cells(self, unit):
        row = premises(unit, "0001", floor=0, heating="gas", permitted_use_pl="handel")
        load(
            unit,
            csv(
                "nr;piętro;ogrzewanie;przeznaczenie;powierzchnia;winda;rok budowy",
                "0001;1;;-;120,50;tak;1931",
            ),
        )
        values = values_of(with_values(Premises.objects.all()).get())
        assert values["floor"] == 1
        assert values["heating"] == "gas"
        assert values["permitted_use"] == ""
        assert values["area_rooms"] == Decimal("120.50")
        assert values["lift"] == "yes"
        assert values["built_year"] == 1931
        row.resource.refresh_from_db()
        assert row.resource.area_m2 == Decimal("120.50")
        assert row.resource.verified_by == "dział najmu"
        row.refresh_from_db()
        assert row.version == 2

    def test_unchanged_rows_keep_their_version(self, unit):
        row = premises(unit, "0001", floor=1)
        report = load(unit, csv("nr;piętro", "0001;1"))
        assert report.count(Outcome.UNCHANGED) == 1
        row.refresh_from_db()
        assert row.version == 1
        assert not StockImportRow.objects.exists()

    def test_new_premises_with_coordinates(self, unit):
        factories.district(7, bounds=(19.9, 50.0, 20.1, 50.1))
        load(
            unit,
            csv(
                "nr;adres;powierzchnia;piwnica;własność;lon;lat;bez stopni",
                "0500;ul. Nowa 1;86,40;14,20;municipal;19,95;50,06;tak",
            ),
        )
        made = Premises.objects.select_related("resource__site__building").get()
        assert (made.number, made.numbered_by, made.version) == ("0500", unit, 1)
        resource = made.resource
        assert resource.code == "lokal-0500"
        assert resource.visibility == Resource.Visibility.DRAFT
        assert resource.area_m2 == Decimal("100.60")
        assert resource.district_id == 7
        assert resource.step_free == "unknown"
        assert resource.accessibility.get().value == "yes"
        assert resource.space.is_leaf
        assert resource.site.building.ownership == "municipal"

    def test_two_new_ones_of_one_address_share_the_building(self, unit):
        factories.district(7, bounds=(19.9, 50.0, 20.1, 50.1))
        head = "nr;adres;powierzchnia;własność;lon;lat"
        load(
            unit,
            csv(
                head,
                "1;ul. Nowa 1;50;municipal;19,95;50,06",
                "2;ul. Nowa 1;60;municipal;19,95;50,06",
            ),
        )
        assert Building.objects.count() == 1

    @pytest.mark.parametrize(
        "line",
        [
            "0500;ul. Nieznana 1;50;municipal;;",
            "0500;ul. Nowa 1;50;;19,95;50,06",
            "0500;;50;municipal;19,95;50,06",
            "0500;ul. Nowa 1;50;municipal;19,95;",
            "0500;ul. Nowa 1;50;municipal;20,15;50,06",
        ],
        ids=["unknown address", "no owner", "no address", "half a point", "outside the city"],
    )
    def test_new_ones_that_are_refused(self, unit, line):
        factories.district(7, bounds=(19.9, 50.0, 20.1, 50.1))
        assert refused(unit, csv("nr;adres;powierzchnia;własność;lon;lat", line))
        assert not Resource.objects.exists()

    def test_one_bad_row_stops_all(self, unit):
        premises(unit, "0001", floor=0)
        premises(unit, "0002", floor=0)
        refused(unit, csv("nr;piętro", "0001;1", "0002;sto"))
        assert set(Premises.objects.values_list("floor", flat=True)) == {0}

    def test_a_file_is_loaded_once(self, unit):
        premises(unit, "0001")
        waiting = upload(unit, csv("nr;piętro", "0001;1"))
        importing.load(waiting, by="Anna", role="r")
        with pytest.raises(Conflict):
            importing.load(waiting, by="Anna", role="r")

    def test_changes_of_one_building_do_not_overwrite_each_other(self, unit):
        house = make.site(address="ul. Stara 1")
        premises(unit, "0001", site=house)
        premises(unit, "0002", site=house)
        load(
            unit,
            csv("nr;rok budowy;kod pocztowy;zabytek", "0001;1931;31-001;", "0002;;;rejestr"),
        )
        house.refresh_from_db()
        assert house.postcode == "31-001"
        assert (house.building.built_year, house.building.heritage) == (1931, "rejestr")

    def test_our_export_loaded_again_changes_nothing(self, unit):
        premises(
            unit, "0001", floor=-1, position="cellar", utilities=["water"], front=False,
            land_register=["KA1S/00012345/6"], operating_cost_m2=Decimal("6.20"),
            permitted_use_pl="=handel",
        )  # fmt: skip
        stock = list(with_values(Premises.objects.all()))
        for content in (as_csv(header(), table(stock)), as_xlsx("l", header(), table(stock))):
            waiting = upload(unit, content)
            made = importing.plan(waiting)
            told = [(row.outcome, row.detail) for row in made.report.rows]
            assert told == [(Outcome.UNCHANGED, "")]


class TestUndo:
    def test_everything_is_as_it_was(self, unit):
        factories.district(7, bounds=(19.9, 50.0, 20.1, 50.1))
        premises(unit, "0001", floor=0, heating="gas", point=Point(19.95, 50.06, srid=4326))
        before = values_of(with_values(Premises.objects.all()).get())
        spaces, sites = Space.objects.count(), Site.objects.count()
        load(
            unit,
            csv(
                "nr;adres;powierzchnia;piwnica;własność;lon;lat;piętro;winda",
                "0001;ul. Inna 5;120;20;co_owned;19,951;50,061;3;tak",
                "0500;ul. Nowa 1;86,40;;municipal;19,95;50,06;;",
            ),
        )
        assert Premises.objects.count() == 2
        report = undoing.undo(undoing.last_import(unit), by="Anna", role="r")
        assert report.count(Outcome.REMOVED) == 1
        assert values_of(with_values(Premises.objects.all()).get()) == before
        assert (Space.objects.count(), Site.objects.count()) == (spaces, sites)
        assert undoing.last_import(unit) is None

    def test_rows_changed_since_refuse_it_by_name(self, unit):
        row = premises(unit, "0001", floor=0)
        premises(unit, "0002", floor=0)
        load(unit, csv("nr;piętro", "0001;1", "0002;1"))
        Premises.objects.filter(pk=row.pk).update(floor=2)
        with pytest.raises(ImportRefused) as problem:
            undoing.undo(undoing.last_import(unit), by="A", role="r")
        told = problem.value.report.refused
        assert [one.subject for one in told] == ["0001"]
        assert "1 → 2" in told[0].detail
        assert set(Premises.objects.values_list("floor", flat=True)) == {1, 2}

    def test_another_column_changed_since_does_not_matter(self, unit):
        row = premises(unit, "0001", floor=0)
        load(unit, csv("nr;piętro", "0001;1"))
        Premises.objects.filter(pk=row.pk).update(heating="gas")
        undoing.undo(undoing.last_import(unit), by="A", role="r")
        row.refresh_from_db()
        assert (row.floor, row.heating) == (0, "gas")

    def test_added_premises_that_are_let_by_now_stay(self, unit):
        factories.district(7, bounds=(19.9, 50.0, 20.1, 50.1))
        load(
            unit,
            csv(
                "nr;adres;powierzchnia;własność;lon;lat",
                "0500;ul. Nowa 1;50;municipal;19,95;50,06",
            ),
        )
        let(Premises.objects.select_related("resource").get(), DAY, None)
        with pytest.raises(ImportRefused):
            undoing.undo(undoing.last_import(unit), by="A", role="r")
        assert Premises.objects.count() == 1

    def test_only_the_last_one(self, unit):
        premises(unit, "0001", floor=0)
        load(unit, csv("nr;piętro", "0001;1"))
        first = undoing.last_import(unit)
        load(unit, csv("nr;piętro", "0001;2"))
        with pytest.raises(Conflict):
            undoing.undo(first, by="A", role="r")
        undoing.undo(undoing.last_import(unit), by="A", role="r")
        assert Premises.objects.get().floor == 1
        assert undoing.last_import(unit) is None
