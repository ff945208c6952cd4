"""A month's charge, worked by hand: parts of months, month ends, February, clock changes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.upkeep.reckoning import (
    Terms,
    Without,
    add_months,
    due_date,
    holdover,
    monthly,
    next_month,
)

D = Decimal


def day(text: str) -> date:
    return date.fromisoformat(text)


def rent(month: str, charged: tuple[str, str], *terms: Terms):
    days = (day(charged[0]), day(charged[1]))
    return monthly("rent", "", day(month), days, terms, payment_day=10)


def terms(net: str, first: str = "2020-01-01", before: str | None = None, vat: str | None = "23"):
    return Terms(day(first), day(before) if before else None, D(net), D(vat) if vat else None)


@pytest.mark.parametrize(
    ("why", "month", "charged", "net", "vat"),
    [
        ("a whole month of 31", "2026-01-01", ("2026-01-01", "2027-01-01"), "1000.00", "230.00"),
        ("a whole February", "2026-02-01", ("2026-01-01", "2027-01-01"), "1000.00", "230.00"),
        ("a whole leap February", "2028-02-01", ("2026-01-01", "2029-01-01"), "1000.00", "230.00"),
        ("last day of January", "2026-01-01", ("2026-01-31", "2027-01-01"), "32.26", "7.42"),
        ("first day of a month", "2026-04-01", ("2026-01-01", "2026-04-02"), "33.33", "7.67"),
        ("half of February", "2026-02-01", ("2026-02-15", "2027-01-01"), "500.00", "115.00"),
        ("15 of 29 days", "2028-02-01", ("2028-02-15", "2029-01-01"), "517.24", "118.97"),
        ("one day, 28 February", "2026-02-01", ("2026-02-28", "2026-03-01"), "35.71", "8.21"),
        ("29 February alone", "2028-02-01", ("2028-02-29", "2028-03-01"), "34.48", "7.93"),
        ("the 16th to the 20th", "2026-06-01", ("2026-06-16", "2026-06-21"), "166.67", "38.33"),
        ("clocks go forward", "2026-03-01", ("2026-03-01", "2026-04-01"), "1000.00", "230.00"),
        ("one night in spring", "2026-03-01", ("2026-03-29", "2026-03-30"), "32.26", "7.42"),
        ("one night in autumn", "2026-10-01", ("2026-10-25", "2026-10-26"), "32.26", "7.42"),
        ("17 of 31", "2026-07-01", ("2026-07-15", "2027-01-01"), "548.39", "126.13"),
    ],
)  # fmt: skip
def test_a_part_of_a_month_counts_its_days(why, month, charged, net, vat):
    (one,) = rent(month, charged, terms("1000"))
    assert (one.net, one.vat) == (D(net), D(vat)), why


@pytest.mark.parametrize(
    ("month", "charged"),
    [
        ("2026-03-01", ("2026-04-01", "2027-01-01")),  # begins after it
        ("2026-05-01", ("2026-01-01", "2026-05-01")),  # ended on the last day before it
    ],
)
def test_nothing_outside_the_term(month, charged):
    assert rent(month, charged, terms("1000")) == []


def test_terms_that_change_within_a_month_are_summed_exactly_and_rounded_once():
    # 1000 × 10/30 = 333.333…, 1100 × 20/30 = 733.333…: 1066.666… and not 333.33 + 733.33.
    (one,) = rent(
        "2026-04-01", ("2026-01-01", "2027-01-01"),
        terms("1000", before="2026-04-11"), terms("1100", first="2026-04-11"),
    )  # fmt: skip
    assert one.net == D("1066.67")
    assert [part.amount for part in one.explanation] == [D("333.33"), D("733.33")]


def test_a_change_of_the_vat_rate_within_a_month_makes_two_charges():
    found = rent(
        "2026-04-01", ("2026-01-01", "2027-01-01"),
        terms("900", before="2026-04-16", vat="23"), terms("900", first="2026-04-16", vat="22"),
    )  # fmt: skip
    assert [(one.vat_rate, one.net, one.vat) for one in found] == [
        (D(23), D("450.00"), D("103.50")),
        (D(22), D("450.00"), D("99.00")),
    ]


def test_outside_vat_there_is_none():
    (one,) = rent("2026-04-01", ("2026-01-01", "2027-01-01"), terms("900", vat=None))
    assert (one.vat_rate, one.vat) == (None, D("0.00"))


def test_a_gratuitous_loan_charges_nothing():
    assert rent("2026-04-01", ("2026-01-01", "2027-01-01"), terms("0")) == []


def test_halves_of_a_grosz_go_up():
    # 0.31 × 15/30 = 0.155
    (one,) = rent("2026-04-01", ("2026-04-16", "2027-01-01"), terms("0.31"))
    assert one.net == D("0.16")


@pytest.mark.parametrize(
    ("first", "payment_day", "due"),
    [
        ("2026-03-01", 10, "2026-03-10"),
        ("2026-03-10", 10, "2026-03-10"),
        ("2026-03-11", 10, "2026-04-10"),  # begun after the payment day: with the next month
        ("2026-02-01", 31, "2026-02-28"),
        ("2028-02-01", 31, "2028-02-29"),
        ("2026-12-20", 10, "2027-01-10"),
    ],
)
def test_when_it_is_due(first, payment_day, due):
    assert due_date(day(first), payment_day) == day(due)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(1, 700),
    st.integers(1, 9_999_999).map(lambda grosze: D(grosze) / 100),
)
def test_months_of_any_term_sum_to_within_a_grosz_each(first, length, net):
    before = date.fromordinal(first.toordinal() + length)
    one = Terms(first, None, net)
    month, found, whole = first.replace(day=1), [], 0
    while month < before:
        charges = monthly("rent", "", month, (first, before), [one], payment_day=10)
        found += charges
        assert all(charge.net <= net for charge in charges)
        whole += charges != [] and (charges[0].before - charges[0].first).days
        month = next_month(month)
    if net >= 1:
        assert whole == length, "each day of the term is charged once"


class TestHoldover:
    """Ended on 30 April (so from 1 May), 14 days to hand back, 100 % then 200 %."""

    def use(self, back: str | None, today: str, month: str = "2026-05-01", net: str = "3100"):
        use = Without(day("2026-05-01"), day(back) if back else None, day("2026-05-15"), 100, 200)
        return holdover(day(month), use, [terms(net)], day(today), payment_day=10)

    @pytest.mark.parametrize(
        ("back", "net"),
        [
            ("2026-05-02", "100.00"),  # one day; the day of the hand-back is not counted
            ("2026-05-15", "1400.00"),  # all 14 days allowed
            ("2026-05-16", "1600.00"),  # the first late day counts twice
            ("2026-06-01", "4800.00"),  # 14 × 100 + 17 × 200
        ],
    )
    def test_by_days(self, back, net):
        (one,) = self.use(back, "2026-06-02")
        assert (one.net, one.vat_rate) == (D(net), None)
        assert one.due_on == day("2026-06-10")

    def test_handed_back_on_the_first_day_after_the_term(self):
        assert self.use("2026-05-01", "2026-06-02") == []

    def test_nothing_before_the_month_is_over_while_it_lasts(self):
        assert self.use(None, "2026-05-31") == []
        (one,) = self.use(None, "2026-06-01")
        assert one.net == D("4800.00")

    def test_a_later_month_is_late_as_a_whole(self):
        (one,) = self.use(None, "2026-07-01", month="2026-06-01", net="3000")
        assert one.net == D("6000.00")

    def test_without_a_worth_of_the_month_nothing_is_reckoned(self):
        assert self.use("2026-05-20", "2026-06-02", net="0") == []


def test_months_of_the_calendar():
    assert add_months(day("2026-01-31"), 1) == day("2026-02-28")
    assert next_month(day("2026-12-01")) == day("2027-01-01")
