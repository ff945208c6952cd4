"""`/nabory/`: open and coming calls for premises, the page of one call, calendar and feed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from maps.widgets import LegendEntry, MapWidget
from organisations.scopes import organisations_where
from premises.applications import known
from premises.applications.submission import documents_of
from premises.call_forms import CallsForm
from premises.models import AllocationProcedure, ProcedureFile
from premises.procedures import questions, shown, words
from premises.procedures.stages import timeline
from premises.scopes import own_applications, procedures_visible_to
from records.clock import now
from records.limits import limited
from records.problems import Problem

PAGE_SIZE = 50
FEED_SIZE = 100


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The list with its map; the same number of queries however long it is."""
    form = CallsForm(request.GET or None)
    found = form.narrowed(shown.listed())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    numbers = {one.pk: number for number, one in enumerate(rows, start=page.start_index())}
    by_phase: dict[str, list[dict[str, Any]]] = {"open": [], "coming": [], "later": []}
    at = now()
    for one in rows:
        stage = words.phase(one, at)
        row = {
            "call": one,
            "number": numbers[one.pk],
            "mark": words.phase_mark(one),
            "dates": words.call_dates(one),
            "left": words.left(one.closes_at, at) if one.closes_at and stage == "open" else "",
            "lots": [{"lot": lot, "term": words.term(lot)} for lot in one.lots.all()],
        }
        by_phase[stage if stage in ("open", "coming") else "later"].append(row)
    return render(
        request,
        "premises/calls.html",
        {
            "form": form,
            "page": page,
            "open": by_phase["open"],
            "coming": by_phase["coming"],
            "later": by_phase["later"],
            "narrowed": form.is_bound and any(form.data.get(name) for name in form.fields),
            "now": at,
            "sample": any(one.is_sample for one in rows),
            "features": shown.features(rows, numbers),
            "map": MapWidget(
                label=_("Map of premises in calls; the list names the same premises"),
                results_id="nabory-na-mapie",
                list_selector="#nabory",
                legend=(LegendEntry("premises", _("premises in a call, number as in the list")),),
            ),
        },
    )


@require_safe
def calls_ics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    made = shown.as_calendar(shown.listed()[:FEED_SIZE])
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="nabory.ics"'
    return response


@require_safe
def calls_atom(request: HttpRequest) -> HttpResponse:
    found = list(shown.listed().prefetch_related("steps").order_by("-pk")[:FEED_SIZE])
    body = shown.as_atom(found, request.path)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def visible(request: HttpRequest, code: str) -> AllocationProcedure:
    return get_object_or_404(
        procedures_visible_to(request.user)
        .select_related("unit", "kind__legal_act", "notice", "scoring")
        .prefetch_related(
            "kind__stages", "lots__resource__district", "lots__resource__site", "lots__viewings"
        ),
        code=code,
    )


@require_safe
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call: what, when, on what terms, what papers, questions and answers."""
    procedure = visible(request, code)
    return _show(request, procedure)


def _show(
    request: HttpRequest,
    procedure: AllocationProcedure,
    *,
    text: str = "",
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    at = now()
    stage = words.phase(procedure, at)
    mine = own_applications(request.user) if request.user.is_authenticated else None
    documents = documents_of(procedure)
    organisation = (
        organisations_where(request.user, "organisation.request_for").first()
        if request.user.is_authenticated
        else None
    )
    needs = known.needs_before_applying(documents, organisation) if organisation else []
    return render(
        request,
        "premises/call.html",
        {
            "call": procedure,
            "phase": stage,
            "mark": words.phase_mark(procedure),
            "dates": words.call_dates(procedure),
            "left": words.left(procedure.closes_at, at)
            if procedure.closes_at and stage == "open"
            else "",
            "lots": [{"lot": lot, "term": words.term(lot)} for lot in procedure.lots.all()],
            "stages": timeline(procedure),
            "documents": [one for one in documents if one.type.how == one.type.How.FILE],
            "declarations": [one for one in documents if one.type.how != one.type.How.FILE],
            "organisation": organisation,
            "have": [one for one in needs if one.standing == known.Standing.KNOWN],
            "bring": [one for one in needs if one.standing != known.Standing.KNOWN],
            "criteria": list(procedure.scoring.criteria.all()) if procedure.scoring else [],
            "files": list(procedure.files.select_related("file")),
            "questions": list(procedure.questions.exclude(answered_at=None)),
            "may_ask": questions.may_ask(procedure, at),
            "question": text,
            "problem": problem,
            "steps": list(procedure.steps.exclude(action="begin")),
            "mine": list(mine.filter(procedure=procedure).select_related("organisation"))
            if mine is not None
            else [],
            "may_prepare": procedure.kind.takes_applications and stage in ("open", "coming"),
            "now": at,
        },
        status=status,
    )


@login_required
@require_POST
@limited("requests")
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """A question; it appears on the page with its answer, without who asked."""
    procedure = visible(request, code)
    text = request.POST.get("text", "")
    try:
        questions.ask(procedure, text, by=request.user)
    except Problem as problem:
        return _show(request, procedure, text=text, status=problem.status, problem=problem)
    messages.success(
        request, _("Your question has been sent. The answer will stand here, for everybody.")
    )
    return redirect(reverse("premises:call", args=[code]) + "#pytania")


@require_safe
def call_file(request: HttpRequest, code: str, key: UUID) -> FileResponse:
    """A public file of a procedure, as an attachment."""
    found = get_object_or_404(
        ProcedureFile.objects.filter(
            procedure__in=procedures_visible_to(request.user)
        ).select_related("file"),
        procedure__code=code,
        file__key=key,
    )
    response = FileResponse(
        found.file.file.open("rb"),
        as_attachment=True,
        filename=found.file.name,
        content_type=found.file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
