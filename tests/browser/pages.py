"""Every page that answers to GET, with somebody who may open it. Add a page where you add its URL.

test_pages.py walks the list, and fails for a named URL of ours that neither stands here nor is
listed as something other than a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from organisations.models import Person


@dataclass(frozen=True)
class WalkedPage:
    """A page by URL name; `kwargs` and `who` ask the sample city when the walk begins."""

    url_name: str
    kwargs: Callable[[], dict[str, Any]] = dict
    query: str = ""
    who: Callable[[], Any] = field(default=lambda: None)
    expected: int = 200

    def address(self) -> str:
        return reverse(self.url_name, kwargs=self.kwargs()) + self.query

    def __str__(self) -> str:
        return self.url_name + self.query


def technical_admin() -> Person:
    """Somebody who may open the technical admin; the sample city has one at least."""
    return Person.objects.filter(is_staff=True).order_by("pk").first()


PAGES = [
    WalkedPage("help"),
    WalkedPage("accessibility"),
    WalkedPage("privacy_notice", kwargs=lambda: {"code": "account"}),
    WalkedPage("account_login"),
    WalkedPage("account_login", query="?next=/pomoc/"),
    WalkedPage("account_signup"),
    WalkedPage("account_reset_password"),
]

# Named URLs that are no pages: actions, data, files, frames of libraries.
NOT_PAGES = {
    "set_language": "POST only",
}
