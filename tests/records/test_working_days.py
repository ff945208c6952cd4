"""Days as the law counts them: the first is not counted, days off come from the calendar."""

from datetime import date, timedelta

import pytest

from records.dictionaries import load_public_holidays
from records.models import CalendarPeriod
from records.working_days import add_days, holidays_between, next_working_day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar():
    load_public_holidays(range(2026, 2028))


@pytest.mark.parametrize(
    ("start", "number", "counting", "last"),
    [
        pytest.param("2026-11-09", 21, "calendar", "2026-11-30", id="21 days after a Monday"),
        pytest.param("2026-11-23", 0, "working", "2026-11-23", id="no days: the day itself"),
        pytest.param("2026-11-23", 1, "working", "2026-11-24", id="the next day"),
        pytest.param("2026-11-20", 1, "working", "2026-11-23", id="from Friday to Monday"),
        pytest.param("2026-11-21", 1, "working", "2026-11-23", id="from Saturday to Monday"),
        pytest.param("2026-11-10", 1, "working", "2026-11-12", id="over 11 November"),
        pytest.param("2026-12-23", 1, "working", "2026-12-28", id="Christmas Eve is a day off"),
        pytest.param("2026-12-23", 5, "working", "2027-01-04", id="over Christmas and New Year"),
        pytest.param("2026-11-13", -2, "working", "2026-11-10", id="two before, over a holiday"),
        pytest.param("2026-11-16", -1, "working", "2026-11-13", id="one before a Monday"),
        pytest.param("2026-11-23", -7, "calendar", "2026-11-16", id="a week before"),
    ],
)
def test_term_ends(start, number, counting, last):
    found = add_days(date.fromisoformat(start), number, counting)
    assert found == date.fromisoformat(last)


def test_a_day_off_that_an_official_enters_counts():
    day = date(2026, 11, 24)
    CalendarPeriod.objects.create(
        kind=CalendarPeriod.Kind.PUBLIC_HOLIDAY,
        days=(day, day + timedelta(days=1)),
        name_pl="Dzień wolny",
        name_en="A day off",
    )
    assert add_days(date(2026, 11, 23), 1, "working") == date(2026, 11, 25)


def test_a_school_break_is_no_day_off():
    CalendarPeriod.objects.create(
        kind=CalendarPeriod.Kind.SCHOOL_BREAK,
        days=(date(2026, 11, 23), date(2026, 12, 5)),
        name_pl="Ferie",
        name_en="Break",
    )
    assert add_days(date(2026, 11, 23), 1, "working") == date(2026, 11, 24)


def test_another_way_of_counting_is_refused():
    with pytest.raises(ValueError, match="business"):
        add_days(date(2026, 11, 23), 1, "business")


@pytest.mark.parametrize(
    ("day", "moved"),
    [("2026-11-20", "2026-11-20"), ("2026-11-21", "2026-11-23"), ("2026-12-24", "2026-12-28")],
)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(day, moved):
    assert next_working_day(date.fromisoformat(day)) == date.fromisoformat(moved)


def test_holidays_between_is_half_open():
    day = date(2026, 11, 11)
    assert holidays_between(day, day) == set()
    assert holidays_between(day, day + timedelta(days=1)) == {day}
    assert holidays_between(day - timedelta(days=1), day) == set()
