"""Sending a request: what is held, until when, what is written down, and who hears of it."""

from datetime import date
from decimal import Decimal

import pytest

from organisations.models import Membership, Organisation
from records.clock import frozen
from records.problems import Conflict, Forbidden, Invalid, NotFound, Problems
from resources.booking import changes, decisions, requests, series
from resources.booking.series import DatesTaken
from resources.booking.wishes import Wish
from resources.models import Booking, Claim, PolicyTerms, Resource, UserGroup
from tests import factories, make
from tests.resources.booking.scene import (
    DAY,
    NOW,
    TUESDAY,
    WEDNESDAY,
    Scene,
    at,
    claimed,
    once,
    period,
    slots,
    steps,
    told,
    tuesdays,
)


def test_a_request_holds_its_time_until_the_end_of_the_day_on_which_the_reply_is_due(scene) -> None:
    booking = scene.sent()
    assert booking.state == "under_review"
    assert steps(booking) == [("draft", "submitted"), ("submitted", "under_review")]
    assert slots(booking) == [("12-08 17:00", "held")]
    assert claimed(booking) == [("12-08 17:00", "19:00")]
    # Three working days after Monday.
    assert booking.decide_by == at("2026-11-26 14:07")
    assert booking.hold.expires_at == at("2026-11-27 00:00")
    assert told(scene.decider) == ["booking_new"]
    assert told(scene.member) == ["booking_received"]


def test_working_days_pass_over_weekends_and_public_holidays(scene) -> None:
    factories.calendar_days("public_holiday", date(2026, 11, 24), date(2026, 11, 25))
    assert scene.sent().decide_by == at("2026-11-30 14:07")


def test_nothing_is_held_past_the_meeting_itself(scene) -> None:
    booking = scene.sent(once(period("2026-11-24 10:00", "12:00")))
    assert booking.decide_by == at("2026-11-24 10:00")
    assert booking.hold.expires_at == at("2026-11-24 10:00")


def test_a_series_is_one_request_with_one_hold(scene) -> None:
    booking = scene.sent(tuesdays())
    assert booking.is_series
    assert [start for start, _end in claimed(booking)] == [
        f"12-{day:02} 17:00" for day in (1, 8, 15, 22, 29)
    ]
    assert booking.decide_by == at("2026-12-01 17:00")  # 14 days, at most the first meeting


def test_turnaround_is_held_with_the_meeting(new_scene) -> None:
    scene = new_scene(room_fields={"turnaround_minutes": 15})
    assert claimed(scene.sent()) == [("12-08 17:00", "19:15")]
    with pytest.raises(DatesTaken):
        scene.sent_by_another(once(period("2026-12-08 19:00", "20:00")))
    scene.sent_by_another(once(period("2026-12-08 19:15", "20:00")))


def test_adjacent_meetings_do_not_collide(scene) -> None:
    scene.sent()
    scene.sent_by_another(once(period("2026-12-08 19:00", "20:00")))
    scene.sent_by_another(once(period("2026-12-08 16:00", "17:00")))


