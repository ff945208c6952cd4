"""Documents that are issued: frozen words and values, templates in versions, who may read."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from records.clock import frozen, now
from records.documents import documents_about, issue, may_read, preview, readers, versions
from records.models import DocumentTemplate, IssuedDocument, LegalAct, StoredFile
from records.periods import local_moment
from records.problems import Conflict, Invalid, NotFound, Problems
from tests.records.documents.kinds import BODY, VALUES

DAY = dt.date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with frozen(local_moment(DAY, 12 * 60)):
        yield


def published(body: str = BODY, *, owner: str = "", first: dt.date = DAY, **fields):
    return DocumentTemplate.objects.create(
        **{
            "owner": owner,
            "code": "letter",
            "kind": "test_letter",
            "language": "pl",
            "version": 1,
            "title": "Umowa",
            "body": body,
            "valid": (first, None),
            "created_at": now(),
            "published_at": now(),
            **fields,
        }
    )


@pytest.fixture
def subject():
    return LegalAct.objects.create(code="x", kind="order", title="Sprawa")


def issued(subject, **fields):
    return issue("letter", "pl", VALUES, **{"about": subject, "actor": "person:1", **fields})


class TestIssuing:
    def test_the_copy_says_what_it_said(self, subject):
        published()
        document = issued(subject, number="7/2026")
        assert document.title.replace("\u00a0", " ") == "Umowa nr 7/2026"
        assert "tysiąc dwieście trzydzieści cztery" in document.html
        assert document.sha256 == hashlib.sha256(document.html.encode()).hexdigest()
        content = document.pdf.file.read()
        assert content.startswith(b"%PDF-1.7")
        assert document.pdf.sha256 == hashlib.sha256(content).hexdigest()
        assert (document.pdf.public, document.pdf.name) == (False, "umowa-nr-7-2026-7-2026.pdf")
        assert list(documents_about(subject)) == [document]

    def test_values_are_kept_exactly(self, subject):
        published()
        document = issued(subject)
        document.refresh_from_db()
        assert document.values["rent"] == "1234.50"
        assert document.values["start"] == "2027-01-01"
        assert document.values["rent_tree"][0]["parts"][0]["amount"] == "8.125"
        assert document.values["meters"]["rows"] == [["prąd", "12"]]
        json.dumps(document.values)

    def test_what_the_text_needs_and_nobody_gave_is_named(self, subject):
        published()
        values = {**VALUES, "tenant": "", "rent": None}
        with pytest.raises(Invalid) as refused:
            issue("letter", "pl", values, about=subject, actor="person:1")
        assert refused.value.extra["names"] == ["tenant", "rent"]
        assert StoredFile.objects.count() == 0

    def test_a_name_that_the_kind_does_not_have_is_a_mistake_of_the_caller(self, subject):
        published()
        with pytest.raises(ValueError, match="czynsz"):
            issue("letter", "pl", {**VALUES, "czynsz": 1}, about=subject, actor="x")

    def test_a_sum_too_large_for_words_is_refused_in_words(self, subject):
        published()
        with pytest.raises(Invalid):
            issue("letter", "pl", {**VALUES, "rent": Decimal(10**9)}, about=subject, actor="x")

    @pytest.mark.parametrize("change", [{"html": "x"}, {"values": {}}, {"title": "x"}])
    def test_the_database_lets_nobody_change_it(self, subject, change):
        published()
        document = issued(subject)
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedDocument.objects.filter(pk=document.pk).update(**change)

    def test_nobody_deletes_it_but_with_the_sample_city(self, subject):
        published()
        document = issued(subject)
        sample = issued(subject, is_sample=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedDocument.objects.filter(pk=document.pk).delete()
        sample.delete()
        assert IssuedDocument.objects.get() == document

    def test_a_preview_leaves_no_trace(self):
        shown = preview(BODY, "test_letter", "pl")
        assert "Fundacja Próba" in shown.article
        assert shown.pdf().startswith(b"%PDF-1.7")
        assert not IssuedDocument.objects.exists()
        assert not StoredFile.objects.exists()


class TestReaders:
    def test_whom_nobody_let_read_does_not(self, subject, monkeypatch):
        published()
        document = issued(subject)
        assert not may_read("anybody", document)
        monkeypatch.setitem(
            readers._readers, "records.legalact", lambda who, key: (who, key) == ("me", subject.pk)
        )
        assert may_read("me", document)
        assert not may_read("you", document)


class TestInForce:
    def test_the_version_of_the_day(self):
        old = published(valid=(DAY - dt.timedelta(days=10), DAY))
        new = published("# Nowa\n", version=2)
        found = versions.in_force("letter", "pl", DAY - dt.timedelta(days=1))
        assert found == old
        assert versions.in_force("letter", "pl", DAY) == new

    def test_the_units_own_goes_before_the_citys(self):
        city, own = published(), published(owner="zarzad")
        assert versions.in_force("letter", "pl", DAY, owner="zarzad") == own
        assert versions.in_force("letter", "pl", DAY, owner="inna") == city

    def test_none_is_said(self):
        published()
        for code, language, day in (
            ("other", "pl", DAY),
            ("letter", "en", DAY),
            ("letter", "pl", DAY - dt.timedelta(days=1)),
        ):
            with pytest.raises(NotFound):
                versions.in_force(code, language, day)


class TestVersions:
    def draft(self, **fields):
        return versions.start_draft(published(**fields), owner="", actor="person:1")

    def test_a_draft_continues_the_text_and_is_begun_once(self):
        draft = self.draft()
        assert (draft.version, draft.body, draft.valid) == (2, BODY, None)
        assert versions.start_draft(draft, owner="", actor="person:2") == draft

    def test_a_unit_begins_from_the_citys_text(self):
        own = versions.start_draft(published(), owner="zarzad", actor="person:1")
        assert (own.owner, own.version, own.body) == ("zarzad", 1, BODY)

    def test_saving_refuses_what_cannot_stand_and_keeps_the_rest(self):
        draft = self.draft()
        with pytest.raises(Problems):
            versions.save_draft(draft, title="T", body="# A\n{zly}", note="", edit=1, actor="x")
        draft.refresh_from_db()
        assert draft.body == BODY

    def test_the_second_of_two_savers_is_told(self):
        draft = self.draft()
        versions.save_draft(draft, title="T", body="# A", note="", edit=1, actor="x")
        with pytest.raises(Conflict):
            versions.save_draft(draft, title="T", body="# B", note="", edit=1, actor="y")
        draft.refresh_from_db()
        assert draft.body == "# A\n"

    def test_publication_ends_the_version_before(self):
        draft = self.draft(first=DAY - dt.timedelta(days=100))
        first = DAY + dt.timedelta(days=7)
        versions.publish(draft, first_day=first, actor="person:1", edit=1)
        old, new = versions.versions("", "letter", "pl").order_by("version")
        assert old.valid.upper == new.valid.lower == first
        assert versions.in_force("letter", "pl", DAY) == old
        assert versions.in_force("letter", "pl", first) == new

    @pytest.mark.parametrize("first", [DAY - dt.timedelta(days=1), DAY])
    def test_not_in_the_past_and_not_before_the_version_before(self, first):
        draft = self.draft()
        with pytest.raises(Invalid):
            versions.publish(draft, first_day=first, actor="x", edit=1)

    def test_a_published_version_never_changes(self):
        one = published()
        for change in ({"body": "# x"}, {"title": "x"}, {"valid": (DAY, DAY)}):
            with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
                DocumentTemplate.objects.filter(pk=one.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            DocumentTemplate.objects.filter(pk=one.pk).delete()
        with pytest.raises(Conflict):
            versions.discard(one)

    def test_a_draft_may_be_thrown_away(self):
        versions.discard(self.draft())
        assert versions.versions("", "letter", "pl").count() == 1

    def test_the_difference_is_told_by_lines(self):
        old = "".join(f"{n}\n" for n in range(20))
        new = old.replace("10\n", "dziesięć\n")
        found = versions.diff(old, new, context=1)
        assert [(one.what, one.text, one.skipped) for one in found] == [
            ("same", "9", 9),
            ("removed", "10", 0),
            ("added", "dziesięć", 0),
            ("same", "11", 0),
        ]
        assert versions.diff(old, old) == []
