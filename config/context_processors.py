from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from config.navigation import account_links, navigation_of

# Signing in from a page of the account must not lead back to that page, but to what the person
# wanted before.
ACCOUNT_PATH = "/konto/"


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: navigation, who is asking, and the address to come back to."""
    person = getattr(request, "user", None)
    return {
        "site_name": "Zasoby",
        "site_url": settings.SITE_URL,
        "here": request.get_full_path(),
        "return_to": _return_to(request),
        "navigation": navigation_of(request) if person is not None else [],
        "account_address": reverse(account_links.account),
        **account_links.notifications(person),
    }


def _return_to(request: HttpRequest) -> str:
    if request.path.startswith(ACCOUNT_PATH):
        return request.GET.get("next") or request.POST.get("next") or ""
    return request.get_full_path()
