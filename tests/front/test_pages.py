"""Pages about the service itself, and what is shown when something goes wrong."""

import datetime as dt
import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client, override_settings
from django.urls import path, reverse

from config import urls as product_urls
from organisations.models import Person
from records import clock
from records.models import AccessibilityStatement, PrivacyNotice
from records.statements import notice_in_force, review_due, statement_in_force

pytestmark = pytest.mark.django_db

# Technical conditions of the accessibility declaration, version 2.0 of 31.07.2024.
MANDATORY_IDS = {
    "a11y-wstep", "a11y-podmiot", "a11y-zakres", "a11y-url", "a11y-data-publikacja",
    "a11y-data-aktualizacja", "a11y-status", "a11y-kontakt", "a11y-email", "a11y-telefon",
    "a11y-procedura", "a11y-data-sporzadzenie", "a11y-data-przeglad", "a11y-architektura",
    "a11y-komunikacja",
}  # fmt: skip


def page(client: Client, address: str, language: str = "pl") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_declaration_has_the_mandatory_ids_once_in_each_language(client, language):
    html = page(client, reverse("accessibility"), language)
    ids = re.findall(r'id="(a11y-[a-z-]+)"', html)
    assert set(ids) >= MANDATORY_IDS
    assert len(ids) == len(set(ids))
    assert f'<html lang="{language}">' in html


def test_declaration_gives_dates_to_machines(client):
    html = page(client, reverse("accessibility"))
    dates = re.findall(r'<time id="a11y-data-[a-z]+" datetime="(\d{4}-\d{2}-\d{2})"', html)
    assert len(dates) == 4


def test_declaration_is_linked_from_every_page(client):
    assert f'href="{reverse("accessibility")}"' in page(client, reverse("help"))


@pytest.mark.parametrize(
    ("reviewed", "due"),
    [
        (dt.date(2026, 11, 23), dt.date(2027, 3, 31)),
        (dt.date(2027, 3, 30), dt.date(2027, 3, 31)),
        (dt.date(2027, 3, 31), dt.date(2028, 3, 31)),
    ],
)
def test_declaration_is_due_by_the_next_31_march(reviewed, due):
    assert review_due(AccessibilityStatement(reviewed_on=reviewed)) == due


def test_latest_review_is_in_force():
    old = statement_in_force()
    values = {f.name: getattr(old, f.name) for f in old._meta.fields if f.name != "id"}
    new = AccessibilityStatement.objects.create(
        **{**values, "reviewed_on": old.reviewed_on + dt.timedelta(days=90)}
    )
    assert statement_in_force() == new


class TestPrivacyNotice:
    def notice(self, **values) -> PrivacyNotice:
        return PrivacyNotice.objects.create(
            **{
                "code": "booking",
                "version": 2,
                "valid_from": dt.date(2027, 1, 1),
                "text_pl": "Druga",
                "text_en": "Second",
                **values,
            }
        )

    @pytest.mark.parametrize("code", ["account", "booking", "organisation"])
    def test_each_collection_of_data_has_a_notice_from_the_start(self, client, code):
        assert "Prezydent Miasta Krakowa" in page(client, reverse("privacy_notice", args=[code]))

    def test_new_version_counts_from_its_day(self):
        new = self.notice()
        assert notice_in_force("booking", dt.date(2026, 12, 31)).version == 1
        assert notice_in_force("booking", dt.date(2027, 1, 1)) == new

    def test_notice_of_the_unit_goes_before_the_city(self):
        own = self.notice(unit_label="DK „Wiklina”", version=1)
        on = dt.date(2027, 1, 1)
        assert notice_in_force("booking", on, unit_label="DK „Wiklina”") == own
        assert notice_in_force("booking", on, unit_label="ZBK").unit_label == ""

    def test_published_text_never_changes(self):
        notice = self.notice()
        with pytest.raises(DatabaseError), transaction.atomic():
            PrivacyNotice.objects.filter(pk=notice.pk).update(text_pl="Inna")

    def test_unknown_notice_is_not_found(self, client):
        assert client.get(reverse("privacy_notice", args=["nothing"])).status_code == 404

    def test_text_is_escaped(self, client):
        self.notice(valid_from=clock.today(), text_pl="## <b>x</b>\n<script>alert(1)</script>")
        html = page(client, reverse("privacy_notice", args=["booking"]))
        assert "<script>alert" not in html
        assert "&lt;b&gt;" in html


def boom(_request):
    raise RuntimeError


class BrokenUrls:
    urlpatterns = [*product_urls.urlpatterns, path("boom/", boom)]
    handler400 = product_urls.handler400
    handler403 = product_urls.handler403
    handler404 = product_urls.handler404
    handler500 = product_urls.handler500


class TestErrors:
    @pytest.mark.parametrize(
        ("language", "words"), [("pl", "Nie ma takiej strony"), ("en", "There is no such page")]
    )
    def test_not_found_in_the_readers_language(self, client, language, words):
        client.cookies["django_language"] = language
        response = client.get("/nie/ma/")
        assert response.status_code == 404
        assert words in response.content.decode()

    def test_not_found_brings_a_visitor_back_after_signing_in(self, client):
        html = client.get("/nie/ma/?a=1").content.decode()
        assert "?next=/nie/ma/%3Fa%3D1" in html

    def test_api_answers_with_a_problem_document(self, client):
        response = client.get("/api/v1/nothing")
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] == "not_found"

    @override_settings(ROOT_URLCONF=BrokenUrls)
    def test_server_error_asks_nothing_of_the_database(self, django_assert_num_queries):
        client = Client(raise_request_exception=False)
        with django_assert_num_queries(0):
            response = client.get("/boom/")
        assert response.status_code == 500
        assert "Coś zepsuło się po naszej stronie" in response.content.decode()

    def test_forged_form_is_refused_with_advice(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post(reverse("set_language"), {"language": "en"})
        assert response.status_code == 403
        assert "odśwież stronę" in response.content.decode()

    def test_component_sheet_is_for_staff(self, client):
        assert client.get(reverse("components")).status_code == 302
        person = Person.objects.create_user(
            "anna@example.org", full_name="Anna", date_joined=clock.now()
        )
        client.force_login(person)
        response = client.get(reverse("components"))
        assert response.status_code == 403
        assert "Anna" in response.content.decode()
        person.is_staff = True
        person.save()
        assert client.get(reverse("components")).status_code == 200


class TestLanguage:
    def test_choice_is_remembered_and_returns_to_the_page(self, client):
        response = client.post(reverse("set_language"), {"language": "en", "next": "/pomoc/"})
        assert response["Location"] == "/pomoc/"
        assert '<html lang="en">' in client.get("/pomoc/").content.decode()

    def test_never_sends_to_another_host(self, client):
        response = client.post(
            reverse("set_language"), {"language": "en", "next": "https://example.org/x"}
        )
        assert "example.org" not in response["Location"]

    def test_polish_is_first(self, client):
        client.cookies.clear()
        assert '<html lang="pl">' in client.get("/pomoc/").content.decode()


def test_request_for_another_host_is_refused_in_our_words(client):
    response = client.get("/pomoc/", headers={"host": "example.org"})
    assert response.status_code == 400
    assert "Nie umiemy odczytać tego żądania" in response.content.decode()
