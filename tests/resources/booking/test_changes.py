"""After the answer: cancelling by the rules, absences and bans, the clock, the waiting list."""

from datetime import date, timedelta

import pytest
from django.db import connection

from records.clock import frozen
from records.problems import Conflict, Forbidden, Invalid
from resources.booking import changes, clock_steps, decisions, facts, jobs, requests, waiting_list
from resources.booking.facts import Applicant
from resources.booking.series import DatesTaken
from resources.models import Booking, StaffRole, UnmetDemand
from tests import factories, make
from tests.resources.booking.scene import (
    DAY,
    HOUR,
    NOW,
    TUESDAY,
    WEDNESDAY,
    claimed,
    once,
    period,
    slots,
    steps,
    told,
    tuesdays,
)


def confirmed(scene, wish=None) -> Booking:
    return decisions.accept(scene.sent(wish), scene.decider)


class TestCancelByTheApplicant:
    def test_the_only_date_ends_the_booking(self, scene) -> None:
        booking = changes.cancel(confirmed(scene), scene.member, reason="choroba")
        assert booking.state == "cancelled_by_user"
        assert slots(booking) == [("12-08 17:00", "cancelled_by_user")]
        assert claimed(booking) == []
        assert told(scene.decider)[-1] == "booking_cancelled"

    def test_one_date_of_a_series_leaves_the_others(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        third = booking.slots.order_by("period")[2]
        booking = changes.cancel(booking, scene.member, slot_ids=[third.pk])
        assert booking.state == "confirmed"
        assert [state for _date, state in slots(booking)] == [
            "confirmed", "confirmed", "cancelled_by_user", "confirmed", "confirmed",
        ]  # fmt: skip
        assert len(claimed(booking)) == 4

    def test_all_that_is_left_of_a_series_under_way(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        with frozen(TUESDAY.start - 3 * DAY):
            booking = changes.cancel(booking, scene.member)
        assert booking.state == "completed", "one date was used, so it is not a cancelled booking"
        assert [state for _date, state in slots(booking)] == ["used"] + ["cancelled_by_user"] * 4

    @pytest.mark.parametrize(
        ("before", "late"),
        [
            pytest.param(48 * HOUR, False, id="exactly-in-time"),
            pytest.param(48 * HOUR - timedelta(seconds=1), True, id="a-second-late"),
            pytest.param(timedelta(minutes=1), True, id="at-the-door"),
        ],
    )
    def test_after_the_term_of_notice_it_counts_and_must_be_known(
        self, scene, before, late
    ) -> None:
        booking = confirmed(scene)
        with frozen(TUESDAY.start - before):
            if late:
                with pytest.raises(Conflict) as refused:
                    changes.cancel(booking, scene.member)
                assert refused.value.code == "late_cancellation"
            booking = changes.cancel(booking, scene.member, late_is_known=late)
        assert booking.slots.get().late is late
        assert claimed(booking) == [], "freed for others in any case"

    def test_what_has_begun_stays(self, scene) -> None:
        booking = confirmed(scene)
        with frozen(TUESDAY.start), pytest.raises(Conflict) as refused:
            changes.cancel(booking, scene.member, late_is_known=True)
        assert refused.value.code == "already_started"

    def test_a_waiting_request_is_withdrawn_instead(self, scene) -> None:
        booking = scene.sent()
        with pytest.raises(Conflict):
            changes.cancel(booking, scene.member)
        assert changes.withdraw(booking, scene.member).state == "withdrawn"
        assert claimed(booking) == []


class TestCallOffByTheUnit:
    def test_with_notice_and_reason(self, scene) -> None:
        booking = changes.call_off(confirmed(scene), scene.decider, reason="Wybory")
        assert (booking.state, booking.reason) == ("cancelled_by_owner", "Wybory")
        assert told(scene.member)[-1] == "booking_called_off"

    def test_without_a_reason_never(self, scene) -> None:
        with pytest.raises(Invalid):
            changes.call_off(confirmed(scene), scene.decider, reason="")

    def test_short_notice_only_when_urgent(self, scene) -> None:
        booking = confirmed(scene)
        with frozen(TUESDAY.start - 2 * DAY):
            with pytest.raises(Conflict) as refused:
                changes.call_off(booking, scene.decider, reason="Awaria")
            assert refused.value.code == "short_notice"
            changes.call_off(booking, scene.decider, reason="Awaria", urgent=True)
        assert claimed(booking) == []

    def test_one_date_of_a_series_keeps_the_series(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        slot = booking.slots.order_by("period")[3]
        booking = changes.call_off(booking, scene.decider, reason="Egzaminy", slot_ids=[slot.pk])
        slot.refresh_from_db()
        assert (booking.state, slot.state, slot.reason) == (
            "confirmed", "cancelled_by_owner", "Egzaminy",
        )  # fmt: skip


class TestAbsence:
    def absent(self, scene, when) -> Booking:
        booking = confirmed(scene, once(when))
        with frozen(when.end + HOUR):
            return changes.mark_absent(booking, scene.decider, slot_ids=[booking.slots.get().pk])

    def test_a_single_booking_that_nobody_came_to(self, scene) -> None:
        booking = self.absent(scene, TUESDAY)
        assert (booking.state, slots(booking)) == ("no_show", [("12-08 17:00", "no_show")])
        assert told(scene.member)[-1] == "booking_absent"

    def test_a_series_goes_on(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        with frozen(TUESDAY.end):
            second = booking.slots.order_by("period")[1]
            booking = changes.mark_absent(booking, scene.decider, slot_ids=[second.pk])
        assert booking.state == "in_use"
        assert [state for _date, state in slots(booking)][:3] == ["used", "no_show", "confirmed"]

    def test_not_before_the_date(self, scene) -> None:
        booking = confirmed(scene)
        with pytest.raises(Conflict) as refused:
            changes.mark_absent(booking, scene.decider, slot_ids=[booking.slots.get().pk])
        assert refused.value.code == "not_started"

    def test_the_limit_brings_a_ban_from_the_last_absence(self, scene) -> None:
        applicant = Applicant(scene.organisation, scene.member)
        self.absent(scene, period("2026-12-01 17:00", "19:00"))
        with frozen(NOW + 20 * DAY):
            assert facts.banned_until(applicant, scene.policy) is None
        self.absent(scene, TUESDAY)
        with frozen(NOW + 20 * DAY):
            assert facts.banned_until(applicant, scene.policy) == date(2027, 3, 8)
            with pytest.raises(Forbidden) as refused:
                scene.sent(once(period("2026-12-20 10:00", "12:00")))
        assert refused.value.code == "banned"
        with frozen(NOW + 106 * DAY):  # 9 March 2027
            scene.sent(once(period("2027-03-20 10:00", "12:00")))

    def test_a_late_cancellation_counts_like_an_absence(self, scene) -> None:
        self.absent(scene, period("2026-12-01 17:00", "19:00"))
        booking = confirmed(scene)
        with frozen(TUESDAY.start - HOUR):
            changes.cancel(booking, scene.member, late_is_known=True)
            assert facts.banned_until(
                Applicant(scene.organisation, scene.member), scene.policy
            ) == date(2027, 3, 8)

    def test_a_corrected_absence_lifts_the_ban(self, scene) -> None:
        booking = self.absent(scene, period("2026-12-01 17:00", "19:00"))
        self.absent(scene, TUESDAY)
        with frozen(NOW + 20 * DAY):
            booking = changes.correct_absence(
                booking, scene.decider, slot_ids=[booking.slots.get().pk]
            )
            assert booking.state == "completed"
            assert facts.banned_until(Applicant(scene.organisation, None), scene.policy) is None

    def test_absences_outside_the_window_do_not_add_up(self, new_scene) -> None:
        scene = new_scene(rules={"no_show_window_days": 6})
        self.absent(scene, period("2026-12-01 17:00", "19:00"))
        self.absent(scene, TUESDAY)
        with frozen(NOW + 20 * DAY):
            assert facts.banned_until(Applicant(scene.organisation, None), scene.policy) is None

    def test_another_organisation_is_not_banned(self, scene) -> None:
        self.absent(scene, period("2026-12-01 17:00", "19:00"))
        self.absent(scene, TUESDAY)
        with frozen(NOW + 20 * DAY):
            scene.sent_by_another(once(period("2026-12-20 10:00", "12:00")))


class TestTheClock:
    def test_an_unanswered_request_expires_and_both_sides_hear(self, scene) -> None:
        booking = scene.sent()
        with frozen(booking.hold.expires_at - timedelta(seconds=1)):
            assert jobs.take_due_steps() == 0
        with frozen(booking.hold.expires_at):
            assert jobs.take_due_steps() == 1
            assert jobs.take_due_steps() == 0
        booking.refresh_from_db()
        assert (booking.state, claimed(booking)) == ("expired", [])
        assert told(scene.member)[-1] == "booking_expired"
        assert told(scene.decider)[-1] == "booking_expired_unanswered"

    def test_a_contract_that_nobody_signed_lapses(self, scene) -> None:
        booking = decisions.accept(scene.sent(tuesdays()), scene.decider, contract=True)
        with frozen(NOW + 15 * DAY):
            jobs.take_due_steps()
        booking.refresh_from_db()
        assert (booking.state, claimed(booking)) == ("lapsed", [])

    def test_use_begins_and_ends_by_itself(self, scene) -> None:
        booking = confirmed(scene)
        for moment, state in [
            (TUESDAY.start - timedelta(seconds=1), "confirmed"),
            (TUESDAY.start, "in_use"),
            (TUESDAY.end - timedelta(seconds=1), "in_use"),
            (TUESDAY.end, "completed"),
        ]:
            with frozen(moment):
                jobs.take_due_steps()
            booking.refresh_from_db()
            assert booking.state == state
        settled = changes.settle(booking, scene.decider, attended=11)
        assert (settled.state, settled.attended) == ("settled", 11)

    def test_a_worker_that_was_away_catches_up_in_one_go(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        with frozen(NOW + 60 * DAY):
            assert jobs.take_due_steps() == 1
            assert not clock_steps.due().exists()
        assert steps(booking)[-2:] == [("confirmed", "in_use"), ("in_use", "completed")]

    def test_without_a_worker_answers_come_out_the_same(self, scene) -> None:
        booking = scene.sent()
        with frozen(booking.hold.expires_at), pytest.raises(Conflict) as refused:
            decisions.accept(booking, scene.decider)
        assert refused.value.code == "wrong_state"

    def test_a_reminder_a_day_before_each_date_once(self, scene) -> None:
        confirmed(scene, tuesdays("2026-12-01", "2026-12-08"))
        first = TUESDAY.start - 7 * DAY
        sent = []
        for moment in (
            first - 25 * HOUR,
            first - 24 * HOUR,
            first - HOUR,
            TUESDAY.start - 24 * HOUR,
            TUESDAY.start - HOUR,
        ):
            with frozen(moment):
                sent.append(jobs.remind_of_dates())
        assert sent == [0, 1, 0, 1, 0]

    def test_the_unit_is_reminded_before_its_deadline_and_the_head_told_after(self, scene) -> None:
        head = make.staff(scene.unit, StaffRole.Role.HEAD)
        booking = scene.sent()
        assert jobs.press_for_answers() == 0
        with frozen(booking.decide_by - 20 * HOUR):
            assert jobs.press_for_answers() == 1
            assert jobs.press_for_answers() == 0
        assert told(scene.decider)[-1] == "booking_answer_due"
        with frozen(booking.decide_by):
            assert jobs.press_for_answers() == 1
            assert jobs.press_for_answers() == 0
        assert told(head)[-1] == "booking_overdue"
        assert told(scene.decider)[-1] == "booking_answer_due"


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


class TestWaitingList:
    def waiting(self, scene, wish=None) -> Booking:
        organisation, member = scene.another()
        draft = scene.saved(wish, by=member, organisation=organisation)
        return requests.submit(draft, member, wait_if_taken=True)

    def test_a_waiting_request_holds_nothing(self, scene) -> None:
        scene.sent()
        waiting = self.waiting(scene)
        assert (waiting.state, waiting.hold.binding, claimed(waiting)) == (
            "waitlisted", False, [],
        )  # fmt: skip
        assert told(waiting.person) == ["booking_waiting"]
        assert told(scene.decider) == ["booking_new"], "nothing to decide yet"

    def test_the_first_who_asked_gets_what_becomes_free(self, scene, after_commit) -> None:
        booking = confirmed(scene)
        first, second = self.waiting(scene), self.waiting(scene)
        assert [waiting_list.position(first), waiting_list.position(second)] == [1, 1]
        with after_commit():
            changes.cancel(booking, scene.member)
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("under_review", "waitlisted")
        assert claimed(first) == [("12-08 17:00", "19:00")]
        first.hold.refresh_from_db()
        assert first.hold.expires_at is not None
        assert told(first.person)[-1] == "booking_promoted"
        assert told(scene.decider)[-2:] == ["booking_cancelled", "booking_new"]

    @pytest.mark.parametrize("how", ["withdraw", "reject", "expire", "call_off", "propose"])
    def test_however_it_becomes_free(self, scene, after_commit, how) -> None:
        booking = scene.sent()
        waiting = self.waiting(scene)
        with after_commit():
            if how == "withdraw":
                changes.withdraw(booking, scene.member)
            elif how == "reject":
                decisions.reject(booking, scene.decider, reason="nie")
            elif how == "propose":
                decisions.propose(
                    booking,
                    scene.decider,
                    instead={booking.slots.get().pk: requests.Slot(scene.room, WEDNESDAY)},
                )
            elif how == "call_off":
                decisions.accept(booking, scene.decider)
                changes.call_off(booking, scene.decider, reason="nie", urgent=True)
            else:
                with frozen(booking.hold.expires_at):
                    jobs.take_due_steps()
        waiting.refresh_from_db()
        assert waiting.state == "under_review"

    def test_who_does_not_fit_lets_the_next_pass(self, scene, after_commit) -> None:
        booking = confirmed(scene)
        factories.occupy(scene.room, "2026-12-08 19:00", "2026-12-08 20:00")
        longer = self.waiting(scene, once(period("2026-12-08 17:00", "20:00")))
        fitting = self.waiting(scene)
        with after_commit():
            changes.cancel(booking, scene.member)
        longer.refresh_from_db()
        fitting.refresh_from_db()
        assert (longer.state, fitting.state) == ("waitlisted", "under_review")

    def test_a_series_is_moved_as_a_whole_or_not(self, scene, after_commit) -> None:
        booking = confirmed(scene)
        factories.occupy(scene.room, "2026-12-15 17:00", "2026-12-15 19:00")
        series = self.waiting(scene, tuesdays())
        with after_commit():
            changes.cancel(booking, scene.member)
        series.refresh_from_db()
        assert (series.state, claimed(series)) == ("waitlisted", [])

    def test_a_process_that_died_in_between_is_made_good_by_the_job(self, scene) -> None:
        booking = confirmed(scene)
        waiting = self.waiting(scene)
        changes.cancel(booking, scene.member)  # callbacks are not run
        assert jobs.move_waiting_lists() == 1
        waiting.refresh_from_db()
        assert waiting.state == "under_review"

    def test_a_day_before_nobody_is_moved_and_the_entry_ends(self, scene, after_commit) -> None:
        booking = confirmed(scene)
        waiting = self.waiting(scene)
        with frozen(TUESDAY.start - DAY), after_commit():
            changes.cancel(booking, scene.member, late_is_known=True)
            jobs.take_due_steps()
        waiting.refresh_from_db()
        assert waiting.state == "expired"
        assert told(waiting.person)[-1] == "booking_waited_in_vain"

    def test_put_there_by_the_unit_it_lets_another_in_first(self, scene, after_commit) -> None:
        booking = scene.sent()
        with after_commit():
            decisions.put_on_waiting_list(booking, scene.decider)
        booking.refresh_from_db()
        assert booking.state == "under_review", "nobody else wanted it, so it is first in the list"

    def test_there_is_nothing_to_wait_for_where_the_place_is_closed(self, scene) -> None:
        night = once(period("2026-12-08 22:30", "23:30"))
        with pytest.raises(Conflict) as refused:
            self.waiting(scene, night)
        assert refused.value.code == "closed"

    def test_position_counts_earlier_entries_for_an_overlapping_time(self, scene) -> None:
        scene.sent()
        with frozen(NOW + HOUR):
            first = self.waiting(scene)
        with frozen(NOW + 2 * HOUR):
            second = self.waiting(scene)
        assert (waiting_list.position(first), waiting_list.position(second)) == (1, 2)


def test_a_hold_without_consent_shows_no_name_in_the_database(scene) -> None:
    scene.sent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT label FROM resources_hold")
        assert cursor.fetchall() == [("",)]


def test_the_loser_who_did_not_ask_to_wait_is_not_put_on_a_list(scene) -> None:
    scene.sent()
    with pytest.raises(DatesTaken):
        scene.sent_by_another()
    assert not Booking.objects.filter(state="waitlisted").exists()


class TestUnmetDemand:
    """What was asked for and not given is counted, without who asked."""

    def origins(self) -> list[tuple[str, str]]:
        return list(UnmetDemand.objects.order_by("pk").values_list("origin", "reason"))

    def test_a_refusal(self, scene) -> None:
        decisions.reject(scene.sent(), scene.decider, reason="nie")
        assert self.origins() == [("refused", "refused")]

    def test_a_booking_that_the_unit_calls_off(self, scene) -> None:
        changes.call_off(confirmed(scene), scene.decider, reason="Awaria")
        assert self.origins() == [("refused", "called_off")]

    def test_one_date_called_off_is_not_a_request_refused(self, scene) -> None:
        booking = confirmed(scene, tuesdays())
        changes.call_off(
            booking, scene.decider, reason="Awaria", slot_ids=[booking.slots.last().pk]
        )
        assert self.origins() == []

    def test_a_request_given_up(self, scene) -> None:
        changes.withdraw(scene.sent(), scene.member)
        assert self.origins() == [("abandoned", "withdrawn")]

    def test_a_request_that_nobody_answered(self, scene) -> None:
        booking = scene.sent()
        with frozen(booking.hold.expires_at):
            jobs.take_due_steps()
        assert self.origins() == [("abandoned", "expired")]

    def test_what_was_given_is_not_unmet(self, scene) -> None:
        changes.cancel(confirmed(scene), scene.member)
        assert self.origins() == []
