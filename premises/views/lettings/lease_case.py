"""The page of one contract for the unit, and the steps that are taken on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premises.lease_forms import NeedForm
from premises.leasing import case, course, drafts, terms
from premises.leasing.answers import answer as answer_need
from premises.leasing.states import Role
from premises.models import Lease
from premises.permissions import can
from premises.scopes import unit_leases
from premises.views.lettings.access import of_unit, of_unit_to, show
from records.problems import Problem
from resources.forms.fields import DayField
from resources.models import ManagingUnit


def lease_in(request: HttpRequest, unit: ManagingUnit, number: str) -> Lease:
    """A contract of the unit with everything its page shows, or 404."""
    mine = case.cases_of(unit_leases(request.user).filter(unit=unit))
    return get_object_or_404(mine, number=number)


def role_of(person: Any, lease: Lease) -> Role | None:
    """As whom an official acts in this case; None for those who only look."""
    if not can(person, "lease.edit", lease):
        return None
    return Role.HEAD if can(person, "lease.decide", lease) else Role.OFFICER


def seen_of(request: HttpRequest) -> int | None:
    """The version of the contract that the form was shown with."""
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() else None


@require_safe
@of_unit()
def lease(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    return page(request, unit, lease_in(request, unit, number))


def page(
    request: HttpRequest,
    unit: ManagingUnit,
    shown: Lease,
    *,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    """The case; with a problem and what was typed after a step that could not be taken."""
    asked = None
    if text := request.GET.get("dzien"):
        try:
            day = DayField().clean(text)
            asked = {"day": day, "version": terms.on(shown, day)}
        except Exception:  # noqa: BLE001 - a day that cannot be read asks nothing
            asked = {"day": None, "version": None}
    return show(
        request,
        unit,
        "premises/lettings/lease.html",
        {
            "case": case.case_of(shown, role_of(request.user, shown)),
            "lease": shown,
            "problem": problem,
            "typed": typed or {},
            "asked": asked,
            "need_form": NeedForm(),
        },
        status=problem.status if problem else 200,
    )


@require_POST
@of_unit_to("lease.edit")
def move(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """A step by its button. What stands in the way is shown beside what was typed."""
    shown = lease_in(request, unit, number)
    target = request.POST.get("to", "")
    try:
        if target not in Lease.State.values:
            raise course.Conflict(_("Choose a step."), code="no_step")
        moved = course.move(
            shown,
            target,
            request.user,
            reason=request.POST.get("reason", ""),
            seen=seen_of(request),
        )
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        again = lease_in(request, unit, number)
        return page(request, unit, again, problem=problem, typed=request.POST.dict())
    messages.success(
        request, _("Done. The contract is “%(state)s” now.") % {"state": moved.get_state_display()}
    )
    return redirect("lettings:lease", unit=unit.code, number=number)


@require_POST
@of_unit_to("lease.edit")
def need(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """Evidence for what the rules ask, or that one goes on without it."""
    shown = lease_in(request, unit, number)
    form = NeedForm(request.POST)
    try:
        if not form.is_valid():
            raise course.Conflict(_("Enter the day as 7.12.2026."), code="bad_day")
        answer_need(
            shown, request.user, request.POST.get("needed", ""), seen=seen_of(request),
            **form.cleaned_data,
        )  # fmt: skip
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        again = lease_in(request, unit, number)
        return page(request, unit, again, problem=problem, typed=request.POST.dict())
    messages.success(request, _("Recorded with your name."))
    return redirect("lettings:lease", unit=unit.code, number=number)


@require_POST
@of_unit_to("lease.edit")
def renew(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """A draft of the next contract, to be looked through."""
    shown = lease_in(request, unit, number)
    try:
        made = drafts.renew(shown, request.user)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return page(request, unit, shown, problem=problem)
    messages.success(request, _("A draft with the same parties and terms. Look it through."))
    return redirect("lettings:edit_lease", unit=unit.code, number=made.number)
