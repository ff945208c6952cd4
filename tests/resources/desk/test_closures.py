"""Closing never overrides: what is in the way is shown, and goes only where somebody said so."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from records import clock
from records.clock import KRAKOW, now
from records.problems import Conflict, Invalid
from resources import claims, closures, own_use
from resources.booking import changes, decisions, requests, waiting_list
from resources.booking.series import Slot
from resources.closures import Answer, NewInTheWay, Plan, days_as_periods
from resources.collisions import PlaceAndTime
from resources.models import Booking, Claim, Closure, Hold, Layer, StaffRole
from tests import factories, make
from tests.resources.booking.scene import TUESDAY, WEDNESDAY, once, period, slots, told, tuesdays

KEEP, CALL_OFF = Answer.KEEP, Answer.CALL_OFF


def plan(room, first="2026-12-08", last="", **fields):
    """Closing a room for whole days."""
    first_day = date.fromisoformat(first)
    return Plan(
        **{
            "unit": room.unit,
            "resources": [room],
            "periods": days_as_periods(first_day, date.fromisoformat(last) if last else first_day),
            "reason": Closure.Reason.REPAIR,
        }
        | fields
    )


def close(wanted, by, answer=KEEP, **fields):
    """Close with the same answer for everything that the preview shows."""
    preview = closures.preview(wanted, by)
    answers = dict.fromkeys(preview.seen, answer)
    return closures.close(wanted, answers=answers, seen=preview.seen, by=by, **fields)


def claimed(hold):
    """Claims as local times, with the day of the month."""
    return [
        "-".join(
            f"{edge.astimezone(KRAKOW):%d %H:%M}" for edge in (one.period.lower, one.period.upper)
        )
        for one in hold.claims.order_by("period", "space")
    ]


class TestNothingInTheWay:
    def test_closes_every_place_for_the_whole_days(self, scene):
        hall = factories.room(sectors=("A", "B"), unit=scene.unit)
        closure = close(
            plan(scene.room, last="2026-12-09", resources=[scene.room, hall]), scene.decider
        )
        assert claimed(closure.hold) == ["08 00:00-10 00:00"] * 3
        assert closure.created_by == str(scene.decider)
        assert closure.hold.held_periods.count() == 2

    def test_closes_the_same_hours_of_each_day(self, scene):
        periods = days_as_periods(date(2026, 12, 8), date(2026, 12, 9), opens=540, closes=720)
        closure = close(plan(scene.room, periods=periods), scene.decider)
        assert claimed(closure.hold) == ["08 09:00-08 12:00", "09 09:00-09 12:00"]

    def test_tells_the_public_the_reason_in_the_citys_language(self, scene):

        with override("en"):
            closure = close(plan(scene.room), scene.decider)
        assert closure.hold.label == "remont"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            pytest.param({"resources": []}, "places", id="no place"),
            pytest.param({"periods": []}, "first", id="no period"),
            pytest.param({"first": "2026-11-20"}, "last", id="in the past"),
            pytest.param({"last": "2028-12-08"}, "last", id="two years"),
        ],
    )
    def test_refuses(self, scene, change, field):
        with pytest.raises(Invalid) as refused:
            plan(scene.room, **change)
        assert refused.value.field == field

    def test_refuses_a_place_of_another_unit(self, scene):
        with pytest.raises(Invalid):
            plan(scene.room, resources=[factories.room()])


class TestMeetingsInTheWay:
    @pytest.fixture
    def booking(self, scene):
        return decisions.accept(scene.sent(), scene.decider)

    def test_the_preview_names_them_and_changes_nothing(self, scene, booking):
        preview = closures.preview(plan(scene.room), scene.decider)
        (one,) = preview.in_the_way
        assert (one.collision.label, one.may_call_off) == ("Bliżej Skarpy", True)
        assert one.collision.start == TUESDAY.start
        assert not Closure.objects.exists()
        assert slots(booking) == [("12-08 17:00", "confirmed")]

    def test_what_is_kept_stays_and_the_closure_goes_around_it(self, scene, booking):
        closure = close(plan(scene.room), scene.decider)
        assert claimed(closure.hold) == ["08 00:00-08 17:00", "08 19:00-09 00:00"]
        assert slots(booking) == [("12-08 17:00", "confirmed")]

    def test_what_is_not_answered_is_kept(self, scene, booking):
        wanted = plan(scene.room)
        seen = closures.preview(wanted, scene.decider).seen
        closures.close(wanted, answers={}, seen=seen, by=scene.decider)
        assert slots(booking) == [("12-08 17:00", "confirmed")]

    def test_what_is_called_off_goes_with_the_reason(self, scene, booking):
        closure = close(plan(scene.room), scene.decider, CALL_OFF, message="Pękła rura.")
        assert claimed(closure.hold) == ["08 00:00-09 00:00"]
        booking.refresh_from_db()
        assert (booking.state, booking.reason) == (Booking.State.CANCELLED_BY_OWNER, "Pękła rura.")
        assert told(scene.member)[-1] == "booking_called_off"

    def test_one_date_of_a_series_goes_and_the_others_stay(self, scene):
        booking = decisions.accept(scene.sent(tuesdays()), scene.decider)
        close(plan(scene.room), scene.decider, CALL_OFF)
        assert [state for _day, state in slots(booking)] == [
            "confirmed",
            "cancelled_by_owner",
            "confirmed",
            "confirmed",
            "confirmed",
        ]

    def test_a_request_under_review_is_refused(self, scene):
        booking = scene.sent()
        close(plan(scene.room), scene.decider, CALL_OFF, message="Remont.")
        booking.refresh_from_db()
        assert (booking.state, booking.reason) == (Booking.State.REJECTED, "Remont.")

    def test_a_series_under_review_is_offered_without_the_date(self, scene):
        booking = scene.sent(tuesdays())
        close(plan(scene.room), scene.decider, CALL_OFF)
        booking.refresh_from_db()
        assert booking.state == Booking.State.PROPOSED_CHANGE
        assert [state for _day, state in slots(booking)].count("held") == 4

    def test_who_keeps_the_inventory_sees_them_but_cannot_call_off(self, scene, booking):
        editor = make.staff(scene.unit, StaffRole.Role.EDITOR)
        (one,) = closures.preview(plan(scene.room), editor).in_the_way
        assert not one.may_call_off
        with pytest.raises(NewInTheWay):
            close(plan(scene.room), editor, CALL_OFF)
        assert slots(booking) == [("12-08 17:00", "confirmed")]

    def test_a_proposal_that_waits_for_an_answer_stays(self, scene):
        booking = scene.sent()
        slot = booking.slots.get()

        decisions.propose(booking, scene.decider, instead={slot.pk: Slot(scene.room, WEDNESDAY)})
        (one,) = closures.preview(plan(scene.room, "2026-12-09"), scene.decider).in_the_way
        assert not one.may_call_off

    def test_shorter_notice_than_the_rules_promise_is_marked(self, scene):
        decisions.accept(scene.sent(once(period("2026-11-25 17:00", "19:00"))), scene.decider)
        decisions.accept(scene.sent(), scene.decider)
        wanted = plan(scene.room, "2026-11-24", "2026-12-10")
        found = closures.preview(wanted, scene.decider).in_the_way
        assert [one.short_notice for one in found] == [True, False]

    def test_what_has_begun_stays(self, scene):
        decisions.accept(scene.sent(once(period("2026-11-24 17:00", "19:00"))), scene.decider)
        with clock.frozen(now() + timedelta(days=1, hours=3, minutes=30)):
            (one,) = closures.preview(plan(scene.room, "2026-11-24"), scene.decider).in_the_way
        assert not one.may_call_off

    def test_a_lapsed_request_is_not_in_the_way(self, scene):
        booking = scene.sent()
        Hold.objects.filter(pk=booking.hold_id).update(expires_at=now() - timedelta(minutes=1))
        assert not closures.preview(plan(scene.room), scene.decider).in_the_way

    def test_the_time_for_cleaning_alone_is_no_collision_but_is_left(self, scene):
        scene.room.turnaround_minutes = 30
        scene.room.save()
        decisions.accept(scene.sent(), scene.decider)
        evening = days_as_periods(
            date(2026, 12, 8), date(2026, 12, 8), opens=19 * 60, closes=22 * 60
        )
        wanted = plan(scene.room, periods=evening)
        assert not closures.preview(wanted, scene.decider).in_the_way
        assert claimed(close(wanted, scene.decider).hold) == ["08 19:30-08 22:00"]

    def test_a_sector_in_use_is_in_the_way_of_its_hall_and_not_of_its_neighbour(self, scene):
        hall = factories.room(sectors=("A", "B"), unit=scene.unit)
        left, right = hall.parts.order_by("title_pl")
        decisions.accept(scene.sent(room=left), scene.decider)
        assert len(closures.preview(plan(hall), scene.decider).in_the_way) == 1
        assert not closures.preview(plan(right), scene.decider).in_the_way

    def test_nothing_left_to_close_is_said(self, scene, booking):
        evening = days_as_periods(
            date(2026, 12, 8), date(2026, 12, 8), opens=17 * 60, closes=19 * 60
        )
        with pytest.raises(Conflict):
            close(plan(scene.room, periods=evening), scene.decider)
        assert not Closure.objects.exists()

    def test_whoever_waits_does_not_get_the_time_that_is_closed(self, scene, booking):

        organisation, member = scene.another()
        draft = scene.saved(by=member, organisation=organisation)
        waiting = requests.submit(draft, member, wait_if_taken=True)
        close(plan(scene.room), scene.decider, CALL_OFF)
        waiting_list.advance(scene.unit.pk)
        waiting.refresh_from_db()
        assert waiting.state == Booking.State.WAITLISTED


class TestBetweenPreviewAndClosing:
    def test_what_is_new_refuses_the_closing_and_shows_itself(self, scene):
        wanted = plan(scene.room)
        seen = closures.preview(wanted, scene.decider).seen
        booking = scene.sent()
        with pytest.raises(NewInTheWay) as refused:
            closures.close(wanted, answers={}, seen=seen, by=scene.decider)
        assert [one.collision.slot.booking for one in refused.value.preview.in_the_way] == [booking]
        assert not Closure.objects.exists()
        assert slots(booking) == [("12-08 17:00", "held")]

    def test_what_went_away_is_no_hindrance(self, scene):
        booking = scene.sent()
        wanted = plan(scene.room)
        preview = closures.preview(wanted, scene.decider)
        changes.withdraw(booking, scene.member)
        answers = dict.fromkeys(preview.seen, CALL_OFF)
        closure = closures.close(wanted, answers=answers, seen=preview.seen, by=scene.decider)
        assert claimed(closure.hold) == ["08 00:00-09 00:00"]

    def test_a_call_off_is_undone_when_the_closing_is_refused(self, scene):
        booking = decisions.accept(scene.sent(), scene.decider)
        wanted = plan(scene.room, last="2026-12-09")
        preview = closures.preview(wanted, scene.decider)
        scene.sent_by_another(once(WEDNESDAY))
        with pytest.raises(NewInTheWay):
            closures.close(
                wanted,
                answers=dict.fromkeys(preview.seen, CALL_OFF),
                seen=preview.seen,
                by=scene.decider,
            )
        assert slots(booking) == [("12-08 17:00", "confirmed")]
        assert "booking_called_off" not in told(scene.member)


class TestOtherThings:
    def test_own_use_goes_where_the_unit_says_so(self, scene):
        own_use.add(scene.unit, "balet", [PlaceAndTime(scene.room, TUESDAY)], by="Anna")
        close(plan(scene.room), scene.decider, CALL_OFF)
        assert Hold.objects.get(kind=Hold.Kind.OWN_USE).binding is False

    def test_own_use_stays_where_it_is_kept(self, scene):
        own_use.add(scene.unit, "balet", [PlaceAndTime(scene.room, TUESDAY)], by="Anna")
        closure = close(plan(scene.room), scene.decider)
        assert len(claimed(closure.hold)) == 2

    def test_another_closure_and_a_lease_always_stay(self, scene):
        first = close(plan(scene.room), scene.decider)
        factories.occupy(
            scene.room, "2026-12-09 00:00", "2026-12-10 00:00", kind="lease", label="Najem"
        )
        wanted = plan(scene.room, last="2026-12-10")
        found = closures.preview(wanted, scene.decider).in_the_way
        assert [one.may_call_off for one in found] == [False, False]
        second = close(wanted, scene.decider)
        assert claimed(second.hold) == ["10 00:00-11 00:00"]
        assert claimed(first.hold) == ["08 00:00-09 00:00"]

    def test_stewardship_is_not_in_the_way(self, scene):
        factories.occupy(
            scene.room, "2026-12-01 00:00", None, kind="lease", layer=Layer.STEWARDSHIP
        )
        assert not closures.preview(plan(scene.room), scene.decider).in_the_way


class TestAfterwards:
    def test_a_lifted_closure_offers_the_places_again(self, scene):
        closure = close(plan(scene.room), scene.decider)
        closures.lift(closure)
        assert not Claim.objects.exists()
        assert Hold.objects.get().binding is False
        scene.sent()

    def test_lifting_leaves_what_is_over(self, scene):
        closure = close(plan(scene.room, "2026-11-23", "2026-11-25"), scene.decider)
        with clock.frozen(now() + timedelta(days=1)):
            closures.lift(closure)
        assert claimed(closure.hold) == ["23 00:00-24 14:07"]
        assert [one.period.upper for one in closure.hold.held_periods.all()] == [
            now() + timedelta(days=1)
        ]

    def test_what_becomes_free_later_is_closed_too(self, scene):
        booking = decisions.accept(scene.sent(), scene.decider)
        closure = close(plan(scene.room), scene.decider)
        changes.cancel(booking, scene.member)
        assert closures.fill_gaps(closure) == 1
        assert claimed(closure.hold) == [
            "08 00:00-08 17:00",
            "08 17:00-08 19:00",
            "08 19:00-09 00:00",
        ]
        assert closures.fill_gaps(closure) == 0

    def test_a_lifted_closure_is_not_filled(self, scene):
        closure = close(plan(scene.room), scene.decider)
        closures.lift(closure)
        assert closures.fill_gaps(closure) == 0

    def test_no_hold_is_left_without_an_owner(self, scene):
        booking = decisions.accept(scene.sent(), scene.decider)
        close(plan(scene.room), scene.decider, CALL_OFF)
        assert claims.orphan_holds() == []
        assert booking.hold is not None
