"""Rows around a contract: parties, securities, insurance, utilities, consents; and the rules."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premises.lease_row_forms import ASKS, ROWS, DecisionForm, RuleForm
from premises.leasing import consents
from premises.leasing.rules import set_rule
from premises.models import Asked, LeaseRule, ThirdPartyConsent
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from premises.views.lettings.lease_case import lease_in
from premises.views.lettings.lease_edit import form_page, put_on_form
from records.clock import today
from records.problems import Forbidden, Problem
from resources.models import ManagingUnit


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def row(
    request: HttpRequest, unit: ManagingUnit, number: str, what: str, pk: int | None = None
) -> HttpResponse:
    """A new row, or one to mend."""
    lease = lease_in(request, unit, number)
    if what not in ROWS and (what not in ASKS or pk is not None):
        raise Http404
    form_class, title = {**ROWS, **ASKS}[what]
    known = get_object_or_404(form_class._meta.model, pk=pk, lease=lease) if pk else None
    form = form_class(request.POST or None, lease=lease, instance=known)
    if request.method == "POST" and form.is_valid():
        try:
            if what in ASKS:
                consents.ask(lease, request.user, form.save(commit=False), as_tenant=False)
            else:
                consents.save_row(lease, request.user, form.save(commit=False))
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            put_on_form(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("lettings:lease", unit=unit.code, number=number)
    words: dict[str, Any] = {
        "title": title,
        "question": _("%(number)s: what is to be written down?") % {"number": number},
        "answer": title,
        "button": _("Save"),
    }
    return form_page(request, unit, form, words, lease=lease)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def decide(
    request: HttpRequest, unit: ManagingUnit, number: str, what: str, pk: int
) -> HttpResponse:
    """The unit's answer to what the tenant asked for."""
    lease = lease_in(request, unit, number)
    if what not in ASKS:
        raise Http404
    consent = get_object_or_404(ASKS[what][0]._meta.model, pk=pk, lease=lease, state=Asked.ASKED)
    form = DecisionForm(request.POST or None)
    if isinstance(consent, ThirdPartyConsent):
        del form.fields["settle"], form.fields["cap"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            consents.decide(
                lease, request.user, consent, data["state"], data["reason"],
                settle=data.get("settle", ""), cap=data.get("cap"),
            )  # fmt: skip
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            put_on_form(form, problem)
        else:
            messages.success(request, _("Answered; the tenant reads it with your reason."))
            return redirect("lettings:lease", unit=unit.code, number=number)
    words: dict[str, Any] = {
        "title": _("Consent"),
        "question": _("%(number)s: may they?") % {"number": number},
        "answer": str(consent),
        "button": _("Save the answer"),
    }
    return form_page(request, unit, form, words, lease=lease)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit()
def rules(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The days and months that the course of contracts follows, and new ones from a day on."""
    may_set = may_in(request.user, "lease.decide", unit)
    form = RuleForm(request.POST or None)
    if request.method == "POST":
        if not may_set:
            raise Forbidden(_("The head of the unit sets the rules."))
        if form.is_valid():
            data = form.cleaned_data
            try:
                set_rule(
                    unit, data["code"], data["number"], data["from_"], kind=data["kind"],
                    basis=data["basis"],
                )  # fmt: skip
            except Problem as problem:
                put_on_form(form, problem)
            else:
                messages.success(request, _("Set. Earlier days keep the earlier number."))
                return redirect("lettings:lease_rules", unit=unit.code)
    found = LeaseRule.objects.filter(unit=None) | LeaseRule.objects.filter(unit=unit)
    return show(
        request,
        unit,
        "premises/lettings/lease_rules.html",
        {
            "form": form,
            "may_set": may_set,
            "rules": found.select_related("legal_act", "unit").order_by("code", "kind", "valid"),
            "today": today(),
        },
        status=422 if form.errors else 200,
    )
