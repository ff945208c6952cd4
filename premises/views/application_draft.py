"""Preparing an application: beginning, saving as it is typed, files, partners, and sending."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations.models import Organisation
from organisations.queries import Criteria, found_in_register
from organisations.scopes import organisations_where
from premises.applications import drafts, joint, known, submission, uploads
from premises.applications.form import ApplicationForm, label_of, typed
from premises.models import (
    Application,
    ApplicationDocument,
    CoApplicant,
    DocumentType,
    KindDocument,
    Lot,
)
from premises.permissions import can, require
from premises.procedures import sealing, words
from premises.views.application_pages import visible
from premises.views.calls import visible as visible_call
from records import typography
from records.clock import now
from records.limits import limited
from records.problems import Problem, Problems

State = Application.State


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """In whose name; a draft that exists is opened again."""
    procedure = visible_call(request, code)
    organisations = organisations_where(request.user, "organisation.request_for").order_by("name")
    problem: Problem | None = None
    if request.method == "POST":
        chosen = get_object_or_404(organisations, slug=request.POST.get("organisation", ""))
        try:
            found = drafts.begin(procedure, chosen, by=request.user)
        except Problem as refused:
            problem = refused
        else:
            return redirect("premises:application_edit", code=found.code)
    return render(
        request,
        "premises/application_begin.html",
        {"call": procedure, "organisations": organisations, "problem": problem},
        status=problem.status if problem else 200,
    )


def _editable(request: HttpRequest, code: str) -> Application:
    found = visible(request, code)
    require(request.user, "application.edit", found)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a draft. A POST saves what was typed, right or wrong, and goes on."""
    found = visible(request, code)
    if found.state != State.DRAFT:
        return redirect("premises:application", code=code)
    require(request.user, "application.edit", found)
    if request.method == "GET":
        return _show(request, found)
    try:
        _save(request, found)
    except drafts.StaleDraft as stale:
        return _show(request, found, stale=stale, typed_now=typed(request.POST))
    except Problem as problem:
        return _show(request, found, problem=problem, typed_now=typed(request.POST))
    if request.POST.get("do") == "check":
        return redirect("premises:application_send", code=code)
    messages.success(request, _("The draft is saved."))
    return redirect("premises:application_edit", code=code)


def _save(request: HttpRequest, found: Application) -> int:
    """Keep the lot and the text; returns the revision that now stands."""
    content = typed(request.POST)
    number = content.pop("lot", "")
    revision = _whole(request.POST.get("revision"))
    draft = drafts.save(found, revision, content, by=request.user)
    lot = Lot.objects.filter(procedure=found.procedure_id, pk=_whole(number)).first()
    if lot is not None and lot.pk != found.lot_id:
        drafts.choose_lot(found, lot)
        draft.refresh_from_db()
    return draft.revision


