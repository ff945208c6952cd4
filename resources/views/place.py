"""The page of one place: facts with age and source, the week, the price, and the way to ask."""

from datetime import UTC, date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from maps.minimap import mini_map
from organisations.scopes import organisations_where
from records.clock import now, today
from records.problems import Problem
from resources import kinds
from resources.availability import timetable
from resources.models import Resource, Room
from resources.permissions import can
from resources.place.accessibility import feature_rows, last_check
from resources.place.rules import rules_in_words
from resources.place.visit import price_for, visit
from resources.place.week import monday_of, week_table
from resources.scopes import resources_visible_to
from resources.verification import due_on, freshness


def visible_place(request: HttpRequest, code: str) -> Resource:
    """The place with this code if the visitor may see it, with what its page shows; else 404."""
    return get_object_or_404(
        resources_visible_to(request.user)
        .select_related(
            "unit",
            "site",
            "site__district",
            "site__source",
            "district",
            "policy__legal_act",
            "part_of",
            "source",
            "room",
        )
        .prefetch_related(
            "accessibility",
            "site__accessibility",
            "equipment__equipment",
            "photos__file",
            "room__layouts",
            "parts",
        ),
        code=code,
    )


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    resource = visible_place(request, code)
    problem = None
    try:
        asked = visit(resource, request.GET)
    except Problem as error:
        asked, problem = None, error
    kind = kinds.get(resource.kind)
    rows = feature_rows(resource)
    organisations = list(organisations_where(request.user, "organisation.request_for")[:1])
    own_price, prices = price_for(resource, organisations)
    context: dict[str, Any] = {
        "resource": resource,
        "kind": kind,
        "visit": asked,
        "visit_problem": problem,
        "query": request.GET.urlencode(),
        "features": rows,
        "last_check": last_check(rows),
        "own_price": own_price,
        "prices": prices,
        "rules": rules_in_words(resource.policy) if resource.policy else [],
        "freshness": freshness(resource),
        "due_on": due_on(resource),
        "may_request": can(request.user, "resource.request", resource),
        "may_see_history": can(request.user, "resource.history", resource),
        "may_edit": can(request.user, "resource.edit", resource),
        "activities": _activities(resource),
        "mini": mini_map(resource.point, label=resource.title_pl, sign=kind.code)
        if resource.point
        else None,
        "panel": kind.facts(resource, request) if kind.facts else {},
        "now": now(),
        "plans": [photo for photo in resource.photos.all() if photo.kind == "plan"],
        "photos": [photo for photo in resource.photos.all() if photo.kind == "photo"],
        **_week(request, resource, asked),
    }
    return render(request, "resources/place.html", context)


def _activities(resource: Resource) -> list[str]:
    room = getattr(resource, "room", None)
    return [str(Room.Activity(one).label) for one in room.activities] if room else []


def _week(request: HttpRequest, resource: Resource, asked: Any) -> dict[str, Any]:
    """The week asked for in the address, else that of the first wanted date, else this one."""
    if resource.space_id is None or resource.tenure != Resource.Tenure.TIME:
        return {}
    day = _day(request.GET.get("week"))
    if day is None and asked:
        day = asked.verdicts[0].period.start.date()
    monday = monday_of(day or today())
    known = timetable(resource, monday, monday + timedelta(days=6))
    wanted = [one.period for one in asked.verdicts] if asked else []
    others = request.GET.copy()
    others.pop("week", None)
    prefix = f"{others.urlencode()}&" if others else ""
    return {
        "week": week_table(known, wanted, today=today()),
        "week_before": f"?{prefix}week={monday - timedelta(days=7)}#tydzien",
        "week_after": f"?{prefix}week={monday + timedelta(days=7)}#tydzien",
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@require_safe
def ics(request: HttpRequest, code: str) -> HttpResponse:
    """The visitor's own time as a calendar entry; it promises nothing and says so."""
    resource = visible_place(request, code)
    try:
        asked = visit(resource, request.GET)
    except Problem as problem:
        raise Http404(problem.message) from problem
    if asked is None:
        raise Http404
    calendar = Calendar()
    calendar.add("prodid", "-//Zasoby//Krakow//PL")
    calendar.add("version", "2.0")
    for verdict in asked.verdicts:
        event = Event()
        stamp = verdict.period.start.astimezone(UTC)
        event.add("uid", f"{resource.code}-{stamp:%Y%m%dT%H%M}@zasoby")
        event.add("dtstamp", now().astimezone(UTC))
        event.add("dtstart", verdict.period.start)
        event.add("dtend", verdict.period.end)
        event.add("summary", f"{resource.title_pl}, {resource.unit.name}")
        event.add("location", resource.site.address if resource.site else "")
        event.add("status", "TENTATIVE")
        event.add("description", _("Not a booking: send a request to hold this time."))
        calendar.add_component(event)
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{resource.code}.ics"'
    return response
