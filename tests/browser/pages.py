"""Every page that answers to GET, with somebody who may open it. Add a page where you add its URL.

test_pages.py walks the list, and fails for a named URL of ours that neither stands here nor is
listed as something other than a page.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse

from organisations.models import Person
from organisations.scopes import organisations_where
from records.clock import now, today
from resources.booking.drafts import Draft, Meeting
from resources.booking.requests import save_draft
from resources.booking.wishes import Wish
from resources.models import Booking, BookingPolicy, OwnUse, PriceList, Resource
from resources.scopes import own_bookings


@dataclass(frozen=True)
class WalkedPage:
    """A page by URL name; `kwargs` and `who` ask the sample city when the walk begins."""

    url_name: str
    kwargs: Callable[[], dict[str, Any]] = dict
    query: str | Callable[[], str] = ""
    who: Callable[[], Any] = field(default=lambda: None)
    expected: int = 200

    def address(self) -> str:
        query = self.query if isinstance(self.query, str) else self.query()
        return reverse(self.url_name, kwargs=self.kwargs()) + query

    def __str__(self) -> str:
        return self.url_name


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


def _next_tuesday() -> date:
    return today() + timedelta(days=14 + (1 - today().weekday()) % 7)


def series() -> str:
    """A query that asks the room for ten Tuesdays."""
    first = _next_tuesday()
    return f"&weekly=TU,17:00,19:00&from={first}&until={first + timedelta(weeks=9)}"


def draft() -> dict[str, str]:
    """A request of the member that was begun and not sent."""
    person = account("member")()
    begun = Booking.objects.filter(person=person, state="draft").first()
    if begun is None:
        wish = Wish.from_query(QueryDict(series().removeprefix("&")))
        meeting = Meeting(purpose="Warsztaty", participants=20, person_in_charge=person.full_name)
        place = Resource.objects.get(**room("dk-wiklina"))
        organisation = organisations_where(person, "organisation.request_for").first()
        begun = save_draft(Draft(place, wish, {}, meeting, organisation), person)
    return {"code": begun.code}


def request_in(*states: str) -> Callable[[], dict[str, str]]:
    """A request of the member's organisation in one of the states, with a date to come."""
    return lambda: {
        "code": own_bookings(account("member")())
        .filter(state__in=states, slots__period__startswith__gt=now())
        .order_by("code")[0]
        .code
    }


def empty_premises() -> dict[str, str]:
    return {"code": Resource.objects.filter(kind="premises").order_by("code").first().code}


def our_organisation() -> dict[str, str]:
    """The organisation of the sample accounts "member" and "representative"."""
    return {"slug": account("member")().memberships.get().organisation.slug}


def unverified_group() -> dict[str, str]:
    return {"slug": account("unverified")().memberships.get().organisation.slug}


WIKLINA = {"unit": "dk-wiklina"}


def of_wiklina(kind: type[Model]) -> Callable[[], dict[str, Any]]:
    """The first row of the culture house."""
    return lambda: WIKLINA | {"pk": kind.objects.filter(unit__code="dk-wiklina").first().pk}


def room_of_wiklina() -> dict[str, str]:
    return WIKLINA | room("dk-wiklina")