def _whole(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() and len(str(text)) < 12 else 0


@login_required
@require_POST
def autosave(request: HttpRequest, code: str) -> JsonResponse:
    """The same saving for the script of the page: what is typed is kept without a click."""
    found = _editable(request, code)
    try:
        revision = _save(request, found)
    except drafts.StaleDraft as stale:
        return JsonResponse({"message": str(stale.message), "code": "stale"}, status=409)
    except Problem as problem:
        return JsonResponse(
            {"message": str(problem.message), "code": problem.code}, status=problem.status
        )
    saved = _("Saved %(time)s") % {"time": typography.clock_time(now())}
    return JsonResponse({"revision": revision, "message": saved})


def _show(
    request: HttpRequest,
    found: Application,
    *,
    problem: Problem | None = None,
    stale: drafts.StaleDraft | None = None,
    typed_now: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form as it was typed; what two people typed differently is shown side by side."""
    draft = found.draft
    procedure = found.procedure
    shown = dict(draft.content if typed_now is None else typed_now)
    shown.setdefault("lot", found.lot_id)
    documents = submission.documents_of(procedure)
    form = ApplicationForm(
        initial=shown,
        procedure=procedure,
        documents=documents,
        organisation=found.organisation,
    )
    for name, field in form.fields.items():
        # The browser must let an unfinished draft be saved.
        field.widget.use_required_attribute = lambda _initial: False  # type: ignore[method-assign]
        field.initial = shown.get(name, field.initial)
    differences = (
        [
            {"label": label_of(name), "mine": typed_now.get(name, ""), "theirs": theirs}
            for name, theirs in stale.current.content.items()
            if typed_now.get(name, "") != theirs
        ]
        if stale and typed_now is not None
        else []
    )
    at = now()
    closes = procedure.closes_at
    problem = problem or stale
    return render(
        request,
        "premises/application_edit.html",
        {
            "application": found,
            "call": procedure,
            "draft": draft,
            "form": form,
            "needs": known.needs_of(found),
            "partners": list(found.co_applicants.select_related("organisation")),
            "agreed": {one.pk for one in joint.waiting_for(found)},
            "problem": problem,
            "differences": differences,
            "limit": procedure.closes_at,
            "left": words.left(closes, at) if closes else "",
            "sealed": procedure.kind.sealed,
            "now": at,
        },
        status=problem.status if problem else 200,
    )


@login_required
@require_POST
@limited("requests")
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """A file for a document of the kind, of one of the organisations."""
    found = visible(request, code)
    back = request.POST.get("back", "")
    target = "premises:application_correct" if back == "correct" else "premises:application_edit"
    types = DocumentType.objects.filter(
        pk__in=KindDocument.objects.filter(kind=found.procedure.kind_id).values("type")
    )
    wanted = get_object_or_404(types, code=request.POST.get("type", ""))
    party = Organisation.objects.filter(slug=request.POST.get("organisation", "")).first()
    sent = request.FILES.getlist("file")
    try:
        if not sent:
            messages.error(request, _("Choose a file."))
        for one in sent:
            uploads.add(
                found, wanted, one, name=one.name or "", by=request.user, organisation=party
            )
            messages.success(request, _("The file is attached: %(name)s.") % {"name": one.name})
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect(reverse(target, args=[code]) + "#dokumenty")


@login_required
@require_POST
def remove_file(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = visible(request, code)
    wanted = get_object_or_404(ApplicationDocument, application=found, pk=pk)
    target = "premises:application_edit"
    if found.state == State.CORRECTION_REQUESTED:
        target = "premises:application_correct"
    try:
        uploads.remove(wanted, by=request.user)
        messages.success(request, _("The file is taken out."))
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect(reverse(target, args=[code]) + "#dokumenty")


@login_required
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, what is missing, and the button. The moment that counts is now."""
    received_at = now()
    found = _editable(request, code)
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            submission.submit(
                found,
                by=request.user,
                revision=_whole(request.POST.get("revision")),
                received_at=received_at,
            )
        except Problems as several:
            problems, status = list(several.problems), several.status
        except Problem as refused:
            problems, status = [refused], refused.status
        else:
            return redirect("premises:application_receipt", code=code)
    return _show_send(request, found, received_at, problems, status)


def _show_send(
    request: HttpRequest,
    found: Application,
    at: datetime,
    problems: list[Problem],
    status: int,
) -> HttpResponse:
    ready = submission.readiness(found)
    procedure = found.procedure
    when = submission.call_problem(procedure, at)
    return render(
        request,
        "premises/application_send.html",
        {
            "application": found,
            "call": procedure,
            "draft": found.draft,
            "form": ready.form,
            "answers": [
                {"label": bound.label, "value": _said(bound), "errors": bound.errors}
                for bound in [*ready.form.answers, *ready.form.contacts]
            ],
            "declarations": ready.form.declarations,
            "needs": ready.needs,
            "partners": list(found.co_applicants.select_related("organisation")),
            "problems": problems or ready.problems,
            "refused": bool(problems),
            "is_whole": ready.is_whole,
            "call_problem": when,
            "key_missing": not sealing.ready(procedure),
            "may_submit": can(request.user, "application.submit", found),
            "left": words.left(procedure.closes_at, at) if procedure.closes_at else "",
            "now": at,
        },
        status=status,
    )


def _said(bound: Any) -> str:
    value = bound.value()
    choices = dict(getattr(bound.field, "choices", []) or [])
    if isinstance(value, list):
        return "; ".join(str(choices.get(one, one)) for one in value)
    return str(choices.get(value, value) or "")


# --- several organisations ----------------------------------------------------------------------
@login_required
@require_POST
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Ask another organisation of the register to apply together."""
    found = _editable(request, code)
    text = request.POST.get("organisation", "").strip()
    matches = list(found_in_register(request.user, Criteria(text=text))[:6]) if text else []
    exact = [one for one in matches if one.slug == text or one.name.lower() == text.lower()]
    if len(exact) == 1:
        matches = exact
    if len(matches) != 1:
        if not matches:
            said = _("No such organisation is in the public register of the city.")
        else:
            names = ", ".join(one.name for one in matches[:5])
            said = _("Several fit: %(names)s. Write the whole name or the KRS number.") % {
                "names": names
            }
        messages.error(request, said)
    else:
        try:
            joint.invite(found, matches[0], request.POST.get("part", "")[:300], by=request.user)
            messages.success(
                request,
                _("%(name)s has been asked to agree.") % {"name": matches[0].name},
            )
        except Problem as problem:
            messages.error(request, str(problem.message))
    return redirect(reverse("premises:application_edit", args=[code]) + "#wspolnie")


@login_required
@require_http_methods(["GET", "POST"])
def partner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The draft as the invited organisation reads it, and its signatory's answer."""
    found = visible(request, code)
    invited = get_object_or_404(
        CoApplicant.objects.select_related("organisation"), application=found, pk=pk
    )
    require(request.user, "co_applicant.view", invited)
    if found.state != State.DRAFT:
        return redirect("premises:application", code=code)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            joint.answer(
                invited,
                agrees=request.POST.get("answer") == "agree",
                revision=_whole(request.POST.get("revision")),
                by=request.user,
            )
            messages.success(request, _("Your answer is recorded."))
            return redirect("premises:application_joint", code=code, pk=pk)
        except Problem as refused:
            problem = refused
    ready = submission.readiness(found)
    return render(
        request,
        "premises/application_joint.html",
        {
            "application": found,
            "call": found.procedure,
            "invited": invited,
            "draft": found.draft,
            "is_current": invited.revision == found.draft.revision,
            "answers": [
                {"label": bound.label, "value": _said(bound)}
                for bound in [*ready.form.answers, *ready.form.contacts]
            ],
            "needs": [one for one in ready.needs if one.organisation.pk == invited.organisation_id],
            "may_answer": can(request.user, "co_applicant.answer", invited),
            "problem": problem,
        },
        status=problem.status if problem else 200,
    )


@login_required
@require_POST
def drop_partner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = _editable(request, code)
    invited = get_object_or_404(CoApplicant, application=found, pk=pk)
    joint.drop(invited, by=request.user)
    messages.success(request, _("The application goes on without this organisation."))
    return redirect(reverse("premises:application_edit", args=[code]) + "#wspolnie")


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throwing a draft away says what goes with it."""
    found = _editable(request, code)
    if request.method == "POST":
        procedure = found.procedure
        drafts.discard(found, by=request.user)
        messages.success(request, _("The draft is thrown away."))
        return redirect("premises:call", code=procedure.code)
    return render(
        request,
        "premises/application_discard.html",
        {"application": found, "call": found.procedure, "files": found.documents.count()},
    )
