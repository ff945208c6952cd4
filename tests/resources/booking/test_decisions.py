"""The unit's answers: what each does to the state, the claims, the deadline and the messages."""

from datetime import timedelta

import pytest

from organisations.models import Membership
from records.clock import frozen
from records.problems import Conflict, Forbidden, Invalid, NotFound
from resources.booking import changes, decisions
from resources.booking.series import DatesTaken, Slot
from resources.claims import SlotTaken
from resources.models import Claim, StaffRole
from tests import factories, make
from tests.resources.booking.scene import (
    NOW,
    WEDNESDAY,
    at,
    claimed,
    once,
    period,
    slots,
    steps,
    told,
    tuesdays,
)

MINUTE = timedelta(minutes=1)


class TestAccept:
    def test_binds_the_hold_for_good(self, scene) -> None:
        booking = decisions.accept(scene.sent(), scene.decider, message="Zapraszamy")
        assert (booking.state, booking.decided_at, booking.decided_by) == (
            "confirmed",
            NOW,
            str(scene.decider),
        )
        booking.hold.refresh_from_db()
        assert booking.hold.expires_at is None
        assert slots(booking) == [("12-08 17:00", "confirmed")]
        assert told(scene.member)[-1] == "booking_confirmed"
        assert booking.steps.last().message == "Zapraszamy"

    def test_of_a_long_series_waits_for_the_contract(self, new_scene) -> None:
        scene = new_scene(rules={"contract_after_days": 27, "contract_days": 5})
        booking = decisions.accept(scene.sent(tuesdays()), scene.decider)
        assert booking.state == "contract_pending"
        assert booking.decide_by == at("2026-11-28 14:07")
        booking.hold.refresh_from_db()
        assert booking.hold.expires_at == at("2026-11-29 00:00")
        signed = decisions.contract_signed(booking, scene.decider, reference="DK/12/2026")
        assert (signed.state, signed.contract_reference) == ("confirmed", "DK/12/2026")
        booking.hold.refresh_from_db()
        assert booking.hold.expires_at is None

    def test_of_a_series_as_long_as_the_limit_needs_none(self, new_scene) -> None:
        scene = new_scene(rules={"contract_after_days": 28})
        assert decisions.accept(scene.sent(tuesdays()), scene.decider).state == "confirmed"

    def test_the_head_may_ask_for_a_contract_all_the_same(self, scene) -> None:
        booking = decisions.accept(scene.sent(), scene.decider, contract=True)
        assert booking.state == "contract_pending"

    def test_twice_is_told_once(self, scene) -> None:
        booking = scene.sent()
        decisions.accept(booking, scene.decider)
        with pytest.raises(Conflict) as second:
            decisions.accept(booking, scene.decider)
        assert second.value.code == "wrong_state"
        assert told(scene.member).count("booking_confirmed") == 1


class TestReject:
    def test_frees_the_time_and_keeps_the_reason(self, scene) -> None:
        booking = decisions.reject(scene.sent(), scene.decider, reason="Remont podłogi.")
        assert (booking.state, booking.reason) == ("rejected", "Remont podłogi.")
        assert slots(booking) == [("12-08 17:00", "released")]
        assert claimed(booking) == []
        assert scene.sent_by_another().state == "under_review"
        assert told(scene.member)[-1] == "booking_rejected"

    def test_needs_a_reason_and_changes_nothing_without(self, scene) -> None:
        booking = scene.sent()
        with pytest.raises(Invalid):
            decisions.reject(booking, scene.decider, reason=" ")
        booking.refresh_from_db()
        assert booking.state == "under_review"


def test_a_returned_request_stays_held_for_the_days_of_the_policy(scene) -> None:
    booking = decisions.send_back(scene.sent(), scene.decider, reason="Ile osób?")
    assert booking.decide_by == at("2026-11-30 14:07")
    booking.hold.refresh_from_db()
    assert booking.hold.expires_at == at("2026-12-01 00:00")
    assert claimed(booking) == [("12-08 17:00", "19:00")]


