"""The register of charges with its batches for finance; arrears from finance; what is due."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.models import Charge, ChargeExport, Lease
from premises.upkeep import arrears, arrears_csv, charges, exports
from premises.upkeep.due import Matter, due
from premises.upkeep.reckoning import month_of
from premises.upkeep_forms import ArrearsFileForm, ChargeMonthForm, ExportForm
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.problems import Problem
from records.spreadsheets import CSV_TYPE
from resources.importing.report import ImportRefused
from resources.models import ManagingUnit

PAGE_SIZE = 100


@require_safe
@of_unit_to("charges.view")
def register(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    return _register(request, unit)


def _register(
    request: HttpRequest, unit: ManagingUnit, *, export: ExportForm | None = None, status: int = 200
) -> HttpResponse:
    asked = ChargeMonthForm(request.GET if "month" in request.GET else None)
    month = asked.cleaned_data["month"] if asked.is_bound and asked.is_valid() else today()
    month = month_of(month)
    rows = Charge.objects.filter(lease__unit=unit, month=month).select_related("lease", "export")
    until = today() + timedelta(days=14)
    return show(
        request,
        unit,
        "premises/lettings/charges.html",
        {
            "month": month,
            "asked": asked if asked.is_bound else ChargeMonthForm({"month": f"{month:%Y-%m}"}),
            "page": Paginator(rows.order_by("lease__number", "kind", "sequence"), PAGE_SIZE)
            .get_page(request.GET.get("page")),
            "total": rows.aggregate(Sum("gross"))["gross__sum"],
            "waiting": exports.waiting(unit, until + timedelta(days=1)).aggregate(Sum("gross")),
            "waiting_rows": exports.waiting(unit, until + timedelta(days=1)).count(),
            "until": until,
            "export": export or ExportForm(initial={"until": until}),
            "exports": ChargeExport.objects.filter(unit=unit).defer("content")[:12],
            "may_make": may_in(request.user, "charges.make", unit),
        },
        status=status,
    )  # fmt: skip


@require_POST
@of_unit_to("charges.make")
def reckon(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Reckon a month anew for every contract: makes nothing twice."""
    form = ChargeMonthForm(request.POST)
    if not form.is_valid():
        return _register(request, unit, status=422)
    month = month_of(form.cleaned_data["month"])
    made = charges.generate_month(month, f"person:{request.user.pk}", units=[unit])
    messages.success(
        request,
        _("Reckoned: %(made)d new or changed.") % {"made": made} if made
        else _("Nothing has changed: the register is up to date."),
    )  # fmt: skip
    response = redirect("lettings:charges", unit=unit.code)
    response["Location"] += f"?month={month:%Y-%m}"
    return response


@require_POST
@of_unit_to("charges.make")
def export(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = ExportForm(request.POST)
    if form.is_valid():
        try:
            until = form.cleaned_data["until"] + timedelta(days=1)
            made = exports.export(unit, until, f"person:{request.user.pk}")
            messages.success(
                request,
                _("Batch %(number)s is ready: %(rows)d rows.")
                % {"number": made.number, "rows": made.rows},
            )
            return redirect("lettings:charges", unit=unit.code)
        except Problem as problem:
            form.add_error(None, problem.message)
    return _register(request, unit, export=form, status=422)


@require_safe
@of_unit_to("charges.view")
def batch(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:  # noqa: ARG001
    """A batch as it went, byte for byte."""
    found = get_object_or_404(ChargeExport, unit=unit, pk=pk)
    response = HttpResponse(found.content.encode(), content_type=CSV_TYPE)
    name = f"naliczenia-{found.number.replace('/', '-')}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@of_unit_to("charges.view")
def owed(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Who owes what by the newest import; loading a newer one, with a look before it counts."""
    form = ArrearsFileForm(request.POST or None, request.FILES or None, initial={"as_of": today()})
    report: Any = None
    status = 200
    may_load = may_in(request.user, "charges.make", unit)
    if request.method == "POST" and may_load:
        status = 422
        if form.is_valid():
            check = "check" in request.POST
            try:
                report = _load(request, unit, form, check=check)
                status = 200
                if not check:
                    messages.success(request, _("The state of arrears is loaded."))
                    return redirect("lettings:arrears", unit=unit.code)
            except ImportRefused as problem:
                report = problem.report
                form.add_error(None, problem.message)
            except Problem as problem:
                status = problem.status
                form.add_error(
                    problem.field if problem.field in form.fields else None, problem.message
                )
    newest = arrears.latest(unit)
    told = arrears.owed_by_unit(newest) if newest else {}
    leases = (
        Lease.objects.filter(pk__in=told)
        .order_by("number")
        .prefetch_related("parties__organisation")
    )
    return show(
        request,
        unit,
        "premises/lettings/arrears.html",
        {
            "form": form, "report": report, "newest": newest, "may_load": may_load,
            "rows": [{"lease": one, "owed": told[one.pk]} for one in leases],
            "columns": "; ".join(names[0] for names in arrears_csv.COLUMNS.values()),
        },
        status=status,
    )  # fmt: skip


def _load(request: HttpRequest, unit: ManagingUnit, form: ArrearsFileForm, *, check: bool) -> Any:
    file = form.cleaned_data["file"]
    return arrears_csv.import_arrears(
        file.read(),
        unit,
        as_of=form.cleaned_data["as_of"],
        source=form.cleaned_data["source"],
        file_name=file.name,
        by=f"person:{request.user.pk}",
        dry_run=check,
    )


@require_safe
@of_unit()
def deadlines(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """`/najem/<unit>/terminy/`: what is due; "moje" shows the reader's own and nobody's."""
    mine = "moje" in request.GET
    matter = request.GET.get("czego", "")
    every = due(unit, person=request.user if mine else None)
    kinds = sorted({one.matter for one in every}, key=lambda one: one.label)
    shown = [one for one in every if not matter or one.matter == matter]
    day = today()
    rows = [{"one": one, "left": one.left(day)} for one in shown]
    return show(
        request,
        unit,
        "premises/lettings/deadlines.html",
        {
            "rows": rows[:300],
            "overdue": sum(row["left"] < 0 for row in rows),
            "soon": sum(0 <= row["left"] <= 30 for row in rows),
            "number": len(rows),
            "mine": mine,
            "matter": matter if matter in set(Matter) else "",
            "kinds": kinds,
            "today": day,
        },
    )
