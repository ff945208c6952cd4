"""Protocols: drafts that lose nothing, one signature, and the contract that follows it."""

import io
import uuid
from datetime import timedelta

import pytest
from PIL import Image

from premises.models import HandoverProtocol, Lease
from premises.upkeep import drafts, papers, signing
from premises.upkeep.drafts import DraftChanged
from premises.upkeep.protocol_doc import document_of
from records.clock import today
from records.documents.loading import load_document_templates
from records.problems import Conflict, Forbidden, NotFound, Problems
from resources.models import StaffRole
from tests import make

pytestmark = pytest.mark.django_db

WATER, DOOR = str(uuid.uuid4()), str(uuid.uuid4())
OFFICER = StaffRole.Role.LETTINGS_OFFICER


@pytest.fixture(autouse=True)
def rules():
    make.lease_rules()


@pytest.fixture
def officer():
    return make.person("Anna Urzędnik")


def waiting(officer, state=Lease.State.HANDOVER_PENDING, **fields) -> Lease:
    place = make.resource(kind="premises")
    make.staff(place.unit, OFFICER, officer)
    return make.lease(place, today() - timedelta(days=3), state=state, **fields)


def document(**fields):
    return {
        "key": str(uuid.uuid4()),
        "version": 0,
        "day": today().isoformat(),
        "condition": "Po malowaniu",
        "accessibility": "",
        "remarks": "",
        "rows": {
            "meter": [{"key": WATER, "kind": "water", "number": "7", "place": "", "value": "132,5",
                       "unit": "m3"}],
            "keys": [{"key": DOOR, "what": "drzwi", "count": "3"}],
            "thing": [],
            "defect": [{"key": str(uuid.uuid4()), "where": "toaleta", "what": "pęknięta płytka",
                        "mends": "city", "by": ""}],
            "who": [
                {"key": str(uuid.uuid4()), "role": "landlord", "name": "Anna", "capacity": "",
                 "refused": False},
                {"key": str(uuid.uuid4()), "role": "tenant", "name": "Jan", "capacity": "prezes",
                 "refused": False},
            ],
        },
        "photos": [],
        **fields,
    }  # fmt: skip


def jpeg(colour: str = "red") -> io.BytesIO:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, "JPEG", comment=colour.encode())
    out.seek(0)
    return out


class TestDraft:
    def test_sent_twice_it_is_one_and_the_same(self, officer):
        lease, doc = waiting(officer), document()
        first = drafts.save(lease, "in", doc, officer)
        second = drafts.save(lease, "in", doc, officer)
        assert (first.pk, second.version) == (second.pk, 1)
        assert second.meterreading_rows.get().value.normalize() == 132.5

    def test_what_was_sent_comes_back_as_it_was(self, officer):
        lease, doc = waiting(officer), document()
        saved = document_of(drafts.save(lease, "in", doc, officer))
        assert saved["rows"]["meter"][0] | {"value": "132,5"} == doc["rows"]["meter"][0]
        assert saved["rows"]["who"] == doc["rows"]["who"]
        again = drafts.save(lease, "in", saved, officer)
        assert again.version == saved["version"]

    def test_a_later_version_replaces_rows_by_their_keys(self, officer):
        lease, doc = waiting(officer), document()
        saved = document_of(drafts.save(lease, "in", doc, officer))
        saved["rows"]["keys"] = [
            {"key": DOOR, "what": "drzwi", "count": 2},
            {"key": str(uuid.uuid4()), "what": "piwnica", "count": 1},
        ]
        saved["rows"]["defect"] = []
        one = drafts.save(lease, "in", saved, officer)
        assert [str(row) for row in one.keyitem_rows.all()] == ["drzwi ×2", "piwnica ×1"]
        assert not one.defect_rows.exists()

    def test_somebody_elses_save_is_shown_and_nothing_overwritten(self, officer):
        lease, doc = waiting(officer), document()
        mine = document_of(drafts.save(lease, "in", doc, officer))
        theirs = {**mine, "remarks": "Od Ewy"}
        drafts.save(lease, "in", theirs, officer)
        with pytest.raises(DraftChanged) as caught:
            drafts.save(lease, "in", {**mine, "remarks": "Ode mnie"}, officer)
        assert caught.value.extra["document"]["remarks"] == "Od Ewy"
        assert HandoverProtocol.objects.get().remarks == "Od Ewy"

    def test_a_draft_begun_on_another_device_is_a_conflict_too(self, officer):
        lease = waiting(officer)
        drafts.save(lease, "in", document(), officer)
        with pytest.raises(DraftChanged):
            drafts.save(lease, "in", document(), officer)
        assert HandoverProtocol.objects.count() == 1

    @pytest.mark.parametrize(
        ("part", "field", "value"),
        [("meter", "value", "dużo"), ("meter", "value", "-1"), ("meter", "kind", "steam"),
         ("keys", "count", "trzy"), ("keys", "count", "-1")],
    )  # fmt: skip
    def test_a_wrong_value_names_its_field_and_saves_nothing(self, officer, part, field, value):
        lease, doc = waiting(officer), document()
        doc["rows"][part][0][field] = value
        with pytest.raises(Problems) as caught:
            drafts.save(lease, "in", doc, officer)
        key = doc["rows"][part][0]["key"]
        assert [one.field for one in caught.value.problems] == [f"{part}-{key}-{field}"]
        assert not HandoverProtocol.objects.exists()

    def test_only_officers_of_the_unit(self, officer):
        lease = waiting(officer)
        viewer = make.person()
        make.staff(lease.unit, StaffRole.Role.VIEWER, viewer)
        with pytest.raises(Forbidden):
            drafts.save(lease, "in", document(), viewer)
        with pytest.raises(NotFound):
            drafts.save(lease, "in", document(), make.person())


