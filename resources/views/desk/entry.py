"""Entering a request that came by telephone or on paper, for an organisation or a named person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organisations.models import Organisation
from organisations.scopes import organisations_visible_to
from records.problems import Problem, Problems
from resources.booking import decisions, requests
from resources.booking.series import DatesTaken, WishedDate
from resources.desk.applicants import find_organisations
from resources.desk.words import hours_of, weekday_and_day, when_and_where
from resources.forms.entry import EntryForm, initial_from
from resources.models import Booking, ManagingUnit
from resources.views.desk.access import case_in, may_in, of_unit, show


@require_safe
@of_unit("booking.enter")
def organisations(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """What the search for an organisation found, as part of the form's page."""
    text = request.GET.get("szukaj", "")
    return render(
        request,
        "desk/_organisations.html",
        {"unit": unit, "searched": text, "found": find_organisations(request.user, text)},
    )


@require_http_methods(["GET", "POST"])
@of_unit("booking.enter")
def new_request(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    may_decide = may_in(request.user, "booking.decide", unit)
    if request.method == "GET":
        form = EntryForm(initial=_initial(request, unit), unit=unit, may_decide=may_decide)
        return _show(request, unit, form)
    form = EntryForm(request.POST, unit=unit, may_decide=may_decide)
    if "search" in request.POST or not form.is_valid():
        # Without scripts, the search for an organisation is a step of its own.
        searching = "search" in request.POST
        return _show(request, unit, form, status=200 if searching else 422, searching=searching)
    try:
        booking = requests.enter(
            form.draft(_chosen(request), _choices(request)),
            request.user,
            channel=Booking.Channel(form.cleaned_data["channel"]),
            requester_name=form.cleaned_data["requester_name"].strip(),
            requester_contact=form.cleaned_data["requester_contact"].strip(),
            wait_if_taken=form.cleaned_data["wait_if_taken"],
        )
    except DatesTaken as taken:
        return _show(request, unit, form, plan=taken, status=409)
    except Problem as problem:
        if problem.status == 404:
            raise
        _tell(form, problem)
        return _show(request, unit, form, status=problem.status)
    return _entered(request, unit, booking, accept=form.cleaned_data.get("accept", False))


def _entered(
    request: HttpRequest, unit: ManagingUnit, booking: Booking, *, accept: bool
) -> HttpResponse:
    if accept and booking.state == Booking.State.UNDER_REVIEW:
        try:
            decisions.accept(booking, request.user)
            messages.success(request, _("Entered and accepted."))
        except Problem as problem:
            messages.warning(
                request, _("Entered, but not accepted: %(why)s") % {"why": problem.message}
            )
    else:
        messages.success(request, _("Entered. It waits in the inbox."))
    return redirect("desk:case", unit=unit.code, code=booking.code)


def _initial(request: HttpRequest, unit: ManagingUnit) -> dict[str, Any]:
    if "wzor" in request.GET:
        return initial_from(case_in(request, unit, request.GET["wzor"]))
    found: dict[str, Any] = {"first": request.GET.get("dzien")}
    if "sala" in request.GET:
        found["place"] = request.GET["sala"]
    return found


def _chosen(request: HttpRequest) -> Organisation | None:
    """The organisation that was picked, if the person may see it."""
    number = request.POST.get("organisation", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return organisations_visible_to(request.user).filter(pk=int(number)).first()


def _choices(request: HttpRequest) -> dict[str, str]:
    """Answers for dates that are taken: their key -> "skip" or an option's token."""
    return {
        name.removeprefix("choice-"): value
        for name, value in request.POST.items()
        if name.startswith("choice-") and value
    }


def _tell(form: EntryForm, problem: Problem) -> None:
    """Problems beside the fields that they are about."""
    names = {"resource": "place", "dates": "first", "organisation": "requester_name"}
    for one in problem.problems if isinstance(problem, Problems) else [problem]:
        name = names.get(one.field or "", one.field or "")
        form.add_error(name if name in form.fields else None, str(one.message))


def _show(
    request: HttpRequest,
    unit: ManagingUnit,
    form: EntryForm,
    *,
    plan: DatesTaken | None = None,
    status: int = 200,
    searching: bool = False,
) -> HttpResponse:
    chosen = _chosen(request)
    text = request.POST.get("szukaj", "")
    disputed = plan.plan.disputed if plan else []
    return show(
        request,
        unit,
        "desk/new_request.html",
        {
            "form": form,
            "chosen": chosen,
            "searched": text,
            "found": find_organisations(request.user, text) if text and not chosen else [],
            "searching": searching,
            "problem": plan,
            "disputed": [_date(one, _choices(request)) for one in disputed],
            "free": len(plan.plan.free) if plan else 0,
        },
        status=status,
    )


def _date(one: WishedDate, answers: dict[str, str]) -> dict[str, Any]:
    """A date that is not free, with what could be had instead."""
    return {
        "key": one.key,
        "day": weekday_and_day(one.period.start),
        "hours": hours_of(one.period.start, one.period.end),
        "reason": one.verdict.reason,
        "answer": answers.get(one.key, ""),
        "options": [
            (token, when_and_where(option.period, option.resource))
            for token, option in one.tokens()
        ],
    }
