"""`/najem/<unit>/lokale/zmiana/`: one column of many premises, with a preview of every row."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from premises.stock import editing
from premises.stock.columns import BY_CODE, COLUMNS
from premises.stock.fields import ValuesForm
from premises.stock.values import Values, with_values
from premises.views.lettings.access import of_unit_to, show
from premises.views.lettings.stock import picked, stock_of
from records.problems import Problem
from resources.models import ManagingUnit
from resources.place.keeper import role_words

MOST = 5_000
#: Columns that make sense only together.
TOGETHER = {
    "technical_state": ("technical_state", "surveyed_on"),
    "legal_title": ("legal_title", "legal_title_basis", "permanent_management_until"),
}


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def bulk(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Choose a column (GET), give its value and look at the rows (POST), apply (POST)."""
    data = request.POST if request.method == "POST" else request.GET
    column = BY_CODE.get(data.get("column", ""))
    context: dict[str, Any] = {
        "columns": [(one.code, one.label) for one in COLUMNS if one.bulk],
        "chosen": column if column and column.bulk else None,
        "picks": data.getlist("pick"),
        "all": data.get("all", ""),
        "query": data.get("query", ""),
    }
    rows = with_values(picked(unit, data))
    context["count"] = min(rows.count(), MOST)
    if context["chosen"] is None:
        return show(request, unit, "premises/lettings/stock/bulk.html", context)
    codes = TOGETHER.get(column.code, (column.code,)) if column else ()
    form = ValuesForm(request.POST or None, codes=codes)
    context["form"] = form
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = 200
            try:
                if "apply" in request.POST:
                    return _applied(request, unit, form.wanted())
            except Problem as problem:
                context["problem"], status = problem, problem.status
            preview = editing.preview(rows[:MOST], form.wanted())
            context["preview"] = preview
            context["changing"] = [row for row in preview if row.changes and not row.trouble]
            context["troubled"] = [row for row in preview if row.trouble]
    return show(request, unit, "premises/lettings/stock/bulk.html", context, status=status)


def _applied(request: HttpRequest, unit: ManagingUnit, wanted: Values) -> HttpResponse:
    """Apply to exactly the rows of the preview, as it showed them."""
    tokens: dict[int, int] = {}
    for token in request.POST.getlist("row")[:MOST]:
        pk, _colon, version = token.partition(":")
        if pk.isdecimal() and version.isdecimal():
            tokens[int(pk)] = int(version)
    done = editing.apply(tokens, wanted, stock_of(unit), role=role_words(request.user, unit))
    messages.success(
        request,
        ngettext("Changed: %(count)d premises.", "Changed: %(count)d premises.", done)
        % {"count": done},
    )
    query = request.POST.get("query", "")
    return redirect(f"{_list(unit)}?{query}" if query else _list(unit))


def _list(unit: ManagingUnit) -> str:
    return reverse("lettings:stock", args=[unit.code])
