"""The unit's own timetable: it never displaces a meeting, and lessons follow by the bell."""

from datetime import date, datetime, timedelta

import pytest

from records import clock
from records.clock import KRAKOW
from records.problems import Conflict, Invalid
from resources import own_use
from resources.collisions import PlaceAndTime
from resources.models import Claim, Hold, OwnUse
from tests import factories
from tests.factories import moment
from tests.resources import scenes

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(datetime(2026, 11, 23, 14, 10, tzinfo=KRAKOW)):
        yield


def at(room, start, end):
    return PlaceAndTime(room, scenes.period(start, end))


def claimed(room):
    """(start, end) of all claims on the leaves of a room, as local clock times, by start."""
    leaves = room.space.leaf_rows.values("leaf")
    return [
        tuple(
            f"{end.astimezone(KRAKOW):%d %H:%M}" for end in (claim.period.lower, claim.period.upper)
        )
        for claim in Claim.objects.filter(space__in=leaves).order_by("period", "space")
    ]


def weekly(room, **fields):
    return own_use.Weekly(
        **{
            "resources": [room],
            "weekdays": frozenset({2}),
            "opens": 15 * 60,
            "closes": 17 * 60,
            "first": MONDAY,
            "last": MONDAY + timedelta(days=20),
        }
        | fields
    )


class TestWeeklySeries:
    def test_gives_each_date_of_the_weekday(self):
        room = factories.room()
        found = own_use.dates_of(weekly(room))
        assert [one.period.start.date() for one in found.times] == [
            date(2026, 12, 1),
            date(2026, 12, 8),
            date(2026, 12, 15),
        ]

    def test_passes_over_days_off_that_the_place_observes_and_names_them(self):
        factories.calendar_days("school_break", date(2026, 12, 7), date(2026, 12, 9), "ferie")
        room = factories.room(observes=["school_break"])
        found = own_use.dates_of(weekly(room))
        assert len(found.times) == 2
        assert found.passed_over == [(date(2026, 12, 8), "ferie")]

    def test_keeps_days_off_where_asked_to(self):
        factories.calendar_days("school_break", date(2026, 12, 7), date(2026, 12, 9), "ferie")
        room = factories.room(observes=["school_break"])
        assert len(own_use.dates_of(weekly(room, skip_days_off=False)).times) == 3

    def test_stays_at_the_same_hour_when_the_clocks_change(self):
        room = factories.room()
        found = own_use.dates_of(weekly(room, first=date(2027, 3, 22), last=date(2027, 4, 4)))
        assert [f"{one.period.start:%H:%M %z}" for one in found.times] == [
            "15:00 +0100",
            "15:00 +0200",
        ]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            pytest.param({"closes": 15 * 60}, "closes", id="ends when it begins"),
            pytest.param({"last": MONDAY - timedelta(days=1)}, "last", id="ends before it begins"),
            pytest.param({"last": MONDAY + timedelta(days=401)}, "last", id="beyond the horizon"),
            pytest.param({"last": MONDAY}, "weekdays", id="no such day between"),
        ],
    )
    def test_refuses(self, change, field):
        with pytest.raises(Invalid) as refused:
            own_use.dates_of(weekly(factories.room(), **change))
        assert refused.value.field == field


