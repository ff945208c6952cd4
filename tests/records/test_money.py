"""Sums in PLN: half up to grosz, VAT on the rounded net."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.money import Money, to_grosz


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("10", "10")],
)
def test_half_a_grosz_goes_up(exact, rounded):
    assert to_grosz(Decimal(exact)) == Decimal(rounded)


@pytest.mark.parametrize(
    ("net", "rate", "vat", "gross"),
    [
        ("100.00", "23", "23.00", "123.00"),
        ("0.02", "23", "0.00", "0.02"),
        ("33.33", "8", "2.67", "36.00"),
        ("150.00", None, "0.00", "150.00"),
    ],
)
def test_vat(net, rate, vat, gross):
    money = Money(Decimal(net), Decimal(rate) if rate else None)
    assert (money.vat, money.gross) == (Decimal(vat), Decimal(gross))


@given(st.decimals(0, 10_000, places=4), st.sampled_from([None, Decimal(8), Decimal(23)]))
def test_gross_is_never_below_net_and_has_two_places(net, rate):
    money = Money(net, rate)
    assert money.gross >= to_grosz(net)
    assert money.gross == to_grosz(money.gross)
