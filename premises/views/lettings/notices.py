"""`/najem/<unit>/wykazy/`: notice lists from draft to taken down."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.forms_notices import (
    CorrectionForm,
    ItemForm,
    NewNoticeForm,
    NoticeForm,
    PostingForm,
    PublishForm,
    TakeDownForm,
    problems_of,
)
from premises.models import PublicNotice, PublicNoticeItem
from premises.notices import course, drafts, paper
from premises.notices.items import gaps
from premises.notices.state import badge, due
from premises.vacancy import vacancies
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.problems import Problem
from resources.models import ManagingUnit

State = PublicNotice.State
MOST = 200


def _actor(request: HttpRequest) -> str:
    return f"person:{request.user.pk}"


def _name(request: HttpRequest) -> str:
    """The name as the proof of posting says it."""
    return getattr(request.user, "full_name", "") or str(request.user)


@require_safe
@of_unit()
def notices(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Lists of the unit with what is due; six queries however many there are."""
    rows = list(
        PublicNotice.objects.filter(unit=unit)
        .select_related("corrects")
        .prefetch_related("items", "corrections")
        .order_by("-published_at", "-created_at")[:MOST]
    )
    for row in rows:
        row.badge = badge(row)
    drafts_ = [row for row in rows if row.state == State.DRAFT]
    shown = [row for row in rows if row.state != State.DRAFT]
    return show(
        request,
        unit,
        "premises/lettings/notices.html",
        {
            "drafts": drafts_,
            "shown": shown,
            "due": due(unit, today()),
            "hanging": sum(row.state == State.PUBLISHED for row in shown),
            "may_edit": may_in(request.user, "notice.edit", unit),
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("notice.edit")
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Choose places; their lots are filled from the stock."""
    form = NewNoticeForm(
        request.POST or None, unit=unit, initial={"places": request.GET.getlist("places")}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = form.cleaned_data
            try:
                notice = drafts.start(
                    unit,
                    values["places"],
                    tenure=values["tenure"],
                    subject_pl=values["subject_pl"],
                    term_months=values["term_months"],
                    actor=_actor(request),
                )
                return redirect("lettings:notice", unit=unit.code, pk=notice.pk)
            except Problem as problem:
                problems_of(form, problem)
    places = list(form.fields["places"].queryset)
    state = vacancies(places)
    chosen = {str(one) for one in (form["places"].value() or [])}
    choices = [
        {"place": one, "vacancy": state[one.pk], "chosen": str(one.pk) in chosen} for one in places
    ]
    # Vacant ones first: lists are mostly about them.
    choices.sort(key=lambda one: not one["vacancy"].is_vacant)
    context = {"form": form, "choices": choices}
    return show(request, unit, "premises/lettings/notice_new.html", context, status=status)


def _notice(unit: ManagingUnit, pk: int) -> PublicNotice:
    return get_object_or_404(
        PublicNotice.objects.select_related("unit", "corrects", "document__pdf", "legal_act"),
        unit=unit,
        pk=pk,
    )


@require_http_methods(["GET", "POST"])
@of_unit()
def notice(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """One list: a draft with its lots, or a published one with its proof."""
    found = _notice(unit, pk)
    may_edit = may_in(request.user, "notice.edit", unit)
    if request.method == "POST":
        return _save_head(request, unit, found)
    return _page(request, unit, found, may_edit=may_edit)


def _page(
    request: HttpRequest,
    unit: ManagingUnit,
    found: PublicNotice,
    *,
    may_edit: bool | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    """The page with fresh forms, or with those that hold what was typed."""
    if may_edit is None:
        may_edit = may_in(request.user, "notice.edit", unit)
    items = list(
        found.items.select_related("resource", "corrects__notice").prefetch_related(
            "corrections__notice"
        )
    )
    is_draft = found.state == State.DRAFT
    context: dict[str, Any] = {
        "notice": found,
        "badge": badge(found),
        "lots": [{"item": one, "rows": paper.rows(one), "gaps": gaps(one)} for one in items],
        "may_edit": may_edit,
        "is_draft": is_draft,
        "postings": list(found.postings.all()),
        "corrections": list(found.corrections.all()),
    }
    if may_edit and is_draft:
        context |= {
            "form": NoticeForm(instance=found, initial={"edit": found.edit}),
            "publish_form": PublishForm(initial={"edit": found.edit}),
            "lacking": course.lacking(found),
        }
    elif may_edit:
        context["correction_form"] = CorrectionForm(notice=found)
        context["may_take_down"] = (
            found.state == State.PUBLISHED
            and found.removable_from is not None
            and found.removable_from <= today()
        )
        if found.state == State.PUBLISHED:
            context["posting_form"] = PostingForm(
                notice=found, initial={"posted_by": _name(request)}
            )
            context["down_form"] = TakeDownForm(
                initial={"taken_down_on": today(), "taken_down_by": _name(request)}
            )
    return show(request, unit, "premises/lettings/notice.html", {**context, **forms}, status=status)


def _save_head(request: HttpRequest, unit: ManagingUnit, found: PublicNotice) -> HttpResponse:
    if not may_in(request.user, "notice.edit", unit):
        return _page(request, unit, found, status=403)
    form = NoticeForm(request.POST, instance=PublicNotice.objects.get(pk=found.pk))
    if form.is_valid():
        try:
            drafts.save_notice(found, form.cleaned_data, edit=form.cleaned_data["edit"])
            messages.success(request, _("Saved."))
            return redirect("lettings:notice", unit=unit.code, pk=found.pk)
        except Problem as problem:
            problems_of(form, problem)
    return _page(request, unit, found, form=form, status=422)


@require_POST
@of_unit_to("notice.edit")
def discard(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    try:
        drafts.discard(_notice(unit, pk))
        messages.success(request, _("The draft is gone."))
    except Problem as problem:
        messages.error(request, str(problem.message))
    return redirect("lettings:notices", unit=unit.code)


@require_POST
@of_unit_to("notice.publish")
def publish(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    found = _notice(unit, pk)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            done = course.publish(
                found,
                by=_name(request),
                actor=_actor(request),
                edit=form.cleaned_data["edit"],
                hung_in_office_by=form.cleaned_data["hung_in_office_by"],
            )
            messages.success(
                request, _("List %(number)s is published and cannot be changed.") % {"number": done}
            )
            return redirect("lettings:notice", unit=unit.code, pk=pk)
        except Problem as problem:
            problems_of(form, problem)
    return _page(request, unit, _notice(unit, pk), publish_form=form, status=422)


@require_POST
@of_unit_to("notice.publish")
def post(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    found = _notice(unit, pk)
    form = PostingForm(request.POST, notice=found)
    if form.is_valid():
        values = form.cleaned_data
        try:
            course.post(
                found,
                values["channel"],
                on=values["posted_on"],
                by=values["posted_by"],
                reference=values["reference"],
                url=values["url"],
            )
            messages.success(request, _("Recorded."))
            return redirect("lettings:notice", unit=unit.code, pk=pk)
        except Problem as problem:
            problems_of(form, problem)
    return _page(request, unit, found, posting_form=form, status=422)


@require_POST
@of_unit_to("notice.publish")
def take_down(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    found = _notice(unit, pk)
    form = TakeDownForm(request.POST)
    if form.is_valid():
        try:
            course.take_down(
                found,
                on=form.cleaned_data["taken_down_on"],
                by=form.cleaned_data["taken_down_by"],
            )
            messages.success(request, _("Recorded."))
            return redirect("lettings:notice", unit=unit.code, pk=pk)
        except Problem as problem:
            problems_of(form, problem)
    return _page(request, unit, found, down_form=form, status=422)


@require_POST
@of_unit_to("notice.edit")
def correct(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    found = _notice(unit, pk)
    form = CorrectionForm(request.POST, notice=found)
    if form.is_valid():
        try:
            made = course.start_correction(
                found,
                form.cleaned_data["items"],
                reason=form.cleaned_data["correction_reason"],
                actor=_actor(request),
            )
            return redirect("lettings:notice", unit=unit.code, pk=made.pk)
        except Problem as problem:
            problems_of(form, problem)
    return _page(request, unit, found, correction_form=form, status=422)


def _item(unit: ManagingUnit, pk: int, lot: int) -> PublicNoticeItem:
    return get_object_or_404(
        PublicNoticeItem.objects.select_related("notice__unit", "resource"),
        notice__unit=unit,
        notice=pk,
        notice__state=State.DRAFT,
        lot_no=lot,
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("notice.edit")
def item(request: HttpRequest, unit: ManagingUnit, pk: int, lot: int) -> HttpResponse:
    """A lot of a draft."""
    found = _item(unit, pk, lot)
    shown = PublicNoticeItem.objects.get(pk=found.pk)
    form = ItemForm(request.POST or None, instance=shown, initial={"edit": found.notice.edit})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.save_item(found, form.cleaned_data, edit=form.cleaned_data["edit"])
                messages.success(request, _("Saved."))
                return redirect("lettings:notice", unit=unit.code, pk=pk)
            except Problem as problem:
                problems_of(form, problem)
                status = problem.status
            except ValidationError as error:
                form.add_error(None, error.messages)
    context = {"form": form, "item": found, "notice": found.notice, "gaps": gaps(found)}
    return show(request, unit, "premises/lettings/notice_item.html", context, status=status)


@require_POST
@of_unit_to("notice.edit")
def take_out(request: HttpRequest, unit: ManagingUnit, pk: int, lot: int) -> HttpResponse:
    found = _item(unit, pk, lot)
    try:
        drafts.take_out(found, edit=int(request.POST.get("edit") or 0))
        messages.success(request, _("The lot is out of the list."))
    except (Problem, ValueError) as problem:
        messages.error(request, str(problem))
    return redirect("lettings:notice", unit=unit.code, pk=pk)