class TestTakenDates:
    def test_the_loser_gets_the_nearest_alternatives(self, scene) -> None:
        scene.sent()
        with pytest.raises(DatesTaken) as lost:
            scene.sent_by_another()
        assert lost.value.status == 409
        assert [
            (option["why"], option["start"][11:16], option["start"][:10])
            for option in lost.value.extra["alternatives"]
        ] == [
            ("same_day", "19:00", "2026-12-08"),
            ("other_day", "17:00", "2026-12-09"),
            ("same_day", "15:00", "2026-12-08"),
            ("other_day", "17:00", "2026-12-07"),
        ]

    def test_the_draft_of_the_loser_is_kept(self, scene) -> None:
        scene.sent()
        organisation, member = scene.another()
        draft = scene.saved(by=member, organisation=organisation)
        with pytest.raises(DatesTaken):
            requests.submit(draft, member)
        draft.refresh_from_db()
        assert (draft.state, draft.hold) == ("draft", None)

    def test_an_alternative_can_be_sent_back_as_the_choice(self, scene) -> None:
        scene.sent()
        with pytest.raises(DatesTaken) as lost:
            scene.sent_by_another()
        choice = lost.value.extra["alternatives"][0]
        booking = scene.sent_by_another(choices={choice["for"]: choice["choice"]})
        [slot] = booking.slots.all()
        assert slots(booking) == [("12-08 19:00", "held")]
        assert slot.replaces == date(2026, 12, 8)

    def test_each_date_of_a_series_is_judged(self, scene) -> None:
        other_room = factories.room(unit=scene.unit, policy=scene.policy, capacity=20)
        factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 18:00")
        factories.occupy(scene.room, "2026-12-22 08:00", "2026-12-22 22:00")
        with pytest.raises(DatesTaken) as lost:
            scene.sent(tuesdays())
        assert [one.key for one in lost.value.plan.disputed] == [
            "2026-12-08T17:00",
            "2026-12-22T17:00",
        ]
        booking = scene.sent(
            tuesdays(),
            choices={
                "2026-12-08T17:00": series.token(other_room, TUESDAY),
                "2026-12-22T17:00": "skip",
            },
        )
        assert [
            (slot.resource, f"{slot.period.lower.astimezone(NOW.tzinfo):%m-%d}")
            for slot in booking.slots.order_by("period")
        ] == [
            (scene.room, "12-01"),
            (other_room, "12-08"),
            (scene.room, "12-15"),
            (scene.room, "12-29"),
        ]

    def test_a_closed_day_is_named(self, scene) -> None:
        scene.room.observes = ["school_break"]
        scene.room.save()
        factories.calendar_days("school_break", date(2026, 12, 22), date(2026, 12, 31), "Ferie")
        with pytest.raises(DatesTaken) as lost:
            scene.sent(tuesdays())
        assert {one.verdict.reason for one in lost.value.plan.disputed} == {"Ferie"}

    @pytest.mark.parametrize(
        "choice",
        [
            pytest.param("sala-obca@2026-12-08T17:00/2026-12-08T19:00", id="unknown-place"),
            pytest.param("{room}@2026-12-20T17:00/2026-12-20T19:00", id="too-far-away"),
            pytest.param("{room}@2026-12-08T19:00/2026-12-08T22:00", id="longer-than-wished"),
            pytest.param("nonsense", id="nonsense"),
        ],
    )
    def test_a_choice_that_was_never_offered_is_refused(self, scene, choice) -> None:
        scene.sent()
        choice = choice.format(room=scene.room.code)
        with pytest.raises(Invalid) as refused:
            scene.sent_by_another(choices={"2026-12-08T17:00": choice})
        assert refused.value.field == "choices"

    def test_two_dates_may_not_take_the_same_replacement(self, scene) -> None:
        factories.occupy(scene.room, "2026-12-08 16:00", "2026-12-08 22:00")
        factories.occupy(scene.room, "2026-12-09 16:00", "2026-12-09 22:00")
        wish = Wish.of_weekly(["TU,17:00,19:00", "WE,17:00,19:00"], "2026-12-08", "2026-12-09")
        thursday = series.token(scene.room, period("2026-12-10 17:00", "19:00"))
        with pytest.raises(DatesTaken):
            scene.sent(wish, choices={"2026-12-08T17:00": thursday, "2026-12-09T17:00": thursday})


class TestWhoMaySend:
    def test_a_viewer_of_the_organisation_may_not(self, scene) -> None:
        viewer = make.member(scene.organisation, Membership.Role.VIEWER)
        with pytest.raises(Forbidden):
            scene.saved(by=viewer)

    def test_a_stranger_may_not_use_the_organisations_name(self, scene) -> None:
        with pytest.raises((Forbidden, NotFound)):
            scene.saved(by=make.person())

    def test_a_stranger_does_not_see_the_draft(self, scene) -> None:
        booking = scene.saved()
        with pytest.raises(NotFound):
            requests.submit(booking, make.person())

    def test_an_unverified_organisation_may_ask_and_pays_like_one_that_takes_a_fee(
        self, scene
    ) -> None:
        scene.organisation.verification_state = Organisation.VerificationState.SUBMITTED
        scene.organisation.save()
        assert scene.sent().user_group == UserGroup.NGO_FEE

    def test_a_person_without_an_organisation_asks_for_an_informal_group(self, scene) -> None:
        neighbour = make.person()
        draft = scene.draft()
        draft = requests.Draft(draft.resource, draft.wish, {}, draft.meeting, None)
        booking = requests.submit(requests.save_draft(draft, neighbour), neighbour)
        assert booking.user_group == UserGroup.INFORMAL_GROUP

    def test_a_place_that_is_not_public_is_not_lent(self, scene) -> None:
        scene.room.visibility = Resource.Visibility.DRAFT
        scene.room.save()
        with pytest.raises(NotFound):
            requests.place_to_request(scene.member, scene.room.code)
        with pytest.raises(NotFound):
            scene.saved()


