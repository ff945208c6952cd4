"""Pages of the stock: who may open what, lists and filters, editing by two people, bulk edits."""

import io
import json
import re
from datetime import date
from decimal import Decimal

import pyogrio
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from premises import finding
from premises.models import (
    OfficerHold,
    Premises,
    PremisesPart,
    RateSchedule,
    RateZone,
    SavedFilter,
    StockImport,
)
from premises.stock import editing, history, importing
from premises.stock.status import State, statuses
from premises.stock.values import values_of, with_values
from premises.stock.zones import zone_of
from records.clock import frozen
from records.models import LegalAct
from records.problems import Conflict, Problems
from resources.models import StaffRole
from tests import make
from tests.premises import commission_scenes as scenes
from tests.premises.stock import DAY, NOON, let, premises

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


@pytest.fixture
def unit():
    return make.unit("Zarząd lokali")


@pytest.fixture
def officer(client, unit):
    someone = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
    client.force_login(someone)
    return someone


def at(name: str, unit, **kwargs) -> str:
    return reverse(f"lettings:{name}", kwargs={"unit": unit.code, **kwargs})


def numbers(response) -> list[str]:
    return [row.number for row in response.context["rows"]]


PAGES = {
    "stock": {},
    "stock_bulk": {},
    "stock_imports": {},
    "find": {},
    "premises": {"code": True},
    "edit_premises": {"code": True},
    "premises_parts": {"code": True},
    "new_officer_hold": {"code": True},
}
#: What everybody who serves the unit may open; the rest is for lettings officers and the head.
FOR_ALL = {"stock", "find", "premises"}


class TestWhoMayOpen:
    @pytest.mark.parametrize("name", PAGES)
    def test_strangers_find_nothing(self, client, unit, name):
        row = premises(unit)
        kwargs = {"code": row.resource.code} if PAGES[name] else {}
        client.force_login(make.staff(make.unit(), StaffRole.Role.HEAD))
        assert client.get(at(name, unit, **kwargs)).status_code == 404

    @pytest.mark.parametrize("name", PAGES)
    def test_who_decides_on_rooms_may_look_and_not_change(self, client, unit, name):
        row = premises(unit)
        kwargs = {"code": row.resource.code} if PAGES[name] else {}
        client.force_login(make.staff(unit, StaffRole.Role.DECIDER))
        expected = 200 if name in FOR_ALL else 403
        assert client.get(at(name, unit, **kwargs)).status_code == expected

    @pytest.mark.parametrize("name", PAGES)
    def test_lettings_officers_may(self, client, unit, officer, name):
        row = premises(unit)
        kwargs = {"code": row.resource.code} if PAGES[name] else {}
        assert client.get(at(name, unit, **kwargs)).status_code == 200

    def test_premises_of_another_unit_are_not_there(self, client, unit, officer):
        other = premises(make.unit())
        for name in ("premises", "edit_premises"):
            assert client.get(at(name, unit, code=other.resource.code)).status_code == 404


