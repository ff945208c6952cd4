from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.navigation import navigation_of

# How many unread notifications a signed-in person has; set in config/composition.py.
count_unread: Callable[[Any], int] | None = None


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: navigation, who is asking, and the address to come back to."""
    person = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    return {
        "site_name": "Zasoby",
        "navigation": navigation_of(request) if person is not None else [],
        "unread": count_unread(person) if known and count_unread is not None else 0,
        "site_url": settings.SITE_URL,
        "here": request.get_full_path(),
    }
