"""Keys for programs: what is kept, when they hold, and what their scopes let through."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.test import APIRequestFactory

from organisations.api_authentication import KeyAuthentication
from organisations.models import ApiToken
from organisations.tokens import MAX_TOKENS, find_token, make_token, revoke
from records import clock
from records.problems import Invalid
from resources.permissions import can
from resources.scopes import bookings_visible_to
from tests import make

pytestmark = pytest.mark.django_db


def speak(secret: str, method: str = "get", scheme: str = "Bearer"):
    request = getattr(APIRequestFactory(), method)("/", HTTP_AUTHORIZATION=f"{scheme} {secret}")
    return KeyAuthentication().authenticate(request)


class TestSecret:
    def test_only_a_hash_is_kept(self):
        token, secret = make_token(make.person(), name="skrypt")
        assert re.fullmatch(r"zasoby_[\w-]{43}", secret)
        kept = ApiToken.objects.filter(pk=token.pk).values().get()
        assert secret not in str(kept)
        assert secret.startswith(kept["prefix"])
        assert len(kept["prefix"]) <= 12

    def test_two_keys_differ(self):
        person = make.person()
        assert make_token(person, name="a")[1] != make_token(person, name="a")[1]


class TestHolding:
    def test_a_living_key_names_its_person(self):
        person = make.person()
        token, secret = make_token(person, name="skrypt")
        assert speak(secret) == (person, token)

    @pytest.mark.parametrize(("minutes_before_end", "holds"), [(1, True), (0, False), (-1, False)])
    def test_it_holds_until_its_end(self, minutes_before_end, holds):
        token, secret = make_token(make.person(), name="skrypt", days=1)
        with clock.frozen(token.expires_at - timedelta(minutes=minutes_before_end)):
            assert (find_token(secret) is not None) is holds

    def test_a_revoked_key_is_dead_at_once(self):
        token, secret = make_token(make.person(), name="skrypt")
        revoke(token)
        with pytest.raises(AuthenticationFailed):
            speak(secret)

    def test_the_key_of_a_closed_account_is_dead(self):
        person = make.person()
        _token, secret = make_token(person, name="skrypt")
        person.is_active = False
        person.save()
        with pytest.raises(AuthenticationFailed):
            speak(secret)

    @pytest.mark.parametrize("secret", ["", "zasoby_nope", "zażółć", "%00", "a" * 5000])
    def test_anything_else_is_refused(self, secret):
        with pytest.raises(AuthenticationFailed):
            speak(secret.encode("utf-8").decode("latin-1"))

    def test_the_hash_itself_is_no_key(self):
        token, _secret = make_token(make.person(), name="skrypt")
        with pytest.raises(AuthenticationFailed):
            speak(token.token_hash)

    def test_another_scheme_is_somebody_elses_business(self):
        _token, secret = make_token(make.person(), name="skrypt")
        assert speak(secret, scheme="Basic") is None

    def test_the_time_of_last_use_is_coarse(self, django_assert_num_queries):
        token, secret = make_token(make.person(), name="skrypt")
        find_token(secret)
        token.refresh_from_db()
        assert token.last_used_at is not None
        with django_assert_num_queries(1):
            find_token(secret)


class TestScopes:
    def test_every_key_may_read(self):
        token, _secret = make_token(make.person(), name="skrypt", scopes=["book"])
        assert token.scopes == ["book", "read"]

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_without_book_nothing_changes(self, method):
        _token, secret = make_token(make.person(), name="skrypt", scopes=["read", "staff"])
        with pytest.raises(PermissionDenied):
            speak(secret, method)

    def test_with_book_things_change(self):
        person = make.person()
        _token, secret = make_token(person, name="skrypt", scopes=["book"])
        assert speak(secret, "post")[0] == person

    @pytest.mark.parametrize("role", ["coordinator", "administrator"])
    def test_without_staff_a_key_holds_no_office(self, role):
        unit = make.unit()
        organisation = make.organisation()
        person = make.member(organisation, "editor", make.staff(unit, "head", make.city_role(role)))
        foreign = make.booking(make.resource(unit))
        own = make.booking(make.resource(), organisation=organisation)
        for scopes, seen in ((["read", "book"], {own}), (["staff"], {own, foreign})):
            _token, secret = make_token(person, name="skrypt", scopes=scopes)
            speaker, _ = speak(secret)
            assert set(bookings_visible_to(speaker)) == seen
            assert can(speaker, "booking.view", foreign) is (foreign in seen)
            assert can(speaker, "unit.desk", unit) is (foreign in seen)
            assert can(speaker, "organisation.list_all") is (foreign in seen)


class TestMaking:
    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "x", "scopes": ["admin"]}, "scopes"),
            ({"name": "x", "days": 0}, "days"),
            ({"name": "x", "days": 367}, "days"),
        ],
    )
    def test_wrong_wishes(self, wish, field):
        with pytest.raises(Invalid) as refused:
            make_token(make.person(), **wish)
        assert refused.value.field == field

    def test_a_person_has_so_many_living_keys(self):
        person = make.person()
        made = [make_token(person, name=str(n))[0] for n in range(MAX_TOKENS)]
        with pytest.raises(Invalid):
            make_token(person, name="one more")
        revoke(made[0])
        make_token(person, name="one more")

    def test_the_command_prints_a_key_that_holds(self, capsys):
        person = make.person(email="jan@example.org")
        # Half past midnight in Kraków, when it is still the day before in UTC.
        night = datetime(2026, 11, 24, 0, 30, tzinfo=clock.KRAKOW)
        with clock.frozen(night):
            call_command("create_token", "JAN@example.org", "--scope", "book", "--days", "3")
            secret = capsys.readouterr().out.strip()
            token = find_token(secret)
        assert token.person == person
        assert token.scopes == ["book", "read"]
        assert token.expires_at == night + timedelta(days=3)

    def test_the_command_refuses_an_unknown_e_mail(self):
        with pytest.raises(CommandError, match="no active account"):
            call_command("create_token", "nobody@example.org")
