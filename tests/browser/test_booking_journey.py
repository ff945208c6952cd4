"""A member asks for a room, two race for one time, the unit decides, the answer and the calendar.

Everything by a person's means: pages, forms, keys. Dates are chosen where the sample city is free.
"""

from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from records.clock import KRAKOW, today
from records.periods import Period, local_period
from resources.availability import judge_dates
from resources.models import Booking, Resource
from tests.browser.conftest import assert_accessible
from tests.browser.pages import account

pytestmark = pytest.mark.usefixtures("fresh_city")

PLACE = "dk-wiklina-lustrzana"


def free_evening(*, after: int = 20) -> Period:
    """The first free Tuesday to Friday, 17:00-19:00, so many days ahead."""
    place = Resource.objects.get(code=PLACE)
    days = [today() + timedelta(days=after + n) for n in range(60)]
    wished = [
        local_period(day, 17 * 60, 19 * 60) for day in days if day.isoweekday() in (2, 3, 4, 5)
    ]
    return next(one.period for one in judge_dates(place, wished) if one.is_free)


def address(when: Period) -> str:
    start, end = (
        f"{moment.astimezone(KRAKOW):%Y-%m-%dT%H:%M}" for moment in (when.start, when.end)
    )
    return f"/prosba/nowa/?resource={PLACE}&at={start}/{end}"


def fill_in(page: Page) -> None:
    page.get_by_label("Czego dotyczy spotkanie").fill("Warsztaty robienia na drutach")
    page.get_by_label("Ile osób zwykle przychodzi").fill("18")
    page.get_by_label("Osoba odpowiedzialna na miejscu").fill("Anna Przykładowa")


def onward(page: Page) -> None:
    page.get_by_role("button", name="Dalej: sprawdź i wyślij").click()
    expect(page.get_by_role("heading", name="Koszt całego korzystania")).to_be_visible()


def send(page: Page) -> None:
    terms = page.get_by_label("Akceptuję regulamin")
    if terms.count():
        terms.check()
    page.get_by_role("button", name="Wyślij prośbę").click()


def test_two_members_race_for_one_time_and_the_unit_decides(visit) -> None:
    when = free_evening()
    first = visit(address(when), person=account("member")())
    second = visit(address(when), person=account("unverified")(), width=390)
    for page in (first, second):
        expect(page.get_by_text("Tak, jest wolne")).to_be_visible()
        fill_in(page)
        onward(page)

    send(first)
    expect(first.get_by_text("Jednostka jeszcze nie odpowiedziała")).to_be_visible()
    assert_accessible(first)

    # The other lost the race: nothing is lost but the time, and there is a choice.
    send(second)
    expect(second.get_by_text("Nie, ale jest wybór")).to_be_visible()
    assert_accessible(second)
    second.get_by_role("radio").first.check()
    onward(second)
    send(second)
    expect(second.get_by_text("Jednostka jeszcze nie odpowiedziała")).to_be_visible()

    booking = Booking.objects.get(code=first.url.rstrip("/").rpartition("/")[2])
    desk = visit(f"/biurko/{booking.unit.code}/sprawa/{booking.code}/", person=account("head")())
    desk.get_by_role("button", name="Przyjmij").click()
    expect(desk.get_by_text("Przyjęto.")).to_be_visible()

    first.reload()
    expect(first.get_by_text("Tak, terminy są potwierdzone")).to_be_visible()

    first.goto("/konto/kalendarze/")
    first.get_by_role("button", name="Moje terminy").click()
    assert_accessible(first)
    feed = first.get_by_role("textbox", name="Adres", exact=True).input_value()
    answer = first.request.get("/kalendarz/" + feed.rpartition("/")[2])
    events = Calendar.from_ical(answer.body()).walk("VEVENT")
    starts = {event["DTSTART"].dt: str(event["STATUS"]) for event in events}
    assert starts[when.start] == "CONFIRMED"


def test_a_request_by_keyboard_alone(visit) -> None:
    page = visit(address(free_evening(after=30)), person=account("member")())

    def tab_to(label: str) -> None:
        for _step in range(60):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "() => { const e = document.activeElement;"
                " return (e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText) || '' }"
            )
            if label in name:
                return
        pytest.fail(f"the keyboard does not reach “{label}”")

    tab_to("Czego dotyczy spotkanie")
    page.keyboard.type("Warsztaty robienia na drutach")
    tab_to("Ile osób zwykle przychodzi")
    page.keyboard.type("18")
    tab_to("Dalej: sprawdź i wyślij")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Koszt całego korzystania")).to_be_visible()
    tab_to("Akceptuję regulamin")
    page.keyboard.press("Space")
    tab_to("Wyślij prośbę")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Jednostka jeszcze nie odpowiedziała")).to_be_visible()


def test_a_visitor_signs_in_on_the_way_and_loses_nothing(visit) -> None:
    page = visit(address(free_evening(after=40)))
    fill_in(page)
    page.get_by_role("button", name="Zaloguj się i sprawdź").click()
    member = account("member")()
    member.set_password("correct horse battery staple")
    member.save()
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Hasło").fill("correct horse battery staple")
    page.get_by_role("main").get_by_role("button", name="Zaloguj").click()
    expect(page.get_by_label("Czego dotyczy spotkanie")).to_have_value(
        "Warsztaty robienia na drutach"
    )
    onward(page)
    send(page)
    expect(page.get_by_text("Jednostka jeszcze nie odpowiedziała")).to_be_visible()


def test_the_summary_follows_the_choice_of_dates(visit) -> None:
    when = free_evening(after=50)
    weekday = ("MO", "TU", "WE", "TH", "FR")[when.start.isoweekday() - 1]
    taken = visit(address(when), person=account("unverified")())
    fill_in(taken)
    onward(taken)
    send(taken)
    first, last = when.start.date() - timedelta(days=7), when.start.date() + timedelta(days=7)
    page = visit(
        f"/prosba/nowa/?resource={PLACE}&weekly={weekday},17:00,19:00&from={first}&until={last}",
        person=account("member")(),
    )
    expect(page.locator("#podsumowanie")).to_contain_text("3 spotkania")
    page.get_by_label("Pomiń tę datę").first.check()
    expect(page.locator("#podsumowanie")).to_contain_text("2 spotkania")
