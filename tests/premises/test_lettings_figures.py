"""Figures of lettings with numbers that can be checked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from premises.desk.figures import Median, figures_of, month_ends, vacant_by_month
from premises.models import Lease
from records.clock import today
from records.periods import local_moment
from resources.models import Resource, StaffRole
from tests import factories, make
from tests.premises.contracts import contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit()


def premises(unit, known_from: date = date(2020, 1, 1), **fields) -> Resource:
    return factories.premises(unit=unit, created_at=local_moment(known_from, 0), **fields)


class TestMedian:
    @pytest.mark.parametrize(
        ("days", "middle"), [([], None), ([4], 4), ([1, 9], 5), ([2, 30, 3], 3)]
    )
    def test_is_the_middle_and_says_of_how_many(self, days, middle):
        assert Median.of(days) == Median(middle, len(days))


class TestMonthEnds:
    def test_the_running_month_stands_with_its_day(self):
        assert month_ends(date(2026, 3, 5), 4) == [
            date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 5),
        ]  # fmt: skip


class TestVacantByMonth:
    def test_a_place_handed_back_on_the_first_was_held_at_the_end_of_the_month(self, unit):
        place = premises(unit)
        contract(unit, place, starts=date(2025, 1, 1), returned=date(2026, 2, 1))
        found = vacant_by_month(unit, [date(2026, 1, 31), date(2026, 2, 28)])
        assert [(one.vacant, one.stock) for one in found] == [(0, 1), (1, 1)]

    def test_a_place_not_handed_back_is_not_vacant_after_its_term(self, unit):
        place = premises(unit)
        contract(unit, place, starts=date(2025, 1, 1), ends_before=date(2026, 1, 1))
        assert vacant_by_month(unit, [date(2026, 3, 31)])[0].vacant == 0

    def test_a_place_counts_from_when_it_is_known(self, unit):
        premises(unit, known_from=date(2026, 2, 10))
        let_before_it_was_entered = premises(unit, known_from=date(2026, 2, 10))
        contract(unit, let_before_it_was_entered, starts=date(2025, 5, 1))
        found = vacant_by_month(unit, [date(2025, 4, 30), date(2026, 1, 31), date(2026, 2, 28)])
        assert [(one.vacant, one.stock) for one in found] == [(0, 0), (0, 1), (1, 2)]

    def test_rooms_and_other_units_do_not_count(self, unit):
        factories.room(unit=unit)
        premises(make.unit())
        assert vacant_by_month(unit, [today()])[0].stock == 0


class TestFigures:
    def test_times_are_counted_between_recorded_dates_of_the_span(self, unit):
        day = today() - timedelta(days=30)
        for days in (2, 4, 10):
            made = contract(unit, signed_on=day, handed_over_on=day + timedelta(days=days))
            Lease.objects.filter(pk=made.pk).update(
                created_at=local_moment(day - timedelta(days=20), 23 * 60 + 30)
            )
        contract(unit, signed_on=day - timedelta(days=400))
        found = figures_of(unit, today() - timedelta(days=364), today())
        assert found.signature_to_handover == Median(4, 3)
        assert found.preparation_to_signature == Median(20, 3)

    def test_vacancy_is_counted_from_the_hand_back_and_the_never_let_stand_apart(self, unit):
        place = premises(unit)
        contract(unit, place, starts=date(2020, 1, 1), returned=today() - timedelta(days=50))
        premises(unit)
        found = figures_of(unit, today() - timedelta(days=364), today())
        assert (found.vacant_now, found.never_let) == (Median(50, 1), 1)

    def test_nothing_is_no_figure(self, unit):
        found = figures_of(unit, today() - timedelta(days=364), today())
        assert found.submission_to_decision == Median(None, 0)
        assert (found.refused, found.refusals, found.applications) == (0, [], 0)

    def test_costs_the_same_for_one_and_for_thirty(self, unit, django_assert_max_num_queries):
        contract(unit, premises(unit), signed_on=today())
        with django_assert_max_num_queries(9) as first:
            figures_of(unit, today() - timedelta(days=364), today())
        for _ in range(29):
            contract(unit, premises(unit), signed_on=today(), rent=Decimal(1))
        with django_assert_max_num_queries(len(first)):
            figures_of(unit, today() - timedelta(days=364), today())


class TestPage:
    def test_says_the_share_with_its_whole(self, client, unit):
        client.force_login(make.staff(unit, StaffRole.Role.LETTINGS_OFFICER))
        premises(unit)
        held = premises(unit)
        contract(unit, held, starts=date(2025, 1, 1))
        page = client.get(reverse("lettings:figures", args=[unit.code]))
        text = page.content.decode()
        assert '<span class="fig">1</span> z 2' in text
        assert page.status_code == 200
