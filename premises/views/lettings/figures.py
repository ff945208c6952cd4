"""Lettings in figures, and the yearly report as a page and as a workbook."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from premises.desk.figures import figures_of
from premises.desk.yearly import Report, report_of, years
from premises.permissions import require
from premises.views.lettings.access import of_unit_to, show
from records import spreadsheets
from records.clock import today
from resources.models import ManagingUnit

DAYS = 365


@require_safe
@of_unit_to("lettings.figures")
def figures(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The last year up to today."""
    found = figures_of(unit, today() - timedelta(days=DAYS - 1), today())
    most = max((month.vacant for month in found.months), default=0)
    return show(
        request,
        unit,
        "premises/lettings/figures.html",
        {
            "figures": found,
            "most_vacant": most,
            "now": found.months[-1],
            "years": years(unit, today().year),
        },
    )


@require_safe
@of_unit_to("lettings.figures")
def report(request: HttpRequest, unit: ManagingUnit, year: int) -> HttpResponse:
    """The report of one unit; `?plik=xlsx` saves it."""
    _possible(year)
    found = report_of(year, unit)
    if request.GET.get("plik") == "xlsx":
        return _workbook(found)
    return show(
        request,
        unit,
        "premises/lettings/report.html",
        {
            "report": found,
            "years": years(unit, today().year),
            "base": "premises/lettings/base_lettings.html",
        },
    )


@require_safe
@login_required
def report_of_all(request: HttpRequest, year: int) -> HttpResponse:
    """The report of the whole city, for the coordinator and the planner."""
    require(request.user, "lettings.report_all")
    _possible(year)
    found = report_of(year)
    if request.GET.get("plik") == "xlsx":
        return _workbook(found)
    return render(
        request,
        "premises/lettings/report.html",
        {"report": found, "years": years(None, today().year), "base": "base.html"},
    )


def _possible(year: int) -> None:
    if not date.min.year < year <= today().year:
        raise Http404


def _workbook(found: Report) -> HttpResponse:
    """Each table a sheet, with what it is part of in its last row."""
    sheets = [(table.title, table.header, [*table.rows, (), (table.of,)]) for table in found.tables]
    unit = found.unit.code if found.unit else _("city")
    return spreadsheets.as_file(
        spreadsheets.as_workbook(sheets),
        spreadsheets.XLSX_TYPE,
        f"najem-{unit}-{found.year}.xlsx".encode("ascii", "replace").decode(),
    )
