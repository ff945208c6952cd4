"""What every form promises: it is sent once, however often its button is pressed."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def unanswered(visit):
    """A page whose forms reach nobody, and what was sent: its answer leaves the page as it is."""
    page = visit(reverse("help"))
    sent: list[str] = []

    def keep(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/*", keep)
    return page, sent


def press(page: Page, times: int) -> None:
    button = page.get_by_role("button", name="English")
    for _ in range(times):
        button.click()
        button.press("Enter")
    # What the browser asks for after them comes after them.
    page.evaluate(f"fetch('{reverse('help')}').then((answer) => answer.status)")


def test_pressing_again_while_it_is_under_way_sends_nothing(unanswered):
    page, sent = unanswered
    press(page, 3)
    assert len(sent) == 1


def test_without_the_guard_each_press_would_send(unanswered):
    """The test of the test: the same presses, with the page's listener kept away."""
    page, sent = unanswered
    page.evaluate(
        "addEventListener('submit', (event) => event.stopImmediatePropagation(), {capture: true})"
    )
    press(page, 3)
    assert len(sent) > 1


def test_a_page_that_comes_back_may_be_sent_again(unanswered):
    """The browser shows a page from its memory as it was left; the driven one keeps none."""
    page, sent = unanswered
    press(page, 2)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true})) && 1")
    press(page, 2)
    assert len(sent) == 2
