"""`/najem/<unit>/nabory/`: the unit's procedures: list, beginning, plan, steps, questions."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.applications.uploads import store_document
from premises.lettings_forms import BeginForm, MinuteOfDayField, PlanForm
from premises.models import (
    AllocationProcedure,
    Application,
    Lot,
    ProcedureFile,
    ProcedureQuestion,
)
from premises.permissions import can, require
from premises.procedures import course, planning, questions, sealing, words
from premises.procedures.kinds import in_force
from premises.procedures.stages import timeline
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import now
from records.problems import Problem
from resources.models import ManagingUnit, Resource

State = AllocationProcedure.State
PER_PAGE = 30
#: What a step is called on its button.
STEP_WORDS = {
    "approve": lambda: _("Approve"),
    "return": lambda: _("Return to a draft"),
    "post_notice": lambda: _("The notice list is posted"),
    "open": lambda: _("Open the call"),
    "close": lambda: _("Close the call"),
    "assess": lambda: _("Begin the assessment"),
    "rank": lambda: _("Set up the ranking list"),
    "decide": lambda: _("Decide"),
    "sign": lambda: _("All contracts are signed"),
    "fail": lambda: _("End without a choice"),
    "cancel": lambda: _("Annul"),
}


@require_safe
@of_unit()
def procedures(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """All procedures of the unit; `?stan=` narrows to running or ended ones."""
    found = AllocationProcedure.objects.filter(unit=unit)
    chosen = request.GET.get("stan", "biezace")
    if chosen == "biezace":
        found = found.exclude(state__in=AllocationProcedure.ENDED)
    elif chosen == "zakonczone":
        found = found.filter(state__in=AllocationProcedure.ENDED)
    found = (
        found.select_related("kind", "officer")
        .annotate(
            received=Count(
                "applications",
                filter=~Q(applications__state__in=["draft", "withdrawn"]),
                distinct=True,
            ),
            unread=Count("questions", filter=Q(questions__answered_at=None), distinct=True),
        )
        .prefetch_related(Prefetch("lots", queryset=Lot.objects.select_related("resource")))
        .order_by("-year", "-number")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    at = now()
    rows = [
        {
            "call": one,
            "mark": words.procedure_mark(one),
            "dates": words.call_dates(one),
            "left": words.left(one.closes_at, at)
            if one.closes_at and one.state == State.CALL_OPEN
            else "",
        }
        for one in page
    ]
    running = AllocationProcedure.objects.filter(unit=unit).exclude(
        state__in=AllocationProcedure.ENDED
    )
    figures = running.aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(state=State.CALL_OPEN, closes_at__gt=at))
    )
    return show(
        request,
        unit,
        "premises/lettings/procedures.html",
        {
            "page": page,
            "rows": rows,
            "chosen": chosen,
            "figures": figures,
            "may_begin": may_in(request.user, "procedure.begin", unit),
            "now": at,
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("procedure.begin")
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Which kind and which premises; the dates are proposed from the days of the kind."""
    chosen = Resource.objects.filter(unit=unit, code__in=request.GET.getlist("lokal"))
    initial = {"premises": list(chosen.values_list("pk", flat=True))}
    form = BeginForm(request.POST or None, unit=unit, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.begin(
                unit,
                form.cleaned_data["kind"],
                list(form.cleaned_data["premises"]),
                by=request.user,
            )
        except Problem as problem:
            form.add_error(None, str(problem.message))
        else:
            return redirect("lettings:procedure_plan", unit=unit.code, code=made.code)
    status = 422 if form.errors else 200
    context = {"form": form, "kinds": list(in_force())}
    return show(request, unit, "premises/lettings/new_procedure.html", context, status=status)


def of_code(unit: ManagingUnit, code: str) -> AllocationProcedure:
    return get_object_or_404(
        AllocationProcedure.objects.select_related(
            "kind__legal_act", "unit", "notice", "scoring", "officer"
        ),
        unit=unit,
        code=code,
    )


@require_safe
@of_unit()
def procedure(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """Where it stands, what comes next and who does it, applications, questions, course."""
    return _show(request, unit, of_code(unit, code))


def _show(
    request: HttpRequest,
    unit: ManagingUnit,
    found: AllocationProcedure,
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    closed = sealing.is_closed(found)
    sent = (
        found.applications.exclude(state=Application.State.DRAFT)
        .select_related("organisation", "lot", "deposit")
        .order_by("number")
    )
    steps = [
        {
            "action": step.action,
            "words": STEP_WORDS[step.action](),
            "problem": hindrance,
            "needs_reason": step.needs_reason,
            "is_end": step.target in ("failed", "cancelled"),
        }
        for step, hindrance in course.open_steps(found, request.user)
    ]
    running = found.state in (State.APPROVED, State.NOTICE_PUBLISHED, State.CALL_OPEN)
    return show(
        request,
        unit,
        "premises/lettings/procedure.html",
        {
            "call": found,
            "mark": words.procedure_mark(found),
            "dates": words.call_dates(found),
            "stages": timeline(found),
            "lots": [
                {"lot": lot, "term": words.term(lot)}
                for lot in found.lots.select_related("resource").prefetch_related("viewings")
            ],
            "problems": planning.problems_of(found) if found.state == State.DRAFT else [],
            "next_steps": steps,
            "applications": [
                {"application": one, "mark": words.application_mark(one)} for one in sent
            ],
            "closed": closed,
            "drafts": found.applications.filter(state=Application.State.DRAFT).count(),
            "questions": list(found.questions.all()),
            "files": list(found.files.select_related("file")),
            "steps": list(found.steps.all()),
            "may_run": can(request.user, "procedure.run", found),
            "may_edit": can(request.user, "procedure.edit", found),
            "may_extend": running
            and found.closes_at is not None
            and can(request.user, "procedure.run", found),
            "problem": problem,
            "left": words.left(found.closes_at, now()) if found.closes_at else "",
            "now": now(),
        },
        status=problem.status if problem else 200,
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("procedure.begin")
def plan(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """Words, dates, lots. What is wrong is told beside and does not hinder saving; what somebody
    else saved meanwhile is shown, and nothing typed is lost."""
    found = of_code(unit, code)
    require(request.user, "procedure.edit", found)
    lots = list(found.lots.select_related("resource").prefetch_related("viewings"))
    initial = {name: getattr(found, name) for name in planning.FIELDS}
    version = request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else found.version
    form = PlanForm(request.POST or None, procedure=found, lots=lots, initial=initial)
    problem: Problem | None = None
    theirs: list[tuple[Any, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            planning.edit(
                found,
                seen,
                dict(form.cleaned_data.items()),
                {one.lot.pk: one.cleaned_data for one in form.lots},
                viewings={one.lot.pk: one.viewings for one in form.lots},
            )
        except planning.Stale as stale:
            problem = stale
            theirs = [
                (form[name].label, form[name].field.prepare_value(getattr(stale.current, name)))
                for name, value in form.cleaned_data.items()
                if getattr(stale.current, name) != value
            ]
            seen = stale.current.version
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("Saved."))
            return redirect("lettings:procedure", unit=unit.code, code=code)
    status = problem.status if problem else (422 if request.method == "POST" else 200)
    return show(
        request,
        unit,
        "premises/lettings/procedure_plan.html",
        {
            "call": found,
            "form": form,
            "version": seen,
            "problem": problem,
            "theirs": theirs,
            "problems": planning.problems_of(found),
        },
        status=status,
    )


@require_POST
@of_unit()
def step(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """One step of the procedure, by whoever may take it."""
    found = of_code(unit, code)
    try:
        course.act(
            found,
            request.POST.get("action", ""),
            request.user,
            reason=request.POST.get("reason", "").strip(),
            bip_url=_web_address(request.POST.get("bip_url", "")),
        )
    except Problem as problem:
        return _show(request, unit, of_code(unit, code), problem=problem)
    messages.success(request, _("Done."))
    return redirect("lettings:procedure", unit=unit.code, code=code)


def _web_address(text: str) -> str:
    return text.strip()[:500] if text.strip().startswith("https://") else ""


@require_POST
@of_unit()
def extend(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """A later closing, with a reason that everybody reads."""
    found = of_code(unit, code)
    require(request.user, "procedure.run", found)
    try:
        closes = MinuteOfDayField().clean(request.POST.get("closes_at", ""))
        planning.extend(
            found, closes, by=request.user, reason=request.POST.get("reason", "").strip()
        )
    except Problem as problem:
        return _show(request, unit, of_code(unit, code), problem=problem)
    except ValueError:
        messages.error(request, _("Give the day and the hour."))
    else:
        messages.success(request, _("The call is longer; everybody concerned has been told."))
    return redirect("lettings:procedure", unit=unit.code, code=code)


@require_POST
@of_unit()
def answer(request: HttpRequest, unit: ManagingUnit, code: str, pk: int) -> HttpResponse:
    """The answer to a question, for everybody."""
    found = of_code(unit, code)
    question = get_object_or_404(
        ProcedureQuestion.objects.select_related("procedure__unit", "person"),
        procedure=found,
        pk=pk,
    )
    try:
        questions.answer(
            question,
            public_text=request.POST.get("public_text", ""),
            answer_pl=request.POST.get("answer_pl", ""),
            answer_en=request.POST.get("answer_en", ""),
            by=request.user,
        )
    except Problem as problem:
        return _show(request, unit, found, problem=problem)
    messages.success(request, _("The answer is published."))
    return redirect("lettings:procedure", unit=unit.code, code=code)


@require_POST
@of_unit()
def attach(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """A public file: draft contract, plan, rules."""
    found = of_code(unit, code)
    require(request.user, "procedure.run", found)
    sent, title = request.FILES.get("file"), request.POST.get("title", "").strip()
    try:
        if sent is None or not title:
            messages.error(request, _("Choose a file and give it a title."))
        else:
            stored = store_document(sent, name=sent.name or "", actor=f"person:{request.user.pk}")
            ProcedureFile.objects.create(
                procedure=found, file=stored, title=title[:200], added_at=now()
            )
            messages.success(request, _("The file is attached: %(name)s.") % {"name": title})
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect("lettings:procedure", unit=unit.code, code=code)
