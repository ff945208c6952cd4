"""`/najem/<unit>/lokale/<code>/`: one premises: its state, its life and its facts."""

import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseModelFormSet, modelformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from premises.models import OfficerHold, Premises, PremisesPart
from premises.stock import editing, holds
from premises.stock.columns import BY_CODE
from premises.stock.fields import ValuesForm
from premises.stock.forms import ChangeEndForm, HoldForm, PartForm
from premises.stock.history import happenings
from premises.stock.status import statuses
from premises.stock.values import own_area, values_of, with_values
from premises.stock.zones import zone_of
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.past import entries_for
from records.problems import Problem, Problems
from resources.models import ManagingUnit
from resources.place.keeper import role_words

#: The edit page: parts of the form, with a heading each. Areas have a page of their own.
GROUPS = (
    (
        gettext_lazy("The premises"),
        (
            "number title unit_number floor position entrance front rooms_count height_m"
            " visibility description"
        ),
    ),
    (
        gettext_lazy("Equipment and state"),
        (
            "standard utilities heating sanitary technical_state surveyed_on planned_works"
            " operating_cost step_free accessible_toilet"
        ),
    ),
    (gettext_lazy("Use and local plan"), "permitted_use excluded_use local_plan"),
    (
        gettext_lazy("Title and registers"),
        (
            "legal_title legal_title_basis permanent_management_until land_register parcel_ids"
            " energy_certificate energy_certificate_until energy_kwh_m2"
        ),
    ),
    (
        gettext_lazy("The building"),
        "address postcode longitude latitude ownership built_year storeys heritage lift",
    ),
)
CODES = [code for heading, codes in GROUPS for code in codes.split()]


def premises_in(unit: ManagingUnit, code: str) -> Premises:
    """Premises of the unit, or 404."""
    return get_object_or_404(
        with_values(Premises.objects.filter(resource__unit=unit)), resource__code=code
    )