class TestList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["0001", "0002", "0003"]),
            ("q=0002", ["0002"]),
            ("q=kalwaryj", ["0003"]),
            ("state=leased", ["0002"]),
            ("state=available", ["0001", "0003"]),
            ("state=available&state=leased", ["0001", "0002", "0003"]),
            ("area_min=100", ["0002", "0003"]),
            ("area_max=100", ["0001", "0002"]),
            ("lacking=land_register", ["0001", "0003"]),
            ("technical_max=2", ["0003"]),
            ("until_before=2027-05-31", []),
            ("until_before=2027-06-01", ["0002"]),
            ("sort=-area", ["0003", "0002", "0001"]),
            ("sort=until", ["0002", "0001", "0003"]),
            ("area_min=x&state=nonsense", ["0001", "0002", "0003"]),
            ("sort=;drop", ["0001", "0002", "0003"]),
        ],
    )
    def test_conditions_and_order(self, client, unit, officer, query, expected):
        premises(unit, "0001", area_m2=50)
        let(
            premises(unit, "0002", area_m2=100, land_register=["KA1S/00012345/6"]),
            date(2024, 1, 1),
            date(2027, 6, 1),
        )
        premises(
            unit,
            "0003",
            area_m2=150,
            technical_state=2,
            site=make.site(address="ul. Kalwaryjska 3"),
        )
        premises(make.unit(), "0004")
        assert numbers(client.get(f"{at('stock', unit)}?{query}")) == expected

    def test_each_condition_can_be_taken_away_by_its_chip(self, client, unit, officer):
        premises(unit, "0001")
        response = client.get(f"{at('stock', unit)}?area_min=200&q=0001")
        assert [chip.without for chip in response.context["chips"]] == ["q=0001", "area_min=200"]

    def test_the_map_has_the_premises_of_the_table(self, client, unit, officer):
        row = premises(unit, "0001")
        response = client.get(f"{at('stock', unit)}?view=map")
        (feature,) = response.context["features"]["features"]
        assert feature["properties"]["code"] == row.resource.code
        assert feature["properties"]["number"] == 1

    def test_as_many_queries_for_thirty_as_for_one(self, client, unit, officer):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(at("stock", unit)).status_code == 200
            return len(captured)

        let(premises(unit), date(2024, 1, 1), date(2027, 1, 1))
        client.get(at("stock", unit))
        few = queries()
        for _n in range(29):
            let(premises(unit), date(2024, 1, 1), date(2027, 1, 1))
        assert queries() == few

    def test_filters_are_kept_under_a_name_for_oneself_or_for_all(self, client, unit, officer):
        premises(unit, "0001")
        keep = {"query": "area_min=10&page=7&q=", "name": "Duże", "shared": "1"}
        client.post(at("save_filter", unit), keep)
        client.post(at("save_filter", unit), {"query": "q=1", "name": "Moje"})
        assert [(one.name, one.query) for one in SavedFilter.objects.all()] == [
            ("Duże", "area_min=10"),
            ("Moje", "q=1"),
        ]
        client.force_login(make.staff(unit, StaffRole.Role.HEAD))
        assert [one.name for one in client.get(at("stock", unit)).context["filters"]] == ["Duże"]
        mine = SavedFilter.objects.get(name="Moje")
        assert client.post(at("forget_filter", unit, pk=mine.pk)).status_code == 404
        client.force_login(officer)
        client.post(at("forget_filter", unit, pk=mine.pk))
        assert not SavedFilter.objects.filter(name="Moje").exists()


class TestFiles:
    def test_the_filter_holds_for_the_file(self, client, unit, officer):
        premises(unit, "0001", area_m2=50)
        premises(unit, "0002", area_m2=150)
        response = client.get(f"{at('stock_file', unit, kind='csv')}?area_min=100")
        text = response.content.decode("utf-8-sig")
        assert "0002" in text
        assert "0001" not in text

    def test_what_somebody_typed_never_becomes_a_formula(self, client, unit, officer):
        premises(unit, "0001", permitted_use_pl="=HYPERLINK(1)", excluded_use_pl="@SUM(1)")
        text = client.get(at("stock_file", unit, kind="csv")).content.decode("utf-8-sig")
        assert "'=HYPERLINK" in text
        assert "'@SUM" in text
        book = client.get(at("stock_file", unit, kind="xlsx")).content
        cells = [c.value for c in load_workbook(io.BytesIO(book)).active[2]]
        assert "'=HYPERLINK(1)" in cells

    def test_geopackage_is_read_back_in_metres(self, client, unit, officer, tmp_path):
        premises(unit, "0001", surveyed_on=DAY, technical_state=3)
        premises(unit, "0002", technical_state=None, surveyed_on=None)
        path = tmp_path / "stock.gpkg"
        path.write_bytes(client.get(at("stock_file", unit, kind="gpkg")).content)
        meta, _fids, geometry, fields = pyogrio.raw.read(path)
        assert meta["crs"] == "EPSG:2178"
        assert len(geometry) == 2
        named = dict(zip(meta["fields"], fields, strict=True))
        assert sorted(named["number"]) == ["0001", "0002"]
        assert str(named["surveyed_on"][list(named["number"]).index("0001")])[:10] == "2026-11-23"

    def test_an_unknown_kind_is_not_there(self, client, unit, officer):
        assert client.get(at("stock_file", unit, kind="exe")).status_code == 404


def typed(response) -> dict[str, object]:
    """What the edit form would send back unchanged."""
    form = response.context["form"]
    data = {"version": response.context["version"], "base": response.context["base"]}
    for code in form.codes:
        value = form[code].value()
        if value is None or value == []:
            continue
        field = form.fields[code]
        data[code] = value if isinstance(value, list) else field.prepare_value(value)
    return data


