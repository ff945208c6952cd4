"""`/najem/<unit>/stawki/`: schedules of rates, their zones on a map, rows, publication."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maps.widgets import LegendEntry, MapWidget
from premises.models import RateSchedule, RateZone, VatRate
from premises.rates.editing import fitted, new_schedule, publish, take
from premises.rates.forms import (
    ROW_FORMS,
    ImportForm,
    NewScheduleForm,
    ScheduleForm,
    ZoneForm,
)
from premises.rates.importing import import_zones
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.problems import Problem, Problems
from resources.models import ManagingUnit

EDIT, PUBLISH = "rates.edit", "rates.publish"
LARGEST_FILE = 20_000_000  # bytes


def _schedules(unit: ManagingUnit) -> QuerySet[RateSchedule]:
    """The unit's own and those of the whole city."""
    rows = RateSchedule.objects.filter(Q(unit=unit) | Q(unit=None))
    return rows.select_related("legal_act", "prepared_by", "approved_by")


def _draft(unit: ManagingUnit, pk: int) -> RateSchedule:
    return get_object_or_404(RateSchedule, unit=unit, pk=pk, approved_at=None)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


@require_safe
@of_unit()
def schedules(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    rows = list(_schedules(unit).annotate(zones_count=Count("zones")))
    day = today()
    current = next(
        (
            one
            for own in (unit.pk, None)
            for one in rows
            if one.unit_id == own and one.is_approved and day in one.valid
        ),
        None,
    )
    return show(
        request,
        unit,
        "premises/lettings/rates.html",
        {
            "rows": rows,
            "current": current,
            "today": day,
            "vat_rates": VatRate.objects.select_related("legal_act"),
            "form": NewScheduleForm(initial={"start": day}),
            "may_edit": may_in(request.user, EDIT, unit),
        },
    )


@require_POST
@of_unit_to(EDIT)
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = NewScheduleForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            made = new_schedule(
                unit,
                name=wanted["name"],
                act=wanted["legal_act"],
                start=wanted["start"],
                by=request.user,
            )
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            return redirect("lettings:schedule", unit=unit.code, pk=made.pk)
    rows = list(_schedules(unit).annotate(zones_count=Count("zones")))
    context = {"rows": rows, "form": form, "may_edit": True, "open_form": True, "today": today()}
    return show(request, unit, "premises/lettings/rates.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit()
def schedule(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """One schedule; a draft takes changes of its own fields here."""
    found = get_object_or_404(_schedules(unit), pk=pk)
    editable = not found.is_approved and found.unit_id == unit.pk
    may_edit = editable and may_in(request.user, EDIT, unit)
    form = ScheduleForm(request.POST or None, instance=found) if may_edit else None
    status = 200
    if request.method == "POST":
        if form is None:
            return redirect("lettings:schedule", unit=unit.code, pk=pk)
        if form.is_valid() and _changed(request, found, form, form.save):
            return redirect("lettings:schedule", unit=unit.code, pk=pk)
        status = 422
    zones = list(found.zones.prefetch_related("base_rates").all())
    return show(
        request,
        unit,
        "premises/lettings/schedule.html",
        {
            "schedule": found,
            "version": RateSchedule.objects.values_list("version", flat=True).get(pk=pk),
            "zones": zones,
            "multipliers": found.multipliers.all(),
            "reductions": found.reductions.all(),
            "form": form,
            "may_edit": may_edit,
            "may_publish": editable
            and may_in(request.user, PUBLISH, unit)
            and found.prepared_by_id != request.user.pk,
            "own_draft": editable and found.prepared_by_id == request.user.pk,
            "map": _map(zones),
            "import_form": ImportForm() if may_edit else None,
            "holds": found.is_approved and today() in found.valid,
        },
        status=status,
    )


def _map(zones: list[RateZone], *, field: str = "", skip: int | None = None) -> MapWidget:
    features = [
        {
            "type": "Feature",
            "properties": {"code": zone.code},
            "geometry": json.loads(zone.area.json),
        }
        for zone in zones
        if zone.area and not zone.area.empty and zone.pk != skip
    ]
    return MapWidget(
        label=_("Map of rent zones; the table lists the same zones"),
        within={"type": "FeatureCollection", "features": features} if features else None,
        within_field=field,
        finish_label=_("Save this area") if field else "",
        legend=(LegendEntry("area", _("zones of this schedule")),),
        modifiers="map--tall",
    )


def _changed(
    request: HttpRequest, found: RateSchedule, form: Any, save: Callable[[], object]
) -> bool:
    """Save a change of a draft that this person saw last; what is wrong goes to the form."""
    try:
        with transaction.atomic():
            locked = take(found, _seen(request))
            found.version = locked.version
            save()
    except Problem as problem:
        field = problem.field if problem.field in form.fields else None
        field = "wkt" if problem.field == "area" and "wkt" in form.fields else field
        form.add_error(field, problem.message)
        return False
    messages.success(request, _("Saved."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to(EDIT)
def zone(
    request: HttpRequest, unit: ManagingUnit, pk: int, zone: int | None = None
) -> HttpResponse:
    """The map editor of one zone: draw, type, or cut off at its neighbours."""
    draft = _draft(unit, pk)
    row = get_object_or_404(draft.zones, pk=zone) if zone else RateZone(schedule=draft)
    form = ZoneForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            area, trim = form.cleaned_data["wkt"], form.cleaned_data["trim"]
            row.area = fitted(draft, row, area, trim=trim) if area else None
            row.validate_constraints()
            row.save()

        if _changed(request, draft, form, save):
            return redirect("lettings:schedule", unit=unit.code, pk=pk)
    context = {
        "schedule": draft,
        "zone": row if zone else None,
        "form": form,
        "version": RateSchedule.objects.values_list("version", flat=True).get(pk=pk),
        "map": _map(list(draft.zones.all()), field="id_wkt"),
    }
    status = 422 if form.is_bound else 200
    return show(request, unit, "premises/lettings/zone.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to(EDIT)
def row(
    request: HttpRequest, unit: ManagingUnit, pk: int, what: str, row: int | None = None
) -> HttpResponse:
    """A base rate, multiplier or reduction of a draft."""
    draft = _draft(unit, pk)
    form_class = ROW_FORMS[what]
    model = form_class._meta.model
    known = get_object_or_404(model, schedule=draft, pk=row) if row else model(schedule=draft)
    form = form_class(request.POST or None, instance=known, schedule=draft)
    if request.method == "POST" and form.is_valid() and _changed(request, draft, form, form.save):
        return redirect("lettings:schedule", unit=unit.code, pk=pk)
    context = {
        "schedule": draft,
        "form": form,
        "row": known if row else None,
        "what": what,
        "version": RateSchedule.objects.values_list("version", flat=True).get(pk=pk),
    }
    status = 422 if form.is_bound else 200
    return show(request, unit, "premises/lettings/rate_row.html", context, status=status)


@require_POST
@of_unit_to(EDIT)
def remove(request: HttpRequest, unit: ManagingUnit, pk: int, what: str, row: int) -> HttpResponse:
    """Take a row or a zone out of a draft; a zone takes its rates with it."""
    draft = _draft(unit, pk)
    model = RateZone if what == "strefa" else ROW_FORMS[what]._meta.model
    known = get_object_or_404(model, schedule=draft, pk=row)
    try:
        with transaction.atomic():
            take(draft, _seen(request))
            known.delete()
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Removed."))
    return redirect("lettings:schedule", unit=unit.code, pk=pk)


@require_POST
@of_unit_to(EDIT)
def load_zones(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Zones from the city's own file; bad features are named one by one and nothing is loaded."""
    draft = _draft(unit, pk)
    form = ImportForm(request.POST, request.FILES)
    problems: list[str] = []
    if form.is_valid():
        try:
            count = _read(form.cleaned_data["file"], draft, _seen(request))
            messages.success(request, _("Zones from the file: %(count)s.") % {"count": count})
            return redirect("lettings:schedule", unit=unit.code, pk=pk)
        except Problems as several:
            problems = [str(one.message) for one in several.problems]
        except Problem as problem:
            problems = [str(problem.message)]
    else:
        problems = [str(text) for texts in form.errors.values() for text in texts]
    context = {"schedule": draft, "problems": problems}
    return show(request, unit, "premises/lettings/zones_refused.html", context, status=422)


def _read(upload: Any, draft: RateSchedule, seen: int) -> int:
    if upload.size > LARGEST_FILE:
        raise Problem(_("The file is larger than 20 MB."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"zones{Path(upload.name).suffix.lower()[:8]}"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return import_zones(draft, path, seen=seen)


@require_POST
@of_unit_to(PUBLISH)
def publication(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    draft = get_object_or_404(RateSchedule, unit=unit, pk=pk)
    try:
        publish(draft, request.user)
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Published. It stays as it is from now on."))
    return redirect("lettings:schedule", unit=unit.code, pk=pk)


@require_POST
@of_unit_to(EDIT)
def discard(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Give up a draft with all its rows."""
    _draft(unit, pk).delete()
    messages.success(request, _("The draft is gone."))
    return redirect("lettings:schedules", unit=unit.code)
