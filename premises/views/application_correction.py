"""Answering a call for correction: the listed defects, and nothing else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premises.applications import checking, drafts
from premises.applications.checking import ITEM
from premises.models import Application
from premises.permissions import require
from premises.views.application_pages import visible
from records.clock import now
from records.problems import Problem


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponse:
    """Saving keeps what was typed; sending makes an immutable copy and a receipt."""
    received_at = now()
    found = visible(request, code)
    call = checking.open_call(found)
    if found.state != Application.State.CORRECTION_REQUESTED or call is None:
        return redirect("premises:application", code=code)
    require(request.user, "application.correct", found)
    problem: Problem | None = None
    if request.method == "POST":
        content: dict[str, Any] = {
            name: value for name, value in request.POST.items() if name.startswith(ITEM)
        }
        revision = request.POST.get("revision", "")
        try:
            draft = drafts.save(
                found, int(revision) if revision.isdecimal() else 0, content, by=request.user
            )
            if request.POST.get("do") == "send":
                checking.correct(
                    found, by=request.user, revision=draft.revision, received_at=received_at
                )
                messages.success(request, _("Sent. The unit goes on with the formal check."))
                return redirect("premises:application_receipt", code=code)
            messages.success(request, _("The draft is saved."))
            return redirect("premises:application_correct", code=code)
        except Problem as refused:
            problem = refused
    draft = found.draft
    draft.refresh_from_db()
    files = list(found.documents.filter(submission=None).select_related("type"))
    return render(
        request,
        "premises/application_correct.html",
        {
            "application": found,
            "call": found.procedure,
            "correction": call,
            "draft": draft,
            "items": [
                {
                    "item": one,
                    "name": f"{ITEM}{one.pk}",
                    "value": request.POST.get(f"{ITEM}{one.pk}")
                    or draft.content.get(f"{ITEM}{one.pk}", ""),
                    "files": [file for file in files if file.type_id == one.document_type_id],
                }
                for one in call.items.select_related("document_type")
            ],
            "problem": problem,
            "now": now(),
        },
        status=problem.status if problem else 200,
    )
