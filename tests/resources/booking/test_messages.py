"""Messages: every kind can be read in both languages, reaches the right people, decides nothing."""

import pytest
from django.test import Client
from django.utils.translation import override

from organisations.models import Membership, Notification
from organisations.notify import text_of
from records.models import OutgoingMail
from resources.booking import changes, decisions, messages, requests, series
from resources.booking.drafts import Draft
from resources.models import Booking, StaffRole
from tests import factories, make
from tests.resources.booking.scene import WEDNESDAY, told, tuesdays


@pytest.mark.parametrize("kind", messages.KINDS)
def test_every_kind_can_be_read_in_both_languages(scene, kind) -> None:
    booking = scene.sent(tuesdays())
    Notification.objects.all().delete()
    messages.to_applicant(booking, kind, text="Bo tak.")
    notification = Notification.objects.get()
    for language in ("pl", "en"):
        with override(language):
            subject, body = text_of(notification)
        assert {"pl": scene.room.title_pl, "en": scene.room.title_en}[language] in subject
        assert "{" not in subject + body
        assert "%(" not in subject + body
        assert booking.code in body
        assert "Bo tak." in body
        assert body.count("17:00\u2060–\u206019:00") == 5, "each date with its hours"


def test_mail_goes_out_in_the_language_of_its_reader(scene) -> None:
    scene.member.language = "en"
    scene.member.save()
    scene.sent()
    [to_member] = OutgoingMail.objects.filter(to=scene.member.email)
    [to_decider] = OutgoingMail.objects.filter(to=scene.decider.email)
    assert to_member.subject.startswith("Zasoby: Request received: ")
    assert to_decider.subject.startswith("Zasoby: Nowa prośba: ")


def test_a_replacement_in_another_room_is_named(scene) -> None:
    other = factories.room(unit=scene.unit, policy=scene.policy, title_pl="Sala Lustrzana")
    scene.sent_by_another()
    booking = scene.sent(choices={"2026-12-08T17:00": series.token(other, WEDNESDAY)})
    with override("pl"):
        _subject, body = text_of(scene.member.notifications.get())
    assert "Sala Lustrzana" in body
    assert booking.slots.get().resource == other


class TestWhoHears:
    def test_those_who_decide_and_nobody_else_in_the_unit(self, scene) -> None:
        head = make.staff(scene.unit, StaffRole.Role.HEAD)
        viewer = make.staff(scene.unit, StaffRole.Role.VIEWER)
        elsewhere = make.staff(make.unit())
        scene.sent()
        assert [told(one) for one in (head, scene.decider, viewer, elsewhere)] == [
            ["booking_new"],
            ["booking_new"],
            [],
            [],
        ]

    def test_the_unit_that_took_over(self, scene) -> None:
        booking = scene.sent()
        successor = make.unit()
        decider = make.staff(successor)
        scene.unit.merged_into, scene.unit.merged_on = successor, booking.created_at.date()
        scene.unit.save()
        changes.withdraw(booking, scene.member)
        assert told(decider) == ["booking_withdrawn"]

    def test_the_one_who_asked(self, scene) -> None:
        colleague = make.member(scene.organisation)
        decisions.accept(scene.sent(), scene.decider)
        assert told(scene.member)[-1] == "booking_confirmed"
        assert told(colleague) == []

    def test_those_who_may_ask_when_that_one_left(self, scene) -> None:
        colleague = make.member(scene.organisation)
        viewer = make.member(scene.organisation, Membership.Role.VIEWER)
        booking = scene.sent()
        Membership.objects.filter(person=scene.member).delete()
        decisions.accept(booking, scene.decider)
        assert told(colleague) == ["booking_confirmed"]
        assert told(viewer) == []

    def test_a_neighbour_without_an_account_by_mail(self, scene) -> None:
        draft = scene.draft()
        requests.enter(
            Draft(draft.resource, draft.wish, {}, draft.meeting, None),
            scene.decider,
            channel=Booking.Channel.PHONE,
            requester_name="Pani Maria",
            requester_contact="maria@example.org",
        )
        assert OutgoingMail.objects.filter(to="maria@example.org").count() == 1

    def test_a_refused_step_tells_nobody(self, scene) -> None:
        booking = scene.sent()
        before = Notification.objects.count()
        with pytest.raises(Exception, match=r"."):
            decisions.reject(booking, scene.decider, reason="")
        assert Notification.objects.count() == before


def test_following_a_link_decides_nothing(scene) -> None:
    booking = scene.sent()
    for person in (scene.member, scene.decider):
        client = Client()
        client.force_login(person)
        [notification] = person.notifications.all()
        assert client.get(notification.url).status_code == 200
    booking.refresh_from_db()
    assert booking.state == "under_review"
