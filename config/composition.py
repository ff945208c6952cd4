"""What upper apps offer to pages of lower ones, as one explicit list.

A lower app never imports an upper one; it owns a registry, and this module fills it. A reader
who wants to know where a kind, a map layer or a panel comes from finds it here.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civic_centres import layers as centre_layers
from config.navigation import account_links
from maps import base_layers, district_links, layers
from organisations import actors, notify, panels, roles
from organisations.accounts import links
from organisations.accounts.links import AccountLink
from organisations.permissions import can
from premises import layers as premises_layers
from premises.kind import PREMISES
from records import past
from resources import kinds, review_reminders, room_kind
from resources.booking import messages as booking_messages
from resources.roles import offices_of, serves_a_unit, staff_pages

ACCOUNT_LINKS = [
    AccountLink(_("My requests"), _("what you asked for and what was answered"), "booking:list"),
    AccountLink(_("Calendar feeds"), _("your dates in your own calendar"), "booking:feeds"),
    AccountLink(
        _("Verification of organisations"),
        _("who waits for the city"),
        "organisations:queue",
        lambda person: can(person, "organisation.verify"),
    ),
    AccountLink(
        _("Roles"),
        _("who holds which, in the city and in units"),
        "city_roles",
        lambda person: can(person, "city_role.manage"),
    ),
    AccountLink(
        _("Dictionaries and records"),
        _("legal acts, spheres, calendars, units, texts"),
        "admin:index",
        lambda person: can(person, "dictionary.edit"),
    ),
]


def compose() -> None:
    """Fill the registries. Called once, when Django has loaded all apps."""
    layers.register(*base_layers.LAYERS, premises_layers.VACANT, centre_layers.CENTRES)
    district_links.register(
        district_links.DistrictLink(
            _("Find a room in this district"),
            lambda number: f"{reverse('search')}?district={number}",
        )
    )
    roles.OFFICIALS.append(serves_a_unit)
    past.register_actors(actors.person_names)
    links.OFFICES.append(offices_of)
    links.ACCOUNT_LINKS.extend(ACCOUNT_LINKS)
    panels.ROLE_PAGES.append(staff_pages)
    account_links.account = "account_profile"
    account_links.inbox = "notifications"
    account_links.count_unread = notify.unread_count
    notify.register("resources/notifications", review_reminders.KIND)
    notify.register(booking_messages.TEMPLATES, *booking_messages.KINDS)
    kinds.register(room_kind.ROOM)
    kinds.register(PREMISES)
