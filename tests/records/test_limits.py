"""Rate limits: counted in the database, per person or address and window."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory

from records.clock import KRAKOW, frozen
from records.limits import Rate, TooOften, client_address, count, forget_past_windows, who_asks
from records.models import RateCount

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=KRAKOW)
TWO_A_MINUTE = Rate(2, 60)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("120/m", Rate(120, 60)), ("10/15m", Rate(10, 900)), ("5/h", Rate(5, 3600))],
)
def test_a_rate_reads_as_written(text, rate):
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "10", "10/x", "/m", "-1/m", "1.5/m"])
def test_anything_else_is_no_rate(text):
    with pytest.raises(ValueError, match="not a rate"):
        Rate.parse(text)


@pytest.mark.django_db
class TestCount:
    def test_the_hit_above_the_rate_is_refused_and_says_how_long_to_wait(self):
        with frozen(NOON + timedelta(seconds=20)):
            count("search", "a", rate=TWO_A_MINUTE)
            count("search", "a", rate=TWO_A_MINUTE)
            with pytest.raises(TooOften) as refused:
                count("search", "a", rate=TWO_A_MINUTE)
        assert refused.value.extra == {"retry_after": 40}
        assert refused.value.status == 429

    def test_others_and_other_things_are_counted_apart(self):
        with frozen(NOON):
            for what, who in [("search", "a"), ("search", "b"), ("tokens", "a")] * 2:
                count(what, who, rate=TWO_A_MINUTE)

    def test_the_next_window_begins_at_nothing(self):
        for seconds in (0, 59, 60, 119):
            with frozen(NOON + timedelta(seconds=seconds)):
                count("search", "a", rate=TWO_A_MINUTE)

    def test_no_address_is_kept(self):
        count("search", "address:192.0.2.7", rate=TWO_A_MINUTE)
        assert "192.0.2.7" not in str(list(RateCount.objects.values()))

    def test_past_windows_are_forgotten(self):
        with frozen(NOON):
            count("search", "a", rate=TWO_A_MINUTE)
            assert forget_past_windows() == 0
        with frozen(NOON + timedelta(minutes=3)):
            assert forget_past_windows() == 1


@pytest.mark.django_db(transaction=True)
def test_a_race_of_sixteen_passes_as_many_as_the_rate_allows():
    rate = Rate(5, 3600)

    def hit(_n):
        try:
            count("race", "a", rate=rate)
        except TooOften:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(hit, range(16))) == 5


class TestWhoAsks:
    def ask(self, **meta):
        request = RequestFactory().get("/", **meta)
        request.user = AnonymousUser()
        return request

    def test_a_visitor_cannot_choose_an_address(self, settings):
        settings.BEHIND_PROXY = False
        request = self.ask(REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="10.0.0.1")
        assert who_asks(request) == "address:192.0.2.7"

    def test_behind_a_proxy_the_last_hop_counts(self, settings):
        settings.BEHIND_PROXY = True
        request = self.ask(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="1.1.1.1, 192.0.2.7")
        assert client_address(request) == "192.0.2.7"