class TestEditing:
    def page(self, client, unit, row):
        return client.get(at("edit_premises", unit, code=row.resource.code))

    def send(self, client, unit, row, data):
        return client.post(at("edit_premises", unit, code=row.resource.code), data)

    def test_sent_back_unchanged_nothing_changes(self, client, unit, officer):
        row = premises(
            unit, floor=1, front=True, utilities=["water"], operating_cost_m2=Decimal("6.20"),
            land_register=["KA1S/00012345/6"],
        )  # fmt: skip
        before = values_of(with_values(Premises.objects.filter(pk=row.pk)).get())
        assert self.send(client, unit, row, typed(self.page(client, unit, row))).status_code == 302
        after = with_values(Premises.objects.filter(pk=row.pk)).get()
        assert values_of(after) == before
        assert after.version == 1

    def test_changes_are_saved_and_confirm_the_description(self, client, unit, officer):
        row = premises(unit, floor=0)
        data = typed(self.page(client, unit, row)) | {"floor": "2", "front": "no", "lift": "yes"}
        assert self.send(client, unit, row, data).status_code == 302
        after = with_values(Premises.objects.filter(pk=row.pk)).get()
        assert (after.floor, after.front, after.version) == (2, False, 2)
        assert values_of(after)["lift"] == "yes"
        assert after.resource.verified_on == DAY

    def test_a_wrong_value_stays_typed_and_is_named(self, client, unit, officer):
        row = premises(unit)
        data = typed(self.page(client, unit, row)) | {"land_register": "KA1S/00012345/5"}
        response = self.send(client, unit, row, data)
        assert response.status_code == 422
        assert "land_register" in response.context["form"].errors
        assert "KA1S/00012345/5" in response.content.decode()

    def test_who_saves_second_the_same_field_sees_both_states(self, client, unit, officer):
        row = premises(unit, floor=0)
        mine = typed(self.page(client, unit, row)) | {"floor": "2", "heating": "gas"}
        theirs = typed(self.page(client, unit, row)) | {"floor": "1"}
        assert self.send(client, unit, row, theirs).status_code == 302
        refused = self.send(client, unit, row, mine)
        assert refused.status_code == 409
        (difference,) = refused.context["clash"].differences
        assert (difference.before, difference.theirs, difference.mine) == ("0", "1", "2")
        assert refused.context["form"]["heating"].value() == "gas"
        row.refresh_from_db()
        assert (row.floor, row.heating) == (1, "unknown")
        again = mine | {"base": refused.context["base"], "version": refused.context["version"]}
        assert self.send(client, unit, row, again).status_code == 302
        row.refresh_from_db()
        assert (row.floor, row.heating) == (2, "gas")

    def test_changes_of_different_fields_are_put_together(self, client, unit, officer):
        row = premises(unit, floor=0)
        mine = typed(self.page(client, unit, row)) | {"heating": "gas"}
        self.send(client, unit, row, typed(self.page(client, unit, row)) | {"floor": "1"})
        assert self.send(client, unit, row, mine).status_code == 302
        row.refresh_from_db()
        assert (row.floor, row.heating, row.version) == (1, "gas", 3)

    @pytest.mark.parametrize("base", ["", "{", "[]", '{"floor": {"x": 1}}', '{"surveyed_on": "x"}'])
    def test_a_spoilt_base_breaks_nothing(self, client, unit, officer, base):
        row = premises(unit, floor=0)
        data = typed(self.page(client, unit, row)) | {"base": base, "floor": "1"}
        assert self.send(client, unit, row, data).status_code in (302, 409, 422)


class TestParts:
    def data(self, row, *parts, version=1):
        own = list(PremisesPart.objects.filter(premises=row))
        data = {
            "version": version,
            "form-TOTAL_FORMS": len(parts),
            "form-INITIAL_FORMS": len(own),
        }
        for place, part in enumerate(parts):
            known = {"id": own[place].pk} if place < len(own) else {}
            data |= {f"form-{place}-{name}": value for name, value in (known | part).items()}
        return data

    def test_the_sum_becomes_the_area(self, client, unit, officer):
        row = premises(unit)
        address = at("premises_parts", unit, code=row.resource.code)
        data = self.data(
            row,
            {"kind": "rooms", "area_m2": "86.40", "name": "sala", "floor": "0"},
            {"kind": "cellar", "area_m2": "14.20"},
            {
                "kind": "common_share",
                "area_m2": "40",
                "share_numerator": "1",
                "share_denominator": "4",
            },
        )
        assert client.post(address, data).status_code == 302
        row.resource.refresh_from_db()
        assert row.resource.area_m2 == Decimal("100.60")
        row.refresh_from_db()
        assert row.version == 2

    def test_half_a_share_is_refused(self, client, unit, officer):
        row = premises(unit)
        address = at("premises_parts", unit, code=row.resource.code)
        part = {"kind": "rooms", "area_m2": "50", "share_numerator": "1"}
        assert client.post(address, self.data(row, part)).status_code == 422

    def test_who_saves_second_is_told(self, client, unit, officer):
        row = premises(unit)
        address = at("premises_parts", unit, code=row.resource.code)
        data = self.data(row, {"kind": "rooms", "area_m2": "50"})
        Premises.objects.filter(pk=row.pk).update(version=2)
        assert client.post(address, data).status_code == 422
        row.resource.refresh_from_db()
        assert row.resource.area_m2 == 100


