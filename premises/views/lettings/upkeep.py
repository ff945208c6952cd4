"""`/najem/<unit>/umowy/<number>/biezace/`: one contract in force, and what is recorded on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises import upkeep_forms as f
from premises.models import (
    HoldoverBase,
    Inspection,
    InspectionAnswer,
    Lease,
    LeaseCondition,
    Supervision,
    UseReport,
)
from premises.permissions import can
from premises.scopes import unit_leases
from premises.upkeep import arrears, charges, supervision
from premises.upkeep.due import due
from premises.views.lettings.access import of_unit, of_unit_to, show
from premises.views.upkeep_shared import lease_in
from records.clock import now, today
from records.problems import Invalid, Problem, Problems
from resources.models import ManagingUnit


@require_safe
@of_unit()
def current(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    return page(request, unit, lease_in(unit_leases(request.user).filter(unit=unit), number))


def page(
    request: HttpRequest, unit: ManagingUnit, lease: Lease, *, problem: Problem | None = None,
    bound: forms.Form | None = None, what: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The contract with what is recorded; `bound` is the form that was refused."""
    may_edit = can(request.user, "lease.edit", lease)
    shown = {
        name: bound if bound is not None and what == name else make()
        for name, make in FORMS.items()
    }
    return show(
        request,
        unit,
        "premises/lettings/upkeep.html",
        {
            "lease": lease,
            "today": today(),
            "due": [one for one in due(unit) if one.subject == lease.number],
            "protocols": lease.protocols.order_by("day", "pk"),
            "may_hand_over": lease.state in (Lease.State.SIGNED, Lease.State.HANDOVER_PENDING),
            "may_take_back": lease.state in (Lease.State.RETURN_PENDING, Lease.State.HOLDOVER),
            "charges": lease.charges.select_related("export").order_by("-month", "kind")[:24],
            "standing": arrears.standing(lease) if lease.state in Lease.BINDING else None,
            "warnings": lease.warnings.all(),
            "conditions": lease.decision_conditions.prefetch_related("looks"),
            "inspections": lease.inspections.prefetch_related("answers"),
            "reports": lease.use_reports.all(),
            "lacks_base": charges.lacks_base(lease),
            "may_edit": may_edit,
            "forms": shown,
            "refused": what,
            "problem": problem,
        },
        status=status,
    )


FORMS: dict[str, Callable[..., forms.Form]] = {
    "condition": f.ConditionForm,
    "look": f.LookForm,
    "plan": f.PlanForm,
    "delivered": f.DeliveredForm,
    "withdraw": f.WithdrawForm,
    "base": f.BaseForm,
    "question": f.QuestionForm,
}


@require_POST
@of_unit_to("lease.edit")
def record(request: HttpRequest, unit: ManagingUnit, number: str, what: str) -> HttpResponse:
    """One recorded thing, by name; a refusal shows the page with what was typed."""
    lease = lease_in(unit_leases(request.user).filter(unit=unit), number)
    if what not in DO:
        raise Http404
    form = FORMS[what](request.POST) if what in FORMS else None
    if form is not None and not form.is_valid():
        return page(request, unit, lease, bound=form, what=what, status=422)
    try:
        with transaction.atomic():
            words = DO[what](request, lease, form.cleaned_data if form else {})
    except Problem as problem:
        if form is not None:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return page(
            request, unit, lease, problem=problem, bound=form, what=what, status=problem.status
        )
    messages.success(request, words)
    return redirect("lettings:upkeep", unit=unit.code, number=number)


def _pk(request: HttpRequest) -> int:
    text = request.POST.get("pk", "")
    return int(text) if text.isdecimal() else 0


