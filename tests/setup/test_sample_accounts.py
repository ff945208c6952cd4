"""Sample accounts have printed passwords: they are served to this machine alone."""

import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

from organisations.models import Person
from organisations.sample_accounts import is_public, refuse_in_public
from records import clock
from tests.setup.conftest import clean_environment
from tests.setup.database import url_of_this_database


@pytest.mark.parametrize(
    ("host", "allowed", "public"),
    [
        pytest.param("127.0.0.1", ["127.0.0.1", "localhost", "[::1]"], False, id="as it comes"),
        pytest.param("::1", ["[::1]"], False, id="IPv6 loopback"),
        pytest.param("localhost", ["zasoby.localhost"], False, id="names of this machine"),
        pytest.param("0.0.0.0", ["127.0.0.1"], True, id="all addresses"),
        pytest.param("::", ["127.0.0.1"], True, id="all IPv6 addresses"),
        pytest.param("192.168.1.7", ["127.0.0.1"], True, id="the local network"),
        pytest.param("127.0.0.1", ["zasoby.example.org"], True, id="behind a proxy"),
        pytest.param("127.0.0.1", ["*"], True, id="any name"),
    ],
)
def test_public_is_whatever_others_can_reach(settings, host, allowed, public):
    settings.HOST = host
    settings.ALLOWED_HOSTS = allowed
    assert is_public() is public


def a_person(**fields) -> Person:
    return Person.objects.create_user("anna@example.org", date_joined=clock.now(), **fields)


@pytest.mark.django_db
def test_sample_accounts_are_refused_in_public(settings):
    settings.HOST = "0.0.0.0"
    refuse_in_public()
    a_person(is_sample=True)
    with pytest.raises(ImproperlyConfigured, match="loopback"):
        refuse_in_public()


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"is_sample": False}, {"is_sample": True, "is_active": False}])
def test_other_people_are_served_anywhere(settings, fields):
    settings.HOST = "0.0.0.0"
    a_person(**fields)
    refuse_in_public()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("host", "status"), [("127.0.0.1", 0), ("0.0.0.0", 1)])
def test_the_server_itself_will_not_start(host, status):
    a_person(is_sample=True)
    started = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=project.BASE_DIR,
        env=clean_environment(
            HOST=host, SECRET_KEY="only-for-tests", DATABASE_URL=url_of_this_database()
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == status, started.stderr
    assert ("sample accounts" in started.stderr) is bool(status)
