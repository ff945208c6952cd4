"""Every page that answers to GET, with somebody who may open it. Add a page where you add its URL.

test_pages.py walks the list, and fails for a named URL of ours that neither stands here nor is
listed as something other than a page.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from organisations.models import Person
from resources.models import Resource


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


def account(key: str) -> Callable[[], Person]:
    """One of the sample accounts of fixtures/sample/accounts.csv."""
    with (Path(settings.BASE_DIR) / "fixtures" / "sample" / "accounts.csv").open() as rows:
        email = next(row["email"] for row in csv.DictReader(rows) if row["key"] == key)
    return lambda: Person.objects.get(email=email)


def room(unit: str = "sp-na-skarpie") -> dict[str, str]:
    """The first public room of a unit."""
    rooms = Resource.objects.filter(unit__code=unit, kind="room", visibility="public")
    return {"code": rooms.order_by("code").first().code}


def site() -> dict[str, str]:
    return {"code": Resource.objects.get(**room()).site.code}


def hall() -> dict[str, str]:
    """A hall with sectors."""
    return {"code": Resource.objects.filter(parts__isnull=False).order_by("code").first().code}


def empty_premises() -> dict[str, str]:
    return {"code": Resource.objects.filter(kind="premises").order_by("code").first().code}


SERIES = (
    "?step_free=yes&capacity=25&near=20.0372,50.0722&radius=1500&address=os.+Centrum+C+10"
    "&weekly=TU,17:00,19:00&from=2027-01-05&until=2027-06-29&equipment=projector"
)

PAGES = [
    WalkedPage("search"),
    WalkedPage("search", query=SERIES),
    WalkedPage("search", query="?kind=premises&vacant=true&area_min=100"),
    WalkedPage("search", query="?capacity=400&step_free=yes&district=9"),
    WalkedPage("search", query="?form=1&kind=room&when=once&capacity=25", expected=422),
    WalkedPage("help"),
    WalkedPage("accessibility"),
    WalkedPage("privacy_notice", kwargs=lambda: {"code": "account"}),
    WalkedPage("components", who=account("administrator")),
    WalkedPage("account_login"),
    WalkedPage("account_login", query="?next=/pomoc/"),
    WalkedPage("account_signup"),
    WalkedPage("account_reset_password"),
    WalkedPage("account_email", who=account("member")),
    WalkedPage("account_change_password", who=account("member")),
    WalkedPage("account_logout", who=account("member")),
    WalkedPage("account_profile", who=account("member")),
    WalkedPage("account_profile", who=account("head")),
    WalkedPage("account_keys", who=account("member")),
    WalkedPage("account_reauthenticate", who=account("member")),
    WalkedPage("mfa_index", who=account("member")),
    WalkedPage("notifications", who=account("member")),
    WalkedPage("maps:districts"),
    WalkedPage("maps:district", kwargs=lambda: {"number": 18}),
    WalkedPage("resources:detail", kwargs=room),
    WalkedPage("resources:detail", kwargs=room, query="?week=2027-02-01", who=account("member")),
    WalkedPage("resources:detail", kwargs=hall, who=account("secretary")),
    WalkedPage("resources:detail", kwargs=empty_premises),
    WalkedPage("resources:edit", kwargs=room, who=account("secretary")),
    WalkedPage("resources:accessibility", kwargs=room, who=account("secretary")),
    WalkedPage("resources:history", kwargs=room, who=account("secretary")),
    WalkedPage("resources:divide", kwargs=room, who=account("secretary")),
    WalkedPage("resources:edit_site", kwargs=site, who=account("secretary")),
    WalkedPage("resources:photos", kwargs=room, who=account("secretary")),
    WalkedPage(
        "resources:kept", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")
    ),
    WalkedPage(
        "resources:new_room", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")
    ),
]

# Named URLs that are no pages: actions, data, files.
NOT_PAGES = {
    "api-me": "API",
    "api-search": "API",
    "openapi": "API",
    "maps:layer": "GeoJSON",
    "resources:confirm": "POST only",
    "search_csv": "a table",
    "search_layer": "GeoJSON",
    "resources:file": "a picture",
    "resources:ics": "a calendar file",
    "resources:remove_photo": "POST only",
    "notification_read": "POST only",
    "notifications_read_all": "POST only",
    "set_language": "POST only",
}
# Pages that django-allauth brings along; those that stand on their own are walked above.
OF_LIBRARIES = ("account_", "mfa_", "admin:")
