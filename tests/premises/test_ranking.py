"""Ranking: totals, thresholds, ties and draws, as cases and as properties."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from premises.commission.ranking import Criterion, Entry, rank, rounded

PROGRAMME = Criterion("programme", Decimal(1), tie_rank=1)
EXPERIENCE = Criterion("experience", Decimal(1), tie_rank=2)
OUTLAY = Criterion("outlay", Decimal(1))
CRITERIA = (PROGRAMME, EXPERIENCE, OUTLAY)


def card(programme, experience=0, outlay=0):
    return {
        "programme": Decimal(str(programme)),
        "experience": Decimal(str(experience)),
        "outlay": Decimal(str(outlay)),
    }


def places(listing):
    return {line.key: line.place for line in listing.lines}


class TestTotals:
    def test_the_mean_of_all_cards_times_the_weight(self):
        heavy = Criterion("programme", Decimal("1.5"))
        listing = rank([Entry(1, (card(4), card(5)))], [heavy])
        assert listing.lines[0].total == Decimal("6.75")
        assert listing.lines[0].means == {"programme": Decimal("4.50")}

    def test_three_cards_are_rounded_half_up_once_at_the_end(self):
        listing = rank([Entry(1, (card(1, 1, 1), card(1, 1, 1), card(2, 2, 2)))], CRITERIA)
        # 3 * 4/3 = 4 exactly; rounding each mean first would give 3.99.
        assert listing.lines[0].total == Decimal("4.00")

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (Fraction(1, 200), "0.01"),
            (Fraction(-1, 200), "-0.01"),
            (Fraction(1, 201), "0.00"),
            (Fraction(1, 3), "0.33"),
            (Fraction(2, 3), "0.67"),
            (Fraction(-1), "-1.00"),
        ],
    )
    def test_rounding(self, value, expected):
        assert rounded(value) == Decimal(expected)

    def test_below_the_threshold_one_has_a_place_but_does_not_pass(self):
        listing = rank(
            [Entry(1, (card(6, 4),)), Entry(2, (card(6, 3, "0.99"),))],
            CRITERIA,
            least_total=Decimal(10),
        )
        assert [(one.key, one.passes) for one in listing.lines] == [(1, True), (2, False)]

    def test_the_threshold_itself_passes(self):
        listing = rank([Entry(1, (card(6, 4),))], CRITERIA, least_total=Decimal(10))
        assert listing.lines[0].passes

    def test_rates_are_ordered_from_the_highest(self):
        rates = {1: "9.50", 2: "10.50", 3: "10.00"}
        listing = rank([Entry(key, rate=Decimal(rate)) for key, rate in rates.items()])
        assert [one.key for one in listing.lines] == [2, 3, 1]

    def test_no_card_is_an_error_and_no_zero(self):
        with pytest.raises(ValueError, match="no card"):
            rank([Entry(1)], CRITERIA)

    def test_a_card_without_a_criterion_is_an_error(self):
        with pytest.raises(ValueError, match="lacks outlay"):
            rank([Entry(1, ({"programme": Decimal(1), "experience": Decimal(1)},))], CRITERIA)


class TestTies:
    def test_the_first_criterion_decides(self):
        listing = rank([Entry(1, (card(3, 6),)), Entry(2, (card(6, 3),))], CRITERIA)
        assert places(listing) == {2: 1, 1: 2}
        assert listing.lines[0].decided_by == "programme"
        assert listing.lines[0].tied_with == (1,)
        assert listing.undecided == ()

    def test_the_second_decides_where_the_first_is_equal(self):
        listing = rank([Entry(1, (card(4, 2, 2),)), Entry(2, (card(4, 3, 1),))], CRITERIA)
        assert places(listing) == {2: 1, 1: 2}
        assert listing.lines[0].decided_by == "experience"

    def test_a_criterion_without_a_rank_decides_nothing(self):
        alone = [Criterion("outlay", Decimal(1)), Criterion("programme", Decimal(1))]
        entries = [Entry(1, ({"outlay": Decimal(2), "programme": Decimal(1)},)),
                   Entry(2, ({"outlay": Decimal(1), "programme": Decimal(2)},))]  # fmt: skip
        assert rank(entries, alone).undecided == ((1, 2),)

    def test_full_equals_wait_for_a_draw(self):
        listing = rank([Entry(1, (card(4),)), Entry(2, (card(4),))], CRITERIA)
        assert listing.undecided == ((1, 2),)

    def test_the_draw_orders_them_and_is_told(self):
        entries = [Entry(1, (card(4),)), Entry(2, (card(4),))]
        listing = rank(entries, CRITERIA, draw=[2, 1])
        assert places(listing) == {2: 1, 1: 2}
        assert listing.lines[0].decided_by == "draw"
        assert listing.undecided == ()

    def test_a_draw_never_overturns_points(self):
        entries = [Entry(1, (card(5),)), Entry(2, (card(4),))]
        assert places(rank(entries, CRITERIA, draw=[2, 1])) == {1: 1, 2: 2}

    def test_a_draw_of_some_leaves_the_others_undecided(self):
        entries = [Entry(key, (card(4),)) for key in (1, 2, 3)]
        assert rank(entries, CRITERIA, draw=[2, 1]).undecided == ((1, 2, 3),)


points = st.decimals(0, 6, places=1)
cards = st.builds(card, points, points, st.decimals(0, 2, places=1))
entries = st.lists(st.lists(cards, min_size=1, max_size=4), min_size=1, max_size=7).map(
    lambda many: [Entry(key, tuple(one)) for key, one in enumerate(many, 1)]
)


class TestProperties:
    @given(entries)
    def test_places_are_one_to_n_and_totals_never_rise(self, given_entries):
        lines = rank(given_entries, CRITERIA).lines
        assert [one.place for one in lines] == list(range(1, len(given_entries) + 1))
        totals = [one.total for one in lines]
        assert totals == sorted(totals, reverse=True)
        assert {one.key for one in lines} == {one.key for one in given_entries}

    @given(entries, st.randoms(use_true_random=False))
    def test_the_order_of_coming_in_changes_nothing(self, given_entries, random):
        shuffled = random.sample(given_entries, len(given_entries))
        assert rank(given_entries, CRITERIA) == rank(shuffled, CRITERIA)

    @given(entries, st.randoms(use_true_random=False))
    def test_a_draw_of_all_decides_everything_and_moves_only_full_equals(
        self, given_entries, random
    ):
        keys = [one.key for one in given_entries]
        before = rank(given_entries, CRITERIA)
        after = rank(given_entries, CRITERIA, draw=random.sample(keys, len(keys)))
        assert after.undecided == ()
        group = {key: number for number, one in enumerate(before.undecided) for key in one}
        moved = [key for key in keys if places(before)[key] != places(after)[key]]
        assert all(key in group for key in moved)

    @given(entries, st.integers(0, 6), cards)
    def test_more_points_never_lower_a_place(self, given_entries, index, more):
        assume(index < len(given_entries))
        mine = given_entries[index]
        better = Entry(
            mine.key,
            tuple({code: value + more[code] for code, value in one.items()} for one in mine.cards),
        )
        others = [one for one in given_entries if one is not mine]
        draw = [mine.key, *(one.key for one in others)]
        before = places(rank(given_entries, CRITERIA, draw=draw))[mine.key]
        after = places(rank([*others, better], CRITERIA, draw=draw))[mine.key]
        assert after <= before
