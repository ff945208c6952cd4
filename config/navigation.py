"""The main navigation: one explicit list, and what each person sees of it.

An item names a URL, so it is added together with its page. `shown` decides from the person alone
and must not query more than once per request: it is asked on every page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resources.roles import units_of


def everyone(_person: Any) -> bool:
    return True


def signed_in(person: Any) -> bool:
    return person.is_authenticated


def staff(person: Any) -> bool:
    return person.is_authenticated and person.is_staff


def serves_a_unit(person: Any) -> bool:
    return bool(units_of(person))


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry. `section` is how the paths begin that belong to it: "/prosby/", or several."""

    label: str | Promise
    url_name: str
    section: str | tuple[str, ...] = ()
    shown: Callable[[Any], bool] = everyone


# Entries in the order in which they are read.
NAVIGATION: list[NavigationItem] = [
    NavigationItem(_("Find a place"), "search"),
    NavigationItem(_("Vacant premises"), "premises:vacant", "/lokale/"),
    NavigationItem(_("Civic Centres"), "civic_centres:list", "/centra-obywatelskie/"),
    NavigationItem(_("Organisations"), "organisations:list", "/organizacje/"),
    NavigationItem(_("My requests"), "booking:list", ("/prosby/", "/prosba/"), signed_in),
    NavigationItem(_("Unit's desk"), "desk:home", "/biurko/", serves_a_unit),
]


@dataclass(slots=True)
class AccountLinks:
    """Where the person's own pages are, for the header. Filled by config/composition.py."""

    account: str = "account_email"
    inbox: str = ""
    count_unread: Callable[[Any], int] | None = None

    def notifications(self, person: Any) -> dict[str, Any]:
        """Address of the messages and how many are new; nothing for a visitor."""
        if not self.inbox or person is None or not person.is_authenticated:
            return {"notifications_address": "", "unread": 0}
        return {
            "notifications_address": reverse(self.inbox),
            "unread": self.count_unread(person) if self.count_unread else 0,
        }


account_links = AccountLinks()


def navigation_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries this person sees, with address and whether the page belongs to them."""
    entries = []
    for item in NAVIGATION:
        if not item.shown(request.user):
            continue
        address = reverse(item.url_name)
        belongs = request.path == address or bool(
            item.section and request.path.startswith(item.section)
        )
        entries.append({"label": item.label, "address": address, "current": belongs})
    return entries