class TestBulk:
    def test_preview_shows_what_changes_and_changes_nothing(self, client, unit, officer):
        rows = [premises(unit, heating=heating) for heating in ("gas", "district", "gas")]
        response = client.post(
            at("stock_bulk", unit), {"column": "heating", "all": "1", "heating": "gas"}
        )
        assert [row.changes for row in response.context["preview"]] == [False, True, False]
        assert Premises.objects.get(pk=rows[1].pk).heating == "district"

    def test_apply_changes_exactly_the_rows_of_the_preview(self, client, unit, officer):
        one, two = premises(unit), premises(unit)
        data = {"column": "heating", "heating": "gas", "pick": [one.resource.code]}
        preview = client.post(at("stock_bulk", unit), data)
        tokens = [row.token for row in preview.context["changing"]]
        response = client.post(at("stock_bulk", unit), data | {"row": tokens, "apply": "1"})
        assert response.status_code == 302
        one.refresh_from_db()
        two.refresh_from_db()
        assert (one.heating, one.version, two.heating) == ("gas", 2, "unknown")

    def test_a_row_that_changed_since_the_preview_stops_all(self, client, unit, officer):
        one, two = premises(unit), premises(unit)
        data = {"column": "heating", "heating": "gas", "all": "1", "apply": "1"}
        tokens = [f"{one.pk}:1", f"{two.pk}:1"]
        Premises.objects.filter(pk=two.pk).update(version=2)
        response = client.post(at("stock_bulk", unit), data | {"row": tokens})
        assert response.status_code == 409
        assert set(Premises.objects.values_list("heating", flat=True)) == {"unknown"}

    def test_premises_of_others_cannot_be_slipped_in(self, client, unit, officer):
        other = premises(make.unit())
        data = {"column": "heating", "heating": "gas", "apply": "1", "row": [f"{other.pk}:1"]}
        assert client.post(at("stock_bulk", unit), data).status_code == 409
        other.refresh_from_db()
        assert other.heating == "unknown"

    def test_what_a_rule_forbids_is_told_row_by_row(self, unit):
        fine = premises(unit, technical_state=None, surveyed_on=DAY)
        wrong = premises(unit, technical_state=None, surveyed_on=None)
        rows = list(with_values(Premises.objects.order_by("pk")))
        told = editing.preview(rows, {"technical_state": 3})
        assert [bool(row.trouble) for row in told] == [False, True]
        with pytest.raises(Problems):
            editing.apply(
                {fine.pk: 1, wrong.pk: 1}, {"technical_state": 3}, Premises.objects.all(), role="r"
            )

    def test_nothing_chosen_says_what_to_do(self, client, unit, officer):
        assert client.get(at("stock_bulk", unit)).context["count"] == 0


