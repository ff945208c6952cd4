"""Calendars: they parse, keep their UIDs, name nobody they should not, and die when revoked."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from icalendar import Calendar

from organisations.models import Membership
from records.clock import KRAKOW, frozen, now
from records.problems import Forbidden, Invalid
from resources.booking import changes, decisions, feeds
from resources.models import Feed, Resource, StaffRole
from tests import factories, make
from tests.resources.booking.scene import NOW, WEDNESDAY, Scene, once, period, tuesdays


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(feed: Feed) -> list[dict]:
    """The events of a feed as its subscribers get them: without signing in."""
    answer = Client().get(f"/kalendarz/{feeds.signed(feed)}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Warsaw"]
    events = calendar.walk("VEVENT")
    for event in events:
        assert event["DTSTART"].params["TZID"] == "Europe/Warsaw"
        assert event["DTSTAMP"].dt.tzinfo is not None
    uids = [str(event["UID"]) for event in events]
    assert len(set(uids)) == len(uids)
    return events


def told(events) -> list[tuple[str, str, str]]:
    return [
        (f"{event['DTSTART'].dt:%m-%d %H:%M}", str(event["STATUS"]), str(event["SUMMARY"]))
        for event in events
    ]


def test_a_members_own_dates(scene) -> None:
    decisions.accept(scene.sent(), scene.decider)
    scene.sent(once(WEDNESDAY))
    scene.sent_by_another(once(period("2026-12-10 17:00", "19:00")))
    feed = feeds.make(scene.member)
    room = str(scene.room)
    assert told(read(feed)) == [
        ("12-08 17:00", "CONFIRMED", f"Warsztaty robienia na drutach ({room})"),
        ("12-09 17:00", "TENTATIVE", f"Warsztaty robienia na drutach ({room})"),
    ]


def test_an_organisations_dates_for_every_member(scene) -> None:
    scene.sent()
    viewer = make.member(scene.organisation, Membership.Role.VIEWER)
    assert len(read(feeds.make(viewer, organisation=scene.organisation))) == 1


def test_a_units_calendar_says_who_comes(scene) -> None:
    scene.sent()
    viewer = make.staff(scene.unit, StaffRole.Role.VIEWER)
    [event] = read(feeds.make(viewer, unit=scene.unit))
    assert "Bliżej Skarpy" in event["SUMMARY"]


class TestTheCalendarOfAPlace:
    def test_says_only_taken(self, scene) -> None:
        booking = scene.sent(show_name=True)
        [event] = read(feeds.make(make.person(), resource=scene.room))
        assert told([event]) == [("12-08 17:00", "CONFIRMED", "zajęte")]
        answer = Client().get(f"/kalendarz/{feeds.signed(Feed.objects.get())}.ics").content.decode()
        for secret in ("Bliżej", "Warsztaty", booking.code, scene.member.email, "URL:"):
            assert secret not in answer

    def test_in_english_for_an_english_reader(self, scene) -> None:
        scene.sent()
        feed = feeds.make(make.person(language="en"), resource=scene.room)
        assert str(read(feed)[0]["SUMMARY"]) == "taken"

    def test_shows_the_meeting_without_its_turnaround(self, new_scene) -> None:
        scene = new_scene(room_fields={"turnaround_minutes": 15})
        scene.sent()
        [event] = read(feeds.make(scene.member, resource=scene.room))
        assert event["DTEND"].dt == datetime(2026, 12, 8, 19, 0, tzinfo=KRAKOW)

    def test_a_hall_is_taken_once_whatever_its_sectors(self, scene) -> None:
        hall = factories.room(unit=scene.unit, policy=scene.policy, sectors=["A", "B"])
        scene.sent(room=hall)
        assert len(read(feeds.make(scene.member, resource=hall))) == 1
        sector = hall.parts.first()
        assert len(read(feeds.make(scene.member, resource=sector))) == 1

    def test_an_expired_hold_is_passed_over(self, scene) -> None:
        booking = scene.sent()
        feed = feeds.make(scene.member, resource=scene.room)
        with frozen(booking.hold.expires_at):
            assert read(feed) == []


class TestChangesReachTheSubscriber:
    def test_the_uid_stays_when_a_date_is_confirmed_and_cancelled(self, scene) -> None:
        booking = scene.sent(tuesdays())
        feed = feeds.make(scene.member)
        held = read(feed)
        decisions.accept(booking, scene.decider)
        confirmed = read(feed)
        changes.cancel(booking, scene.member, slot_ids=[booking.slots.order_by("period")[1].pk])
        cancelled = read(feed)
        uids = [[str(event["UID"]) for event in events] for events in (held, confirmed, cancelled)]
        assert uids[0] == uids[1] == uids[2]
        assert [str(e["STATUS"]) for e in cancelled] == [
            "CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED", "CONFIRMED",
        ]  # fmt: skip
        assert [int(events[1]["SEQUENCE"]) for events in (held, confirmed, cancelled)] == [0, 1, 2]
        # Many programs show a cancelled date like any other, so its title says it too.
        assert cancelled[1]["SUMMARY"] != confirmed[1]["SUMMARY"] == cancelled[0]["SUMMARY"]

    def test_refused_dates_vanish(self, scene) -> None:
        feed = feeds.make(scene.member)
        decisions.reject(scene.sent(), scene.decider, reason="nie")
        assert read(feed) == []

    def test_local_time_holds_across_the_change_of_clocks(self, scene) -> None:
        scene.sent(tuesdays("2027-03-23", "2027-03-30"))
        starts = [event["DTSTART"].dt for event in read(feeds.make(scene.member))]
        assert [f"{one:%H:%M %z}" for one in starts] == ["17:00 +0100", "17:00 +0200"]


class TestAddresses:
    def status(self, feed: Feed) -> int:
        return Client().get(f"/kalendarz/{feeds.signed(feed)}.ics").status_code

    def test_a_revoked_address_is_dead(self, scene) -> None:
        feed = feeds.make(scene.member)
        signed_in(scene.member).post(f"/konto/kalendarze/{feed.key}/odwolaj/")
        assert self.status(feed) == 404

    def test_nobody_guesses_or_alters_one(self, scene) -> None:
        feed, other = feeds.make(scene.member), feeds.make(scene.decider)
        signature = feeds.signed(feed).partition(".")[2]
        for text in (feed.key.hex, f"{other.key.hex}.{signature}", "x", feeds.signed(feed) + "x"):
            assert Client().get(f"/kalendarz/{text}.ics").status_code == 404

    def test_who_left_leaves_a_dead_address(self, scene) -> None:
        feed = feeds.make(scene.member, organisation=scene.organisation)
        unit_feed = feeds.make(scene.decider, unit=scene.unit)
        scene.member.memberships.all().delete()
        scene.decider.staff_roles.all().delete()
        assert (self.status(feed), self.status(unit_feed)) == (404, 404)

    def test_a_place_that_is_no_longer_shown(self, scene) -> None:
        feed = feeds.make(scene.member, resource=scene.room)
        scene.room.visibility = Resource.Visibility.WITHDRAWN
        scene.room.save()
        assert self.status(feed) == 404

    def test_a_closed_account(self, scene) -> None:
        feed = feeds.make(scene.member)
        scene.member.is_active = False
        scene.member.save()
        assert self.status(feed) == 404

    def test_nobody_makes_one_of_what_they_may_not_see(self, scene) -> None:
        with pytest.raises(Forbidden):
            feeds.make(make.person(), organisation=scene.organisation)
        with pytest.raises(Forbidden):
            feeds.make(scene.member, unit=scene.unit)
        client = signed_in(scene.member)
        answer = client.post("/konto/kalendarze/nowy/", {"for": f"unit:{scene.unit.code}"})
        assert answer.status_code == 404

    def test_somebody_elses_address_cannot_be_revoked(self, scene) -> None:
        feed = feeds.make(scene.member)
        answer = signed_in(scene.decider).post(f"/konto/kalendarze/{feed.key}/odwolaj/")
        assert (answer.status_code, self.status(feed)) == (404, 200)

    def test_thirty_are_enough(self, scene) -> None:
        for _number in range(feeds.MAX_FEEDS):
            feeds.make(scene.member)
        with pytest.raises(Invalid):
            feeds.make(scene.member)

    def test_the_page_makes_and_shows_them(self, scene) -> None:
        client = signed_in(scene.member)
        client.post("/konto/kalendarze/nowy/", {"for": f"organisation:{scene.organisation.slug}"})
        client.post("/konto/kalendarze/nowy/", {"for": f"place:{scene.room.code}"})
        client.post("/konto/kalendarze/nowy/", {"for": "mine"})
        page = client.get(f"/konto/kalendarze/?miejsce={scene.room.code}")
        assert len(page.context["rows"]) == 3
        for feed in Feed.objects.all():
            assert feeds.signed(feed) in page.content.decode()


def test_the_dates_of_one_request_can_be_saved(scene) -> None:
    booking = scene.sent(tuesdays())
    answer = signed_in(scene.member).get(f"/prosby/{booking.code}/kalendarz.ics")
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 5


def test_a_feed_costs_the_same_for_one_date_and_many(scene, django_assert_num_queries) -> None:
    scene.sent()
    feed = feeds.make(scene.member)
    path = f"/kalendarz/{feeds.signed(feed)}.ics"
    with django_assert_num_queries(2):
        Client().get(path)
    scene.sent(tuesdays("2027-01-05", "2027-07-05"))
    with django_assert_num_queries(2):
        assert len(read(feed)) > 20


@pytest.mark.parametrize("kind", ["organisation", "resource", "unit"])
def test_a_feed_without_its_subject_cannot_be_stored(scene: Scene, kind) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Feed.objects.create(kind=kind, person=scene.member, created_at=now())


def test_old_dates_leave_the_feed(scene) -> None:
    decisions.accept(scene.sent(), scene.decider)
    feed = feeds.make(scene.member)
    with frozen(NOW + timedelta(days=80)):
        assert read(feed) == []
