"""What people save and open in a spreadsheet, and what they load from one, through the pages."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from records.spreadsheets import as_csv, as_xlsx, neutral
from resources.models import Booking, OwnUse, StaffRole
from tests import make
from tests.resources.booking.scene import tuesdays

DANGEROUS = ["=1+1", "+48 500", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_never_becomes_a_formula(text):
    assert neutral(text) == f"'{text}"
    row = next(
        csv.reader(io.StringIO(as_csv(["x"], [[text]]).decode("utf-8-sig")), delimiter=";"), None
    )
    assert row == ["x"]
    sheet = load_workbook(io.BytesIO(as_xlsx("x", ["x"], [[text]]))).active
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_numbers_stay_numbers():
    sheet = load_workbook(io.BytesIO(as_xlsx("x", ["x"], [[-5], [1.5]]))).active
    assert [sheet["A2"].value, sheet["A3"].value] == [-5, 1.5]
    assert as_csv(["x"], [[1.5]]).decode("utf-8-sig").splitlines()[1] == "1,5"


class TestBookings:
    def rows(self, scene, client, query=""):
        address = reverse("desk:bookings_file", args=[scene.unit.code, "csv"]) + query
        text = client.get(address).content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:]

    def test_one_row_a_date(self, scene, signed_in):
        scene.sent(tuesdays())
        assert len(self.rows(scene, signed_in(scene.decider))) == 5

    def test_with_the_filters_of_the_page(self, scene, signed_in):
        booking = scene.sent()
        scene.sent_by_another(tuesdays("2027-01-05", "2027-01-19"))
        client = signed_in(scene.decider)
        assert len(self.rows(scene, client, "?do=31.12.2026")) == 1
        assert len(self.rows(scene, client, "?od=2027-01-01")) == 3
        assert len(self.rows(scene, client, f"?szukaj={booking.code}")) == 1
        assert len(self.rows(scene, client, "?stan=confirmed")) == 0
        assert len(self.rows(scene, client, "?stan=bzdura&od=bzdura")) == 4

    def test_a_name_that_is_a_formula_is_harmless(self, scene, signed_in):
        booking = scene.sent()
        Booking.objects.filter(pk=booking.pk).update(purpose="=HYPERLINK()")
        (row,) = self.rows(scene, signed_in(scene.decider))
        assert "'=HYPERLINK()" in row

    def test_drafts_and_other_units_are_not_in_it(self, scene, signed_in):
        scene.saved()
        type(scene)().sent()
        assert self.rows(scene, signed_in(scene.decider)) == []

    def test_an_unknown_kind_is_not_found(self, scene, signed_in):
        address = reverse("desk:bookings_file", args=[scene.unit.code, "exe"])
        assert signed_in(scene.decider).get(address).status_code == 404


class TestLoadingOwnUse:
    TABLE = "sala;tytul;data;od;do\n{room};balet;1.12.2026;8:00;9:00\n"

    @pytest.fixture
    def load(self, scene, signed_in):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.EDITOR))

        def post(content, **data):
            text = content.format(room=scene.room.title_pl)
            file = SimpleUploadedFile("plan.csv", text.encode())
            address = reverse("desk:load_own_use", args=[scene.unit.code])
            return client.post(address, {"file": file, **data})

        return post

    def test_checking_changes_nothing(self, load):
        answer = load(self.TABLE, check="1")
        assert answer.status_code == 200
        assert "balet" in answer.content.decode()
        assert not OwnUse.objects.exists()

    def test_loading_takes_it(self, load):
        assert load(self.TABLE, load="1").status_code == 302
        assert OwnUse.objects.get().title == "balet"

    def test_a_bad_row_is_shown_with_what_helps(self, load):
        answer = load(self.TABLE + "boisko;x;1.12.2026;8;9\n", load="1")
        assert answer.status_code == 422
        assert "boisko" in answer.content.decode()
        assert not OwnUse.objects.exists()

    def test_the_example_can_be_loaded_as_it_is(self, scene, signed_in, load):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.EDITOR))
        example = client.get(reverse("desk:own_use_example", args=[scene.unit.code]))
        answer = load(
            example.content.decode("utf-8-sig").replace("{", "{{").replace("}", "}}"), load="1"
        )
        assert answer.status_code == 302
        assert OwnUse.objects.count() == 2


class TestTypingOwnUse:
    @pytest.fixture
    def post(self, scene, signed_in):
        client = signed_in(make.staff(scene.unit, StaffRole.Role.EDITOR))

        def send(**changes):
            data = {
                "title": "balet",
                "places": [scene.room.pk],
                "first": "1.12.2026",
                "last": "22.12.2026",
                "weekdays": ["2"],
                "opens": "17:00",
                "closes": "19:00",
            } | changes
            return client.post(reverse("desk:new_own_use", args=[scene.unit.code]), data)

        return send

    def test_checking_names_what_is_taken(self, scene, post):
        scene.sent()
        answer = post(check="1")
        assert answer.context["taken"] == 1
        assert "Bliżej Skarpy" in answer.content.decode()
        assert not OwnUse.objects.exists()

    def test_saving_over_a_request_is_refused_and_may_leave_it_out(self, scene, post):
        scene.sent()
        assert post(save="1").status_code == 409
        assert not OwnUse.objects.exists()
        assert post(save="1", leave_out="1").status_code == 302
        assert OwnUse.objects.get().hold.held_periods.count() == 3

    def test_without_a_weekday_it_is_that_of_the_first_day(self, post):
        post(save="1", weekdays=[], last="")
        assert OwnUse.objects.get().hold.held_periods.count() == 1
