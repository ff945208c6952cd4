"""The API against its own description: random requests bring no 5xx and no answer out of schema."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from organisations.models import ApiToken
from organisations.tokens import make_token
from records.clock import today
from resources.models import Resource
from tests import factories, make

EXAMPLES = 60


@pytest.fixture(autouse=True)
def _keep_connection():
    """The WSGI application gives its connection back after each request; here it is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def api(db, settings):  # noqa: ARG001 - answers need tables
    """The schema of the running product, over a city of a few places of every kind."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "1000000/m")
    district = factories.district(4)
    factories.area_group("east", [district])
    room = factories.room(
        sectors=("A", "B"), district=district, equipment=["projector"], accessible="yes"
    )
    factories.occupy(room, "2027-01-05 17:00", "2027-01-05 19:00")
    factories.room(capacity=None, area_m2=None, verified_on=None, title_en="")
    factories.occupy(factories.premises(), "2020-01-01 00:00", None)
    factories.premises(district=district)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_random_searches(api):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(api["/api/v1/search"]["GET"].as_strategy())
    def search(case):
        case.call_and_validate(checks=CHECKS)

    search()


QUERIES = (
    "",
    "capacity=10&near=19.9373,50.0617&radius=5000&sort=distance",
    "at=2027-01-05T17:00/2027-01-05T19:00",
    "weekly=TU,17:00,19:00&from=2027-01-05&until=2027-03-30&step_free=yes_or_unknown",
    "gap_hours=2&from=2027-01-05&until=2027-02-01&between=17:00-21:00&sort=free_from",
    "kind=premises&vacant=true&district=4",
    "area_group=east&equipment=projector&free_of_charge=false",
    "bbox=19.9,50,20,50.1&q=sala&capacity=20&near_misses=5",
    "within=POLYGON((19.9 50,20 50,20 50.1,19.9 50))",
    "offset=500",
    "capacity=none&colour=red",
)


@pytest.mark.parametrize("query", QUERIES)
def test_answers_that_people_get_keep_the_schema(api, query):
    """Random parameters seldom find anything; these do."""
    case = api["/api/v1/search"]["GET"].Case(query=parse_qs(query))
    response = case.call_and_validate(checks=CHECKS)
    assert response.status_code == (422 if "colour" in query else 200)


BOOKINGS = [
    ("/api/v1/bookings", "GET"),
    ("/api/v1/bookings", "POST"),
    ("/api/v1/bookings/{code}", "GET"),
    ("/api/v1/bookings/{code}", "DELETE"),
]


@pytest.mark.parametrize(("path", "method"), BOOKINGS)
def test_random_requests_for_places(api, path, method):
    """By a member with a key: what is sent may be anything, what comes back is described."""
    member = make.member(make.organisation())
    _token, secret = make_token(member, name="fuzz", scopes=ApiToken.Scope.values)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(api[path][method].as_strategy())
    def ask(case):
        # Each in a savepoint of its own: what one example books must not stand in the next's way.
        with transaction.atomic():
            case.call_and_validate(
                checks=CHECKS, headers={"Authorization": f"Bearer {secret}", **(case.headers or {})}
            )
            transaction.set_rollback(True)

    ask()


def test_a_good_request_answers_as_described(api):
    room = Resource.objects.filter(kind="room").order_by("code").first()
    member = make.member(make.organisation())
    _token, secret = make_token(member, name="fuzz", scopes=ApiToken.Scope.values)
    day = today() + timedelta(days=14)
    body = {
        "resource": room.code,
        "start": f"{day}T17:00",
        "end": f"{day}T19:00",
        "purpose": "Zebranie",
        "participants": 5,
    }
    for expected in (201, 409):
        case = api["/api/v1/bookings"]["POST"].Case(body=body, media_type="application/json")
        answer = case.call_and_validate(
            checks=CHECKS, headers={"Authorization": f"Bearer {secret}"}
        )
        assert answer.status_code == expected
