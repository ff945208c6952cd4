"""What a search or request that led nowhere leaves behind, and what it must not."""

from datetime import timedelta

import pytest
from django.test import Client

from records import clock
from resources import unmet
from resources.models import UnmetDemand
from tests import factories, make

pytestmark = pytest.mark.django_db

NOW = factories.moment("2026-11-23 12:00")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(NOW):
        yield


def search(query: str, agent: str = BROWSER, **extra) -> None:
    assert Client().get(f"/?{query}", headers={"user-agent": agent}, **extra).status_code == 200


QUERY = (
    "kind=room&capacity=25&step_free=yes&near=20.0372,50.0722&radius=1000&address=os. Centrum C 10"
    "&weekly=TU,17:00,19:00&weekly=TH,17:00,19:00&from=2027-01-05&until=2027-02-25&q=Anna Kowalska"
)


def test_a_search_without_a_hit_is_kept_coarse():
    search(QUERY)
    row = UnmetDemand.objects.get()
    assert (row.origin, row.kind, row.capacity, row.step_free) == ("search", "room", 25, True)
    assert row.cell == "CRS3035RES1000mN3044000E5037000"
    assert (row.weekdays, row.from_minute, row.to_minute, row.occurrences) == ("24", 1020, 1140, 16)
    assert str(row.first_day) == "2027-01-05"


def test_it_keeps_no_person_address_or_word():
    search(QUERY, REMOTE_ADDR="203.0.113.77")
    row = UnmetDemand.objects.values().get()
    kept = " ".join(str(value) for value in row.values())
    for secret in ("Kowalska", "Centrum", "203.0.113", "20.0372", "50.0722"):
        assert secret not in kept


def test_a_search_that_finds_something_leaves_nothing():
    factories.room()
    search("kind=room&capacity=25")
    assert not UnmetDemand.objects.exists()


@pytest.mark.parametrize(
    "query", [pytest.param("", id="nothing asked"), pytest.param("q=basen", id="words only")]
)
def test_a_search_that_says_nothing_leaves_nothing(query):
    search(query)
    assert not UnmetDemand.objects.exists()


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "curl/8.5", "python-requests/2.32", ""])
def test_programs_leave_nothing(agent):
    search(QUERY, agent=agent)
    assert not UnmetDemand.objects.exists()


class TestRepeats:
    def test_the_same_wish_counts_once_a_day(self):
        for _ in range(3):
            search(QUERY)
        assert UnmetDemand.objects.count() == 1

    def test_words_make_no_other_wish(self):
        search("capacity=25&q=basen")
        search("capacity=25&q=kort")
        assert UnmetDemand.objects.count() == 1

    def test_somebody_else_counts(self):
        search(QUERY)
        search(QUERY, REMOTE_ADDR="203.0.113.9")
        assert UnmetDemand.objects.count() == 2

    def test_tomorrow_counts_again_under_a_hash_that_cannot_be_compared(self):
        search(QUERY)
        with clock.frozen(NOW + timedelta(days=1)):
            search(QUERY)
        assert len(set(UnmetDemand.objects.values_list("fingerprint", flat=True))) == 2


def test_the_criterion_that_stood_in_the_way():
    factories.room(capacity=10)
    search("kind=room&capacity=25")
    assert UnmetDemand.objects.get().reason == "capacity"


def test_a_district():
    factories.district(4)
    search("kind=room&capacity=25&district=4")
    assert UnmetDemand.objects.get().district_id == 4


def test_places_outside_the_city_have_no_cell():
    search("kind=room&capacity=25&near=21.0,52.2")
    assert UnmetDemand.objects.get().cell == ""


class TestApi:
    def test_a_person_leaves_a_row(self, client):
        client.force_login(make.person())
        client.get("/api/v1/search?capacity=25", headers={"user-agent": BROWSER})
        assert UnmetDemand.objects.count() == 1

    def test_nobody_leaves_none(self, client):
        client.get("/api/v1/search?capacity=25", headers={"user-agent": BROWSER})
        assert not UnmetDemand.objects.exists()


def test_requests_that_led_nowhere():
    room = factories.room(at=factories.place(0, 0), district=factories.district(1))
    for origin in ("refused", "abandoned"):
        booking = make.booking(room, participants=40)
        booking.slots.create(
            resource=room,
            period=(factories.moment("2026-12-01 17:00"), factories.moment("2026-12-01 19:00")),
        )
        record = {"refused": unmet.record_refusal, "abandoned": unmet.record_abandoned}[origin]
        booking.refresh_from_db()
        record(booking)
        row = UnmetDemand.objects.get(origin=origin)
        assert (row.weekdays, row.from_minute, row.to_minute) == ("2", 1020, 1140)
        assert (row.capacity, row.district_id, row.kind) == (40, 1, "room")
        assert row.cell.startswith("CRS3035RES1000mN")