class TestWhatIsWrittenDown:
    def test_price_and_its_tree_in_both_languages(self, scene) -> None:
        scene.room.price_list = factories.price_list(scene.unit, {"ngo_fee": 40, "ngo_free": 0})
        scene.room.save()
        booking = scene.sent(tuesdays(), fee_taking=True)
        assert (booking.cost_net, booking.cost_gross) == (Decimal(400), Decimal(400))
        assert set(booking.cost_explanation) == {"pl", "en"}
        assert booking.cost_explanation["en"]["amount"] == "400.00"

    def test_a_price_that_nobody_set_stays_unknown(self, scene) -> None:
        assert scene.sent().cost_gross is None

    def test_free_hours_that_other_requests_took_this_week(self, new_scene) -> None:
        scene = new_scene(rules={"free_hours_per_week": Decimal(3)})
        scene.room.price_list = factories.price_list(scene.unit, {"ngo_fee": 40, "ngo_free": 0})
        scene.room.save()
        assert scene.sent().cost_gross == 0
        assert scene.sent(once(WEDNESDAY)).cost_gross == 40
        assert scene.sent(once(period("2026-12-15 17:00", "19:00"))).cost_gross == 0

    def test_without_a_tariff_the_free_hours_are_a_limit(self, new_scene) -> None:
        scene = new_scene(rules={"free_hours_per_week": Decimal(3)})
        scene.room.price_list = factories.price_list(scene.unit, {"ngo_free": 0})
        scene.room.save()
        scene.sent()
        with pytest.raises(Conflict) as refused:
            scene.sent(once(WEDNESDAY))
        assert refused.value.code == "quota_exceeded"

    def test_the_version_of_the_terms(self, scene) -> None:
        terms = PolicyTerms.objects.create(
            policy=scene.policy, version="2", valid_from=date(2026, 9, 1), text_pl="…"
        )
        PolicyTerms.objects.create(
            policy=scene.policy, version="1", valid_from=date(2025, 9, 1), text_pl="…"
        )
        PolicyTerms.objects.create(
            policy=scene.policy, version="3", valid_from=date(2027, 9, 1), text_pl="…"
        )
        draft = scene.saved()
        with pytest.raises(Invalid) as refused:
            requests.submit(draft, scene.member)
        assert refused.value.code == "terms_not_accepted"
        booking = requests.submit(draft, scene.member, accepted_terms=terms)
        assert (booking.terms, booking.terms_accepted_at) == (terms, NOW)

    def test_the_public_label_names_nobody_without_consent(self, scene) -> None:
        assert scene.sent().hold.label == ""
        shown = scene.sent(once(WEDNESDAY), show_name=True)
        assert shown.hold.label == "Bliżej Skarpy"


def test_all_mistakes_are_told_at_once(scene) -> None:
    with pytest.raises(Problems) as refused:
        scene.sent(purpose="", participants=45, person_in_charge="")
    assert [problem.code for problem in refused.value.problems] == [
        "purpose_missing",
        "too_many_people",
        "person_in_charge_missing",
    ]
    assert Claim.objects.count() == 0


def test_waiting_requests_of_one_organisation_are_limited(new_scene) -> None:
    scene = new_scene(rules={"max_pending": 2})
    scene.sent()
    scene.sent(once(WEDNESDAY))
    with pytest.raises(Conflict) as refused:
        scene.sent(once(period("2026-12-10 17:00", "19:00")))
    assert refused.value.code == "too_many_pending"
    scene.sent_by_another(once(period("2026-12-10 17:00", "19:00")))


