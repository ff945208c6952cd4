"""Closing places: the form, the preview with what stands in the way, and the closing itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.clock import now
from records.problems import Problem
from resources import closures as domain
from resources.closures import Answer, NewInTheWay, Plan, Preview
from resources.forms.desk import ClosureForm, ClosuresFileForm
from resources.importing import closures_csv
from resources.importing.report import ImportRefused
from resources.models import Closure, ManagingUnit
from resources.permissions import require
from resources.views.desk.access import of_unit, show

#: Headers of the table of many units, as its page names them.
BULK_COLUMNS = "jednostka; od dnia; do dnia; od; do; sala; uwagi"


@require_safe
@of_unit()
def closures(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """What is closed now or later, and what was, latest first."""
    every = list(
        Closure.objects.filter(unit=unit, hold__held_periods__isnull=False)
        .distinct()
        .select_related("hold")
        .prefetch_related("hold__held_periods__resource")
    )
    rows = sorted((_row(one) for one in every), key=lambda row: row["start"])
    coming = [row for row in rows if row["end"] > now() and row["closure"].hold.binding]
    over = [row for row in reversed(rows) if row["end"] <= now()][:30]
    return show(request, unit, "desk/closures.html", {"coming": coming, "over": over})


def _row(closure: Closure) -> dict[str, Any]:
    periods = list(closure.hold.held_periods.all())
    places = {one.resource_id: one.resource.title_pl for one in periods}
    return {
        "closure": closure,
        "places": sorted(places.values()),
        "start": min(one.period.lower for one in periods),
        "end": max(one.period.upper for one in periods),
        "spans": sorted({(one.period.lower, one.period.upper) for one in periods}),
    }


@require_http_methods(["GET", "POST"])
@of_unit("resource.close")
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Step one asks; "check" shows what is in the way; "close" carries the answers out."""
    if request.method == "GET":
        initial = {"places": request.GET.getlist("sala"), "first": request.GET.get("dzien")}
        form = ClosureForm(initial=initial, unit=unit)
        return show(request, unit, "desk/new_closure.html", {"form": form})
    form = ClosureForm(request.POST, unit=unit)
    if not form.is_valid():
        return show(request, unit, "desk/new_closure.html", {"form": form}, status=422)
    try:
        plan = _plan(form, unit)
        if "close" in request.POST:
            return _close(request, unit, plan)
        preview = domain.preview(plan, request.user)
    except NewInTheWay as error:
        return _show_preview(request, unit, form, error.preview, problem=error, status=409)
    except Problem as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error.message))
        return show(request, unit, "desk/new_closure.html", {"form": form}, status=error.status)
    return _show_preview(request, unit, form, preview)


def _plan(form: ClosureForm, unit: ManagingUnit) -> Plan:
    data = form.cleaned_data
    periods = domain.days_as_periods(
        data["first"], data["last"], opens=data["opens"], closes=data["closes"]
    )
    return Plan(
        unit=unit,
        resources=list(data["places"]),
        periods=periods,
        reason=data["reason"],
        public_note=data["public_note"],
        internal_note=data["internal_note"],
    )


def _close(request: HttpRequest, unit: ManagingUnit, plan: Plan) -> HttpResponse:
    answers = {
        name.removeprefix("answer-"): Answer(value)
        for name, value in request.POST.items()
        if name.startswith("answer-") and value in set(Answer)
    }
    closure = domain.close(
        plan,
        answers=answers,
        seen=request.POST.getlist("seen"),
        by=request.user,
        message=request.POST.get("message", ""),
    )
    ended = sum(answer is Answer.CALL_OFF for answer in answers.values())
    said = _("Closed. Nobody can book this time.")
    if ended:
        said += " " + _("Called off, with a message to each: %(count)d.") % {"count": ended}
    messages.success(request, said)
    return redirect(f"{reverse('desk:closures', args=[unit.code])}#{closure.hold.code}")


def _show_preview(
    request: HttpRequest,
    unit: ManagingUnit,
    form: ClosureForm,
    preview: Preview,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    answered = {
        name.removeprefix("answer-")
        for name, value in request.POST.items()
        if name.startswith("answer-") and value == Answer.CALL_OFF
    }
    return show(
        request,
        unit,
        "desk/closure_preview.html",
        {
            "form": form,
            "preview": preview,
            "plan": preview.plan,
            "problem": problem,
            "called_off": answered,
            "message": request.POST.get("message", ""),
            "plan_data": [
                (name, request.POST.getlist(name)) for name in form.fields if name in request.POST
            ],
        },
        status=status,
    )


@require_POST
@of_unit("resource.close")
def lift(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    closure = get_object_or_404(Closure.objects.select_related("hold"), unit=unit, pk=pk)
    domain.lift(closure)
    messages.success(request, _("The places are offered again from now on."))
    return redirect("desk:closures", unit=unit.code)


@require_http_methods(["GET", "POST"])
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Closures of many units at once, such as polling stations, from a table."""
    require(request.user, "unit.close_many")
    form = ClosuresFileForm(request.POST or None, request.FILES or None)
    report, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            dry_run = "load" not in request.POST
            try:
                report = closures_csv.import_closures(
                    form.cleaned_data["file"].read(),
                    reason=form.cleaned_data["reason"],
                    public_note=form.cleaned_data["public_note"],
                    by=request.user,
                    dry_run=dry_run,
                )
                status = 200
                if not dry_run:
                    messages.success(
                        request, _("Closed: %(count)d rows.") % {"count": report.changes}
                    )
            except ImportRefused as refused:
                report = refused.report
            except Problem as problem:
                form.add_error("file", str(problem.message))
    return render(
        request,
        "desk/closures_bulk.html",
        {"form": form, "report": report, "columns": BULK_COLUMNS},
        status=status,
    )
