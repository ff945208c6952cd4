"""A wish in its three forms, and the dates it means."""

from datetime import date, datetime

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from records.clock import KRAKOW
from records.problems import Invalid
from resources.booking.wishes import MAX_DATES, WEEKDAYS, Weekly, Wish

ONE = "at=2026-12-08T17:00/2026-12-08T19:00"
SERIES = "weekly=TU,17:00,19:00&weekly=TH,10:00,11:30&from=2026-12-01&until=2026-12-31"


@pytest.mark.parametrize("query", [ONE, SERIES])
def test_the_address_is_read_and_written_the_same(query: str) -> None:
    wish = Wish.from_query(QueryDict(query))
    assert Wish.from_json(wish.as_json()) == wish
    written = QueryDict(mutable=True)
    for name, value in wish.as_query():
        written.appendlist(name, value)
    assert Wish.from_query(written) == wish


def test_times_without_an_offset_are_local() -> None:
    single = Wish.from_query(QueryDict(ONE)).single
    assert single is not None
    assert single.start == datetime(2026, 12, 8, 17, 0, tzinfo=KRAKOW)


def test_dates_of_a_series_in_order() -> None:
    dates = Wish.from_query(QueryDict(SERIES)).dates()
    assert [f"{one.start:%m-%d %H:%M}" for one in dates][:3] == [
        "12-01 17:00",
        "12-03 10:00",
        "12-08 17:00",
    ]
    assert len(dates) == 5 + 5


def test_a_weekly_time_keeps_its_wall_clock_across_the_change() -> None:
    wish = Wish.of_weekly(["SU,18:00,20:00"], "2027-03-21", "2027-04-04")
    assert [f"{one.start:%H:%M %z}" for one in wish.dates()] == [
        "18:00 +0100",
        "18:00 +0200",
        "18:00 +0200",
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("", "no_time", id="nothing"),
        pytest.param("at=2026-12-08T17:00", "bad_time", id="half-of-it"),
        pytest.param("at=2026-12-08T19:00/2026-12-08T17:00", "ends_before_start", id="backwards"),
        pytest.param("at=2026-12-08T17:00/2026-12-08T17:00", "ends_before_start", id="no-length"),
        pytest.param("at=1812-12-08T17:00/1812-12-08T19:00", "bad_year", id="long-ago"),
        pytest.param("weekly=TU,17:00&from=2026-12-01&until=2026-12-31", "bad_weekly", id="no-end"),
        pytest.param(
            "weekly=TU,19:00,17:00&from=2026-12-01&until=2026-12-31", "bad_weekly", id="turned"
        ),
        pytest.param(
            "weekly=TU,17:00,25:00&from=2026-12-01&until=2026-12-31", "bad_weekly", id="25-o-clock"
        ),
        pytest.param("weekly=TU,17:00,19:00&from=2026-12-01", "bad_day", id="no-last-day"),
        pytest.param(
            "weekly=TU,17:00,19:00&weekly=TU,18:00,20:00&from=2026-12-01&until=2026-12-31",
            "weekly_overlap",
            id="overlap",
        ),
    ],
)
def test_what_cannot_be_read(query: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Wish.from_query(QueryDict(query))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        pytest.param("2026-12-08", "2026-12-07", "bad_range", id="turned"),
        pytest.param("2026-12-09", "2026-12-14", "no_dates", id="no-tuesday-between"),
        pytest.param("2026-12-08", "2027-12-10", "range_too_long", id="over-a-year"),
    ],
)
def test_series_without_usable_dates(first: str, last: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Wish.of_weekly(["TU,17:00,19:00"], first, last).dates()
    assert refused.value.code == code


def test_sixty_dates_are_the_most() -> None:
    twice = ["TU,17:00,19:00", "TH,17:00,19:00"]
    assert len(Wish.of_weekly(twice, "2026-12-01", "2027-06-24").dates()) == MAX_DATES
    with pytest.raises(Invalid) as refused:
        Wish.of_weekly(twice, "2026-12-01", "2027-06-29").dates()
    assert refused.value.code == "too_many_dates"


def test_both_ends_of_the_range_count() -> None:
    wish = Wish.of_weekly(["TU,17:00,19:00"], "2026-12-01", "2026-12-08")
    assert [one.start.date() for one in wish.dates()] == [date(2026, 12, 1), date(2026, 12, 8)]


@given(
    weekday=st.integers(1, 7),
    opens=st.integers(0, 1438),
    length=st.integers(1, 600),
)
def test_every_weekly_time_survives_being_written(weekday: int, opens: int, length: int) -> None:
    weekly = Weekly(weekday, opens, min(1440, opens + length))
    assert Weekly.parse(str(weekly)) == weekly
    assert str(weekly).startswith(WEEKDAYS[weekday - 1])