class TestAutoApproval:
    RULES = {"auto_approve_participants": 15}

    def test_a_small_single_request_is_confirmed_at_once(self, new_scene) -> None:
        booking = self.scene(new_scene).sent()
        assert booking.state == "confirmed"
        assert booking.hold.expires_at is None
        assert slots(booking) == [("12-08 17:00", "confirmed")]

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"participants": 16}, id="too-many-people"),
            pytest.param({"minors": True, "minors_declaration": True}, id="minors"),
            pytest.param({"wish": tuesdays()}, id="series"),
        ],
    )
    def test_what_needs_a_judgement_waits_for_one(self, new_scene, given) -> None:
        assert self.scene(new_scene).sent(given.pop("wish", None), **given).state == "under_review"

    def test_an_unverified_organisation_waits(self, new_scene) -> None:
        scene = self.scene(new_scene)
        Organisation.objects.update(verification_state="submitted")
        assert scene.sent(organisation=Organisation.objects.get()).state == "under_review"

    def test_a_price_that_nobody_set_waits(self, new_scene) -> None:
        assert new_scene(rules=self.RULES).sent().state == "under_review"

    def scene(self, new_scene: type[Scene]) -> Scene:
        scene = new_scene(rules=self.RULES)
        scene.room.price_list = factories.price_list(scene.unit, {"ngo_fee": 40, "ngo_free": 0})
        scene.room.save()
        return scene


class TestEnteredByTheUnit:
    def test_a_telephone_call_is_a_request_under_review(self, scene) -> None:
        draft = scene.draft(once(period("2026-11-23 18:00", "19:00")), person_in_charge="")
        booking = requests.enter(
            requests.Draft(draft.resource, draft.wish, {}, draft.meeting, None),
            scene.decider,
            channel=Booking.Channel.PHONE,
            requester_name="Pani Maria z klatki obok",
        )
        assert (booking.state, booking.channel) == ("under_review", "phone")
        assert booking.steps.first().actor == str(scene.decider)
        assert decisions.accept(booking, scene.decider).state == "confirmed"

    def test_only_staff_of_that_unit_enters(self, scene) -> None:
        stranger = make.staff(make.unit())
        with pytest.raises(Forbidden):
            requests.enter(scene.draft(), stranger, channel=Booking.Channel.PAPER)

    def test_even_the_unit_does_not_book_twice(self, scene) -> None:
        scene.sent()
        with pytest.raises(DatesTaken):
            requests.enter(scene.draft(), scene.decider, channel=Booking.Channel.PAPER)
        assert Booking.objects.count() == 1


def test_a_returned_request_is_completed_and_sent_again(scene) -> None:
    booking = scene.sent()
    decisions.send_back(booking, scene.decider, reason="Proszę napisać, ile osób.")
    edited = requests.save_draft(
        scene.draft(once(WEDNESDAY), participants=20), scene.member, booking=booking
    )
    assert claimed(edited) == [("12-08 17:00", "19:00")], "still held while it is edited"
    again = requests.submit(edited, scene.member)
    assert (again.state, again.participants, again.reason) == ("under_review", 20, "")
    assert claimed(again) == [("12-09 17:00", "19:00")]


def test_a_sent_request_can_no_longer_be_edited(scene) -> None:
    booking = scene.sent()
    with pytest.raises(Conflict):
        requests.save_draft(scene.draft(), scene.member, booking=booking)
    with pytest.raises(Conflict):
        requests.discard_draft(booking, scene.member)


def test_request_again_repeats_the_meeting_without_the_choices(scene) -> None:
    scene.sent()
    booking = scene.sent_by_another(
        choices={"2026-12-08T17:00": series.token(scene.room, WEDNESDAY)}
    )
    changes.withdraw(booking, booking.person)
    draft = requests.again(booking, booking.person)
    assert (draft.meeting.purpose, draft.wish, draft.choices) == (
        booking.purpose,
        once(),
        {},
    )


def test_an_expired_hold_stands_in_nobodys_way(scene) -> None:
    late = scene.sent()
    with frozen(NOW + 4 * DAY):
        booking = scene.sent_by_another()
        late.hold.refresh_from_db()
        assert (late.hold.binding, claimed(late)) == (False, [])
        with pytest.raises(Conflict) as refused:
            decisions.accept(late, scene.decider)
    assert refused.value.code == "wrong_state"
    assert claimed(booking) == [("12-08 17:00", "19:00")]