class TestPropose:
    def propose(self, scene, booking, instead: Slot | None = None):
        [slot, *_rest] = booking.slots.order_by("period")
        return decisions.propose(
            booking,
            scene.decider,
            instead={slot.pk: instead or Slot(scene.room, WEDNESDAY)},
            message="We wtorek mamy próbę",
        )

    def test_holds_the_proposed_time_and_frees_the_old_one(self, scene) -> None:
        booking = self.propose(scene, scene.sent())
        assert booking.state == "proposed_change"
        assert slots(booking) == [("12-08 17:00", "released"), ("12-09 17:00", "proposed")]
        assert claimed(booking) == [("12-09 17:00", "19:00")]
        assert booking.decide_by == at("2026-11-28 14:07")
        assert scene.sent_by_another().state == "under_review"
        assert told(scene.member)[-1] == "booking_proposed"

    def test_accepted_by_the_applicant_it_is_confirmed(self, scene) -> None:
        booking = changes.accept_proposal(self.propose(scene, scene.sent()), scene.member)
        assert booking.state == "confirmed"
        assert slots(booking) == [("12-08 17:00", "released"), ("12-09 17:00", "confirmed")]
        assert told(scene.decider)[-1] == "booking_proposal_accepted"

    def test_declined_it_frees_everything(self, scene) -> None:
        booking = changes.decline_proposal(self.propose(scene, scene.sent()), scene.member)
        assert (booking.state, claimed(booking)) == ("withdrawn", [])

    def test_a_time_overlapping_its_own_old_one_is_possible(self, scene) -> None:
        later = Slot(scene.room, period("2026-12-08 18:00", "20:00"))
        booking = self.propose(scene, scene.sent(), later)
        assert claimed(booking) == [("12-08 18:00", "20:00")]

    def test_a_taken_time_cannot_be_proposed_and_nothing_changes(self, scene) -> None:
        booking = scene.sent()
        scene.sent_by_another(once(WEDNESDAY))
        with pytest.raises(SlotTaken):
            self.propose(scene, booking)
        booking.refresh_from_db()
        assert (booking.state, claimed(booking)) == ("under_review", [("12-08 17:00", "19:00")])

    def test_only_within_the_unit(self, scene) -> None:
        foreign = Slot(factories.room(), WEDNESDAY)
        with pytest.raises(Invalid) as refused:
            self.propose(scene, scene.sent(), foreign)
        assert refused.value.code == "foreign_place"

    def test_single_dates_of_a_series_the_others_stay(self, scene) -> None:
        booking = scene.sent(tuesdays())
        first, second, *_rest = booking.slots.order_by("period")
        booking = decisions.propose(
            booking,
            scene.decider,
            instead={
                first.pk: Slot(scene.room, period("2026-12-02 17:00", "19:00")),
                second.pk: None,
            },
        )
        changes.accept_proposal(booking, scene.member)
        assert slots(booking) == [
            ("12-01 17:00", "released"),
            ("12-02 17:00", "confirmed"),
            ("12-08 17:00", "released"),
            ("12-15 17:00", "confirmed"),
            ("12-22 17:00", "confirmed"),
            ("12-29 17:00", "confirmed"),
        ]

    def test_nothing_left_is_a_refusal(self, scene) -> None:
        booking = scene.sent()
        with pytest.raises(Invalid):
            decisions.propose(booking, scene.decider, instead={booking.slots.get().pk: None})


