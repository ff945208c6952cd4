"""The desk itself: inbox, the case at hand, the week of all rooms below."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from records.clock import now, today
from records.problems import Problem
from resources.booking import states
from resources.desk import inbox, refusals
from resources.desk.case import Case, case_of
from resources.desk.inbox import Tab
from resources.desk.statistics import answers_of
from resources.desk.week import monday_of, week_of, week_to_show
from resources.models import Booking, ManagingUnit
from resources.permissions import can
from resources.scopes import units_where
from resources.views.desk.access import case_in, of_unit, show

ON_A_PAGE = 30
#: How far from today the week may be leafed.
YEARS_AROUND = 20
HELP_COOKIE = "desk_help"


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The desks of the person; straight to the only one."""
    units = list(units_where(request.user, "unit.desk").filter(merged_into=None))
    if len(units) == 1:
        return redirect("desk:unit", unit=units[0].code)
    waiting = [(unit, inbox.waiting(unit)) for unit in units[:40]]
    waiting.sort(key=lambda one: (-one[1].overdue, -one[1].until_tomorrow, -one[1].to_decide))
    return render(
        request,
        "desk/home.html",
        {"units": waiting, "to_decide": sum(one.to_decide for _unit, one in waiting)},
    )


@require_safe
@of_unit()
def unit(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The first case of the tab stands open, so that a decision is one click away."""
    return desk(request, unit)


@require_safe
@of_unit()
def case(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    return desk(request, unit, case_in(request, unit, code))


@require_POST
@of_unit()
def hide_help(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The card for the first visit is put away; the page offers it again."""
    response = redirect("desk:unit", unit=unit.code)
    shown = request.COOKIES.get(HELP_COOKIE) != "hidden"
    response.set_cookie(
        HELP_COOKIE,
        "hidden" if shown else "shown",
        max_age=60 * 60 * 24 * 365,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def desk(
    request: HttpRequest,
    unit: ManagingUnit,
    booking: Booking | None = None,
    *,
    problem: Problem | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page with `booking` open; with a problem of its last action, and what was typed."""
    tab = _tab(request, booking)
    page = Paginator(inbox.in_tab(unit, tab), ON_A_PAGE).get_page(request.GET.get("page"))
    listed = inbox.items(list(page.object_list))
    if booking is None and listed:
        booking = case_in(request, unit, listed[0].booking.code)
    opened: Case | None = case_of(booking, request.user) if booking else None
    waiting = inbox.waiting(unit)
    monday = _monday(request) or week_to_show(booking, [one.slot for one in _dates(opened)])
    return show(
        request,
        unit,
        "desk/unit.html",
        {
            "tab": tab,
            "tabs": [(one, count) for one, count in inbox.counts(unit).items()],
            "items": listed,
            "page": page,
            "case": opened,
            "waiting": waiting,
            "answers": answers_of(unit),
            **_week(request, unit, monday),
            "now": now(),
            "problem": problem,
            "typed": typed or {},
            "refusals": refusals.REASONS,
            "decided": _just_decided(request, unit),
            "help_shown": request.COOKIES.get(HELP_COOKIE) != "hidden",
        },
        status=problem.status if problem else 200,
    )


def _week(request: HttpRequest, unit: ManagingUnit, monday: date) -> dict[str, Any]:
    """The week with the addresses of its neighbours; the rest of the address stays."""
    week = week_of(unit, monday, part=_number(request.GET.get("sale")))

    def address(**changed: object) -> str:
        query = request.GET.copy()
        query.pop("po", None)
        for name, value in changed.items():
            query[name] = str(value)
        return query.urlencode()

    return {
        "week": week,
        "week_before": address(tydzien=monday - timedelta(days=7)),
        "week_after": address(tydzien=monday + timedelta(days=7)),
        "rooms_before": address(sale=week.part - 1, tydzien=monday),
        "rooms_after": address(sale=week.part + 1, tydzien=monday),
    }


def _dates(opened: Case | None) -> list:
    return opened.dates if opened else []


def _tab(request: HttpRequest, booking: Booking | None) -> Tab:
    """The tab named in the address, else the one where the case is."""
    try:
        return Tab(request.GET["karta"])
    except (KeyError, ValueError):
        return next((tab for tab in Tab if booking and booking.state in tab.states), Tab.DECIDE)


def _monday(request: HttpRequest) -> date | None:
    try:
        day = date.fromisoformat(request.GET["tydzien"])
    except (KeyError, ValueError):
        return None
    return monday_of(day) if abs(day.year - today().year) <= YEARS_AROUND else None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else 1


def _just_decided(request: HttpRequest, unit: ManagingUnit) -> Booking | None:
    """The case answered a moment ago, while the answer can still be taken back."""
    code = request.GET.get("po")
    if not code:
        return None
    found = inbox.requests_of(unit).filter(code=code).first()
    if found is None or found.decided_at is None:
        return None
    if found.decided_at + states.UNDO_WITHIN <= now() or not can(
        request.user, "booking.decide", found
    ):
        return None
    return found
