"""Loading the sample city: once, the same for the same day, removed without a trace of others."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from config.sample.build import AlreadyLoaded, load_sample_city
from organisations.models import Organisation, Person
from records.models import DataSource
from resources.models import Claim, Hold, ManagingUnit, Resource, Site, Space
from tests import database_template, make
from tests.browser.city import copy_of
from tests.sample import fingerprint

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts") / "accounts.txt"


@pytest.fixture(scope="module")
def small_city(passwords: Path, django_db_blocker: Any) -> Iterator[None]:
    """A small city in a database of its own; whoever changes it leaves a small city of DAY."""
    with django_db_blocker.unblock(), copy_of(database_template.ensure()):
        load_sample_city(DAY, small=True, passwords=passwords)
        yield


def inventory() -> list[tuple[Any, ...]]:
    return sorted(Resource.objects.values_list("code", "title_pl", "area_m2", "district_id"))


@pytest.mark.usefixtures("small_city")
def test_the_same_day_gives_the_same_city(passwords):
    first, places = fingerprint.of_everything(), inventory()
    load_sample_city(date(2027, 3, 2), small=True, replace=True, passwords=passwords)
    assert fingerprint.of_everything() != first
    assert inventory() == places
    load_sample_city(DAY, small=True, replace=True, passwords=passwords)
    assert fingerprint.of_everything() == first


@pytest.mark.usefixtures("small_city")
def test_a_second_time_changes_nothing(passwords, settings):
    written = passwords.read_text(encoding="utf-8")
    with pytest.raises(AlreadyLoaded) as refused:
        load_sample_city(date(2027, 1, 1), small=True, passwords=passwords)
    assert refused.value.today == DAY
    settings.ALLOWED_HOSTS = ["127.0.0.1"]  # sample accounts are refused where others can reach
    out = StringIO()
    call_command("load_sample_city", small=True, accounts=passwords, stdout=out)
    assert "loaded as of 2026-11-23" in out.getvalue()
    assert passwords.read_text(encoding="utf-8") == written


@pytest.mark.usefixtures("small_city")
def test_passwords_are_for_their_owner_only_and_open_the_accounts(passwords):
    assert passwords.stat().st_mode & 0o777 == 0o600
    pairs = [
        line.split()
        for line in passwords.read_text(encoding="utf-8").splitlines()
        if "@" in line and not line.startswith(" ")
    ]
    assert len(pairs) == 10
    for email, password in pairs:
        assert Person.objects.get(email=email).check_password(password)


@pytest.mark.usefixtures("small_city")
def test_history_names_the_command():
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT c.metadata ->> 'actor' FROM resources_resourceevent e
               JOIN pghistory_context c ON c.id = e.pgh_context_id"""
        )
        assert cursor.fetchall() == [("command:load_sample_city",)]


@pytest.mark.django_db
def test_replacing_leaves_what_is_not_sample(passwords):
    room = make.resource(title_pl="Sala prawdziwa")
    person = make.person()
    load_sample_city(DAY, small=True, passwords=passwords)
    load_sample_city(DAY, small=True, replace=True, passwords=passwords)
    room.refresh_from_db()
    person.refresh_from_db()
    assert Resource.objects.filter(is_sample=True).count() > 100


@pytest.mark.django_db
def test_a_failure_leaves_nothing(passwords, monkeypatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("config.sample.accounts.write_passwords", broken)
    with pytest.raises(RuntimeError):
        load_sample_city(DAY, small=True, passwords=passwords)
    for model in (ManagingUnit, Site, Resource, Space, Hold, Claim, Organisation, Person):
        assert not model.objects.exists()
    assert not DataSource.objects.filter(code="sample-city").exists()
