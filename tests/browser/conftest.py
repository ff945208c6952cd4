"""A real browser on a real server with the sample city.

    def test_something(city, visit):            # reads only: one city for the module
    def test_something_else(fresh_city, visit): # writes: a city of its own
        page = visit("/", width=390, language="en", person=anna)

`visit` opens an address as a person would meet it; what the browser complains about (scripts,
missing files, content security policy) fails the test when it ends.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import city as city_databases

# Playwright's sync API runs an event loop in this thread; our own use of the ORM is not async.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SHOTS = Path(settings.VAR_DIR) / "shots"
WIDTHS = {1280: 900, 390: 844, 320: 700}  # px, with the height that goes with each
# A chromium started as root needs no sandbox; the rest keeps it from asking hosts of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"), "args": FLAGS}


@pytest.fixture(scope="session")
def sample_template() -> str:
    return city_databases.ensure()


def until(page: Page, expression: str) -> None:
    """Wait for a JavaScript expression to hold.

    `page.wait_for_function` polls with `eval` inside the page, which our Content Security Policy
    forbids as soon as its first look was too early; asking from outside is allowed.
    """
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true in the page: {expression}")


class Server:
    """The product on a free port of loopback, with static files from where they lie."""

    def __init__(self) -> None:
        self._thread = LiveServerThread("127.0.0.1", static_handler=StaticFilesHandler)
        self._thread.daemon = True
        self._thread.start()
        self._thread.is_ready.wait()
        if self._thread.error:
            raise self._thread.error

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._thread.port}"

    def stop(self) -> None:
        self._thread.terminate()


@contextmanager
def _served(template: str, unblock: Callable[[], Any]) -> Iterator[Server]:
    with unblock(), city_databases.copy_of(template):
        server = Server()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="module")
def city(sample_template: str, django_db_blocker: Any) -> Iterator[Server]:
    """The sample city, served; for tests that change nothing."""
    with _served(sample_template, django_db_blocker.unblock) as server:
        yield server


@pytest.fixture
def fresh_city(sample_template: str, django_db_blocker: Any) -> Iterator[Server]:
    """A sample city of this test alone, served."""
    with _served(sample_template, django_db_blocker.unblock) as server:
        yield server


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Server:
    """The server of whichever city the test asked for."""
    name = "fresh_city" if "fresh_city" in request.fixturenames else "city"
    return request.getfixturevalue(name)


@pytest.fixture
def visit(browser: Browser, served: Server) -> Iterator[Callable[..., Page]]:
    """Open an address: visit(path, width=1280, language="pl", person=None, theme="light").

    The same person, language and theme share a browser context, so that a second call is a
    second tab. `expected` is the status the page must answer with; `refused` is one that a later
    request of the page may get, such as 422 for a form that htmx sends.
    """
    contexts: dict[tuple[Any, ...], Any] = {}
    complaints: list[str] = []

    def open_page(
        path: str,
        *,
        width: int = 1280,
        language: str = "pl",
        person: Any = None,
        theme: str = "light",
        scripts: bool = True,
        expected: int = 200,
        refused: int = 0,
    ) -> Page:
        key = (getattr(person, "pk", None), language, theme, scripts)
        if key not in contexts:
            contexts[key] = browser.new_context(
                base_url=served.url,
                locale="pl-PL" if language == "pl" else "en-GB",
                timezone_id="Europe/Warsaw",
                color_scheme=theme,
                reduced_motion="reduce",
                java_script_enabled=scripts,
            )
            contexts[key].add_cookies(
                [{"name": "django_language", "value": language, "url": served.url}]
            )
            if person is not None:
                # A signed-in person reads in the language of their account.
                type(person).objects.filter(pk=person.pk).update(language=language)
                login(contexts[key], person, served.url)
        page = contexts[key].new_page()
        page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 900)})

        def hear(message: ConsoleMessage) -> None:
            told_why = refused and f"status of {refused}" in message.text
            if (
                message.type == "error"
                and not told_why
                and not _expected_refusal(message, page, expected)
            ):
                complaints.append(f"{page.url}: {message.text}")

        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        answer = page.goto(path)
        assert answer is not None, path
        assert answer.status == expected, f"{path}: {answer.status}"
        assert urlsplit(page.url).path == urlsplit(path).path, f"{path} leads to {page.url}"
        return page

    yield open_page
    for context in contexts.values():
        context.close()
    assert not complaints, "\n".join(complaints)


def _expected_refusal(message: ConsoleMessage, page: Page, expected: int) -> bool:
    """The browser reports a page's own 4xx as an error on its console."""
    own = message.location.get("url", "").split("#")[0] == page.url.split("#")[0]
    return own and expected >= 400 and f"{expected}" in message.text


@pytest.fixture
def page_pl(visit: Callable[..., Page]) -> Page:
    """The first page in Polish, on a wide screen."""
    return visit("/")


@pytest.fixture
def page_en(visit: Callable[..., Page]) -> Page:
    """The first page in English, on a wide screen."""
    return visit("/", language="en")


def login(context: Any, person: Any, address: str) -> None:
    """Sign a person in by a session of theirs, without the form."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}]
    )


_axe = Axe()


def assert_accessible(page: Page, *, rules: tuple[str, ...] = (), within: str = "") -> None:
    """No breach of WCAG 2.1 A and AA that axe can find; `rules` narrows to some of its rules."""
    wanted = (
        {"type": "rule", "values": list(rules)}
        if rules
        else {
            "type": "tag",
            "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
        }
    )
    results = _axe.run(
        page,
        context=within or None,
        # Its preload would put style sheets into the page, which our policy refuses.
        options={"resultTypes": ["violations"], "runOnly": wanted, "preload": False},
    ).response
    told = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(
            f"{node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:400]}"
            for node in violation["nodes"][:4]
        )
        for violation in results["violations"]
    ]
    assert not told, f"{page.url} at {page.viewport_size}\n" + "\n".join(told)


def assert_no_sideways_scroll(page: Page) -> None:
    """Wide tables, tabs and maps scroll by themselves; nothing else is wider than the page."""
    excess = page.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return null;
          const wide = [...document.querySelectorAll("body *")].filter(
            (e) => e.getBoundingClientRect().right > root.clientWidth + 1);
          return wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 140));
        }"""
    )
    assert excess is None, f"{page.url} at {page.viewport_size}: {excess}"


def shoot(page: Page, name: str) -> Path:
    """A picture of the whole page under var/shots/, to be looked at by a person."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    target = SHOTS / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
