"""`/najem/<unit>/waloryzacja/`: runs of indexation, from preview to letters."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premises.indexation import preparing
from premises.indexation.forms import IndexForm, PrepareForm
from premises.indexation.jobs import carry_out_now
from premises.models import ConsumerPriceIndex, IndexationLine, IndexationRule, IndexationRun
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.models import DataSource
from records.money import Money, thawed
from records.problems import Problem
from records.spreadsheets import answer
from resources.models import ManagingUnit

PREPARE, APPROVE = "indexation.prepare", "indexation.approve"
PAGE_SIZE = 100


def _run(unit: ManagingUnit, pk: int) -> IndexationRun:
    return get_object_or_404(preparing.runs_of(unit), pk=pk)


def _first_values(unit: ManagingUnit) -> dict[str, Any]:
    """The rule of the unit or the city, its next day, and the index that belongs to it."""
    rule = PrepareForm(unit=unit).fields["rule"].queryset.order_by("-unit_id", "order").first()
    if rule is None:
        return {}
    day = preparing.next_day(rule)
    index = ConsumerPriceIndex.objects.filter(year=day.year - 1).first()
    return {"rule": rule.pk, "effective_on": day, "index": index.pk if index else None}


def _list(
    request: HttpRequest, unit: ManagingUnit, *, status: int = 200, **forms: Any
) -> HttpResponse:
    runs = list(preparing.runs_of(unit))
    for one in runs:
        one.figures = preparing.figures(one)
    context = {
        "runs": runs,
        "waiting": [one for one in runs if one.state == IndexationRun.State.PREVIEW],
        "indices": ConsumerPriceIndex.objects.select_related("source")[:12],
        "rules": IndexationRule.objects.filter(approved_at__isnull=False, valid__contains=today()),
        "form": PrepareForm(unit=unit, initial=_first_values(unit)),
        "index_form": IndexForm(),
        "may_prepare": may_in(request.user, PREPARE, unit),
        **forms,
    }
    return show(request, unit, "premises/lettings/indexation.html", context, status=status)


@require_safe
@of_unit()
def runs(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    return _list(request, unit)


@require_POST
@of_unit_to(PREPARE)
def prepare(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = PrepareForm(request.POST, unit=unit)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            run = preparing.prepare(
                unit, wanted["rule"], wanted["index"], wanted["effective_on"], request.user
            )
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            return redirect("lettings:indexation_run", unit=unit.code, pk=run.pk)
    return _list(request, unit, status=422, form=form)


@require_POST
@of_unit_to(PREPARE)
def add_index(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The index of a new year; a known year is corrected by the administrator."""
    form = IndexForm(request.POST)
    if not form.is_valid():
        return _list(request, unit, status=422, index_form=form)
    source, _new = DataSource.objects.get_or_create(
        code="gus-cpi", defaults={"name": "Wskaźnik cen konsumpcyjnych", "publisher": "GUS"}
    )
    form.instance.source = source
    form.instance.confirmed = True
    form.save()
    messages.success(request, _("Saved."))
    return redirect("lettings:indexation", unit=unit.code)


@require_safe
@of_unit()
def run(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """The preview with its differences, then the progress, then what was written."""
    found = _run(unit, pk)
    state = request.GET.get("state", "")
    lines = found.lines.select_related("lease")
    if state in IndexationLine.State.values:
        lines = lines.filter(state=state)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    for line in page:
        line.why = preparing.REASONS.get(line.why_left_out, "")
        line.difference = line.net_after - line.net_before
    return show(
        request,
        unit,
        "premises/lettings/indexation_run.html",
        {
            "run": found,
            "figures": preparing.figures(found),
            "page": page,
            "state": state,
            "may_approve": found.state == IndexationRun.State.PREVIEW
            and may_in(request.user, APPROVE, unit)
            and found.created_by_id != request.user.pk,
            "own": found.created_by_id == request.user.pk,
            "may_cancel": found.state == IndexationRun.State.PREVIEW
            and may_in(request.user, PREPARE, unit),
        },
    )


@require_safe
@of_unit()
def progress(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """The progress alone, asked for every two seconds while the run works."""
    found = _run(unit, pk)
    context = {"unit": unit, "run": found, "figures": preparing.figures(found)}
    return render(request, "premises/lettings/_indexation_progress.html", context)


@require_POST
@of_unit_to(APPROVE)
def approve(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    try:
        with transaction.atomic():
            preparing.approve(_run(unit, pk), request.user)
            transaction.on_commit(carry_out_now.defer)
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Approved. New terms are being written."))
    return redirect("lettings:indexation_run", unit=unit.code, pk=pk)


@require_POST
@of_unit_to(PREPARE)
def cancel(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    try:
        preparing.cancel(_run(unit, pk))
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect("lettings:indexation", unit=unit.code)


@require_safe
@of_unit()
def letter(request: HttpRequest, unit: ManagingUnit, pk: int, line: int) -> HttpResponse:
    """What a tenant is told: the rent before and after with its frozen tree."""
    found = _run(unit, pk)
    row = get_object_or_404(found.lines.select_related("lease"), pk=line)
    terms = row.lease.versions.filter(valid__contains=found.effective_on).first()
    money = Money(row.net_after, terms.vat_rate if terms else None, thawed(row.explanation))
    context = {"run": found, "line": row, "money": money, "parties": row.lease.parties.all()}
    return show(request, unit, "premises/lettings/indexation_letter.html", context)


@require_safe
@of_unit()
def table(_request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """All lines as CSV."""
    found = _run(unit, pk)
    rows = [
        (
            line.lease.number,
            line.get_state_display(),
            str(preparing.REASONS.get(line.why_left_out, "")),
            line.net_before,
            line.net_after,
        )
        for line in found.lines.select_related("lease")
    ]
    header = (_("contract"), _("state"), _("why left out"), _("net before"), _("net after"))
    return answer("csv", f"waloryzacja-{found.pk}", header, rows)
