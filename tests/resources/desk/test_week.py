"""The week of all rooms: everything that is in them, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.clock import now
from resources import closures, own_use
from resources.booking import decisions
from resources.collisions import PlaceAndTime
from resources.desk.week import monday_of, week_of
from resources.models import Hold
from tests import factories
from tests.resources.booking.scene import TUESDAY, once, period

MONDAY = date(2026, 12, 7)


def events(week, room, day=1):
    """(hours, label, mark) of a room on a day, Monday being 0."""
    row = next(one for one in week.rooms if one.resource == room)
    return [(one.hours, one.label, one.mark) for one in row.cells[day].events]


def at(opens, closes):
    return f"{opens}\u2060–\u2060{closes}"


def test_shows_requests_meetings_own_use_and_closures(scene):
    scene.sent()
    meeting = scene.sent_by_another(once(period("2026-12-08 09:00", "10:30")))
    decisions.accept(meeting, scene.decider)
    rehearsal = period("2026-12-08 12:00", "14:00")
    own_use.add(scene.unit, "próba", [PlaceAndTime(scene.room, rehearsal)], by="Anna")
    plan = closures.Plan(
        unit=scene.unit,
        resources=[scene.room],
        periods=closures.days_as_periods(MONDAY, MONDAY),
        reason="repair",
        public_note="malowanie",
    )
    closures.close(plan, answers={}, seen=[], by=scene.decider)
    week = week_of(scene.unit, MONDAY)
    marks = [(hours, mark) for hours, _label, mark in events(week, scene.room)]
    assert marks == [(at("09:00", "10:30"), "ok"), (at(12, 14), "own"), (at(17, 19), "wait")]
    ((_hours, label, mark),) = events(week, scene.room, day=0)
    assert (label, mark) == ("malowanie", "shut")


def test_an_event_over_several_days_stands_in_each(scene):
    plan = closures.Plan(
        unit=scene.unit,
        resources=[scene.room],
        periods=closures.days_as_periods(MONDAY, MONDAY + timedelta(days=2)),
        reason="repair",
    )
    closures.close(plan, answers={}, seen=[], by=scene.decider)
    week = week_of(scene.unit, MONDAY)
    assert [len(events(week, scene.room, day)) for day in range(4)] == [1, 1, 1, 0]


def test_sectors_stand_in_the_row_of_their_hall_and_say_which(scene):
    hall = factories.room(sectors=("A", "B"), unit=scene.unit, title_pl="Sala taneczna")
    sector = hall.parts.order_by("title_pl").first()
    decisions.accept(scene.sent(room=sector), scene.decider)
    week = week_of(scene.unit, MONDAY)
    assert {one.resource for one in week.rooms} == {scene.room, hall}
    ((_hours, label, _mark),) = events(week, hall)
    assert label == "A: Bliżej Skarpy"


def test_days_off_and_closed_days_say_why(scene):
    scene.room.observes = ["public_holiday"]
    scene.room.save()
    scene.room.opening_rules.filter(weekday=7).delete()
    factories.calendar_days("public_holiday", MONDAY, MONDAY, "Święto")
    week = week_of(scene.unit, MONDAY)
    closed = [cell.closed for cell in week.rooms[0].cells]
    assert closed[0] == "Święto"
    assert closed[1] == ""
    assert closed[6] != ""


def test_a_lapsed_request_is_not_shown(scene):
    booking = scene.sent()
    Hold.objects.filter(pk=booking.hold_id).update(expires_at=now() - timedelta(minutes=1))
    assert events(week_of(scene.unit, MONDAY), scene.room) == []


def test_a_lease_is_shown_by_its_hold(scene):
    factories.occupy(scene.room, "2026-12-08 00:00", None, kind="lease", label="Najem sezonowy")
    week = week_of(scene.unit, MONDAY)
    assert [mark for _hours, _label, mark in events(week, scene.room, 6)] == ["shut"]
    assert events(week, scene.room, 0) == []


def test_more_than_twelve_rooms_come_in_parts(scene):
    for _number in range(13):
        factories.room(unit=scene.unit, policy=scene.policy)
    first, second = (week_of(scene.unit, MONDAY, part=part) for part in (1, 2))
    assert (len(first.rooms), len(second.rooms), first.parts) == (12, 2, 2)
    assert week_of(scene.unit, MONDAY, part=99).part == 2


@pytest.mark.parametrize("rooms", [1, 12])
def test_queries_do_not_grow_with_rooms_and_events(scene, rooms):
    for _number in range(rooms - 1):
        room = factories.room(unit=scene.unit, policy=scene.policy)
        scene.sent_by_another(once(TUESDAY), room=room)
        own_use.add(
            scene.unit, "x", [PlaceAndTime(room, period("2026-12-09 08:00", "09:00"))], by="A"
        )
    with CaptureQueriesContext(connection) as captured:
        week_of(scene.unit, MONDAY)
    assert len(captured) <= 7


def test_the_week_across_the_clock_change_has_seven_days(scene):
    week = week_of(scene.unit, date(2027, 3, 22))
    assert [day.date.isoweekday() for day in week.days] == [1, 2, 3, 4, 5, 6, 7]
    assert monday_of(date(2027, 3, 28)) == date(2027, 3, 22)