class TestPhotos:
    def test_sent_twice_it_is_one_without_its_metadata(self, officer):
        one = drafts.save(waiting(officer), "in", document(), officer)
        key = uuid.uuid4()
        first = drafts.add_photo(one, key, jpeg(), "licznik", officer)
        assert drafts.add_photo(one, key, jpeg(), "licznik", officer).pk == first.pk
        assert b"red" not in first.file.file.read()
        assert not first.file.public

    def test_another_picture_under_its_key_is_a_conflict(self, officer):
        one = drafts.save(waiting(officer), "in", document(), officer)
        key = uuid.uuid4()
        drafts.add_photo(one, key, jpeg(), "", officer)
        with pytest.raises(Conflict):
            drafts.add_photo(one, key, jpeg("blue"), "", officer)

    def test_a_document_that_knows_nothing_of_a_photo_leaves_it(self, officer):
        lease, doc = waiting(officer), document()
        one = drafts.save(lease, "in", doc, officer)
        drafts.add_photo(one, uuid.uuid4(), jpeg(), "", officer)
        drafts.save(lease, "in", {**doc, "version": 1, "remarks": "x"}, officer)
        assert one.handoverphoto_rows.count() == 1


class TestSigning:
    @pytest.fixture(autouse=True)
    def templates(self):
        load_document_templates()

    def test_puts_the_contract_in_force_from_the_protocols_day(self, officer):
        lease = waiting(officer)
        day = today() - timedelta(days=1)
        one = drafts.save(lease, "in", document(day=day.isoformat()), officer)
        signing.sign(one, officer, seen=one.version)
        lease.refresh_from_db()
        assert (lease.state, lease.handed_over_on) == (Lease.State.ACTIVE, day)

    def test_leaves_a_frozen_document_with_what_was_found(self, officer):
        one = drafts.save(waiting(officer), "in", document(), officer)
        drafts.add_photo(one, uuid.uuid4(), jpeg(), "licznik wody", officer)
        signing.sign(one, officer, seen=one.version)
        issued = papers.document_of(one)
        for words in ("132,5", "pęknięta płytka", "drzwi", "licznik wody", "Jan"):
            assert words in issued.html
        assert issued.pdf.content_type == "application/pdf"

    def test_the_hand_back_frees_the_place(self, officer):
        lease = waiting(officer, Lease.State.ACTIVE)
        Lease.objects.filter(pk=lease.pk).update(
            state=Lease.State.RETURN_PENDING, ends_before=today(), handed_over_on=lease.starts_on
        )
        one = drafts.save(lease, "out", document(), officer)
        signing.sign(one, officer, seen=one.version)
        lease.refresh_from_db()
        assert lease.state == Lease.State.RETURNED
        assert not lease.hold.claims.filter(period__endswith=None).exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"condition": ""}, "condition"),
            ({"day": "2099-01-01"}, "day"),
        ],
    )
    def test_says_what_is_lacking(self, officer, change, field):
        one = drafts.save(waiting(officer), "in", document(**change), officer)
        with pytest.raises(Problems) as caught:
            signing.sign(one, officer, seen=one.version)
        assert [problem.field for problem in caught.value.problems] == [field]
        one.refresh_from_db()
        assert one.state == "draft"

    def test_a_meter_nobody_read_and_a_side_that_is_not_named(self, officer):
        doc = document()
        doc["rows"]["meter"][0]["value"] = ""
        doc["rows"]["who"][1]["name"] = " "
        one = drafts.save(waiting(officer), "in", doc, officer)
        fields = [problem.field for problem in signing.lacking(one)]
        assert fields == [f"meter-{WATER}-value", "who"]

    def test_a_tenant_may_refuse_the_city_may_not(self, officer):
        doc = document()
        doc["rows"]["who"][1]["refused"] = True
        one = drafts.save(waiting(officer), "in", doc, officer)
        assert signing.lacking(one) == []
        doc["rows"]["who"][0]["refused"] = True
        one = drafts.save(one.lease, "in", {**doc, "version": 1}, officer)
        assert [problem.field for problem in signing.lacking(one)] == ["who"]

    def test_nobody_signs_what_they_have_not_read(self, officer):
        lease, doc = waiting(officer), document()
        one = drafts.save(lease, "in", doc, officer)
        drafts.save(lease, "in", {**doc, "version": 1, "remarks": "x"}, officer)
        with pytest.raises(DraftChanged):
            signing.sign(one, officer, seen=1)

    def test_a_contract_that_waits_for_nothing_stays_and_so_does_the_draft(self, officer):
        lease = waiting(officer, Lease.State.ACTIVE)
        one = drafts.save(lease, "in", document(), officer)
        with pytest.raises(Conflict):
            signing.sign(one, officer, seen=one.version)
        one.refresh_from_db()
        assert one.state == "draft"

    def test_a_correction_names_what_it_replaces_and_moves_nothing(self, officer):
        lease, doc = waiting(officer), document()
        first = drafts.save(lease, "in", doc, officer)
        signing.sign(first, officer, seen=1)
        with pytest.raises(DraftChanged):
            drafts.save(lease, "in", document(), officer)
        again = document(why_replaced="Zły odczyt wody")
        for row in (row for rows in again["rows"].values() for row in rows):
            row["key"] = str(uuid.uuid4())
        second = drafts.save(lease, "in", again, officer)
        signing.sign(second, officer, seen=1)
        assert second.replaces == first
        assert drafts.standing(lease, "in") == second
        assert papers.document_of(second).replaces == papers.document_of(first)


