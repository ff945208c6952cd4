"""Days of repeating events, held against dateutil, and bounded where dateutil is not."""

from datetime import date, datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.importing.recurrence import WEEKDAYS, Rule, RuleError

TUESDAY = date(2026, 12, 1)


def days(first=TUESDAY, horizon=date(2027, 12, 31), until=None, **parts):
    rule = Rule.from_parts(parts, until)
    return list(rule.days(first, horizon))


class TestWhatTimetablesUse:
    def test_every_week_on_the_weekday_of_the_first_day(self):
        assert days(FREQ=["WEEKLY"], COUNT=[3]) == [
            TUESDAY,
            TUESDAY + timedelta(7),
            TUESDAY + timedelta(14),
        ]

    def test_every_second_week_on_two_weekdays(self):
        assert days(FREQ=["WEEKLY"], INTERVAL=[2], BYDAY=["TU", "TH"], COUNT=[4]) == [
            date(2026, 12, 1),
            date(2026, 12, 3),
            date(2026, 12, 15),
            date(2026, 12, 17),
        ]

    def test_the_last_friday_of_a_month(self):
        assert days(FREQ=["MONTHLY"], BYDAY=["-1FR"], COUNT=[3]) == [
            TUESDAY,
            date(2026, 12, 25),
            date(2027, 1, 29),
        ]

    def test_the_31st_skips_shorter_months(self):
        assert days(first=date(2026, 12, 31), FREQ=["MONTHLY"], COUNT=[3]) == [
            date(2026, 12, 31),
            date(2027, 1, 31),
            date(2027, 3, 31),
        ]

    def test_the_last_day_counts(self):
        assert days(FREQ=["WEEKLY"], until=date(2026, 12, 8))[-1] == date(2026, 12, 8)

    def test_without_an_end_it_stops_at_the_horizon(self):
        assert days(FREQ=["DAILY"], horizon=date(2026, 12, 5))[-1] == date(2026, 12, 5)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"FREQ": ["SECONDLY"]}, id="every second"),
        pytest.param({"FREQ": ["HOURLY"]}, id="every hour"),
        pytest.param({"FREQ": ["WEEKLY"], "COUNT": [100_000]}, id="a hundred thousand times"),
        pytest.param({"FREQ": ["WEEKLY"], "INTERVAL": [0]}, id="interval nought"),
        pytest.param({"FREQ": ["DAILY"], "BYHOUR": [9, 10]}, id="several hours of a day"),
        pytest.param({"FREQ": ["YEARLY"], "BYWEEKNO": [20]}, id="week of the year"),
        pytest.param({"FREQ": ["WEEKLY"], "BYDAY": ["1MO"]}, id="n-th weekday of a week"),
        pytest.param({"FREQ": ["WEEKLY"], "BYDAY": ["XX"]}, id="no weekday"),
        pytest.param({}, id="no frequency"),
    ],
)
def test_refuses_what_it_does_not_read(parts):
    with pytest.raises(RuleError):
        Rule.from_parts(parts, None)


@pytest.mark.parametrize(
    "parts",
    [
        # dateutil walks to the year 9999 for each of these.
        pytest.param({"FREQ": ["DAILY"], "INTERVAL": [7], "BYDAY": ["MO"]}, id="never that day"),
        pytest.param({"FREQ": ["DAILY"], "BYMONTH": [2], "BYMONTHDAY": [30]}, id="30 February"),
        pytest.param({"FREQ": ["YEARLY"], "BYMONTH": [2], "BYMONTHDAY": [30]}, id="yearly"),
    ],
)
def test_a_rule_that_never_matches_ends_at_the_horizon(parts):
    assert days(**parts) == [TUESDAY]


@st.composite
def rules(draw):
    """Parts of rules that our reader takes and that dateutil can finish."""
    frequency = draw(st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY", "DAILY"]))
    parts = {"FREQ": [frequency]}
    if draw(st.booleans()):
        parts["INTERVAL"] = [draw(st.integers(1, 4))]
    if draw(st.booleans()):
        parts["COUNT"] = [draw(st.integers(1, 30))]
    weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts["BYDAY"] = draw(weekdays)
        parts["WKST"] = [draw(st.sampled_from(WEEKDAYS))]
    if frequency == "MONTHLY":
        kind = draw(st.sampled_from(["", "day of month", "weekday", "n-th weekday"]))
        if kind == "day of month":
            parts["BYMONTHDAY"] = draw(
                st.lists(st.sampled_from([1, 2, 15, 28, 30, 31, -1, -2]), min_size=1, unique=True)
            )
        elif kind == "weekday":
            parts["BYDAY"] = draw(weekdays)
            if draw(st.booleans()):
                parts["BYSETPOS"] = [draw(st.sampled_from([1, 2, -1]))]
        elif kind:
            ordinal = draw(st.sampled_from([1, 2, 3, 4, -1, -2]))
            parts["BYDAY"] = [f"{ordinal}{day}" for day in draw(weekdays)]
    if frequency != "DAILY" and draw(st.booleans()):
        months = st.lists(st.integers(1, 12), min_size=6, max_size=12, unique=True)
        parts["BYMONTH"] = draw(months)
    return parts


@settings(max_examples=150, deadline=None)
@given(parts=rules(), apart=st.integers(0, 400))
def test_agrees_with_dateutil(parts, apart):
    first = date(2026, 1, 1) + timedelta(days=apart)
    horizon = first + timedelta(days=900)
    text = "RRULE:" + ";".join(
        f"{name}={','.join(str(value) for value in values)}" for name, values in parts.items()
    )
    theirs = [
        moment.date()
        for moment in takewhile(
            lambda moment: moment.date() <= horizon,
            rrulestr(text, dtstart=datetime.combine(first, datetime.min.time())),
        )
    ]
    if first not in theirs:
        # Calendars show the event on its own day, and count it; dateutil does not.
        theirs = [first, *theirs][: parts.get("COUNT", [10_000])[0]]
    assert list(Rule.from_parts(parts, None).days(first, horizon)) == theirs