def desk_case(*states: str) -> Callable[[], dict[str, str]]:
    """A case of the culture house in one of the states, the one waiting longest."""
    return lambda: (
        WIKLINA
        | {
            "code": Booking.objects.filter(unit__code="dk-wiklina", state__in=states)
            .order_by("submitted_at", "code")[0]
            .code
        }
    )


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
    WalkedPage("booking:new", query=lambda: f"?resource={room('dk-wiklina')['code']}"),
    WalkedPage("booking:new", query=lambda: f"?resource={room('dk-wiklina')['code']}{series()}"),
    WalkedPage("booking:edit", kwargs=draft, who=account("member")),
    WalkedPage("booking:send", kwargs=draft, who=account("member")),
    WalkedPage("booking:list", who=account("member")),
    WalkedPage("booking:list", who=account("unverified")),
    WalkedPage("booking:case", kwargs=request_in("under_review"), who=account("member")),
    WalkedPage("booking:case", kwargs=request_in("confirmed"), who=account("member")),
    WalkedPage("booking:withdraw", kwargs=request_in("under_review"), who=account("member")),
    WalkedPage("booking:cancel", kwargs=request_in("confirmed"), who=account("member")),
    WalkedPage("booking:feeds", who=account("member")),
    *[
        WalkedPage(f"desk:{name}", kwargs=lambda: WIKLINA, who=account("head"))
        for name in (
            "unit",
            "bookings",
            "new_request",
            "closures",
            "new_closure",
            "own_use",
            "new_own_use",
            "load_own_use",
            "hours",
            "rules",
            "new_rules",
            "new_price_list",
            "statistics",
            "staff",
            "grant",
        )
    ],
    WalkedPage("desk:home", who=account("administrator")),
    WalkedPage("desk:closures_bulk", who=account("administrator")),
    WalkedPage("desk:unit", kwargs=lambda: {"unit": "sp-na-skarpie"}, who=account("secretary")),
    WalkedPage("desk:case", kwargs=desk_case("under_review"), who=account("head")),
    WalkedPage("desk:case", kwargs=desk_case("confirmed"), who=account("head")),
    WalkedPage("desk:propose", kwargs=desk_case("under_review"), who=account("head")),
    WalkedPage("desk:own_use_one", kwargs=of_wiklina(OwnUse), who=account("head")),
    WalkedPage("desk:room_hours", kwargs=room_of_wiklina, who=account("head")),
    WalkedPage("desk:change_rules", kwargs=of_wiklina(BookingPolicy), who=account("head")),
    WalkedPage("desk:terms", kwargs=of_wiklina(BookingPolicy), who=account("head")),
    WalkedPage("desk:price_list", kwargs=of_wiklina(PriceList), who=account("head")),
    WalkedPage("organisations:list"),
    WalkedPage("organisations:list", query="?q=skarpy&dzielnica=18"),
    WalkedPage("organisations:list", query="?q=nic-takiego"),
    WalkedPage("organisations:list", query="?stan=submitted", who=account("coordinator")),
    WalkedPage("organisations:detail", kwargs=our_organisation),
    WalkedPage("organisations:detail", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:detail", kwargs=unverified_group, who=account("coordinator")),
    WalkedPage("organisations:edit", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:found", who=account("member")),
    WalkedPage("organisations:join", kwargs=our_organisation, who=account("unverified")),
    WalkedPage("organisations:members", kwargs=our_organisation, who=account("representative")),
    WalkedPage("organisations:queue", who=account("coordinator")),
    WalkedPage("city_roles", who=account("administrator")),
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
    WalkedPage("premises:vacant"),
    WalkedPage("premises:vacant", query="?district=18&area_min=100&step_free=on"),
    WalkedPage("premises:vacant", query="?area_min=4999"),
    WalkedPage("civic_centres:list"),
    WalkedPage("civic_centres:detail", kwargs=lambda: {"code": "co-c10"}),
]

# Named URLs that are no pages: actions, data, files.
NOT_PAGES = {
    "api-booking": "API",
    "api-bookings": "API",
    "api-me": "API",
    "api-search": "API",
    "end_city_role": "POST only",
    "openapi": "API",
    "organisations:accept_join": "POST only",
    "organisations:change_role": "POST only",
    "organisations:confirm": "POST only",
    "organisations:end_membership": "POST only",
    "organisations:refuse_join": "POST only",
    "organisations:step": "POST only",
    "organisations:submit": "POST only",
    "organisations:verify": "POST only",
    "organisations:withdraw_join": "POST only",
    "booking:case_ics": "a calendar file",
    "booking:discard": "POST only",
    "booking:feed": "a calendar feed",
    "booking:make_feed": "POST only",
    "booking:proposal": "POST only",
    "booking:revoke_feed": "POST only",
    "desk:act": "POST only",
    "desk:bookings_file": "a table",
    "desk:end_role": "POST only",
    "desk:help": "POST only",
    "desk:lift_closure": "POST only",
    "desk:organisations": "part of a page",
    "desk:own_use_example": "a table",
    "desk:remove_own_use": "POST only",
    "desk:use_file": "a table",
    "maps:layer": "GeoJSON",
    "search_csv": "a table",
    "search_layer": "GeoJSON",
    "resources:confirm": "POST only",
    "resources:file": "a picture",
    "resources:ics": "a calendar file",
    "resources:remove_photo": "POST only",
    "notification_read": "POST only",
    "notifications_read_all": "POST only",
    "set_language": "POST only",
}
# Pages that django-allauth brings along; those that stand on their own are walked above.
OF_LIBRARIES = ("account_", "mfa_", "admin:")
