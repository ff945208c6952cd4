"""Sums and numbers in words: Polish forms after each number, English beside them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.amounts import number_in_words, polish_form, sum_in_words

NINES = "dziewięćset dziewięćdziesiąt dziewięć"

POLISH = [
    ("0", "zero złotych 00/100"),
    ("0.01", "zero złotych 01/100"),
    ("1", "jeden złoty 00/100"),
    ("2", "dwa złote 00/100"),
    ("4.99", "cztery złote 99/100"),
    ("5", "pięć złotych 00/100"),
    ("11", "jedenaście złotych 00/100"),
    ("12", "dwanaście złotych 00/100"),
    ("14", "czternaście złotych 00/100"),
    ("21", "dwadzieścia jeden złotych 00/100"),
    ("22", "dwadzieścia dwa złote 00/100"),
    ("100", "sto złotych 00/100"),
    ("101", "sto jeden złotych 00/100"),
    ("112", "sto dwanaście złotych 00/100"),
    ("122", "sto dwadzieścia dwa złote 00/100"),
    ("1000", "tysiąc złotych 00/100"),
    ("1001", "tysiąc jeden złotych 00/100"),
    ("1234.50", "tysiąc dwieście trzydzieści cztery złote 50/100"),
    ("2000", "dwa tysiące złotych 00/100"),
    ("5000", "pięć tysięcy złotych 00/100"),
    ("12000", "dwanaście tysięcy złotych 00/100"),
    ("21000", "dwadzieścia jeden tysięcy złotych 00/100"),
    ("22222", "dwadzieścia dwa tysiące dwieście dwadzieścia dwa złote 00/100"),
    ("1000000", "milion złotych 00/100"),
    ("2000003", "dwa miliony trzy złote 00/100"),
    ("5000000", "pięć milionów złotych 00/100"),
    (
        "999999999.99",
        f"{NINES} milionów {NINES} tysięcy {NINES} złotych 99/100",
    ),
    ("-7.20", "minus siedem złotych 20/100"),
    ("0.005", "zero złotych 01/100"),
]


@pytest.mark.parametrize(("amount", "words"), POLISH)
def test_polish(amount, words):
    assert sum_in_words(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "zero zlotys 00/100"),
        ("1", "one zloty 00/100"),
        ("21.05", "twenty-one zlotys 05/100"),
        ("1234.50", "one thousand two hundred thirty-four zlotys 50/100"),
        ("2000015", "two million fifteen zlotys 00/100"),
    ],
)
def test_english(amount, words):
    assert sum_in_words(Decimal(amount), "en") == words


@pytest.mark.parametrize("amount", ["1000000000", "-1000000000", "999999999.995"])
def test_a_milliard_has_no_words(amount):
    with pytest.raises(ValueError, match="no words"):
        sum_in_words(Decimal(amount))


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, "lat"), (1, "rok"), (3, "lata"), (13, "lat"), (31, "lat"), (34, "lata")],
)
def test_form_of_a_noun(number, form):
    assert polish_form(number, "rok", "lata", "lat") == form


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_different_numbers_have_different_words(one, other):
    for language in ("pl", "en"):
        same = number_in_words(one, language) == number_in_words(other, language)
        assert same is (one == other)
