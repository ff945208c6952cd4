"""Notice lists as people meet them: public pages and files, the officer's steps, who may what."""

import pytest
from django.urls import reverse

from premises.models import PublicNotice
from records.documents import issue
from records.documents.kinds import get
from records.models import LegalAct
from tests import make
from tests.premises.test_notices import DAY, _city, draft, place, publish, published, unit

__all__ = ["_city", "unit"]
pytestmark = pytest.mark.django_db


def test_the_public_sees_published_lists_alone(client, unit):
    draft(unit)
    notice = published(unit)
    assert str(notice) in client.get(reverse("premises:notices")).content.decode()
    assert client.get(reverse("premises:notice", args=[notice.code])).status_code == 200
    assert b"<entry>" in client.get(reverse("premises:notices_feed")).content
    rows = client.get(reverse("premises:notices_csv")).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "KR1P/00123456/7" in rows[1]


def test_the_pdf_is_saved_and_never_sniffed(client, unit):
    answer = client.get(reverse("premises:notice_pdf", args=[published(unit).code]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_document_that_nobody_lets_read_is_not_there(client):
    act = LegalAct.objects.get(code="ugn")
    values = get("application_receipt").samples()
    document = issue("application-receipt", "pl", values, about=act, actor="job:x")
    for name in ("premises:document", "premises:document_pdf"):
        assert client.get(reverse(name, args=[document.key])).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [("lettings_officer", 302), ("head", 302), ("viewer", 403), (None, 404)]
)
def test_who_publishes(client, unit, role, status):
    notice = draft(unit)
    client.force_login(make.staff(unit, role) if role else make.person())
    answer = client.post(
        reverse("lettings:notice_publish", args=[unit.code, notice.pk]), {"edit": notice.edit}
    )
    assert answer.status_code == status
    notice.refresh_from_db()
    assert (notice.state == "published") is (status == 302)


def test_an_officer_makes_a_list_and_corrects_it(client, unit):
    resource = place(unit)
    client.force_login(make.staff(unit, "lettings_officer"))
    client.post(
        reverse("lettings:notice_new", args=[unit.code]),
        {"subject_pl": "Lokal", "tenure": "lending", "places": [resource.pk]},
    )
    notice = publish(PublicNotice.objects.get())
    page = reverse("lettings:notice", args=[unit.code, notice.pk])
    assert client.get(page).status_code == 200
    refused = client.post(
        reverse("lettings:notice_take_down", args=[unit.code, notice.pk]),
        {"taken_down_on": DAY.isoformat(), "taken_down_by": "Jan"},
    )
    assert refused.status_code == 422
    client.post(
        reverse("lettings:notice_correct", args=[unit.code, notice.pk]),
        {"items": [notice.items.get().pk], "correction_reason": "opis"},
    )
    assert notice.corrections.get().state == "draft"