class TestAdding:
    def test_claims_the_times_with_the_turnaround_after_them(self):
        room = factories.room(turnaround_minutes=15)
        own_use.add(
            room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="Anna"
        )
        assert claimed(room) == [("01 15:00", "01 17:15")]

    def test_of_a_hall_claims_each_sector(self):
        hall = factories.room(sectors=("A", "B"))
        own_use.add(hall.unit, "mecz", [at(hall, "2026-12-01 15:00", "2026-12-01 17:00")], by="A")
        assert claimed(hall) == [("01 15:00", "01 17:00")] * 2

    def test_never_displaces_a_meeting(self):
        room = factories.room()
        scenes.meeting(room, ("2026-12-01 16:00", "2026-12-01 18:00"))
        with pytest.raises(own_use.OwnUseCollides) as refused:
            own_use.add(
                room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="Anna"
            )
        assert [one.label for one in refused.value.collisions] == ["Chór Echo"]
        assert claimed(room) == [("01 16:00", "01 18:00")]
        assert not OwnUse.objects.exists()

    def test_leaves_out_what_is_taken_where_asked_to(self):
        room = factories.room()
        scenes.meeting(room, ("2026-12-08 16:00", "2026-12-08 18:00"))
        made, left_out = own_use.add(
            room.unit, "balet", own_use.dates_of(weekly(room)).times, by="Anna", leave_out=True
        )
        assert [one.start for one in left_out] == [moment("2026-12-08 16:00")]
        assert [
            held.period.lower.astimezone(KRAKOW).day for held in made.hold.held_periods.all()
        ] == [1, 15]

    def test_is_refused_when_nothing_is_left(self):
        room = factories.room()
        scenes.meeting(room, ("2026-12-01 16:00", "2026-12-01 18:00"))
        with pytest.raises(Conflict):
            own_use.add(
                room.unit,
                "balet",
                [at(room, "2026-12-01 15:00", "2026-12-01 17:00")],
                by="Anna",
                leave_out=True,
            )
        assert Hold.objects.count() == 1

    @pytest.mark.parametrize(
        ("start", "end", "collides"),
        [
            pytest.param("16:00", "18:00", True, id="overlaps"),
            pytest.param("17:15", "18:00", True, id="begins within the turnaround of ours"),
            pytest.param("17:30", "18:00", False, id="begins when our turnaround ends"),
            pytest.param("14:00", "14:45", True, id="its turnaround runs into ours"),
            pytest.param("14:00", "14:30", False, id="its turnaround ends when ours begins"),
        ],
    )
    def test_keeps_the_turnaround_between_itself_and_a_meeting(self, start, end, collides):
        room = factories.room(turnaround_minutes=30)
        scenes.meeting(room, (f"2026-12-01 {start}", f"2026-12-01 {end}"))
        wanted = [at(room, "2026-12-01 15:00", "2026-12-01 17:00")]
        if collides:
            with pytest.raises(own_use.OwnUseCollides):
                own_use.add(room.unit, "balet", wanted, by="Anna")
        else:
            own_use.add(room.unit, "balet", wanted, by="Anna")

    def test_lessons_follow_by_the_bell_however_long_the_turnaround(self):
        room = factories.room(turnaround_minutes=30)
        lessons = [("08:00", "08:45"), ("08:55", "09:40"), ("09:50", "10:35")]
        for start, end in (lessons[0], lessons[2], lessons[1]):
            own_use.add(
                room.unit, "lekcja", [at(room, f"2026-12-01 {start}", f"2026-12-01 {end}")], by="A"
            )
        assert claimed(room) == [
            ("01 08:00", "01 08:55"),
            ("01 08:55", "01 09:50"),
            ("01 09:50", "01 11:05"),
        ]

    def test_lessons_of_one_series_follow_by_the_bell_too(self):
        room = factories.room(turnaround_minutes=30)
        own_use.add(
            room.unit,
            "lekcje",
            [
                at(room, "2026-12-01 08:00", "2026-12-01 08:45"),
                at(room, "2026-12-01 08:55", "2026-12-01 09:40"),
            ],
            by="A",
        )
        assert claimed(room) == [("01 08:00", "01 08:55"), ("01 08:55", "01 10:10")]

    def test_refuses_two_times_that_overlap_in_one_place(self):
        hall = factories.room(sectors=("A", "B"))
        sector = hall.parts.first()
        with pytest.raises(Invalid):
            own_use.add(
                hall.unit,
                "mecz",
                [
                    at(hall, "2026-12-01 15:00", "2026-12-01 17:00"),
                    at(sector, "2026-12-01 16:00", "2026-12-01 18:00"),
                ],
                by="A",
            )

    def test_refuses_a_place_of_another_unit(self):
        room, other = factories.room(), factories.unit()
        with pytest.raises(Invalid):
            own_use.add(other, "x", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="A")

    def test_a_lapsed_request_is_in_nobodys_way(self):
        room = factories.room()
        scenes.meeting(
            room,
            ("2026-12-01 16:00", "2026-12-01 18:00"),
            state="under_review",
            expires_at=clock.now() - timedelta(minutes=1),
        )
        own_use.add(room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="A")
        assert claimed(room) == [("01 15:00", "01 17:00")]