@require_safe
@of_unit()
def one(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """State, life and facts on one page."""
    premises = premises_in(unit, code)
    values = values_of(premises)
    current = list(OfficerHold.objects.filter(premises=premises).select_related("hold"))
    return show(
        request,
        unit,
        "premises/lettings/stock/one.html",
        {
            "premises": premises,
            "resource": premises.resource,
            "status": statuses([premises.pk])[premises.pk],
            "parts": premises.parts.all(),
            "zone": zone_of(premises),
            "facts": [
                (heading, [(BY_CODE[c].label, BY_CODE[c].kind.show(values[c])) for c in codes])
                for heading, codes in ((h, c.split()) for h, c in GROUPS)
            ],
            "holds": [hold for hold in current if not holds.is_over(hold)],
            "happenings": happenings(premises, request.user),
            "entries": entries_for(premises, premises.resource)[:30],
            "may_edit": may_in(request.user, "stock.edit", unit),
        },
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def edit(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """Change the facts. Who saves second is told, and loses nothing typed."""
    premises = premises_in(unit, code)
    values = values_of(premises)
    base, version = editing.base_of(values), premises.version
    form = ValuesForm(request.POST or None, codes=CODES, values=values)
    clash: editing.EditedMeanwhile | None = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = editing.save(
                premises,
                version=_number(request.POST.get("version"), version),
                base=base | _base(request.POST.get("base", "")),
                wanted=form.wanted(),
                role=role_words(request.user, unit),
            )
        except editing.EditedMeanwhile as problem:
            clash = problem
        except Problems as problem:
            for each in problem.problems:
                form.add_error(each.field if each.field in form.fields else None, each.message)
        except Problem as problem:
            form.add_error(None, str(problem.message))
        else:
            messages.success(request, _saved(saved))
            return redirect("lettings:premises", unit=unit.code, code=code)
    elif request.method == "POST":
        base, version = base | _base(request.POST.get("base", "")), premises.version
    if clash:
        base, version = editing.base_of(clash.current), clash.version
    site = premises.resource.site
    sharing = site.resources.filter(kind="premises").count() - 1 if site else 0
    return show(
        request,
        unit,
        "premises/lettings/stock/edit.html",
        {
            "premises": premises,
            "form": form,
            "groups": [
                (heading, [form[c] for c in codes.split()], codes.startswith("address"))
                for heading, codes in GROUPS
            ],
            "sharing": sharing,
            "base": json.dumps(base),
            "version": version,
            "clash": clash,
        },
        status=409 if clash else 422 if request.method == "POST" else 200,
    )


def _saved(saved: editing.Saved) -> str:
    if not saved.changes:
        return _("Nothing was different, so nothing is changed.")
    if saved.merged:
        return _("Saved, together with what somebody else changed meanwhile.")
    return _("Saved.")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def _base(text: str) -> dict[str, Any]:
    """What the form showed, as it comes back; what makes no sense counts as not shown."""
    try:
        found = json.loads(text)
        kept = {code: found[code] for code in CODES if code in found}
        for code, value in kept.items():
            BY_CODE[code].kind.unpack(value)
    except (ValueError, TypeError, AttributeError, ArithmeticError):
        return {}
    return kept


# --- parts ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def parts(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """The parts with their areas; the sum becomes the area by which one searches."""
    premises = premises_in(unit, code)
    formset: BaseModelFormSet[Any, Any] = modelformset_factory(
        PremisesPart, form=PartForm, extra=2, can_delete=True, max_num=30
    )(request.POST or None, queryset=PremisesPart.objects.filter(premises=premises))
    version = _number(request.POST.get("version"), premises.version)
    if request.method == "POST" and formset.is_valid():
        if _save_parts(premises, formset, version, role_words(request.user, unit)):
            messages.success(request, _("Saved."))
            return redirect("lettings:premises", unit=unit.code, code=code)
        messages.error(request, _("Somebody changed these premises meanwhile. Check and save."))
        version = Premises.objects.get(pk=premises.pk).version
    return show(
        request,
        unit,
        "premises/lettings/stock/parts.html",
        {"premises": premises, "formset": formset, "version": version},
        status=422 if request.method == "POST" else 200,
    )


@transaction.atomic
def _save_parts(premises: Premises, formset: Any, version: int, role: str) -> bool:
    """Whether the parts were saved; not when the premises are newer than `version`."""
    taken = Premises.objects.filter(pk=premises.pk, version=version).update(version=version + 1)
    if not taken:
        return False
    for part in formset.save(commit=False):
        part.premises = premises
        part.save()
    for part in formset.deleted_objects:
        part.delete()
    resource = premises.resource
    resource.area_m2 = own_area(list(PremisesPart.objects.filter(premises=premises)))
    resource.verified_on, resource.verified_by = today(), role
    resource.save(update_fields=["area_m2", "verified_on", "verified_by"])
    return True


# --- holds of officers ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def new_hold(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    """Keep the premises out of letting for a time."""
    premises = premises_in(unit, code)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.record(
                premises,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                first=form.cleaned_data["first"],
                until=form.until,
                by=role_words(request.user, unit),
            )
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            messages.success(request, _("Recorded. Nothing can be let or booked in that time."))
            return redirect("lettings:premises", unit=unit.code, code=code)
    return show(
        request,
        unit,
        "premises/lettings/stock/hold.html",
        {"premises": premises, "form": form, "status": statuses([premises.pk])[premises.pk]},
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
@of_unit_to("stock.edit")
def end_hold(request: HttpRequest, unit: ManagingUnit, code: str, pk: int) -> HttpResponse:
    """Lift a hold, or move its end."""
    premises = premises_in(unit, code)
    hold = get_object_or_404(
        OfficerHold.objects.select_related("hold", "premises__resource"), premises=premises, pk=pk
    )
    form = ChangeEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.change_end(
                hold,
                until=form.until,
                note=form.cleaned_data["note"],
                by=role_words(request.user, unit),
            )
        except Problem as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("lettings:premises", unit=unit.code, code=code)
    return show(
        request,
        unit,
        "premises/lettings/stock/end_hold.html",
        {"premises": premises, "hold": hold, "form": form},
        status=422 if request.method == "POST" else 200,
    )
