"""An application on the officer's desk: what was sent, the formal check, the next step."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premises.applications import checking, course
from premises.applications.checking import Defect
from premises.applications.submission import documents_of
from premises.lettings_forms import CorrectionForm, DepositForm
from premises.models import Application, DocumentType, FormalCheck
from premises.permissions import can, require
from premises.procedures import sealing, words
from premises.views.application_pages import copy_of
from premises.views.lettings.access import of_unit, show
from premises.views.lettings.procedures import of_code
from records.problems import Problem
from resources.models import ManagingUnit

#: What a step is called on its button; the others have forms of their own.
STEP_WORDS = {
    "check": lambda: _("Begin the formal check"),
    "admit": lambda: _("Admit: everything is there"),
    "reject": lambda: _("Refuse after the formal check"),
    "review": lambda: _("Hand to the commission"),
    "ask_opinion": lambda: _("Ask for an opinion"),
    "recommend": lambda: _("Recommend"),
    "reserve": lambda: _("Put on the reserve list"),
    "not_recommend": lambda: _("Do not recommend"),
    "grant": lambda: _("Grant the premises"),
    "refuse": lambda: _("Do not grant"),
    "sign": lambda: _("The contract is signed"),
    "lapse": lambda: _("Let it lapse: not signed in time"),
}


def _of_number(unit: ManagingUnit, code: str, number: int) -> Application:
    return get_object_or_404(
        Application.objects.select_related(
            "organisation", "lot__resource", "procedure__kind", "procedure__unit"
        ),
        procedure=of_code(unit, code),
        number=number,
    )


@require_safe
@of_unit()
def received(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _of_number(unit, code, number)
    require(request.user, "procedure.run", found.procedure)
    return _show(request, unit, found)


def _show(
    request: HttpRequest,
    unit: ManagingUnit,
    found: Application,
    *,
    problem: Problem | None = None,
    correction: CorrectionForm | None = None,
    deposit: DepositForm | None = None,
) -> HttpResponse:
    """Before the opening of sealed offers: the envelope, and nothing else."""
    procedure = found.procedure
    submissions = list(found.submissions.order_by("order"))
    status = problem.status if problem else 200
    context: dict[str, Any] = {
        "application": found,
        "call": procedure,
        "mark": words.application_mark(found),
        "submissions": submissions,
        "problem": problem,
        "deposit": getattr(found, "deposit", None),
    }
    if sealing.is_closed(procedure):
        template = "premises/lettings/envelope.html"
        return show(request, unit, template, context, status=status)
    require(request.user, "application.view", found)
    answered = {one.check_line_id: one for one in found.formal_checks.all()}
    kept = getattr(found, "deposit", None)
    context |= {
        "copy": copy_of(submissions[0]) if submissions else None,
        "declared": (sealing.content_of(submissions[0]) or {}).get("declarations", [])
        if submissions
        else [],
        "corrections": [
            {"submission": one, "points": (one.content or {}).get("correction", [])}
            for one in submissions[1:]
        ],
        "partners": list(found.co_applicants.select_related("organisation")),
        "documents": list(
            found.documents.exclude(submission=None).select_related(
                "type", "organisation", "file", "submission"
            )
        ),
        "lines": [
            {"line": line, "answer": answered.get(line.pk)} for line in procedure.kind.checks.all()
        ],
        "results": FormalCheck.Result.choices,
        "may_check": can(request.user, "application.check", found)
        and found.state == Application.State.FORMAL_CHECK,
        "call_for": list(found.correction_calls.prefetch_related("items")),
        "correction_form": correction or CorrectionForm(documents=documents_of(procedure)),
        "deposit_form": deposit
        or DepositForm(
            initial={name: getattr(kept, name) for name in DepositForm.base_fields} if kept else {}
        ),
        "in_time": checking.in_time(kept) if kept else None,
        "next_steps": [
            {
                "action": step.action,
                "words": STEP_WORDS[step.action](),
                "problem": hindrance,
                "needs_reason": step.needs_reason,
            }
            for step, hindrance in course.open_steps(found, request.user)
            if step.action in STEP_WORDS
        ],
        "steps": list(found.steps.all()),
    }
    return show(request, unit, "premises/lettings/received.html", context, status=status)


@require_POST
@of_unit()
def checklist(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _of_number(unit, code, number)
    answers = {
        line.pk: (
            request.POST.get(f"result-{line.pk}", ""),
            request.POST.get(f"note-{line.pk}", "")[:300],
        )
        for line in found.procedure.kind.checks.all()
    }
    try:
        checking.answer_lines(found, answers, by=request.user)
    except Problem as problem:
        return _show(request, unit, found, problem=problem)
    messages.success(request, _("The checklist is saved."))
    return redirect("lettings:received", unit=unit.code, code=code, number=number)


@require_POST
@of_unit()
def correction(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    """The listed defects go to the applicant, with the day."""
    found = _of_number(unit, code, number)
    form = CorrectionForm(request.POST, documents=documents_of(found.procedure))
    if not form.is_valid():
        return _show(request, unit, found, correction=form)
    types = DocumentType.objects.in_bulk(form.cleaned_data["documents"], field_name="code")
    defects = [
        Defect(line.strip()) for line in form.cleaned_data["defects"].splitlines() if line.strip()
    ]
    defects += [
        Defect(_("Attach: %(document)s") % {"document": words.local(one, "name")}, one)
        for one in types.values()
    ]
    try:
        checking.request_correction(
            found, defects, by=request.user, message=form.cleaned_data["message"]
        )
    except Problem as problem:
        return _show(request, unit, found, problem=problem, correction=form)
    messages.success(request, _("The applicant has been called to complete the application."))
    return redirect("lettings:received", unit=unit.code, code=code, number=number)


@require_POST
@of_unit()
def step(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _of_number(unit, code, number)
    action = request.POST.get("action", "")
    try:
        if action in STEP_WORDS:
            course.act(found, action, request.user, reason=request.POST.get("reason", "").strip())
            messages.success(request, _("Done."))
    except Problem as problem:
        return _show(request, unit, _of_number(unit, code, number), problem=problem)
    return redirect("lettings:received", unit=unit.code, code=code, number=number)


@require_POST
@of_unit()
def deposit(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _of_number(unit, code, number)
    form = DepositForm(request.POST)
    if not form.is_valid():
        return _show(request, unit, found, deposit=form)
    try:
        checking.record_deposit(found, by=request.user, **form.cleaned_data)
    except Problem as problem:
        return _show(request, unit, found, problem=problem, deposit=form)
    messages.success(request, _("The bid deposit is recorded."))
    return redirect("lettings:received", unit=unit.code, code=code, number=number)
