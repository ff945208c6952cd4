"""`/najem/<unit>/lokale/import/`: a unit's own spreadsheet, step by step, and its undoing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.models import StockImport
from premises.stock import export, importing, undoing
from premises.stock.columns import COLUMNS, NEEDED_FOR_NEW
from premises.views.lettings.access import of_unit, of_unit_to, show
from records.problems import Problem
from resources.importing.report import ImportRefused, Outcome, Report
from resources.models import ManagingUnit
from resources.place.keeper import role_words

SHOWN = 20
#: Rows of the report that a page tells one by one, refused ones first.
MOST_TOLD = 300


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File (XLSX or CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def imports(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Upload a file; below, what was loaded before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = importing.upload(unit, file.name, file.read(), by=_by(request, unit))
            return redirect("lettings:stock_import", unit=unit.code, pk=made.pk)
        except Problem as problem:
            form.add_error("file", str(problem.message))
    return show(
        request,
        unit,
        "premises/lettings/stock/imports.html",
        {
            "form": form,
            "imports": StockImport.objects.filter(unit=unit, loaded_at__isnull=False).defer(
                "sheet"
            )[:SHOWN],
            "undoable": undoing.last_import(unit),
            "needed": [str(one.label) for one in COLUMNS if one.code in NEEDED_FOR_NEW],
        },
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def one_import(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """What the columns mean, and what loading would do; then load."""
    one = get_object_or_404(StockImport, unit=unit, pk=pk)
    if one.state != StockImport.State.UPLOADED:
        return show(request, unit, "premises/lettings/stock/import_done.html", _done(unit, one))
    report: Report | None = None
    problem: Problem | None = None
    if request.method == "POST":
        try:
            width = len(one.columns)
            importing.set_columns(one, [request.POST.get(f"c{n}", "") for n in range(width)])
            if "load" in request.POST:
                report = importing.load(
                    one, by=_by(request, unit), role=role_words(request.user, unit)
                )
                messages.success(
                    request,
                    _("Loaded. Rows that changed something: %(count)d.")
                    % {"count": report.changes},
                )
                return redirect("lettings:stock_import", unit=unit.code, pk=pk)
            report = importing.plan(one).report
        except ImportRefused as refused:
            report = refused.report
        except Problem as found:
            problem = found
    refused_any = problem is not None or (report is not None and bool(report.refused))
    sheet = importing.sheet_of(one)
    return show(
        request,
        unit,
        "premises/lettings/stock/import.html",
        {
            "one": one,
            "columns": [
                {
                    "header": header or "–",
                    "name": f"c{place}",
                    "code": one.columns[place],
                    "examples": [cells[place] for _line, cells in sheet.rows[:30] if cells[place]][
                        :3
                    ],
                }
                for place, header in enumerate(sheet.header)
            ],
            "choices": [(column.code, column.label) for column in COLUMNS],
            "report": report,
            "told": _told(report) if report else [],
            "counts": _counts(report) if report else {},
            "problem": problem,
        },
        status=422 if refused_any else 200,
    )


def _told(report: Report) -> list[Any]:
    order = {Outcome.REFUSED: 0, Outcome.ADDED: 1, Outcome.CHANGED: 1, Outcome.UNCHANGED: 2}
    return sorted(report.rows, key=lambda row: (order.get(row.outcome, 1), row.position or 0))[
        :MOST_TOLD
    ]


def _counts(report: Report) -> dict[str, int]:
    return {str(outcome): report.count(outcome) for outcome in Outcome}


def _done(unit: ManagingUnit, one: StockImport) -> dict[str, Any]:
    rows = one.rows.select_related("premises__resource")
    last = undoing.last_import(unit)
    return {
        "one": one,
        "rows": rows[:MOST_TOLD],
        "count": rows.count(),
        "undoable": last is not None and last.pk == one.pk,
    }


@require_POST
@of_unit_to("stock.edit")
def undo(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Put back what was before the last import; refused rows are shown and nothing is undone."""
    one = get_object_or_404(StockImport, unit=unit, pk=pk)
    try:
        report = undoing.undo(one, by=_by(request, unit), role=role_words(request.user, unit))
    except ImportRefused as refused:
        context = _done(unit, one) | {"refused": refused.report.refused}
        return show(request, unit, "premises/lettings/stock/import_done.html", context, status=409)
    except Problem as problem:
        messages.error(request, str(problem.message))
        return redirect("lettings:stock_imports", unit=unit.code)
    messages.success(request, _("Undone. Rows put back: %(count)d.") % {"count": len(report.rows)})
    return redirect("lettings:stock_import", unit=unit.code, pk=pk)


@require_safe
@of_unit()
def template(_request: HttpRequest, unit: ManagingUnit) -> HttpResponse:  # noqa: ARG001
    """Our table to fill in."""
    return export.template()


def _by(request: HttpRequest, unit: ManagingUnit) -> str:
    """Who loaded it, for colleagues: the name and the role."""
    return f"{request.user}, {role_words(request.user, unit)}"[:200]
