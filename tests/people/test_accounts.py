"""Sign-up, sign-in, lock-out, language: over HTTP, with the mails as they leave."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from organisations.accounts.lockout import forget_failures
from organisations.accounts.people import create_person
from organisations.models import Person
from organisations.tokens import find_token, make_token
from records import clock
from records.clock import KRAKOW
from records.models import OutgoingMail
from tests import make

pytestmark = pytest.mark.django_db

SIGN_UP = {"full_name": "Anna Nowak", "email": "anna@example.org", "password1": make.PASSWORD}
#: A slot chosen in search, as the request page names it.
CHOSEN = "/prosba/?sala=sala-1&od=2027-03-02T17:00&do=2027-03-02T19:00"


@pytest.fixture(autouse=True)
def _mail_goes_the_way_it_goes_in_service(settings):
    settings.EMAIL_BACKEND = "records.mail.OutboxBackend"


def sign_up(client, **fields):
    return client.post(reverse("account_signup"), {**SIGN_UP, **fields})


def sign_in(client, email, password=make.PASSWORD, **fields):
    return client.post(reverse("account_login"), {"login": email, "password": password, **fields})


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", mail.body)
    assert found, mail.body
    return found[1]


class TestSignUp:
    def test_makes_a_person_who_cannot_sign_in_before_confirming_the_e_mail(self, client):
        at = datetime(2027, 3, 1, 12, tzinfo=KRAKOW)
        with clock.frozen(at):
            answer = sign_up(client)
        assert answer.status_code == 302
        person = Person.objects.get()
        assert (person.full_name, person.email, person.date_joined) == (
            "Anna Nowak",
            "anna@example.org",
            at,
        )
        assert not person.is_staff
        sign_in(client, person.email)
        assert "_auth_user_id" not in client.session

    def test_the_mail_is_ours_and_names_our_address_whatever_the_host_header_says(self, client):
        client.defaults["HTTP_HOST"] = "localhost"
        sign_up(client)
        mail = last_mail()
        assert mail.subject.startswith("Zasoby: ")
        assert mail.to == "anna@example.org"
        assert "http://localhost" not in mail.body.replace("http://127.0.0.1:8000", "")

    def test_the_link_opens_a_page_that_asks(self, client):
        sign_up(client)
        assert client.get(link_in(last_mail())).status_code == 200
        assert not EmailAddress.objects.get().verified

    def test_the_same_browser_is_signed_in_and_brought_to_what_was_chosen(self, client):
        sign_up(client, next=CHOSEN)
        link = link_in(last_mail())
        answer = client.post(link)
        assert answer.status_code == 302
        assert answer.url == CHOSEN
        assert client.session["_auth_user_id"] == str(Person.objects.get().pk)

    def test_another_browser_signs_in_first_and_is_brought_there(self, client):
        sign_up(client, next=CHOSEN)
        link = link_in(last_mail())
        other = Client()
        assert other.get(link).status_code == 200
        answer = other.post(link)
        assert "_auth_user_id" not in other.session  # reading the mail is no proof of who reads
        assert urlsplit(answer.url).path == reverse("account_login")
        assert parse_qs(urlsplit(answer.url).query)["next"] == [CHOSEN]
        answer = sign_in(other, "anna@example.org", next=CHOSEN)
        assert answer.url == CHOSEN

    @pytest.mark.parametrize(
        "evil",
        ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/" + "a" * 2000],
    )
    def test_the_link_leads_nowhere_else(self, client, evil):
        sign_up(client, next=evil)
        link = link_in(last_mail())
        assert "evil" not in link
        assert len(link) < 200
        assert urlsplit(Client().post(link).url).netloc == ""

    def test_an_address_with_an_account_looks_the_same_and_gets_another_mail(self, client):
        create_person("anna@example.org", "Anna Nowak", make.PASSWORD)
        taken = sign_up(client)
        free = sign_up(Client(), email="ewa@example.org")
        assert (taken.status_code, taken.url) == (free.status_code, free.url)
        assert Person.objects.count() == 2
        to_anna, to_ewa = OutgoingMail.objects.order_by("pk")
        assert "confirm-email" not in to_anna.body
        assert "confirm-email" in to_ewa.body

    @pytest.mark.parametrize(
        "password", ["krótkie1", "1234567890123", "password123", "anna@example"]
    )
    def test_weak_passwords_are_refused(self, client, password):
        assert sign_up(client, password1=password).status_code == 200
        assert not Person.objects.exists()

    def test_the_page_keeps_the_way_back(self, client):
        page = client.get(reverse("account_signup"), {"next": CHOSEN}).content.decode()
        assert CHOSEN.replace("&", "&amp;") in page


class TestSignIn:
    def test_brings_back(self, client):
        person = create_person("jan@example.org", "Jan", make.PASSWORD)
        answer = sign_in(client, "JAN@example.org", next="/prosby/")
        assert answer.url == "/prosby/"
        assert client.session["_auth_user_id"] == str(person.pk)

    def test_a_second_step_is_asked_for_where_it_is_set_up(self, client):
        person = create_person("jan@example.org", "Jan", make.PASSWORD)
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        assert sign_in(client, person.email).url == reverse("mfa_authenticate")
        assert "_auth_user_id" not in client.session

    def test_the_secret_of_the_second_step_is_encrypted(self):
        person = create_person("jan@example.org", "Jan", make.PASSWORD)
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        kept = Authenticator.objects.get()
        assert secret not in str(kept.data)
        assert kept.wrap().validate_code(
            format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        )

    def test_the_admin_has_no_door_of_its_own(self, client):
        assert client.post("/admin/login/", {"username": "x", "password": "x"}).status_code == 302
        answer = client.get("/admin/login/", {"next": "/admin/"})
        assert answer.status_code == 302
        assert urlsplit(answer.url).path == reverse("account_login")


class TestLockOut:
    @pytest.fixture(autouse=True)
    def _on(self, settings):
        settings.AXES_ENABLED = True

    def fail(self, client, email, times=5):
        for _ in range(times):
            answer = sign_in(client, email, "wrong password")
        return answer

    def test_after_five_failures_the_right_password_waits_too(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        assert self.fail(client, "jan@example.org", 4).status_code == 200
        answer = self.fail(client, "jan@example.org", 1)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "900"
        assert sign_in(client, "jan@example.org").status_code == 429
        assert "_auth_user_id" not in client.session

    def test_the_way_of_writing_the_address_makes_no_difference(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        for email in ("jan@example.org", "JAN@example.org", " Jan@Example.org", "jAN@example.org"):
            sign_in(client, email, "wrong password")
        assert sign_in(client, "jan@EXAMPLE.org", "wrong password").status_code == 429

    def test_an_address_without_an_account_is_locked_out_just_the_same(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        known, unknown = Client(), Client(REMOTE_ADDR="127.0.0.2")
        known_answers = [sign_in(known, "jan@example.org", "x") for _ in range(6)]
        unknown_answers = [sign_in(unknown, "nobody@example.org", "x") for _ in range(6)]
        assert [a.status_code for a in known_answers] == [a.status_code for a in unknown_answers]

        def words(answer):
            text = re.sub(
                r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", answer.content.decode()
            )
            return text.replace("jan@", "nobody@")

        assert [words(a) for a in known_answers] == [words(a) for a in unknown_answers]

    def test_nobody_is_locked_out_from_elsewhere(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        self.fail(client, "jan@example.org")
        elsewhere = Client(REMOTE_ADDR="192.0.2.9")
        assert sign_in(elsewhere, "jan@example.org").status_code == 302

    def test_it_ends(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        self.fail(client, "jan@example.org")
        AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=16))
        assert sign_in(client, "jan@example.org").status_code == 302

    def test_old_failures_are_forgotten(self, client):
        self.fail(client, "jan@example.org", 2)
        assert forget_failures() == 0
        with clock.frozen(clock.now() + timedelta(hours=25)):
            assert forget_failures() == 1


class TestReset:
    def test_an_unknown_address_sees_the_same_page(self, client):
        create_person("jan@example.org", "Jan", make.PASSWORD)
        url = reverse("account_reset_password")
        known = client.post(url, {"email": "jan@example.org"})
        unknown = client.post(url, {"email": "nobody@example.org"})
        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    def test_the_link_sets_a_new_password(self, client):
        person = create_person("jan@example.org", "Jan", make.PASSWORD, language="en")
        client.post(reverse("account_reset_password"), {"email": person.email})
        mail = last_mail()
        assert mail.language == "en"
        page = client.get(link_in(mail), follow=True)
        new = "another good password"
        client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
        person.refresh_from_db()
        assert person.check_password(new)


class TestLanguage:
    def test_a_person_reads_in_their_own_language_whatever_the_browser_wants(self, client):
        person = create_person("jan@example.org", "Jan", language="en")
        client.force_login(person)
        answer = client.get(reverse("account_profile"), headers={"Accept-Language": "pl"})
        assert answer.headers["Content-Language"] == "en"

    def test_switching_is_remembered_in_the_account(self, client):
        person = create_person("jan@example.org", "Jan", language="pl")
        client.force_login(person)
        client.post(reverse("set_language"), {"language": "en", "next": "/"})
        person.refresh_from_db()
        assert person.language == "en"
        client.post(reverse("set_language"), {"language": "xx", "next": "/"})
        person.refresh_from_db()
        assert person.language == "en"

    def test_a_visitor_keeps_it_in_a_cookie(self, client):
        client.post(reverse("set_language"), {"language": "en", "next": "/"})
        answer = client.get(reverse("account_login"))
        assert answer.headers["Content-Language"] == "en"

    def test_whoever_signs_up_in_english_is_written_to_in_english(self, client):
        client.post(reverse("set_language"), {"language": "en", "next": "/"})
        sign_up(client)
        assert Person.objects.get().language == "en"
        assert last_mail().language == "en"


class TestProfile:
    def test_is_for_whoever_is_signed_in(self, client):
        answer = client.get(reverse("account_profile"))
        assert urlsplit(answer.url).path == reverse("account_login")

    def test_changes_name_and_language(self, client):
        person = create_person("jan@example.org", "Jan")
        client.force_login(person)
        answer = client.post(
            reverse("account_profile"), {"full_name": "Jan Kowalski", "language": "en"}
        )
        assert answer.status_code == 302
        person.refresh_from_db()
        assert (person.full_name, person.language) == ("Jan Kowalski", "en")
        assert not person.shortcuts_enabled

    def test_cannot_change_what_is_not_in_the_form(self, client):
        person = create_person("jan@example.org", "Jan")
        client.force_login(person)
        client.post(
            reverse("account_profile"),
            {"full_name": "Jan", "language": "pl", "is_staff": "on", "email": "x@example.org"},
        )
        person.refresh_from_db()
        assert not person.is_staff
        assert person.email == "jan@example.org"

    def test_says_what_offices_one_holds(self, client):
        unit = make.unit("Dom Kultury Kolibki")
        person = make.staff(unit, "head", make.city_role("planner"))
        client.force_login(person)
        page = client.get(reverse("account_profile")).content.decode()
        assert "Dom Kultury Kolibki" in page


class TestKeysPage:
    def test_a_key_is_shown_once(self, client):
        person = create_person("jan@example.org", "Jan")
        client.force_login(person)
        answer = client.post(
            reverse("account_keys"), {"name": "kalendarz", "scopes": ["book"], "days": "30"}
        )
        assert answer.status_code == 201
        secret = re.search(r"zasoby_[\w-]{43}", answer.content.decode())[0]
        assert find_token(secret).person == person
        assert secret not in client.get(reverse("account_keys")).content.decode()
        assert "no-store" in answer.headers["Cache-Control"]

    def test_the_right_of_an_office_is_offered_to_officials_only(self, client):
        wish = {"name": "x", "scopes": ["staff"], "days": "30"}
        client.force_login(create_person("jan@example.org", "Jan"))
        assert client.post(reverse("account_keys"), wish).status_code == 422
        client.force_login(make.staff(make.unit()))
        assert client.post(reverse("account_keys"), wish).status_code == 201

    def test_revoking(self, client):
        person = create_person("jan@example.org", "Jan")
        token, secret = make_token(person, name="x")
        client.force_login(person)
        client.post(reverse("account_revoke_key", args=[token.pk]))
        assert find_token(secret) is None

    def test_a_foreign_key_is_not_there(self, client):
        token, secret = make_token(create_person("ewa@example.org", "Ewa"), name="tajny")
        client.force_login(create_person("jan@example.org", "Jan"))
        assert client.post(reverse("account_revoke_key", args=[token.pk])).status_code == 404
        assert "tajny" not in client.get(reverse("account_keys")).content.decode()
        assert find_token(secret) is not None

    def test_a_get_revokes_nothing(self, client):
        token, secret = make_token(create_person("ewa@example.org", "Ewa"), name="x")
        client.force_login(token.person)
        assert client.get(reverse("account_revoke_key", args=[token.pk])).status_code == 405
        assert find_token(secret) is not None
