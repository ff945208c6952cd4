"""`/wnioski/`: my applications, one case in plain language, its receipt and its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, Value, When
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from premises.applications import checking, course
from premises.applications.form import label_of
from premises.applications.states import Action
from premises.commission import reading
from premises.models import Application, ApplicationDocument, CoApplicant
from premises.permissions import can
from premises.procedures import sealing, words
from premises.procedures.stages import timeline
from premises.scopes import applications_visible_to, own_applications
from premises.views.commission_files import as_attachment
from records.clock import now
from records.problems import Problem

State = Application.State
PER_PAGE = 30
#: What waits for the applicant comes first.
MINE = (State.CORRECTION_REQUESTED, State.GRANTED, State.DRAFT)


@login_required
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """All applications of the person's organisations, and where they are invited to agree."""
    turn = Case(
        When(state__in=MINE, then=Value(0)),
        When(state__in=Application.ENDED, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    own = (
        own_applications(request.user)
        .annotate(turn=turn)
        .select_related("procedure__unit", "organisation", "lot__resource")
        .order_by("turn", "-created_at", "pk")
    )
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    at = now()
    rows = [
        {
            "application": one,
            "mark": words.application_mark(one),
            "answer": words.answer(one, at=at)[0],
            "left": words.left(one.procedure.closes_at, at)
            if one.state == State.DRAFT and one.procedure.closes_at
            else "",
        }
        for one in page
    ]
    return render(
        request,
        "premises/applications.html",
        {
            "page": page,
            "rows": rows,
            "waiting": sum(1 for row in rows if row["application"].state in MINE),
            "now": at,
        },
    )


def visible(request: HttpRequest, code: str) -> Application:
    """The application for its applicants; whoever serves the unit has the desk."""
    return get_object_or_404(
        own_applications(request.user).select_related(
            "procedure__unit", "procedure__kind", "procedure__notice", "organisation",
            "lot__resource__site",
        ),
        code=code,
    )  # fmt: skip


@login_required
@require_safe
def application(request: HttpRequest, code: str) -> HttpResponse:
    """One case: what it means, what comes next, what was sent."""
    found = visible(request, code)
    if found.state == State.DRAFT and can(request.user, "application.edit", found):
        return redirect("premises:application_edit", code=code)
    call = checking.open_call(found)
    submissions = list(found.submissions.order_by("order"))
    said, tone = words.answer(found)
    leave = course.may_withdraw(found)
    return render(
        request,
        "premises/application.html",
        {
            "application": found,
            "call": found.procedure,
            "mark": words.application_mark(found),
            "answer": said,
            "tone": tone,
            "steps": list(found.steps.all()),
            "stages": timeline(found.procedure),
            "submissions": submissions,
            "copy": copy_of(submissions[0]) if submissions else None,
            "closed": sealing.is_closed(found.procedure),
            "documents": list(
                found.documents.exclude(submission=None).select_related("type", "organisation")
            ),
            "partners": list(found.co_applicants.select_related("organisation")),
            "invitations": invitations(request, found),
            "deposit": getattr(found, "deposit", None),
            "correction": call,
            "may_correct": call is not None and can(request.user, "application.correct", found),
            "leave": leave if leave and can(request.user, "application.withdraw", found) else None,
            "now": now(),
        },
    )


def invitations(request: HttpRequest, found: Application) -> list[CoApplicant]:
    """Places in a joint application that wait for this person's signature."""
    if found.state != State.DRAFT:
        return []
    return [
        one
        for one in found.co_applicants.select_related("organisation")
        if can(request.user, "co_applicant.answer", one)
    ]


def copy_of(submitted: Any) -> list[tuple[str, str]] | None:
    """What was sent, question by question; None for an offer that is still closed."""
    content = sealing.content_of(submitted)
    if content is None:
        return None
    return [
        (label_of(name), said(value))
        for name, value in content.get("answers", {}).items()
        if value not in ("", None, [])
    ]


def said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@login_required
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The proof of submission: number, moment by the server's clock, hash. Printable."""
    found = visible(request, code)
    submissions = list(found.submissions.order_by("order"))
    if not submissions:
        return redirect("premises:application", code=code)
    return render(
        request,
        "premises/receipt.html",
        {
            "application": found,
            "call": found.procedure,
            "submissions": submissions,
            "closed": sealing.is_closed(found.procedure),
            "documents": list(
                found.documents.exclude(submission=None).select_related("type", "organisation")
            ),
        },
    )


@login_required
@require_safe
def document(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A file, as an attachment, for whoever may see the application. What is sealed stays so."""
    found = get_object_or_404(
        ApplicationDocument.objects.filter(
            Q(application__in=applications_visible_to(request.user))
        ).select_related("file", "submission", "application__procedure"),
        application__code=code,
        pk=pk,
    )
    if found.sealed:
        try:
            return as_attachment(reading.file_bytes(found), reading.file_name(found))
        except Problem as closed:
            raise Http404 from closed
    response = FileResponse(
        found.file.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """A page that says what will happen, and a POST that does it."""
    found = visible(request, code)
    leave = course.may_withdraw(found)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            course.act(
                found, leave or Action.WITHDRAW, request.user,
                message=request.POST.get("reason", "").strip(),
            )  # fmt: skip
        except Problem as refused:
            problem = refused
        else:
            done = _("You have resigned.") if leave == Action.RESIGN else _("It is withdrawn.")
            messages.success(request, done)
            return redirect("premises:application", code=code)
    if leave is None and problem is None:
        return redirect(reverse("premises:application", args=[code]))
    context = {"application": found, "call": found.procedure, "leave": leave, "problem": problem}
    return render(
        request,
        "premises/application_withdraw.html",
        context,
        status=problem.status if problem else 200,
    )
