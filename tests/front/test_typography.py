"""Numbers, sums, dates and ranges as a Polish and an English reader expects them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from records import typography as t
from records.clock import KRAKOW

NBSP, WJ = "\u00a0", "\u2060"


def shown(text: str) -> str:
    """No-break spaces as ~ and word joiners dropped, so that a test can be read."""
    return text.replace(NBSP, "~").replace(f"{WJ}–{WJ}", "–")


JANUARY, JUNE = dt.date(2027, 1, 5), dt.date(2027, 6, 29)
NEW_YEAR = dt.date(2026, 12, 30), dt.date(2027, 1, 2)
CASES = [
    (t.money, (Decimal("1234.5"),), "1~234,50~zł", "PLN~1,234.50"),
    (t.money, (0,), "0,00~zł", "PLN~0.00"),
    (t.money, (Decimal("-5.005"),), "−5,01~zł", "PLN~−5.01"),
    (t.area, (Decimal("86.4"),), "86,40~m²", "86.40~m²"),
    (t.area, (44, 0), "44~m²", "44~m²"),
    (t.number, (1234567,), "1~234~567", "1,234,567"),
    (t.number, (Decimal("2.5"), 0), "3", "3"),
    (t.distance, (722,), "722~m", "722~m"),
    (t.distance, (1450,), "1,5~km", "1.5~km"),
    (t.percent, (0.64,), "64~%", "64%"),
    (t.day, (dt.date(2026, 12, 7),), "7.12.2026", "7~Dec~2026"),
    (t.day, (JANUARY,), "5.01.2027", "5~Jan~2027"),
    (t.day_long, (dt.date(2026, 12, 7),), "7~grudnia~2026", "7~December~2026"),
    (t.weekday, (JANUARY,), "wtorek", "Tuesday"),
    (t.time_range, (dt.time(17), dt.time(19)), "17:00–19:00", "17:00–19:00"),
    (t.day_range, (JANUARY, JUNE), "5.01–29.06.2027", "5~Jan–29~Jun~2027"),
    (t.day_range, (JANUARY, dt.date(2027, 1, 12)), "5–12.01.2027", "5–12~Jan~2027"),
    (t.day_range, (JANUARY, JANUARY), "5.01.2027", "5~Jan~2027"),
    (t.day_range, NEW_YEAR, "30.12.2026–2.01.2027", "30~Dec~2026–2~Jan~2027"),
    (
        t.moment,
        (dt.datetime(2026, 11, 23, 13, 5, tzinfo=dt.UTC),),
        "23.11.2026, godz. 14:05",
        "23~Nov~2026, 14:05",
    ),
    (t.district, (18, "Nowa Huta"), "XVIII~Nowa Huta", "XVIII~Nowa Huta"),
]


@pytest.mark.parametrize(("write", "arguments", "polish", "english"), CASES)
def test_written_for_the_reader(write, arguments, polish, english):
    with override("pl"):
        assert shown(write(*arguments)) == polish
    with override("en"):
        assert shown(write(*arguments)) == english


def test_range_does_not_break_at_its_dash():
    assert t.time_range(dt.time(17), dt.time(19)) == f"17:00{WJ}–{WJ}19:00"


def at(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 12, day, hour, tzinfo=KRAKOW)


@pytest.mark.parametrize(
    ("value", "polish"),
    [
        (DateRange(JANUARY, dt.date(2027, 6, 30)), "5.01–29.06.2027"),
        (DateRange(JANUARY, dt.date(2027, 1, 6)), "5.01.2027"),
        (DateRange(JANUARY, None), "od 5.01.2027"),
        (DateRange(None, JANUARY), "do 4.01.2027"),
        (DateRange(None, None), "zawsze"),
        (DateRange(empty=True), "nigdy"),
        (DateTimeTZRange(at(1, 17), at(1, 19)), "1.12.2026, 17:00–19:00"),
        (DateTimeTZRange(at(1, 22), at(2, 6)), "1.12.2026, godz. 22:00–2.12.2026, godz. 06:00"),
        (DateTimeTZRange(at(1, 22), None), "od 1.12.2026, godz. 22:00"),
    ],
)
def test_half_open_period_names_its_last_day(value, polish):
    with override("pl"):
        assert shown(t.period(value)) == polish


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_money_says_the_sum_exactly(value):
    with override("pl"):
        text = t.money(value)
    digits = text.removesuffix(f"{NBSP}zł").replace(NBSP, "").replace("−", "-").replace(",", ".")
    assert Decimal(digits) == value


@pytest.mark.parametrize(("number", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (18, "XVIII")])
def test_roman_numerals(number, roman):
    assert t.roman(number) == roman


@pytest.mark.parametrize("number", [0, -1, 40])
def test_roman_numerals_end(number):
    with pytest.raises(ValueError, match="Roman"):
        t.roman(number)
