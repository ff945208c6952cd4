"""Each page at each width, in both languages and themes: accessible, quiet, within its bounds."""

import os

import pytest
from django.urls import reverse

from tests.browser.conftest import assert_accessible, assert_no_sideways_scroll, shoot
from tests.browser.pages import NOT_PAGES, OF_LIBRARIES, PAGES, WalkedPage
from tests.front.test_templates import url_names

pytestmark = pytest.mark.usefixtures("city")


def walk(visit, walked: WalkedPage, language: str, **circumstances):
    page = visit(
        walked.address(),
        language=language,
        person=walked.who(),
        expected=walked.expected,
        **circumstances,
    )
    # Else the walk would go round the sign-in page and find everything in order.
    if walked.url_name != "account_login":
        assert reverse("account_login") not in page.url
    return page


def keep_picture(page, walked: WalkedPage, name: str) -> None:
    """With SHOTS=1 the walk leaves a picture of every page in var/shots/ for a person to see."""
    if os.environ.get("SHOTS"):
        shoot(page, f"{walked.url_name.replace(':', '-')}-{PAGES.index(walked)}-{name}")


@pytest.mark.parametrize("walked", PAGES, ids=str)
def test_page_in_polish(visit, walked):
    page = walk(visit, walked, "pl")
    assert page.locator("html").get_attribute("lang") == "pl"
    assert page.locator("h1").count() == 1
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    keep_picture(page, walked, "1280")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert_accessible(page, rules=("color-contrast", "link-in-text-block"))
    page.set_viewport_size({"width": 320, "height": 700})
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("walked", PAGES, ids=str)
def test_page_in_english(visit, walked):
    page = walk(visit, walked, "en", width=390)
    assert page.locator("html").get_attribute("lang") == "en"
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    keep_picture(page, walked, "390-en")
    as_sent = page.context.request.get(walked.address()).text()
    assert "<h1" in as_sent[as_sent.index("<main") :], "the page is complete without its scripts"


def test_every_page_is_walked():
    ours = {name for name in url_names() if not name.startswith(OF_LIBRARIES)}
    walked = {page.url_name for page in PAGES}
    assert ours - walked == set(NOT_PAGES), "tests/browser/pages.py lists pages and what is none"


def test_missing_page(visit):
    page = visit("/nie/ma/", expected=404)
    assert_accessible(page)


def test_skip_link_leads_to_the_content(visit):
    page = visit(reverse("help"))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Przejdź do treści"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tresc"


def test_theme_is_chosen_and_remembered(visit):
    page = visit(reverse("help"))
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Zmień motyw jasny lub ciemny").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_language_is_switched_on_the_same_page(visit):
    page = visit(f"{reverse('help')}?a=1")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/pomoc/?a=1")


def test_menu_of_a_narrow_screen_by_keyboard(visit):
    page = visit(reverse("help"), width=390)
    menu = page.locator("details.menu")
    menu.locator("summary").press("Enter")
    assert menu.get_attribute("open") is not None
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