class TestChanging:
    def test_replaces_what_is_to_come_and_leaves_what_is_over(self):
        room = factories.room()
        times = [
            at(room, "2026-11-17 15:00", "2026-11-17 17:00"),
            at(room, "2026-12-01 15:00", "2026-12-01 17:00"),
        ]
        made, _ = own_use.add(room.unit, "balet", times, by="Anna")
        own_use.replace(
            made, "tango", [at(room, "2026-12-02 18:00", "2026-12-02 19:00")], show_title=True
        )
        assert claimed(room) == [("17 15:00", "17 17:00"), ("02 18:00", "02 19:00")]
        made.refresh_from_db()
        assert (made.title, made.show_title, made.hold.label) == ("tango", True, "tango")

    def test_may_overlap_its_own_earlier_times(self):
        room = factories.room(turnaround_minutes=15)
        made, _ = own_use.add(
            room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="Anna"
        )
        own_use.replace(
            made, "balet", [at(room, "2026-12-01 16:00", "2026-12-01 18:00")], show_title=False
        )
        assert claimed(room) == [("01 16:00", "01 18:15")]

    def test_a_collision_changes_nothing(self):
        room = factories.room()
        made, _ = own_use.add(
            room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="Anna"
        )
        scenes.meeting(room, ("2026-12-02 15:00", "2026-12-02 17:00"))
        before = claimed(room)
        with pytest.raises(own_use.OwnUseCollides):
            own_use.replace(
                made, "tango", [at(room, "2026-12-02 16:00", "2026-12-02 18:00")], show_title=False
            )
        assert claimed(room) == before

    def test_removing_offers_again_what_is_to_come(self):
        room = factories.room()
        made, _ = own_use.add(
            room.unit,
            "balet",
            [
                at(room, "2026-11-17 15:00", "2026-11-17 17:00"),
                at(room, "2026-12-01 15:00", "2026-12-01 17:00"),
            ],
            by="Anna",
        )
        own_use.remove(made)
        assert claimed(room) == [("17 15:00", "17 17:00")]

    def test_removing_the_only_date_lapses_the_hold_and_keeps_its_record(self):
        room = factories.room(turnaround_minutes=15)
        made, _ = own_use.add(
            room.unit, "balet", [at(room, "2026-12-01 15:00", "2026-12-01 17:00")], by="Anna"
        )
        own_use.remove_date(made.hold.held_periods.get())
        assert claimed(room) == []
        assert Hold.objects.get().binding is False

    def test_removing_one_of_two_that_touch_leaves_the_other(self):
        room = factories.room(turnaround_minutes=30)
        made, _ = own_use.add(
            room.unit,
            "lekcje",
            [
                at(room, "2026-12-01 08:00", "2026-12-01 08:45"),
                at(room, "2026-12-01 08:55", "2026-12-01 09:40"),
            ],
            by="A",
        )
        own_use.remove_date(made.hold.held_periods.order_by("period").first())
        assert claimed(room) == [("01 08:55", "01 10:10")]

    def test_what_has_begun_stays(self):
        room = factories.room()
        made, _ = own_use.add(
            room.unit, "balet", [at(room, "2026-11-23 14:00", "2026-11-23 17:00")], by="Anna"
        )
        with pytest.raises(Conflict):
            own_use.remove_date(made.hold.held_periods.get())
