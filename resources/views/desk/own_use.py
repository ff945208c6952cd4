"""The unit's own timetable: typed in as a series, or loaded from a file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.clock import now
from records.problems import Problem
from resources import collisions
from resources import own_use as domain
from resources.desk.words import EVERY_WEEKDAY, hours_of, weekday_and_day
from resources.forms.desk import LoadForm, OwnUseForm
from resources.importing.own_use_sync import Options, horizon_day, import_own_use
from resources.importing.report import ImportRefused, Report
from resources.models import HeldPeriod, ManagingUnit, OwnUse
from resources.views.desk.access import of_unit, show

ON_A_PAGE = 50
COLUMNS = "sala; tytuł; data; od; do; powtarzaj do"
EXAMPLE = (
    "sala;tytuł;data;od;do;powtarzaj do;pokaz tytul;id\r\n"
    "{room};balet;1.12.2026;15:00;17:00;29.06.2027;tak;balet-1\r\n"
    "{room};próba generalna;12.12.2026;9:00;14:00;;nie;proba-1\r\n"
)


@require_safe
@of_unit()
def own_use(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """What is still to come, one line an entry, with its next date."""
    held: dict[int, list[HeldPeriod]] = {}
    for one in (
        HeldPeriod.objects.filter(
            hold__own_use__unit=unit, hold__binding=True, period__endswith__gt=now()
        )
        .select_related("resource")
        .order_by("period")
    ):
        held.setdefault(one.hold_id, []).append(one)
    entries = OwnUse.objects.filter(unit=unit, hold__in=held).select_related("hold")
    rows = sorted(
        (_row(entry, held[entry.hold_id]) for entry in entries), key=lambda row: row["next"]
    )
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return show(request, unit, "desk/own_use.html", {"page": page, "total": len(rows)})


def _row(entry: OwnUse, held: list[HeldPeriod]) -> dict[str, Any]:
    patterns = {
        (one.period.lower.isoweekday(), hours_of(one.period.lower, one.period.upper))
        for one in held
    }
    words = ", ".join(
        f"{EVERY_WEEKDAY[weekday]} {hours}" for weekday, hours in sorted(patterns)[:3]
    )
    return {
        "entry": entry,
        "places": sorted({one.resource.title_pl for one in held}),
        "next": held[0].period.lower,
        "last": held[-1].period.lower,
        "count": len(held),
        "when": words
        if len(held) > 1
        else f"{weekday_and_day(held[0].period.lower)}, "
        f"{hours_of(held[0].period.lower, held[0].period.upper)}",
    }


@require_safe
@of_unit()
def one(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """All dates of an entry, each of which can be offered again."""
    entry = get_object_or_404(OwnUse.objects.select_related("hold"), unit=unit, pk=pk)
    dates = list(entry.hold.held_periods.select_related("resource").order_by("period"))
    return show(
        request,
        unit,
        "desk/own_use_one.html",
        {
            "entry": entry,
            "dates": [(held, held.period.lower > now()) for held in dates],
            "to_come": sum(held.period.lower > now() for held in dates),
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit("resource.own_use")
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Type in a series: "check" shows every date with what stands in its way."""
    form = OwnUseForm(request.POST or None, unit=unit)
    context: dict[str, Any] = {"form": form}
    if request.method == "GET":
        return show(request, unit, "desk/new_own_use.html", context)
    status = 422
    if form.is_valid():
        try:
            dates = domain.dates_of(_series(form))
            if "save" in request.POST:
                _made, left_out = domain.add(
                    unit,
                    form.cleaned_data["title"],
                    dates.times,
                    by=str(request.user),
                    show_title=form.cleaned_data["show_title"],
                    leave_out=form.cleaned_data["leave_out"],
                )
                messages.success(request, _saved(len(dates.times) - len(left_out)))
                return redirect("desk:own_use", unit=unit.code)
            status = 200
            context |= _checked(dates)
        except domain.OwnUseCollides as problem:
            context |= {"problem": problem, **_checked(dates)}
            status = problem.status
        except Problem as problem:
            field = problem.field if problem.field in form.fields else None
            form.add_error(field, str(problem.message))
    return show(request, unit, "desk/new_own_use.html", context, status=status)


def _saved(count: int) -> str:
    return ngettext(
        "Saved: %(count)d date. Nobody can book it.",
        "Saved: %(count)d dates. Nobody can book them.",
        count,
    ) % {"count": count}


def _series(form: OwnUseForm) -> domain.Weekly:
    data = form.cleaned_data
    return domain.Weekly(
        resources=list(data["places"]),
        weekdays=frozenset(data["weekdays"]),
        opens=data["opens"],
        closes=data["closes"],
        first=data["first"],
        last=data["last"],
        skip_days_off=data["skip_days_off"],
    )


def _checked(dates: domain.Dates) -> dict[str, Any]:
    each = collisions.find_each(dates.times, with_turnaround=True)
    lines = [
        {
            "day": weekday_and_day(time.period.start),
            "hours": hours_of(time.period.start, time.period.end),
            "place": time.resource.title_pl,
            "in_the_way": in_the_way,
        }
        for time, in_the_way in zip(dates.times, each, strict=True)
    ]
    return {
        "lines": lines,
        "taken": sum(bool(one) for one in each),
        "passed_over": dates.passed_over,
    }


@require_http_methods(["GET", "POST"])
@of_unit("resource.own_use")
def load(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Load a file: "check" only says what would happen, row by row."""
    form = LoadForm(request.POST or None, request.FILES or None, unit=unit)
    report: Report | None = None
    status, dry_run = 200, "load" not in request.POST
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                report = import_own_use(
                    unit,
                    form.rooms,
                    form.cleaned_data["file"].read(),
                    by=str(request.user),
                    options=Options(
                        default=form.cleaned_data["default"],
                        leave_out=form.cleaned_data["leave_out"],
                        complete=form.cleaned_data["complete"],
                    ),
                    dry_run=dry_run,
                )
                status = 200
                if not dry_run:
                    messages.success(
                        request,
                        _("Loaded. Rows that changed something: %(count)d.")
                        % {"count": report.changes},
                    )
                    return redirect("desk:own_use", unit=unit.code)
            except ImportRefused as refused:
                report = refused.report
            except Problem as problem:
                form.add_error("file", str(problem.message))
    return show(
        request,
        unit,
        "desk/load_own_use.html",
        {"form": form, "report": report, "horizon": horizon_day(), "columns": COLUMNS},
        status=status,
    )


@require_safe
@of_unit("resource.own_use")
def example(_request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """A table to fill in, with a room of this unit."""
    form = LoadForm(unit=unit)
    room = form.rooms[0].title_pl if form.rooms else "Sala 1"
    content = EXAMPLE.format(room=room.replace(";", ","))
    response = HttpResponse(
        b"\xef\xbb\xbf" + content.encode(), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="zajecia-wlasne-wzor.csv"'
    return response


@require_POST
@of_unit("resource.own_use")
def remove(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Offer again all dates to come of an entry, or the one that is named."""
    entry = get_object_or_404(OwnUse.objects.select_related("hold"), unit=unit, pk=pk)
    if "date" in request.POST:
        held = get_object_or_404(
            entry.hold.held_periods.select_related("hold", "resource"),
            pk=request.POST["date"] if request.POST["date"].isdecimal() else 0,
        )
        domain.remove_date(held)
        messages.success(request, _("This date is offered again."))
        return redirect("desk:own_use_one", unit=unit.code, pk=pk)
    domain.remove(entry)
    messages.success(request, _("All dates to come are offered again."))
    return redirect("desk:own_use", unit=unit.code)
