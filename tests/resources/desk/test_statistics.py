"""Use in figures, with worked numbers: each has a denominator that can be counted by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records import clock
from records.clock import now
from resources import closures, own_use
from resources.booking import changes, clock_steps, course, decisions
from resources.collisions import PlaceAndTime
from resources.desk import refusals
from resources.desk.statistics import answers_of, common, hours, merged, statistics_of
from resources.models import Booking, Closure
from tests import factories, make
from tests.resources.booking.scene import once, period

MONDAY, SUNDAY = date(2026, 12, 7), date(2026, 12, 13)


def use(scene, first=MONDAY, last=SUNDAY):
    return statistics_of(scene.unit, first, last)


def room_use(scene, room=None):
    wanted = room or scene.room
    return next(one for one in use(scene).rooms if one.resource == wanted)


@pytest.fixture(autouse=True)
def _open_ten_hours_on_working_days(request):
    """50 hours a week: Monday to Friday, 10:00 to 20:00."""
    if "scene" in request.fixturenames:
        room = request.getfixturevalue("scene").room
        room.opening_rules.all().delete()
        factories.opening(room, {day: [(600, 1200)] for day in range(1, 6)})


class TestOffered:
    def test_opening_hours_of_the_span(self, scene):
        assert room_use(scene).offered == Decimal(50)

    def test_without_days_off(self, scene):
        scene.room.observes = ["public_holiday"]
        scene.room.save()
        factories.calendar_days("public_holiday", MONDAY, MONDAY)
        assert room_use(scene).offered == Decimal(40)

    def test_without_closures_and_own_use_where_they_meet_opening_hours(self, scene):
        plan = closures.Plan(
            unit=scene.unit,
            resources=[scene.room],
            periods=closures.days_as_periods(MONDAY, MONDAY),
            reason=Closure.Reason.REPAIR,
        )
        closures.close(plan, answers={}, seen=[], by=scene.decider)
        # Three hours, one of them before opening.
        lesson = PlaceAndTime(scene.room, period("2026-12-08 09:00", "12:00"))
        own_use.add(scene.unit, "lekcja", [lesson], by="Anna")
        found = room_use(scene)
        assert (found.offered, found.closed, found.own) == (Decimal(38), Decimal(10), Decimal(3))

    def test_of_a_hall_counts_by_sectors(self, scene):
        week = {day: [(600, 1200)] for day in range(1, 6)}
        hall = factories.room(sectors=("A", "B"), unit=scene.unit, hours=week)
        assert hall not in {one.resource for one in use(scene).rooms}
        assert use(scene).offered == Decimal(150)


class TestBooked:
    def test_promised_meetings_by_offered_hours(self, scene):
        decisions.accept(scene.sent(), scene.decider)
        found = room_use(scene)
        assert (found.booked, found.occupancy) == (Decimal(2), Decimal("0.04"))

    def test_requests_that_wait_are_not_booked(self, scene):
        scene.sent()
        assert room_use(scene).booked == Decimal(0)

    def test_a_meeting_in_the_whole_hall_counts_in_each_sector(self, scene):
        hall = factories.room(sectors=("A", "B"), unit=scene.unit)
        decisions.accept(scene.sent(room=hall), scene.decider)
        assert [room_use(scene, sector).booked for sector in hall.parts.all()] == [2, 2]

    def test_only_the_part_within_the_span_counts(self, scene):
        decisions.accept(scene.sent(once(period("2026-12-08 17:00", "19:00"))), scene.decider)
        assert use(scene, date(2026, 12, 9), SUNDAY).booked == Decimal(0)

    def test_used_is_what_is_over_and_was_not_missed(self, scene):
        first = decisions.accept(scene.sent(), scene.decider)
        second = scene.sent_by_another(once(period("2026-12-09 10:00", "13:00")))
        decisions.accept(second, scene.decider)
        with clock.frozen(now() + timedelta(days=17)):
            for booking in (first, second):
                clock_steps.catch_up(course.lock(booking))
            changes.mark_absent(second, scene.decider, slot_ids=[second.slots.get().pk])
            found = use(scene)
        assert (found.booked, found.used) == (Decimal(5), Decimal(2))
        assert (found.no_shows, found.dates_due) == (1, 2)


class TestOrganisationsAndRefusals:
    def test_an_organisation_counts_once(self, scene):
        for day in ("2026-12-08", "2026-12-09"):
            booking = scene.sent(once(period(f"{day} 17:00", "19:00")))
            decisions.accept(booking, scene.decider)
        other = scene.sent_by_another(once(period("2026-12-10 17:00", "19:00")))
        decisions.accept(other, scene.decider)
        assert use(scene).organisations == 2

    def test_refusals_are_counted_by_their_usual_reason(self, scene):
        for reason in (
            refusals.compose("staff", ""),
            refusals.compose("staff", "W święta nikogo nie ma."),
            "Sala jest w remoncie.",
        ):
            decisions.reject(scene.sent(), scene.decider, reason=reason)
        found = use(scene, date(2026, 11, 1), date(2026, 11, 30))
        assert found.refusals == [("staff", 2), ("other", 1)]
        assert found.requests == 3


class TestAnswers:
    @pytest.mark.parametrize(
        ("later", "days"),
        [
            pytest.param(timedelta(hours=2), 0, id="the same day"),
            pytest.param(timedelta(days=1), 1, id="the next day"),
            pytest.param(timedelta(days=2), 2, id="two days later"),
        ],
    )
    def test_are_counted_in_working_days(self, scene, later, days):
        booking = scene.sent()
        with clock.frozen(now() + later):
            decisions.accept(booking, scene.decider)
            assert answers_of(scene.unit).median_days == days

    def test_a_weekend_and_a_holiday_do_not_count(self, scene):
        factories.calendar_days("public_holiday", date(2026, 11, 27), date(2026, 11, 27))
        with clock.frozen(now() + timedelta(days=3)):  # Thursday
            booking = scene.sent()
        with clock.frozen(now() + timedelta(days=7)):  # Monday
            decisions.accept(booking, scene.decider)
            assert answers_of(scene.unit).median_days == 1

    def test_the_median_of_two_may_be_half_a_day(self, scene):
        first = scene.sent()
        second = scene.sent_by_another(once(period("2026-12-09 17:00", "19:00")))
        decisions.accept(first, scene.decider)
        with clock.frozen(now() + timedelta(days=1)):
            decisions.accept(second, scene.decider)
            found = answers_of(scene.unit)
        assert (found.median_days, found.answered, found.in_time) == (0.5, 2, 2)

    def test_the_first_answer_counts(self, scene):
        booking = scene.sent()
        decisions.send_back(booking, scene.decider, reason="Ile osób?")
        assert answers_of(scene.unit).answered == 1

    def test_nobody_answered_yet(self, scene):
        scene.sent()
        found = answers_of(scene.unit)
        assert (found.median_days, found.answered) == (None, 0)

    def test_what_the_rules_accepted_alone_is_no_answer(self, scene):
        scene.policy.auto_approve_participants = 50
        scene.policy.save()
        scene.room.price_list = factories.price_list(scene.unit, {"ngo_free": 0})
        scene.room.save()
        assert scene.sent().state == Booking.State.CONFIRMED
        assert answers_of(scene.unit).answered == 0

    def test_older_requests_are_left_out(self, scene):
        decisions.accept(scene.sent(), scene.decider)
        with clock.frozen(now() + timedelta(days=92)):
            assert answers_of(scene.unit).answered == 0


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([(0, 1), (1, 2)], [(0, 2)], id="adjacent"),
        pytest.param([(3, 4), (0, 1)], [(0, 1), (3, 4)], id="apart, out of order"),
        pytest.param([(0, 5), (1, 2)], [(0, 5)], id="one within the other"),
        pytest.param([(1, 1)], [], id="empty"),
    ],
)
def test_merged(spans, expected):
    assert merged(spans) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param([(0, 2)], [(1, 3)], [(1, 2)], id="overlap"),
        pytest.param([(0, 1)], [(1, 2)], [], id="adjacent"),
        pytest.param([(0, 10)], [(1, 2), (3, 4)], [(1, 2), (3, 4)], id="two in one"),
        pytest.param([], [(0, 1)], [], id="nothing"),
    ],
)
def test_common(one, other, expected):
    assert common(one, other) == expected


def test_hours_are_exact_to_the_quarter():
    assert hours([(0, 900), (3600, 7200)]) == Decimal("1.25")


def test_queries_do_not_grow(scene):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            use(scene)
        return len(captured)

    decisions.accept(scene.sent(), scene.decider)
    one = queries()
    for _number in range(5):
        room = factories.room(unit=scene.unit, policy=scene.policy)
        decisions.accept(scene.sent_by_another(room=room), scene.decider)
    assert len(use(scene).rooms) == 6
    assert queries() == one


def test_another_unit_is_not_counted(scene):
    other = type(scene)()
    decisions.accept(other.sent(), other.decider)
    assert use(scene).booked == Decimal(0)
    assert make.unit() is not None