class TestUndo:
    @pytest.mark.parametrize(
        "decide",
        [
            pytest.param(lambda s, b: decisions.accept(b, s.decider), id="accept"),
            pytest.param(lambda s, b: decisions.accept(b, s.decider, contract=True), id="contract"),
            pytest.param(lambda s, b: decisions.reject(b, s.decider, reason="nie"), id="reject"),
            pytest.param(lambda s, b: decisions.send_back(b, s.decider, reason="?"), id="return"),
            pytest.param(lambda s, b: TestPropose().propose(s, b), id="propose"),
        ],
    )
    def test_every_answer_can_be_taken_back_for_ten_minutes(self, scene, decide) -> None:
        booking = scene.sent()
        before = (booking.decide_by, booking.hold.expires_at, claimed(booking))
        decide(scene, booking)
        with frozen(NOW + 9 * MINUTE):
            undone = decisions.undo(booking, scene.decider)
        undone.hold.refresh_from_db()
        assert undone.state == "under_review"
        assert (undone.decided_at, undone.reason) == (None, "")
        assert slots(undone) == [("12-08 17:00", "held")]
        assert (undone.decide_by, undone.hold.expires_at, claimed(undone)) == before
        assert told(scene.member)[-1] == "booking_undone"

    def test_after_ten_minutes_the_answer_stands(self, scene) -> None:
        booking = decisions.accept(scene.sent(), scene.decider)
        with frozen(NOW + 10 * MINUTE), pytest.raises(Conflict) as refused:
            decisions.undo(booking, scene.decider)
        assert refused.value.code == "too_late_to_undo"

    def test_not_when_the_freed_time_went_to_somebody_else(self, scene) -> None:
        booking = decisions.reject(scene.sent(), scene.decider, reason="nie")
        scene.sent_by_another()
        with pytest.raises(SlotTaken):
            decisions.undo(booking, scene.decider)
        booking.refresh_from_db()
        assert booking.state == "rejected"


class TestWhoDecides:
    @pytest.mark.parametrize(
        ("role", "allowed"),
        [
            (StaffRole.Role.HEAD, True),
            (StaffRole.Role.DECIDER, True),
            (StaffRole.Role.EDITOR, False),
            (StaffRole.Role.VIEWER, False),
        ],
    )
    def test_by_role(self, scene, role, allowed) -> None:
        booking = scene.sent()
        somebody = make.staff(scene.unit, role)
        if allowed:
            assert decisions.accept(booking, somebody).state == "confirmed"
        else:
            with pytest.raises(Forbidden):
                decisions.accept(booking, somebody)

    def test_another_unit_does_not_even_see_it(self, scene) -> None:
        with pytest.raises(NotFound):
            decisions.accept(scene.sent(), make.staff(make.unit()))

    def test_the_applicant_does_not_decide(self, scene) -> None:
        with pytest.raises(Forbidden):
            decisions.accept(scene.sent(), scene.member)

    def test_the_unit_does_not_withdraw_for_the_applicant(self, scene) -> None:
        with pytest.raises(Forbidden):
            changes.withdraw(scene.sent(), scene.decider)

    def test_a_viewer_of_the_organisation_does_not_withdraw(self, scene) -> None:
        viewer = make.member(scene.organisation, Membership.Role.VIEWER)
        with pytest.raises(Forbidden):
            changes.withdraw(scene.sent(), viewer)


def test_steps_tell_both_sides_who_did_what(scene) -> None:
    booking = decisions.accept(scene.sent(), scene.decider)
    assert steps(booking) == [
        ("draft", "submitted"),
        ("submitted", "under_review"),
        ("under_review", "confirmed"),
    ]
    assert [step.actor for step in booking.steps.order_by("pk")] == [
        str(scene.member),
        "",
        str(scene.decider),
    ]


def test_claims_are_exactly_the_standing_dates_after_any_course(scene) -> None:
    """Whatever was decided, a slot that stands has its claim and one that does not has none."""
    first = decisions.accept(scene.sent(tuesdays()), scene.decider)
    changes.cancel(first, scene.member, slot_ids=[first.slots.order_by("period")[1].pk])
    second = scene.sent_by_another(once(WEDNESDAY))
    decisions.reject(second, scene.decider, reason="nie")
    with pytest.raises(DatesTaken):
        scene.sent_by_another(once(period("2026-12-15 18:00", "20:00")))
    assert Claim.objects.count() == 4
    assert len(claimed(first)) == 4
