"""Brake on guessing passwords: django-axes counts failures, these functions are what it asks us.

The page is the same for addresses with and without an account.
"""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from records import clock


def username_of(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The e-mail somebody tries to sign in with, however it is written."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or given.get("login")
    if not name and request is not None:
        name = request.POST.get("login", "")
    return str(name or "").strip().lower()[:254]


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,  # noqa: ARG001 -- the signature is axes'
    credentials: dict[str, Any] | None = None,  # noqa: ARG001
) -> HttpResponse:
    """429 with how long to wait and the way that works now."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    response = render(
        request,
        "organisations/account/locked_out.html",
        {"minutes": int(wait.total_seconds() // 60)},
        status=429,
    )
    response["Retry-After"] = str(int(wait.total_seconds()))
    return response


def forget_failures() -> int:
    """Failures older than a day say nothing and hold addresses. Returns how many went."""
    day_ago = clock.now() - timedelta(days=1)
    return AccessAttempt.objects.filter(attempt_time__lt=day_ago).delete()[0]