class TestPages:
    def address(self, lease, way="przekazanie", rest=""):
        return f"/najem/{lease.unit.code}/umowy/{lease.number}/protokol/{way}/{rest}"

    def test_the_plain_form_keeps_adds_and_removes(self, officer, client):
        lease = waiting(officer)
        client.force_login(officer)
        key = str(uuid.uuid4())
        data = {"key": key, "version": "0", "day": today().isoformat(), "condition": "dobry",
                "meter": [WATER], f"meter-{WATER}-kind": "water",
                f"meter-{WATER}-value": "12"}  # fmt: skip
        assert client.get(self.address(lease)).status_code == 200
        assert client.post(self.address(lease), {**data, "add": "defect"}).status_code == 302
        one = HandoverProtocol.objects.get()
        assert one.defect_rows.count() == 1
        data["version"] = "1"
        client.post(self.address(lease), {**data, "remove": f"meter-{WATER}"})
        assert not one.meterreading_rows.exists()

    def test_a_conflict_shows_both_and_keeps_what_was_typed(self, officer, client):
        lease, doc = waiting(officer), document()
        drafts.save(lease, "in", doc, officer)
        drafts.save(lease, "in", {**doc, "version": 1, "condition": "Od Ewy"}, officer)
        client.force_login(officer)
        answer = client.post(
            self.address(lease),
            {"key": doc["key"], "version": "1", "day": doc["day"], "condition": "Ode mnie"},
        )
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Od Ewy" in text
        assert "Ode mnie" in text
        assert 'name="version" value="2"' in text

    def test_the_device_gets_the_servers_document_with_a_conflict(self, officer, client):
        lease, doc = waiting(officer), document()
        client.force_login(officer)
        address = self.address(lease, rest="szkic/")
        first = client.post(address, doc, content_type="application/json")
        assert first.json()["version"] == 1
        other = client.post(address, document(), content_type="application/json")
        assert other.status_code == 409
        assert other.json()["document"]["key"] == doc["key"]
        assert client.post(address, "[1]", content_type="application/json").status_code == 400

    def test_whoever_only_looks_may_not_write_and_strangers_see_nothing(self, officer, client):
        lease, viewer = waiting(officer), make.person()
        make.staff(lease.unit, StaffRole.Role.VIEWER, viewer)
        client.force_login(viewer)
        address = self.address(lease, rest="szkic/")
        assert client.post(address, {}, content_type="application/json").status_code == 403
        client.force_login(make.person())
        assert client.get(self.address(lease)).status_code == 404

    def test_photos_are_for_the_unit(self, officer, client):
        one = drafts.save(waiting(officer), "in", document(), officer)
        photo = drafts.add_photo(one, uuid.uuid4(), jpeg(), "", officer)
        address = f"/najem/protokoly/zdjecia/{photo.key}/"
        client.force_login(officer)
        assert client.get(address).status_code == 200
        client.force_login(make.person())
        assert client.get(address).status_code == 404
