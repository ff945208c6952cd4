"""Half-open periods on the wall clock of Kraków, across both odd nights of the year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.clock import KRAKOW
from records.periods import Period, local_moment, local_period, weekly_dates

SPRING = date(2027, 3, 28)  # 02:00 -> 03:00
AUTUMN = date(2027, 10, 31)  # 03:00 -> 02:00


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "minute", "moment"),
    [
        pytest.param(date(2027, 1, 5), 17 * 60, utc(2027, 1, 5, 16), id="winter"),
        pytest.param(date(2027, 7, 6), 17 * 60, utc(2027, 7, 6, 15), id="summer"),
        pytest.param(SPRING, 18 * 60, utc(2027, 3, 28, 16), id="evening of the short day"),
        pytest.param(SPRING, 2 * 60 + 30, utc(2027, 3, 28, 1, 30), id="in the skipped hour"),
        pytest.param(AUTUMN, 2 * 60 + 30, utc(2027, 10, 31, 0, 30), id="first of the repeated"),
        pytest.param(date(2027, 1, 5), 1440, utc(2027, 1, 5, 23), id="24:00 is the next midnight"),
        pytest.param(AUTUMN, 1440, utc(2027, 10, 31, 23), id="24:00 of the long day"),
    ],
)
def test_moment_of_a_local_minute(day, minute, moment):
    assert local_moment(day, minute).timestamp() == moment.timestamp()


def test_a_weekly_evening_stays_at_its_hour_when_the_clocks_change():
    days = weekly_dates([7], date(2027, 3, 21), date(2027, 4, 4))
    assert [local_moment(day, 18 * 60).strftime("%d.%m %H:%M") for day in days] == [
        "21.03 18:00",
        "28.03 18:00",
        "04.04 18:00",
    ]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2027, 5, 5), 24)])
def test_length_of_a_day(day, hours):
    assert local_period(day, 0, 1440).length == timedelta(hours=hours)


@pytest.mark.parametrize("minute", [-1, 1441])
def test_a_minute_outside_the_day_is_refused(minute):
    with pytest.raises(ValueError, match="out of range"):
        local_moment(date(2027, 1, 5), minute)


def test_a_period_starts_before_it_ends():
    start = datetime(2027, 1, 5, 17, tzinfo=KRAKOW)
    with pytest.raises(ValueError, match="before it ends"):
        Period(start, start)
    with pytest.raises(ValueError, match="zone"):
        Period(start.replace(tzinfo=None), start)


def test_the_repeated_hour_counts_as_time():
    first = datetime(2027, 10, 31, 2, 30, tzinfo=KRAKOW, fold=0)
    second = datetime(2027, 10, 31, 2, 30, tzinfo=KRAKOW, fold=1)
    assert Period(first, second).length == timedelta(hours=1)


starts = st.integers(0, 10_000).map(lambda n: utc(2027, 1, 1) + timedelta(minutes=n))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(minutes=length)),
    starts,
    st.integers(1, 600),
)


@given(periods, periods)
def test_overlap_is_symmetric_and_adjacency_is_none(a, b):
    assert a.overlaps(b) == b.overlaps(a)
    if a.end == b.start:
        assert not a.overlaps(b)


@given(periods, st.integers(0, 240))
def test_padding_lengthens_the_end_only(period, minutes):
    padded = period.padded(timedelta(minutes=minutes))
    assert padded.start == period.start
    assert padded.length == period.length + timedelta(minutes=minutes)
