"""Rules, terms of use and price lists: what holds now, and a new version from a day on."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records.clock import today
from records.problems import Problem
from resources import rules as domain
from resources.booking.facts import current_terms
from resources.forms.fields import clock_words
from resources.forms.rules import PolicyForm, PriceListForm, RateForm, TermsForm
from resources.models import (
    BookingPolicy,
    ManagingUnit,
    PriceList,
    PriceRate,
    Resource,
    UserGroup,
)
from resources.place.rules import rules_in_words
from resources.views.desk.access import of_unit, show


@require_safe
@of_unit()
def rules(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The rules in plain words, with the places that follow them, and the prices."""
    places: dict[int | None, list[Resource]] = {}
    lists: dict[int | None, list[Resource]] = {}
    for place in Resource.objects.filter(unit=unit, tenure=Resource.Tenure.TIME).order_by(
        "title_pl"
    ):
        places.setdefault(place.policy_id, []).append(place)
        lists.setdefault(place.price_list_id, []).append(place)
    policies = [
        {
            "policy": policy,
            "words": rules_in_words(policy),
            "places": places.get(policy.pk, []),
            "terms": current_terms(policy),
            "older": policy.replaces,
        }
        for policy in domain.policies_in_force(unit)
        .select_related("replaces")
        .prefetch_related("terms")
    ]
    prices = [
        {
            "list": price_list,
            "rows": _rows(price_list.rates.all()),
            "places": lists.get(price_list.pk, []),
        }
        for price_list in PriceList.objects.filter(unit=unit)
        .prefetch_related("rates__legal_act")
        .order_by("name")
    ]
    return show(
        request,
        unit,
        "desk/rules.html",
        {
            "policies": policies,
            "prices": prices,
            "without_rules": places.get(None, []),
            "without_prices": lists.get(None, []),
        },
    )


def _rows(rates: Any) -> list[dict[str, Any]]:
    """Rates that hold now or later, as lines of a table."""
    return [
        {
            "rate": rate,
            "group": UserGroup(rate.user_group).label,
            "hours": ""
            if (rate.from_minute, rate.to_minute) == (0, 1440)
            else f"{clock_words(rate.from_minute)}\u2060–\u2060{clock_words(rate.to_minute)}",
            "later": rate.valid.lower is not None and rate.valid.lower > today(),
        }
        for rate in rates
        if rate.valid.upper is None or rate.valid.upper > today()
    ]


@require_http_methods(["GET", "POST"])
@of_unit("unit.set_rules")
def change(request: HttpRequest, unit: ManagingUnit, pk: int | None = None) -> HttpResponse:
    """Change rules, or write the first: "check" shows them in plain words before they hold."""
    policy = get_object_or_404(domain.policies_in_force(unit), pk=pk) if pk else None
    shown = policy or BookingPolicy(unit=unit, name=_("Rules of using our rooms"))
    # The form gets a copy: what is shown as "now" must not change under it.
    own = BookingPolicy.objects.get(pk=policy.pk) if policy else shown
    form = PolicyForm(request.POST or None, instance=own)
    context: dict[str, Any] = {"form": form, "policy": policy}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in domain.POLICY_FIELDS}
            if "save" not in request.POST:
                status = 200
                before = rules_in_words(policy) if policy else []
                context |= {"before": before, "after": rules_in_words(form.instance)}
            else:
                try:
                    _save(policy, unit, values)
                    messages.success(request, _("The new rules hold from today."))
                    return redirect("desk:rules", unit=unit.code)
                except ValidationError as error:
                    form.add_error(None, error)
                except Problem as problem:
                    form.add_error(None, str(problem.message))
                    status = problem.status
    return show(request, unit, "desk/change_rules.html", context, status=status)


def _save(policy: BookingPolicy | None, unit: ManagingUnit, values: dict[str, Any]) -> None:
    if policy is not None:
        domain.change_policy(policy, values)
        return
    made = domain.new_policy(unit, values)
    # The first rules are for all places that have none.
    Resource.objects.filter(unit=unit, tenure=Resource.Tenure.TIME, policy__isnull=True).update(
        policy=made
    )


@require_http_methods(["GET", "POST"])
@of_unit("unit.set_rules")
def terms(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    policy = get_object_or_404(domain.policies_in_force(unit), pk=pk)
    versions = list(policy.terms.all())
    current = current_terms(policy)
    initial = {"valid_from": today(), "text_pl": current.text_pl if current else ""}
    form = TermsForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                domain.add_terms(policy, **form.cleaned_data)
                messages.success(request, _("The new version is kept. Requests will accept it."))
                return redirect("desk:terms", unit=unit.code, pk=pk)
            except Problem as problem:
                form.add_error(problem.field, str(problem.message))
    return show(
        request,
        unit,
        "desk/terms.html",
        {"policy": policy, "form": form, "versions": versions, "current": current},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@of_unit("unit.set_rules")
def new_price_list(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = PriceListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = PriceList.objects.create(unit=unit, name=form.cleaned_data["name"])
        return redirect("desk:price_list", unit=unit.code, pk=made.pk)
    status = 422 if form.is_bound else 200
    return show(request, unit, "desk/new_price_list.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@of_unit("unit.set_rules")
def price_list(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Prices of one list: a new price from a day on, or the end of one."""
    prices = get_object_or_404(PriceList, unit=unit, pk=pk)
    adding = request.method == "POST" and "end" not in request.POST
    form = RateForm(request.POST if adding else None, initial={"first": today()})
    status = 200
    if request.method == "POST":
        try:
            if "end" in request.POST:
                number = request.POST["end"]
                rate = get_object_or_404(
                    PriceRate, price_list=prices, pk=number if number.isdecimal() else 0
                )
                domain.end_rate(rate, today())
                messages.success(request, _("The price ends today."))
                return redirect("desk:price_list", unit=unit.code, pk=pk)
            if form.is_valid():
                domain.set_rate(prices, **_rate(form.cleaned_data))
                messages.success(request, _("The price is set."))
                return redirect("desk:price_list", unit=unit.code, pk=pk)
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        status = 422
    return show(
        request,
        unit,
        "desk/price_list.html",
        {
            "prices": prices,
            "rows": _rows(prices.rates.select_related("legal_act")),
            "form": form,
            "places": Resource.objects.filter(price_list=prices).order_by("title_pl"),
        },
        status=status,
    )


def _rate(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "vat_rate": Decimal(data["vat_rate"]) if data["vat_rate"] else None}
