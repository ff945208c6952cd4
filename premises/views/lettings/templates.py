"""`/najem/<unit>/szablony/`: texts of documents in versions, with preview and issued copies."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.forms_notices import problems_of
from premises.forms_templates import PublishTemplateForm, TemplateForm
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.documents import Preview, may_read, preview, versions
from records.documents.kinds import WORDS, DocumentKind, Type, get
from records.models import DocumentTemplate, IssuedDocument
from records.problems import Conflict, Problem
from resources.models import ManagingUnit

MOST_ISSUED = 50


def _actor(request: HttpRequest) -> str:
    return f"person:{request.user.pk}"


@require_safe
@of_unit()
def templates(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Every text that the unit's documents are made from: its own, or the city's. One query."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for one in DocumentTemplate.objects.filter(owner__in={"", unit.code}).order_by(
        "code", "language", "owner", "version"
    ):
        row = rows.setdefault((one.code, one.language), {"current": None, "draft": None})
        if not one.is_published:
            if one.owner == unit.code:
                row["draft"] = one
        elif one.valid is not None and today() in one.valid:
            row["current"] = one  # the unit's own comes last and stays
    listed = [
        {**row, "template": row["current"] or row["draft"]}
        for row in rows.values()
        if row["current"] or row["draft"]
    ]
    for row in listed:
        row["kind"] = get(row["template"].kind).name
    listed.sort(key=lambda row: (str(row["kind"]), row["template"].language != "pl"))
    own = sum(row["template"].owner == unit.code for row in listed)
    context = {
        "rows": listed,
        "own": own,
        "drafts": sum(row["draft"] is not None for row in listed),
        "may_edit": may_in(request.user, "template.edit", unit),
    }
    return show(request, unit, "premises/lettings/templates.html", context)


def _chain(unit: ManagingUnit, code: str, language: str) -> list[DocumentTemplate]:
    """The unit's versions, newest first, then the city's. 404 if there is neither."""
    found = [
        *versions.versions(unit.code, code, language),
        *versions.versions("", code, language),
    ]
    if not found:
        raise Http404
    return found


def _readable(request: HttpRequest, rows: Iterable[IssuedDocument]) -> list[IssuedDocument]:
    return [row for row in rows if may_read(request.user, row)]


@require_safe
@of_unit()
def template(request: HttpRequest, unit: ManagingUnit, code: str, language: str) -> HttpResponse:
    """One text: what holds now, its versions, and the documents made from it."""
    chain = _chain(unit, code, language)
    shown = [one for one in chain if one.is_published]
    current = next((one for one in shown if one.valid and today() in one.valid), None)
    draft = next((one for one in chain if one.owner == unit.code and not one.is_published), None)
    issued = IssuedDocument.objects.filter(template__in=chain).select_related("template")
    text = current or draft or chain[0]
    context = {
        "template": text,
        "kind": get(text.kind),
        "current": current,
        "draft": draft,
        "versions": [one for one in shown if one != current],
        "preview": _on_page(preview(text.body, text.kind, text.language)),
        "issued": _readable(request, issued[:MOST_ISSUED]),
        "may_edit": may_in(request.user, "template.edit", unit),
    }
    return show(request, unit, "premises/lettings/template.html", context)


@require_http_methods(["GET", "POST"])
@of_unit_to("template.edit")
def edit(request: HttpRequest, unit: ManagingUnit, code: str, language: str) -> HttpResponse:
    """The draft beside its preview. POST begins it, or saves it."""
    chain = _chain(unit, code, language)
    draft = next((one for one in chain if one.owner == unit.code and not one.is_published), None)
    if draft is None:
        if request.method != "POST":
            raise Http404
        source = next((one for one in chain if one.valid and today() in one.valid), chain[0])
        versions.start_draft(source, owner=unit.code, actor=_actor(request))
        return redirect("lettings:template_edit", unit=unit.code, code=code, language=language)
    if request.method == "POST" and "begin" in request.POST:
        return redirect("lettings:template_edit", unit=unit.code, code=code, language=language)
    form = TemplateForm(
        request.POST or None,
        initial={
            "edit": draft.edit,
            "title": draft.title,
            "body": draft.body,
            "note": draft.note,
        },
    )
    status, theirs = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                versions.save_draft(draft, **form.cleaned_data, actor=_actor(request))
                messages.success(request, _("The draft is saved."))
                return redirect(
                    "lettings:template_edit", unit=unit.code, code=code, language=language
                )
            except Conflict as problem:
                problems_of(form, problem)
                status = problem.status
                draft.refresh_from_db()
                theirs = versions.diff(draft.body, form.cleaned_data["body"])
            except Problem as problem:
                problems_of(form, problem)
    kind = get(draft.kind)
    context = {
        "template": draft,
        "kind": kind,
        "form": form,
        "theirs": theirs,
        "names": _names(kind),
        "publish_form": PublishTemplateForm(initial={"edit": draft.edit}),
        "may_publish": may_in(request.user, "template.publish", unit),
        **_previewed(form["body"].value() or "", draft),
    }
    return show(request, unit, "premises/lettings/template_edit.html", context, status=status)


def _names(kind: DocumentKind) -> list[dict[str, Any]]:
    """Placeholders with what they mean, for the list beside the text."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "words": one.name + WORDS if one.name + WORDS in kind.names() else "",
            "alone": one.type.is_block,
            "optional": one.optional,
            "sum": one.type is Type.MONEY,
        }
        for one in kind.placeholders
    ]


