"""What waits at the desk: the nearest deadline first, with its age, in few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records import clock
from records.clock import now
from resources.booking import decisions, requests
from resources.booking.series import Slot
from resources.desk import inbox
from resources.desk.case import case_of, cases_of
from resources.desk.inbox import Tab
from resources.models import Booking, StaffRole
from tests import make
from tests.resources.booking.scene import WEDNESDAY, once, period, tuesdays

ANSWERS = {"accept", "reject", "return", "propose", "wait"}


def listed(scene, tab=Tab.DECIDE):
    return inbox.items(list(inbox.in_tab(scene.unit, tab)))


def case(scene, booking, person=None):
    found = cases_of(Booking.objects.filter(pk=booking.pk)).get()
    return case_of(found, person or scene.decider)


class TestOrderAndWords:
    def test_the_nearest_deadline_stands_first(self, scene):
        later = scene.sent(tuesdays())
        sooner = scene.sent_by_another(once(WEDNESDAY))
        assert [one.booking for one in listed(scene)] == [sooner, later]

    def test_a_line_says_who_where_when_and_what(self, scene):
        scene.sent()
        (one,) = listed(scene)
        assert one.applicant == "Bliżej Skarpy"
        assert one.what.startswith(scene.room.title_pl)
        assert "8.12, 17:00\u2060–\u206019:00" in one.what
        assert one.detail.startswith("Warsztaty robienia na drutach, 12")

    def test_a_series_says_its_weekday_and_number_of_dates(self, scene):
        scene.sent(tuesdays())
        (one,) = listed(scene)
        assert "17:00\u2060–\u206019:00" in one.what
        assert one.detail.startswith("5 ")

    @pytest.mark.parametrize(
        ("later", "tone"),
        [
            pytest.param(timedelta(0), "wait", id="three days to go"),
            pytest.param(timedelta(days=2), "stop", id="tomorrow"),
            pytest.param(timedelta(days=3, hours=-1), "stop", id="today"),
            pytest.param(timedelta(days=3, hours=1), "stop", id="overdue"),
        ],
    )
    def test_the_deadline_gets_louder(self, scene, later, tone):
        scene.sent()
        with clock.frozen(now() + later):
            (one,) = listed(scene)
        assert one.badge.tone == tone

    def test_an_escalated_case_says_so_while_it_waits(self, scene):
        booking = scene.sent()
        Booking.objects.filter(pk=booking.pk).update(escalated_at=now())
        assert [one.escalated for one in listed(scene)] == [True]
        decisions.accept(booking, scene.decider)
        assert [one.escalated for one in listed(scene, Tab.DONE)] == [False]

    def test_counts_say_what_waits_until_tomorrow_and_what_is_overdue(self, scene):
        scene.sent()
        scene.sent_by_another(tuesdays("2026-12-15"))
        assert inbox.waiting(scene.unit) == inbox.Waiting(2, 0, 0)
        with clock.frozen(now() + timedelta(days=2)):
            assert inbox.waiting(scene.unit) == inbox.Waiting(2, 1, 0)
        with clock.frozen(now() + timedelta(days=4)):
            assert inbox.waiting(scene.unit) == inbox.Waiting(2, 1, 1)


class TestTabs:
    def test_every_state_but_a_draft_has_exactly_one_tab(self):
        for state in Booking.State:
            tabs = [tab for tab in Tab if state in tab.states]
            assert len(tabs) == (0 if state == Booking.State.DRAFT else 1), state

    def test_a_case_moves_with_its_state(self, scene):
        booking = scene.sent()
        assert inbox.counts(scene.unit)[Tab.DECIDE] == 1
        slot = booking.slots.get()
        decisions.propose(booking, scene.decider, instead={slot.pk: Slot(scene.room, WEDNESDAY)})
        assert inbox.counts(scene.unit)[Tab.UNDER_WAY] == 1
        decisions.undo(booking, scene.decider)
        decisions.reject(booking, scene.decider, reason="Nie.")
        assert inbox.counts(scene.unit) == {Tab.DECIDE: 0, Tab.UNDER_WAY: 0, Tab.DONE: 1}

    def test_drafts_and_other_units_are_not_there(self, scene):
        scene.saved()
        type(scene)().sent()
        assert [inbox.counts(scene.unit)[tab] for tab in Tab] == [0, 0, 0]


def test_queries_do_not_grow_with_the_list(scene):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert listed(scene)
        return len(captured)

    scene.sent()
    one = queries()
    for day in range(1, 30):
        made = make.booking(
            scene.room,
            organisation=make.organisation(),
            state=Booking.State.UNDER_REVIEW,
            decide_by=now() + timedelta(days=day),
        )
        made.slots.create(
            resource=scene.room, period=(now(), now() + timedelta(hours=1)), state="wished"
        )
    assert len(listed(scene)) == 30
    assert queries() == one


class TestCase:
    def test_what_was_checked_says_why(self, scene):
        found = case(scene, scene.sent())
        assert [check.state for check in found.checks][:2] == ["yes", "yes"]

    def test_an_unverified_organisation_is_for_the_desk_to_look_at(self, scene):
        organisation = make.organisation(verification_state="submitted", verified_until=None)
        member = make.member(organisation)
        booking = scene.sent(by=member, organisation=organisation)
        assert case(scene, booking).checks[1].state == "unknown"

    def test_a_lapsed_hold_is_a_hindrance(self, scene):
        booking = scene.sent()
        with clock.frozen(now() + timedelta(days=5)):
            assert case(scene, booking).checks[0].state == "no"

    def test_a_rule_that_says_no_today_is_shown(self, scene):
        booking = scene.sent()
        scene.room.capacity = 5
        scene.room.save()
        states = [check.state for check in case(scene, booking).checks]
        assert "no" in states

    def test_a_long_series_names_the_contract(self, scene):
        booking = scene.sent(tuesdays("2026-12-01", "2027-03-30"))
        found = case(scene, booking)
        assert found.checks[-1].state == "unknown"
        accepted = decisions.accept(booking, scene.decider)
        assert accepted.state == Booking.State.CONTRACT_PENDING
        assert "sign" in case(scene, accepted).actions

    def test_the_strip_tells_dates_as_asked_replaced_and_left_out(self, scene):
        decisions.accept(scene.sent_by_another(), scene.decider)
        draft = scene.saved(tuesdays(), choices={"2026-12-08T17:00": "skip"})
        found = case(scene, requests.submit(draft, scene.member))
        assert found.strip is not None
        assert found.strip.ticks == ["free", "shut", "free", "free", "free"]

    @pytest.mark.parametrize(
        ("role", "actions"),
        [
            pytest.param(StaffRole.Role.HEAD, ANSWERS, id="head"),
            pytest.param(StaffRole.Role.DECIDER, ANSWERS, id="decider"),
            pytest.param(StaffRole.Role.EDITOR, set(), id="editor"),
            pytest.param(StaffRole.Role.VIEWER, set(), id="viewer"),
            pytest.param(StaffRole.Role.LETTINGS_OFFICER, set(), id="lettings officer"),
        ],
    )
    def test_what_may_be_done_depends_on_the_role(self, scene, role, actions):
        person = make.staff(scene.unit, role)
        assert case(scene, scene.sent(), person).actions == actions

    def test_an_answer_can_be_undone_for_ten_minutes(self, scene):
        booking = decisions.accept(scene.sent(), scene.decider)
        assert case(scene, booking).undo_until == now() + timedelta(minutes=10)
        with clock.frozen(now() + timedelta(minutes=10)):
            assert case(scene, booking).undo_until is None

    def test_only_dates_to_come_can_be_called_off(self, scene):
        booking = decisions.accept(
            scene.sent(once(period("2026-11-25 17:00", "19:00"))), scene.decider
        )
        assert "call_off" in case(scene, booking).actions
        with clock.frozen(now() + timedelta(days=2, hours=4)):
            found = case(scene, booking)
        assert "call_off" not in found.actions
        assert "mark_absent" in found.actions
