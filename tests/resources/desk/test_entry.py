"""A secretary writes down what somebody says on the telephone, for whoever it is."""

import pytest
from django.urls import reverse

from resources.booking import decisions
from resources.desk.applicants import find_organisations
from resources.models import Booking, StaffRole
from tests import factories, make
from tests.resources.booking.scene import slots


@pytest.fixture
def secretary(scene):
    return make.staff(scene.unit, StaffRole.Role.EDITOR)


@pytest.fixture
def send(scene, signed_in, secretary):
    """send(**changes) posts the form of a single meeting on 8 December, 17-19."""

    def post(person=None, **changes):
        data = {
            "channel": "phone",
            "organisation": scene.organisation.pk,
            "place": scene.room.pk,
            "first": "8.12.2026",
            "opens": "17:00",
            "closes": "19",
            "purpose": "Zebranie",
            "participants": "12",
        } | changes
        data = {name: value for name, value in data.items() if value is not None}
        address = reverse("desk:new_request", args=[scene.unit.code])
        return signed_in(person or secretary).post(address, data)

    return post


class TestFinding:
    @pytest.fixture
    def registered(self, scene):
        return make.organisation("Stowarzyszenie „Żółta Łódź”", short_name="ŻŁ", krs="0000123456")

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("Żółta Łódź", id="as it is written"),
            pytest.param("zolta lodz", id="without Polish marks"),
            pytest.param("żóta łódz", id="with mistakes"),
            pytest.param("stowarzyszenie zółt", id="the beginning"),
            pytest.param("0000123456", id="KRS"),
            pytest.param("123456", id="KRS without noughts"),
        ],
    )
    def test_finds_by_name_and_number(self, secretary, registered, text):
        assert registered in find_organisations(secretary, text)

    @pytest.mark.parametrize(
        "text", ["", "x", "12", "Fundacja Rozwoju Kolei Parowych", "9999999999"]
    )
    def test_finds_nothing_for_too_little_or_another_name(self, secretary, registered, text):
        assert registered not in find_organisations(secretary, text)

    def test_a_draft_of_somebody_else_is_not_shown(self, secretary):
        draft = make.organisation("Tajna Grupa", verification_state="draft")
        assert draft not in find_organisations(secretary, "Tajna Grupa")

    def test_the_part_for_scripts_holds_the_same(self, scene, signed_in, secretary, registered):
        address = reverse("desk:organisations", args=[scene.unit.code])
        page = signed_in(secretary).get(address, {"szukaj": "zolta"}).content.decode()
        assert f'value="{registered.pk}"' in page

    def test_without_scripts_the_search_is_a_step_that_keeps_what_was_typed(self, send, registered):
        answer = send(organisation=None, szukaj="zolta lodz", search="1")
        page = answer.content.decode()
        assert f'value="{registered.pk}"' in page
        assert "Zebranie" in page
        assert not Booking.objects.exists()


class TestEntering:
    def test_a_request_waits_in_the_inbox_with_its_dates_held(self, scene, send):
        assert send().status_code == 302
        booking = Booking.objects.get()
        assert (booking.organisation, booking.channel) == (scene.organisation, "phone")
        assert booking.state == Booking.State.UNDER_REVIEW
        assert slots(booking) == [("12-08 17:00", "held")]

    def test_for_somebody_who_is_not_in_the_register(self, send):
        send(organisation=None, requester_name="Jan z osiedla", requester_contact="500 100 200")
        booking = Booking.objects.get()
        assert (booking.organisation, booking.requester_name) == (None, "Jan z osiedla")

    def test_somebody_has_to_ask(self, send):
        answer = send(organisation=None)
        assert answer.status_code == 422
        assert not Booking.objects.exists()

    def test_a_series(self, send):
        send(last="22.12.2026", weekdays=["2"])
        assert len(slots(Booking.objects.get())) == 3

    def test_accepted_at_once_by_who_may_decide(self, scene, send):
        send(scene.decider, accept="1")
        assert Booking.objects.get().state == Booking.State.CONFIRMED

    def test_who_may_not_decide_cannot_accept(self, send):
        send(accept="1")
        assert Booking.objects.get().state == Booking.State.UNDER_REVIEW

    def test_a_taken_time_is_shown_with_free_ones_and_the_choice_is_taken(self, scene, send):
        decisions.accept(scene.sent_by_another(), scene.decider)
        answer = send()
        page = answer.content.decode()
        assert answer.status_code == 409
        assert 'name="choice-2026-12-08T17:00"' in page
        choice = f"{scene.room.code}@2026-12-08T19:00/2026-12-08T21:00"
        assert send(**{"choice-2026-12-08T17:00": choice}).status_code == 302
        booking = Booking.objects.order_by("-pk").first()
        assert slots(booking) == [("12-08 19:00", "held")]

    def test_a_taken_time_may_be_waited_for(self, scene, send):
        decisions.accept(scene.sent_by_another(), scene.decider)
        send(wait_if_taken="1")
        assert Booking.objects.order_by("-pk").first().state == Booking.State.WAITLISTED

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"first": "31.11.2026"}, id="no such day"),
            pytest.param({"first": "1.11.2026"}, id="in the past"),
            pytest.param({"closes": "16:00"}, id="ends before it begins"),
            pytest.param({"opens": "piąta"}, id="no hour"),
            pytest.param({"purpose": ""}, id="no purpose"),
            pytest.param({"participants": "0"}, id="nobody"),
            pytest.param({"participants": "500"}, id="more than the room takes"),
            pytest.param({"minors": "1"}, id="minors without the declaration"),
            pytest.param({"last": "1.12.2026"}, id="ends before its first day"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_entered(self, send, change):
        assert send(**change).status_code == 422
        assert not Booking.objects.exists()

    def test_a_room_of_another_unit_cannot_be_entered(self, send):
        assert send(place=factories.room().pk).status_code == 422

    def test_rules_that_are_kind_to_neighbours_do_not_bind_the_unit(self, scene, send):
        scene.policy.min_lead_hours = 24 * 30
        scene.policy.save()
        assert send().status_code == 302

    def test_an_earlier_request_can_be_entered_once_more(self, scene, signed_in, send):
        booking = scene.sent()
        address = reverse("desk:new_request", args=[scene.unit.code])
        page = signed_in(scene.decider).get(address, {"wzor": booking.code}).content.decode()
        assert booking.purpose in page
        assert 'value="17:00"' in page