def _condition(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    supervision.add_condition(lease, request.user, **data)
    return _("The condition is recorded.")


def _look(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    planned = get_object_or_404(Supervision, condition__lease=lease, pk=_pk(request))
    supervision.look(planned, request.user, **data)
    return _("Recorded.")


def _close(request: HttpRequest, lease: Lease, _data: dict[str, Any]) -> str:
    found = get_object_or_404(LeaseCondition, lease=lease, pk=_pk(request), closed_on=None)
    supervision.close_condition(found, request.user)
    return _("The condition is no longer asked.")


def _plan(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    supervision.plan_inspection(lease, request.user, data["planned_on"])
    return _("The inspection is planned.")


def _mended(request: HttpRequest, lease: Lease, _data: dict[str, Any]) -> str:
    supervision.mended(get_object_or_404(Inspection, lease=lease, pk=_pk(request)), request.user)
    return _("Recorded.")


def _warn(request: HttpRequest, lease: Lease, _data: dict[str, Any]) -> str:
    arrears.warn(lease, request.user)
    return _("The call to pay is recorded. Record its delivery: from then the time runs.")


def _open_warning(lease: Lease) -> Any:
    return get_object_or_404(lease.warnings, paid_on=None, withdrawn_on=None)


def _delivered(_request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    arrears.delivered(_open_warning(lease), data["delivered_on"])
    return _("Recorded.")


def _withdraw(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    arrears.withdraw(_open_warning(lease), request.user, data["why"])
    return _("The call to pay is withdrawn.")


def _base(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    if not data["month_net"]:
        raise Invalid(_("Write more than nothing."), field="month_net")
    try:
        with transaction.atomic():
            HoldoverBase.objects.create(
                lease=lease, recorded_at=now(), recorded_by=str(request.user), **data
            )
    except IntegrityError as error:
        raise Invalid(_("There is one from that day already."), field="valid_from") from error
    return _("Recorded.")


def _accept(request: HttpRequest, lease: Lease, _data: dict[str, Any]) -> str:
    supervision.answer_report(
        get_object_or_404(UseReport, lease=lease, pk=_pk(request)), request.user
    )
    return _("The report is accepted.")


def _question(request: HttpRequest, lease: Lease, data: dict[str, Any]) -> str:
    report = get_object_or_404(UseReport, lease=lease, pk=_pk(request))
    supervision.answer_report(report, request.user, question=data["question"])
    return _("The report went back with your question.")


DO: dict[str, Callable[[HttpRequest, Lease, dict[str, Any]], str]] = {
    "condition": _condition,
    "look": _look,
    "close": _close,
    "plan": _plan,
    "mended": _mended,
    "warn": _warn,
    "delivered": _delivered,
    "withdraw": _withdraw,
    "base": _base,
    "accept": _accept,
    "question": _question,
}


@require_http_methods(["GET", "POST"])
@of_unit_to("lease.edit")
def inspect(request: HttpRequest, unit: ManagingUnit, number: str, pk: int) -> HttpResponse:
    """The checklist of a visit: every question answered, what is wrong said in words."""
    lease = lease_in(unit_leases(request.user).filter(unit=unit), number)
    visit = get_object_or_404(lease.inspections, pk=pk, held_on=None)
    form = f.InspectionForm(request.POST or None)
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                supervision.hold_inspection(
                    visit, request.user, answers=_answers(request), **form.cleaned_data
                )
                messages.success(request, _("The inspection is recorded."))
                return redirect("lettings:upkeep", unit=unit.code, number=number)
            except Problems as problem:
                errors = {one.field or "": str(one.message) for one in problem.problems}
                form.add_error(None, _("Answer every question; say what is not in order."))
            except Problem as problem:
                form.add_error(
                    problem.field if problem.field in form.fields else None, problem.message
                )
                status = problem.status
    questions = [
        {
            "row": one,
            "result": request.POST.get(f"q{one.pk}", ""),
            "note": request.POST.get(f"n{one.pk}", ""),
            "error": errors.get(f"q{one.pk}") or errors.get(f"n{one.pk}", ""),
        }
        for one in supervision.questions_for(lease, today())
    ]
    return show(
        request,
        unit,
        "premises/lettings/inspection.html",
        {
            "lease": lease, "visit": visit, "form": form, "questions": questions,
            "results": InspectionAnswer.Result.choices,
        },
        status=status,
    )  # fmt: skip


def _answers(request: HttpRequest) -> dict[int, supervision.Answered]:
    return {
        int(name[1:]): supervision.Answered(value, request.POST.get(f"n{name[1:]}", ""))
        for name, value in request.POST.items()
        if name.startswith("q") and name[1:].isdecimal()
    }