class TestOnePremises:
    def test_its_life_newest_first(self, client, unit, officer):
        row = premises(unit, "0001")
        ngo = make.organisation("Stowarzyszenie Skarpa")
        make.lease(
            row.resource, date(2020, 1, 1), date(2023, 1, 1), party=ngo, state="returned",
            returned_at=NOON.replace(year=2023, month=1, day=1, hour=0),
        )  # fmt: skip
        importing.load(
            importing.upload(unit, "l.csv", b"nr;floor\r\n0001;1\r\n", by="A"), by="A", role="r"
        )
        page = client.get(at("premises", unit, code=row.resource.code))
        life = page.context["happenings"]
        assert [one.on for one in life] == [DAY, date(2020, 1, 1)]
        assert "Stowarzyszenie Skarpa" in life[1].title
        assert life[1].until == date(2022, 12, 31)

    def test_procedures_and_their_outcome_stand_in_its_life(self, client, unit, officer):
        scene = scenes.call()
        row = Premises.objects.create(resource=scene.lots[0].resource)
        (told,) = history.procedures(row, officer)
        assert scene.procedure.title_pl in told.title
        assert statuses([row.pk])[row.pk].state is State.IN_PROCEDURE
        found = finding.procedures(make.staff(scene.procedure.unit), str(scene.procedure), 5)
        assert [one.title for one in found] == [f"{scene.procedure}, {scene.procedure.title_pl}"]

    def test_the_rent_zone_follows_from_the_schedule_in_force(self, unit):
        row = premises(unit)
        assert zone_of(row) is None
        rates = RateSchedule.objects.create(
            name="Stawki",
            legal_act=LegalAct.objects.create(
                code="s", kind="order", title="s", number="1", issued_on=DAY, in_force_from=DAY
            ),
            valid=(date(2026, 1, 1), None),
            prepared_at=NOON,
        )
        rest = RateZone.objects.create(schedule=rates, code="II", name_pl="reszta")
        assert zone_of(row) is None
        RateSchedule.objects.update(approved_at=NOON, approved_by=make.person())
        assert zone_of(row) == rest
        assert zone_of(row, date(2025, 12, 31)) is None

    def test_a_hold_is_recorded_and_lifted(self, client, unit, officer):
        row = premises(unit)
        code = row.resource.code
        data = {"reason": "renovation", "note": "dach", "first": "2026-11-23", "last": "2027-01-31"}
        assert client.post(at("new_officer_hold", unit, code=code), data).status_code == 302
        kept = OfficerHold.objects.get()
        assert kept.last_day == date(2027, 1, 31)
        assert kept.recorded_by
        end = at("end_officer_hold", unit, code=code, pk=kept.pk)
        assert client.get(end).status_code == 200
        assert client.post(end, {"last": "2026-11-20", "note": "gotowe"}).status_code == 302
        kept.refresh_from_db()
        assert kept.lifted_at is not None
        assert client.get(at("premises", unit, code=code)).context["status"].is_vacant

    def test_a_hold_over_a_contract_is_refused_with_its_days(self, client, unit, officer):
        row = premises(unit)
        let(row, date(2024, 1, 1), date(2027, 6, 1))
        data = {"reason": "dispute", "note": "granica", "first": "2026-12-01", "last": ""}
        response = client.post(at("new_officer_hold", unit, code=row.resource.code), data)
        assert response.status_code == 422
        assert "31.05.2027" in re.sub(r"[\u2060\s]+", "", response.content.decode())


class TestImportPages:
    def test_the_whole_way_and_back(self, client, unit, officer):
        row = premises(unit, "0001", floor=0)
        content = io.BytesIO(b"Oznaczenie;Kondygnacja\r\n0001;1\r\n")
        content.name = "stan.csv"
        step = client.post(at("stock_imports", unit), {"file": content})
        one = StockImport.objects.get()
        assert step.url == at("stock_import", unit, pk=one.pk)
        assert client.post(step.url, {"c0": "", "c1": "floor"}).status_code == 422
        check = client.post(step.url, {"c0": "number", "c1": "floor", "check": "1"})
        assert check.context["report"].changes == 1
        row.refresh_from_db()
        assert row.floor == 0
        client.post(step.url, {"c0": "number", "c1": "floor", "load": "1"})
        row.refresh_from_db()
        assert row.floor == 1
        assert client.get(step.url).context["undoable"]
        client.post(at("undo_import", unit, pk=one.pk))
        row.refresh_from_db()
        assert row.floor == 0
        assert client.get(step.url).status_code == 200

    def test_an_undoing_that_is_refused_names_the_rows(self, client, unit, officer):
        row = premises(unit, "0001", floor=0)
        one = importing.upload(unit, "l.csv", b"nr;floor\r\n0001;1\r\n", by="A")
        importing.load(one, by="A", role="r")
        Premises.objects.filter(pk=row.pk).update(floor=5)
        response = client.post(at("undo_import", unit, pk=one.pk))
        assert response.status_code == 409
        assert [told.subject for told in response.context["refused"]] == ["0001"]

    def test_the_template_is_our_own_columns(self, client, unit, officer):
        book = load_workbook(io.BytesIO(client.get(at("stock_template", unit)).content))
        header = [cell.value for cell in book.active[1]]
        assert importing.suggested(unit, header).count("") == 0


class TestMergingByHand:
    def test_two_writers_of_the_same_row(self, unit):
        row = premises(unit, floor=0)
        shown = editing.base_of(values_of(with_values(Premises.objects.all()).get()))
        editing.save(row, version=1, base=shown, wanted={"floor": 1}, role="a")
        with pytest.raises(Conflict):
            editing.save(row, version=1, base=shown, wanted={"floor": 2}, role="b")
        saved = editing.save(row, version=1, base=shown, wanted={"floor": 1}, role="b")
        assert saved.changes == {}
        assert json.loads(json.dumps(shown)) == shown
