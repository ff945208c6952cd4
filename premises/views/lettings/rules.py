"""`/najem/<unit>/reguly/`: what contracts need, what organisations need, and a plan tried out."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.models import EligibilityRule, TenureRule
from premises.rules import authorisation, eligibility, versions
from premises.rules.forms import EligibilityRuleForm, PlanForm, TenureRuleForm
from premises.views.lettings.access import may_in, of_unit, of_unit_to, show
from records.clock import today
from records.problems import Problem
from resources.models import ManagingUnit

EDIT, APPROVE = "rules.edit", "rules.approve"

#: In addresses: the model, its form.
KINDS: dict[str, tuple[Any, Any]] = {
    "umowy": (TenureRule, TenureRuleForm),
    "warunki": (EligibilityRule, EligibilityRuleForm),
}


@require_safe
@of_unit()
def rules(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    day = today()
    proposals = [
        (kind, row)
        for kind, (model, _form) in KINDS.items()
        for row in model.objects.filter(unit=unit, approved_at=None).select_related(
            "legal_act", "prepared_by"
        )
    ]
    paper = EligibilityRule.Question.PAPER
    asked = eligibility.rules_on(unit.pk, day, tenure=None)
    tenure_rules = authorisation.rules_on(unit.pk, day)
    return show(
        request,
        unit,
        "premises/lettings/rules.html",
        {
            "tenure_rules": tenure_rules,
            "conditions": [rule for rule in asked if rule.question != paper],
            "papers": [rule for rule in asked if rule.question == paper],
            "unconfirmed": sum(not rule.confirmed for rule in tenure_rules),
            "proposals": proposals,
            "today": day,
            "may_edit": may_in(request.user, EDIT, unit),
            "may_approve": may_in(request.user, APPROVE, unit),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to(EDIT)
def change(request: HttpRequest, unit: ManagingUnit, kind: str, pk: int) -> HttpResponse:
    """A version of a rule for this unit; it holds once somebody else has approved it."""
    model, form_class = KINDS[kind]
    rule = get_object_or_404(model.objects.filter(Q(unit=unit) | Q(unit=None)), pk=pk)
    code = rule.code
    form = form_class(request.POST or None, instance=rule, initial={"start": today()})
    if request.method == "POST" and form.is_valid():
        try:
            version = versions.proposed(
                form.instance, unit, request.user, form.cleaned_data["start"]
            )
            version.save()
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            messages.success(request, _("Proposed. It holds once another person approves it."))
            return redirect("lettings:rules", unit=unit.code)
    context = {"form": form, "code": code, "kind": kind}
    status = 422 if form.is_bound else 200
    return show(request, unit, "premises/lettings/change_rule.html", context, status=status)


def _proposal(unit: ManagingUnit, kind: str, pk: int) -> Any:
    return get_object_or_404(KINDS[kind][0], unit=unit, pk=pk)


@require_POST
@of_unit_to(APPROVE)
def approve(request: HttpRequest, unit: ManagingUnit, kind: str, pk: int) -> HttpResponse:
    try:
        versions.approve(_proposal(unit, kind, pk), request.user)
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("Approved. It holds from its first day."))
    return redirect("lettings:rules", unit=unit.code)


@require_POST
@of_unit_to(EDIT)
def withdraw(request: HttpRequest, unit: ManagingUnit, kind: str, pk: int) -> HttpResponse:
    try:
        versions.withdraw(_proposal(unit, kind, pk))
    except Problem as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The proposal is taken back."))
    return redirect("lettings:rules", unit=unit.code)


@require_safe
@of_unit()
def try_plan(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """What a contract that somebody thinks of would need: its address says all of it."""
    asked = "premises" in request.GET
    first = {"start": today(), "months": 36}
    form = PlanForm(request.GET if asked else None, unit=unit, initial=first)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        wanted = form.cleaned_data
        plan = authorisation.plan_for(
            wanted["premises"].premises,
            wanted["organisation"],
            wanted["tenure"],
            wanted["start"],
            wanted["end"],
            mode=wanted["mode"].code if wanted["mode"] else "",
        )
        needs = authorisation.check(plan)
        context |= {
            "plan": plan,
            "needs": [need for need in needs if not need.is_advice],
            "advice": [need for need in needs if need.is_advice],
            "open": sum(need.is_open for need in needs),
            "premises": wanted["premises"],
        }
    return show(request, unit, "premises/lettings/try_plan.html", context)
