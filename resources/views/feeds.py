"""Calendars for phones and offices, and the page where their addresses are made and revoked."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar

from organisations.scopes import organisations_where
from records.problems import Problem
from resources import scopes
from resources.booking import calendars, feeds
from resources.models import Feed, Resource

CONTENT_TYPE = "text/calendar; charset=utf-8"


def _answer(calendar: Calendar, name: str) -> HttpResponse:
    response = HttpResponse(calendar.to_ical(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def feed(request: HttpRequest, signed: str) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The calendar behind a signed address. 404 for a wrong, revoked or outlived one."""
    found = feeds.find(signed)
    if found is None:
        raise Http404
    with override(found.person.language):
        return _answer(calendars.of_feed(found), "zasoby")


@login_required
@require_safe
def case_ics(request: HttpRequest, code: str) -> HttpResponse:
    booking = get_object_or_404(scopes.bookings_visible_to(request.user), code=code)
    return _answer(calendars.of_booking(booking), booking.code)


@login_required
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """Addresses that live, and what else one could be made for."""
    living = (
        feeds.living(request.user)
        .select_related("organisation", "resource", "unit")
        .order_by("kind", "created_at")
    )
    rows = [
        {
            "feed": one,
            "subject": one.organisation or one.resource or one.unit or _("My dates"),
            "address": settings.SITE_URL + reverse("booking:feed", args=[feeds.signed(one)]),
        }
        for one in living
    ]
    code = request.GET.get("miejsce", "")
    return render(
        request,
        "booking/feeds.html",
        {
            "rows": rows,
            "organisations": organisations_where(request.user, "organisation.feed"),
            "units": scopes.units_where(request.user, "unit.feed"),
            "place": scopes.resources_visible_to(request.user).filter(code=code).first(),
            "language": get_language(),
        },
    )


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """`for` names what the calendar is of: mine, organisation:slug, unit:code or place:code."""
    kind, _colon, name = request.POST.get("for", "").partition(":")
    subject: dict[str, object] = {}
    if kind == "organisation":
        mine = organisations_where(request.user, "organisation.feed")
        subject["organisation"] = get_object_or_404(mine, slug=name)
    elif kind == "unit":
        subject["unit"] = get_object_or_404(
            scopes.units_where(request.user, "unit.feed"), code=name
        )
    elif kind == "place":
        subject["resource"] = get_object_or_404(
            scopes.resources_visible_to(request.user).filter(tenure=Resource.Tenure.TIME),
            code=name,
        )
    elif kind != "mine":
        raise Http404
    try:
        feeds.make(request.user, **subject)  # type: ignore[arg-type]
        messages.success(request, _("The address is made. Add it to your calendar program."))
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect("booking:feeds")


@login_required
@require_POST
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Feed, key=key, person=request.user)
    feeds.revoke(found)
    messages.success(request, _("Revoked. The address leads nowhere from now on."))
    return redirect("booking:feeds")