def _on_page(shown: Preview) -> Preview:
    """The preview within a page that has a heading of its own: one level lower."""
    article = shown.article
    for level in (3, 2, 1):
        article = article.replace(f"<h{level}>", f"<h{level + 1}>")
        article = article.replace(f"</h{level}>", f"</h{level + 1}>")
    return replace(shown, article=mark_safe(article))  # noqa: S308 - only the levels changed


def _previewed(body: str, draft: DocumentTemplate) -> dict[str, Any]:
    try:
        shown = _on_page(preview(body, draft.kind, draft.language))
    except Problem as problem:
        return {"preview": None, "problems": getattr(problem, "problems", [problem])}
    return {"preview": shown, "problems": []}


@require_POST
@of_unit_to("template.edit")
def show_preview(
    request: HttpRequest, unit: ManagingUnit, code: str, language: str
) -> HttpResponse:
    """The typed text with sample values, or what is wrong with it, as a piece of the page."""
    draft = _chain(unit, code, language)[0]
    context = {"template": draft, **_previewed(request.POST.get("body", "")[:60_000], draft)}
    return render(request, "premises/lettings/_template_preview.html", context)


@require_POST
@of_unit_to("template.publish")
def publish(request: HttpRequest, unit: ManagingUnit, code: str, language: str) -> HttpResponse:
    draft = _chain(unit, code, language)[0]
    form = PublishTemplateForm(request.POST)
    if draft.owner != unit.code or draft.is_published:
        raise Http404
    if form.is_valid():
        try:
            versions.publish(
                draft,
                first_day=form.cleaned_data["first_day"],
                actor=_actor(request),
                edit=form.cleaned_data["edit"],
            )
            messages.success(request, _("The version is published. Documents are made from it."))
            return redirect("lettings:template", unit=unit.code, code=code, language=language)
        except Problem as problem:
            messages.error(request, str(problem.message))
    else:
        messages.error(request, _("Give the day from which the version is in force."))
    return redirect("lettings:template_edit", unit=unit.code, code=code, language=language)


@require_POST
@of_unit_to("template.edit")
def discard(request: HttpRequest, unit: ManagingUnit, code: str, language: str) -> HttpResponse:
    draft = _chain(unit, code, language)[0]
    if draft.owner != unit.code or draft.is_published:
        raise Http404
    versions.discard(draft)
    messages.success(request, _("The draft is gone."))
    return redirect("lettings:templates", unit=unit.code)


@require_safe
@of_unit()
def differences(request: HttpRequest, unit: ManagingUnit, code: str, language: str) -> HttpResponse:
    """What changed between two versions: `?od=ID&do=ID`; by default the last two."""
    chain = _chain(unit, code, language)
    by_key = {str(one.pk): one for one in chain}
    new = by_key.get(request.GET.get("do", ""), chain[0])
    before = chain[chain.index(new) + 1] if new != chain[-1] else new
    old = by_key.get(request.GET.get("od", ""), before)
    context = {
        "template": new,
        "old": old,
        "new": new,
        "chain": chain,
        "lines": versions.diff(old.body, new.body),
    }
    return show(request, unit, "premises/lettings/template_diff.html", context)
