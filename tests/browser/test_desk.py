"""The desk by keyboard and in a real browser: keys, focus, and the same without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from resources.models import Booking
from tests.browser.conftest import assert_accessible, until
from tests.browser.pages import account

UNIT = "dk-wiklina"
DESK = f"/biurko/{UNIT}/"
#: Longer than htmx needs to begin a request; nothing may have happened by then.
A_MOMENT = 300


@pytest.fixture
def head():
    return account("head")()


@pytest.fixture
def desk(visit, head) -> Page:
    """The desk with its first case open, ready for keys."""
    page = visit(DESK, person=head)
    expect(page.locator("#sprawa h2")).to_be_visible()
    until(page, "window.htmx !== undefined")
    return page


def opened(page: Page) -> Booking:
    """The case on the desk."""
    address = page.locator("#decyzja").get_attribute("action")
    return Booking.objects.get(code=re.search(r"/sprawa/([^/]+)/", address)[1])


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


@pytest.mark.usefixtures("fresh_city")
class TestKeys:
    def test_p_accepts_and_the_next_case_opens(self, desk):
        booking = opened(desk)
        with desk.expect_response(re.compile("/przyjmij/")):
            desk.keyboard.press("p")
        expect(desk.locator(f"form[action$='/sprawa/{booking.code}/cofnij/']")).to_be_visible()
        assert state(booking) in ("confirmed", "contract_pending")
        assert opened(desk) != booking
        assert_accessible(desk)

    def test_an_answer_is_taken_back(self, desk):
        booking = opened(desk)
        desk.keyboard.press("p")
        desk.locator(f"form[action$='/sprawa/{booking.code}/cofnij/'] button").press("Enter")
        desk.wait_for_url(re.compile(f"/sprawa/{booking.code}/"))
        expect(desk.locator("#decyzja")).to_be_visible()
        assert state(booking) == "under_review"

    def test_o_asks_for_the_reason_first_and_then_refuses(self, desk):
        booking = opened(desk)
        desk.keyboard.press("o")
        assert desk.evaluate("document.activeElement.id") == "wiad"
        desk.keyboard.type("Sala jest w remoncie, po polsku: p t o j k.")
        assert state(booking) == "under_review"
        desk.locator("#sp").focus()
        with desk.expect_response(re.compile("/odmow/")):
            desk.keyboard.press("o")
        expect(desk.locator(".messages")).to_be_visible()
        assert state(booking) == "rejected"

    def test_a_refusal_by_button_without_a_reason_says_so_and_takes_the_focus(self, visit, head):
        desk = visit(DESK, person=head, refused=422)
        until(desk, "window.htmx !== undefined")
        booking = opened(desk)
        desk.locator("[data-key='o']").press("Enter")
        problem = desk.locator("#sprawa [role='alert']")
        expect(problem).to_be_focused()
        assert state(booking) == "under_review"
        assert_accessible(desk)

    def test_t_opens_the_proposal_and_the_choice_is_sent_by_keyboard(self, desk):
        booking = opened(desk)
        desk.keyboard.press("t")
        desk.wait_for_url(re.compile("/zaproponuj/"))
        desk.locator("input[type='radio'][value*='@']").first.focus()
        desk.keyboard.press("Space")
        desk.locator("button[name='each']").press("Enter")
        desk.wait_for_url(re.compile(rf"\?po={booking.code}"))
        assert state(booking) == "proposed_change"


@pytest.mark.usefixtures("city")
class TestKeysThatChangeNothing:
    def test_j_and_k_go_through_the_cases_and_the_focus_follows(self, desk):
        first = opened(desk)
        desk.keyboard.press("j")
        desk.wait_for_url(re.compile("/sprawa/"))
        expect(desk.locator("#sp")).to_be_focused()
        assert opened(desk) != first
        with desk.expect_response(re.compile(f"/sprawa/{first.code}/")):
            desk.keyboard.press("k")
        expect(desk.locator(f"#decyzja[action*='{first.code}']")).to_be_visible()

    @pytest.mark.parametrize("keys", ["Control+p", "Alt+o", "Meta+t"])
    def test_a_modifier_belongs_to_the_browser(self, desk, keys):
        booking = opened(desk)
        desk.evaluate(
            """([...parts]) => {
              const key = parts.pop();
              document.body.dispatchEvent(new KeyboardEvent("keydown", {
                key, bubbles: true, ctrlKey: parts.includes("Control"),
                altKey: parts.includes("Alt"), metaKey: parts.includes("Meta"),
              }));
            }""",
            keys.split("+"),
        )
        desk.wait_for_timeout(A_MOMENT)
        assert state(booking) == "under_review"
        assert desk.url.endswith(DESK)

    @pytest.mark.parametrize("field", ["#wiad", "#powod"])
    def test_in_a_field_a_letter_is_a_letter(self, desk, field):
        booking = opened(desk)
        desk.locator(field).focus()
        for key in "ptojk":
            desk.keyboard.press(key)
        desk.wait_for_timeout(A_MOMENT)
        assert state(booking) == "under_review"
        assert desk.url.endswith(DESK)

    def test_the_week_can_be_leafed_without_losing_the_case(self, desk):
        booking = opened(desk)
        before = desk.locator("#kal").inner_text()
        desk.locator("#tydzien .btn-group a").last.press("Enter")
        expect(desk.locator("#kal")).not_to_have_text(before)
        assert opened(desk) == booking


@pytest.mark.usefixtures("fresh_city")
def test_switched_off_keys_do_nothing(visit, head):
    head.shortcuts_enabled = False
    head.save(update_fields=["shortcuts_enabled"])
    page = visit(DESK, person=head)
    booking = opened(page)
    for key in "ptojk":
        page.keyboard.press(key)
    page.wait_for_timeout(A_MOMENT)
    assert state(booking) == "under_review"
    assert page.locator("kbd").count() == 0


@pytest.mark.usefixtures("fresh_city")
def test_decides_without_scripts(visit, head):
    page = visit(DESK, person=head, scripts=False)
    booking = opened(page)
    page.locator("[data-key='p']").click()
    page.wait_for_url(re.compile(rf"\?po={booking.code}"))
    assert state(booking) in ("confirmed", "contract_pending")


@pytest.mark.usefixtures("fresh_city")
def test_closes_a_room_after_seeing_what_is_in_the_way(visit, head):
    booking = Booking.objects.filter(unit__code=UNIT, state="under_review", is_series=False).first()
    slot = booking.slots.get()
    page = visit(f"{DESK}wylaczenia/nowe/", person=head)
    page.locator(f"input[name='places'][value='{slot.resource_id}']").check()
    page.locator("input[name='first']").fill(f"{slot.period.lower.date()}")
    page.locator("main form button[type='submit']").first.click()
    choice = page.locator(f"input[name='answer-slot-{slot.pk}']")
    expect(choice.first).to_be_checked()
    assert_accessible(page)
    choice.last.check()
    page.locator("button[name='close']").click()
    page.wait_for_url(re.compile("/wylaczenia/"))
    assert state(booking) == "rejected"


@pytest.mark.usefixtures("city")
def test_finds_an_organisation_while_the_name_is_typed(visit):
    page = visit("/biurko/sp-na-skarpie/nowy-wniosek/", person=account("secretary")())
    page.locator("#szukaj").press_sequentially("blizej skar")
    expect(page.locator("#znalezione input[name='organisation']").first).to_be_visible()
    assert_accessible(page)
