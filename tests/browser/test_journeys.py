"""The whole way, as people go it: find, ask, decide, learn the answer.

Controls are found by their names and addresses and not by their words, so that each journey runs
in both languages and says nothing about wording.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from organisations.models import Organisation
from records.clock import today
from records.periods import local_moment
from resources.models import Booking, BookingSlot, Claim, Feed, Resource
from tests.browser.conftest import assert_accessible
from tests.browser.pages import account

Visit = Callable[..., Page]

READS = pytest.mark.usefixtures("city")
WRITES = pytest.mark.usefixtures("fresh_city")
BOTH = pytest.mark.parametrize(
    ("width", "language"), [(1280, "pl"), (390, "en")], ids=["wide, Polish", "phone, English"]
)


def tuesday_in(weeks: int) -> date:
    """A Tuesday at least so many weeks from now."""
    day = today() + timedelta(weeks=weeks)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def fill(page: Page, values: dict[str, Any]) -> None:
    """Type into fields by name; True ticks a box."""
    for name, value in values.items():
        control = page.locator(f"main [name='{name}']")
        if value is True:
            control.check()
        else:
            control.fill(str(value))


def on(day: date) -> tuple[Any, Any]:
    """The moments between which a local day lies, for looking up what overlaps it."""
    return local_moment(day, 0), local_moment(day, 1440)


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def free_room(unit: str) -> tuple[Resource, date]:
    """A public room of a unit with a Tuesday on which nothing is claimed."""
    for weeks in range(3, 12):
        day = tuesday_in(weeks)
        for room in Resource.objects.filter(
            unit__code=unit, kind="room", visibility="public", space__is_leaf=True
        ).order_by("code"):
            taken = Claim.objects.filter(space=room.space, period__overlap=on(day))
            if not taken.exists():
                return room, day
    raise AssertionError(f"{unit} has no free room")


def ask(page: Page, room: Resource, day: date, hours: tuple[str, str], purpose: str) -> None:
    """From the address of a request to its sent state."""
    page.goto(f"/prosba/nowa/?resource={room.code}&at={day}T{hours[0]}/{day}T{hours[1]}")
    fill(page, {"purpose": purpose, "participants": 8, "person_in_charge": "Anna Przykładowa"})
    page.locator("button[name='do'][value='next']").click()
    page.wait_for_url(re.compile("/wyslij/$"))
    terms = page.locator("main input[name='terms']")
    if terms.count():
        terms.check()


def send(page: Page) -> None:
    page.locator("main form.card button[type='submit']").first.click()


@READS
@BOTH
def test_a_visitor_finds_a_step_free_room_for_a_series_near_a_place(visit: Visit, width, language):
    page = visit("/", width=width, language=language)
    if width < 1000:
        page.goto("/#filtry")
    first = tuesday_in(4)
    page.locator("#filtry input[name='when'][value='weekly']").check()
    page.locator("#filtry input[name='weekdays'][value='TU']").check()
    fill(
        page,
        {
            "weekly_start": "17:00",
            "weekly_end": "19:00",
            "weekly_from": first,
            "weekly_until": first + timedelta(weeks=3),
            "address": "os. Centrum C 10",
            "capacity": 25,
        },
    )
    page.locator("#filtry input[name='step_free'][value='yes']").check()
    page.locator("#filtry button[type='submit']").click()
    expect(page.locator(".result").first).to_be_visible()
    page.wait_for_url(re.compile("weekly="))
    assert query_of(page)["step_free"] == ["yes"]
    assert "near" in query_of(page)
    assert_accessible(page)
    fitting = page.locator(".result:not(.result--near)")
    assert fitting.count() >= 1
    name = fitting.first.locator("h3 a")
    href = name.get_attribute("href")
    assert "weekly=TU" in href
    page.goto(href)
    expect(page.locator(".answer--panel")).to_be_visible()
    assert_accessible(page)


@WRITES
@BOTH
def test_from_request_to_confirmed_booking_in_the_feed(visit: Visit, width, language):
    member, head = account("member")(), account("head")()
    room, day = free_room("dk-wiklina")
    page = visit("/", width=width, language=language, person=member)
    ask(page, room, day, ("16:00", "18:00"), "Szydełkowanie w podróży")
    assert_accessible(page)
    send(page)
    page.wait_for_url(re.compile(r"/prosby/[A-Z0-9-]+/"))
    booking = Booking.objects.get(purpose="Szydełkowanie w podróży")
    assert booking.state in {"under_review", "confirmed"}
    assert Claim.objects.filter(hold=booking.hold).count() == 1

    if booking.state == "under_review":
        desk = visit("/biurko/dk-wiklina/", width=width, language=language, person=head)
        desk.goto(f"/biurko/dk-wiklina/sprawa/{booking.code}/")
        assert_accessible(desk)
        with desk.expect_response(re.compile("/przyjmij/")):
            desk.locator("#decyzja [data-key='p']").click()
        booking.refresh_from_db()
    assert booking.state == "confirmed"

    page.goto(f"/prosby/{booking.code}/")
    expect(page.locator(".badge--ok").first).to_be_visible()
    # The newest message is about this request; opening it leads to the case.
    page.goto("/powiadomienia/")
    page.locator("li.card form button").first.click()
    page.wait_for_url(re.compile(f"/prosby/{booking.code}/"))

    page.goto("/konto/kalendarze/")
    page.locator("button[name='for'][value='mine']").click()
    address = page.locator("input[readonly]").first.input_value()
    calendar = Calendar.from_ical(page.request.get(urlsplit(address).path).body())
    starts = [event["dtstart"].dt.date() for event in calendar.walk("VEVENT")]
    assert day in starts
    assert Feed.objects.filter(person=member).count() >= 1


@WRITES
def test_two_members_race_for_one_slot_and_the_loser_gets_other_times(visit: Visit):
    room, day = free_room("dk-wiklina")
    one = visit("/", person=account("member")())
    other = visit("/", person=account("representative")())
    ask(one, room, day, ("16:00", "18:00"), "Pierwsza")
    ask(other, room, day, ("17:00", "19:00"), "Druga")
    send(one)
    one.wait_for_url(re.compile(r"/prosby/"))
    send(other)
    expect(other.locator("main .notice, main .answer--stop, main .conflict").first).to_be_visible()
    held = BookingSlot.objects.filter(
        resource=room,
        state__in=["held", "confirmed"],
        period__overlap=on(day),
    )
    assert [slot.booking.purpose for slot in held] == ["Pierwsza"]
    # The way out stands on the page: the same request with another time.
    assert other.locator("input[type='radio'], a[href*='/prosba/']").count() > 0


@WRITES
@BOTH
def test_a_secretary_enters_a_phone_request(visit: Visit, width, language):
    secretary = account("secretary")()
    room, day = free_room("sp-na-skarpie")
    page = visit(
        "/biurko/sp-na-skarpie/nowy-wniosek/", width=width, language=language, person=secretary
    )
    assert_accessible(page)
    page.locator("input[name='channel'][value='phone']").check()
    fill(
        page,
        {
            "requester_name": "Rada osiedla (telefon)",
            "requester_contact": "12 000 00 00",
            "first": day,
            "opens": "17:00",
            "closes": "18:00",
            "purpose": "Narada o zielonym skwerze",
            "participants": 10,
            "person_in_charge": "Jan Wzorcowy",
        },
    )
    page.locator("select[name='place']").select_option(value=str(room.pk))
    page.locator("main form button.btn--main[type='submit']").click()
    page.wait_for_url(re.compile("/sprawa/|/biurko/sp-na-skarpie/$"))
    booking = Booking.objects.get(purpose="Narada o zielonym skwerze")
    assert (booking.channel, booking.requester_name) == ("phone", "Rada osiedla (telefon)")
    assert Claim.objects.filter(hold=booking.hold).exists()


@BOTH
@WRITES
def test_a_coordinator_verifies_an_organisation(visit: Visit, width, language):
    coordinator = account("coordinator")()
    page = visit("/organizacje/weryfikacja/", width=width, language=language, person=coordinator)
    assert_accessible(page)
    page.locator("main table a").first.click()
    page.wait_for_url(re.compile("/organizacje/.+/"))
    slug = urlsplit(page.url).path.strip("/").split("/")[1]
    page.locator("[name='verify-level'][value='register_match']").check()
    page.locator("[name='verify-evidence']").fill("odpis z KRS z dnia oględzin")
    page.locator("form[action$='/weryfikacja/'] button[type='submit']").click()
    page.wait_for_url(re.compile("/organizacje/"))
    organisation = Organisation.objects.get(slug=slug)
    assert organisation.verification_state == "verified"
    assert organisation.verifications.first().evidence == "odpis z KRS z dnia oględzin"


@WRITES
def test_an_editor_corrects_and_confirms_an_entry_by_keyboard_alone(visit: Visit):
    editor = account("editor")()
    room = Resource.objects.filter(unit__staff__person=editor, kind="room").order_by("code").first()
    page = visit(f"/miejsce/{room.code}/edytuj/", person=editor)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "title_pl":
            break
    expect(page.locator("[name='title_pl']")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Czytelnia po zmianach")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/miejsce/{room.code}/(#|$)"))
    room.refresh_from_db()
    assert (room.title_pl, room.verified_on) == ("Czytelnia po zmianach", today())


@WRITES
def test_the_head_decides_by_keys(visit: Visit):
    head = account("head")()
    waiting = Booking.objects.filter(unit__code="dk-wiklina", state="under_review").count()
    page = visit("/biurko/dk-wiklina/", person=head)
    with page.expect_response(re.compile("/przyjmij/")):
        page.locator("body").press("p")
    left = Booking.objects.filter(unit__code="dk-wiklina", state="under_review").count()
    assert left == waiting - 1


@WRITES
def test_keys_do_nothing_while_somebody_writes(visit: Visit):
    head = account("head")()
    waiting = Booking.objects.filter(unit__code="dk-wiklina", state="under_review").count()
    page = visit("/biurko/dk-wiklina/", person=head)
    page.locator("#wiad").click()
    page.keyboard.type("poproszę o plan")
    assert page.locator("#wiad").input_value() == "poproszę o plan"
    left = Booking.objects.filter(unit__code="dk-wiklina", state="under_review").count()
    assert left == waiting


@READS
def test_the_search_works_without_scripts(visit: Visit):
    page = visit("/?kind=room&district=18", scripts=False)
    page.locator("#filtry input[name='capacity']").fill("20")
    page.locator("#filtry button[type='submit']").click()
    page.wait_for_url(re.compile("capacity=20"))
    assert page.locator(".result").count() > 0
