"""`/najem/<unit>/nabory/<code>/komisja/`: the unit's side: seats, opinions, decisions by lot."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premises.commission import cards, decisions, keys, members, opinions, papers, sitting
from premises.commission_forms import OpinionAnswerForm, OpinionForm, SeatForm
from premises.models import (
    AllocationProcedure,
    Application,
    CommissionMember,
    Decision,
    Opinion,
)
from premises.permissions import can, require
from premises.procedures import words
from premises.views.commission_files import pdf_of
from premises.views.lettings.access import of_unit, show
from premises.views.lettings.procedures import of_code
from records.clock import now
from records.problems import Problem
from resources.models import ManagingUnit

State = Application.State


def _found(request: HttpRequest, unit: ManagingUnit, code: str) -> AllocationProcedure:
    found = of_code(unit, code)
    require(request.user, "commission.view", found)
    return found


@require_safe
@of_unit()
def commission(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    return _show(request, unit, _found(request, unit, code))


def _show(
    request: HttpRequest,
    unit: ManagingUnit,
    found: AllocationProcedure,
    *,
    problem: Problem | None = None,
    seat_form: SeatForm | None = None,
) -> HttpResponse:
    known = members.applicants_are_known(found)
    applications = members.standing(found) if known else []
    seats = members.table(found, applications)
    key = keys.key_of(found)
    progress = cards.progress(found) if known else []
    judged = [one for one in progress if one.application.state == cards.JUDGED]
    asked = list(
        Opinion.objects.filter(application__procedure=found).select_related(
            "application__organisation"
        )
    )
    status = problem.status if problem else (422 if seat_form and seat_form.errors else 200)
    return show(
        request,
        unit,
        "premises/lettings/commission.html",
        {
            "call": found,
            "mark": words.procedure_mark(found),
            "seats": seats,
            "lacking": members.lacking(found, [one.member for one in seats]),
            "past": list(found.commission.exclude(pk__in=[one.member.pk for one in seats])),
            "key": key,
            "holders": list(key.holders.select_related("member")) if key else [],
            "attempts": list(key.attempts.select_related("member")) if key else [],
            "opening": getattr(found, "opening", None),
            "judged": judged,
            "known": known,
            "lots": [
                {
                    "row": row,
                    "mark": words.application_mark(row.winner) if row.winner else None,
                    "losing": [
                        one
                        for one in applications
                        if one.lot_id == row.lot.pk and one.state in _REFUSABLE
                    ],
                    "lapses": row.winner is not None and _may_lapse(row.winner),
                }
                for row in decisions.lots_of(found)
            ]
            if known
            else [],
            "decisions": list(
                Decision.objects.filter(application__procedure=found).select_related(
                    "application__organisation"
                )
            ),
            "opinions": [
                {"opinion": one, "form": OpinionAnswerForm(prefix=f"o{one.pk}")} for one in asked
            ],
            "askable": [one for one in applications if one.state in (State.SCORED, State.OPINION)],
            "opinion_form": OpinionForm(),
            "documents": papers.issued(found),
            "seat_form": seat_form or SeatForm(),
            "may_appoint": can(request.user, "commission.appoint", found)
            and found.state not in AllocationProcedure.ENDED,
            "may_decide": can(request.user, "procedure.approve", found),
            "sits": sitting.sits(request.user, found),
            "problem": problem,
            "now": now(),
        },
        status=status,
    )


_REFUSABLE = (State.RECOMMENDED, State.RESERVE_LIST, State.NOT_RECOMMENDED)


def _may_lapse(winner: Application) -> bool:
    return winner.state == State.GRANTED and winner.sign_by is not None


def _back(unit: ManagingUnit, code: str) -> HttpResponse:
    return redirect("lettings:commission", unit=unit.code, code=code)


@require_POST
@of_unit()
def appoint(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    found = _found(request, unit, code)
    form = SeatForm(request.POST)
    if not form.is_valid():
        return _show(request, unit, found, seat_form=form)
    try:
        member = members.appoint(
            found,
            by=request.user,
            role=form.cleaned_data["role"],
            person=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            organisation=form.cleaned_data["organisation"],
            function=form.cleaned_data["function"],
        )
    except Problem as problem:
        if problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))
            return _show(request, unit, found, seat_form=form)
        return _show(request, unit, found, problem=problem, seat_form=form)
    messages.success(request, _("%(name)s sits in the commission.") % {"name": member.name})
    return _back(unit, code)


@require_POST
@of_unit()
def dismiss(request: HttpRequest, unit: ManagingUnit, code: str, pk: int) -> HttpResponse:
    found = _found(request, unit, code)
    member = get_object_or_404(
        CommissionMember.objects.select_related("procedure"), procedure=found, pk=pk
    )
    try:
        members.dismiss(member, by=request.user, reason=request.POST.get("reason", "")[:300])
    except Problem as problem:
        return _show(request, unit, found, problem=problem)
    messages.success(request, _("The seat has ended."))
    return _back(unit, code)


@require_POST
@of_unit()
def withdraw_key(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    found = _found(request, unit, code)
    try:
        keys.withdraw(found, by=request.user, reason=request.POST.get("reason", "")[:300])
    except Problem as problem:
        return _show(request, unit, found, problem=problem)
    messages.success(request, _("The key is withdrawn. The members set their passphrases anew."))
    return _back(unit, code)


#: What the head, or for a lapse an officer, decides about one application.
DECISIONS: dict[str, Any] = {
    "grant": decisions.grant,
    "refuse": decisions.refuse,
    "lapse": decisions.lapse,
}


@require_POST
@of_unit()
def decide(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _found(request, unit, code)
    application = get_object_or_404(
        Application.objects.select_related("procedure__kind", "procedure__unit", "organisation"),
        procedure=found,
        number=number,
    )
    act = DECISIONS.get(request.POST.get("decision", ""))
    if act is None:
        return _back(unit, code)
    try:
        act(application, by=request.user, reason=request.POST.get("reason", "").strip()[:2000])
    except Problem as problem:
        return _show(request, unit, _found(request, unit, code), problem=problem)
    messages.success(request, _("Decided. The applicant has been told."))
    return _back(unit, code)


@require_POST
@of_unit()
def ask_opinion(request: HttpRequest, unit: ManagingUnit, code: str, number: int) -> HttpResponse:
    found = _found(request, unit, code)
    application = get_object_or_404(
        Application.objects.select_related("procedure__kind", "procedure__unit"),
        procedure=found,
        number=number,
    )
    form = OpinionForm(request.POST)
    if form.is_valid():
        try:
            opinions.ask(application, by=request.user, **form.cleaned_data)
        except Problem as problem:
            return _show(request, unit, found, problem=problem)
        messages.success(request, _("The opinion is asked for."))
    else:
        messages.error(request, _("Say whose opinion is asked."))
    return _back(unit, code)


@require_POST
@of_unit()
def record_opinion(request: HttpRequest, unit: ManagingUnit, code: str, pk: int) -> HttpResponse:
    found = _found(request, unit, code)
    row = get_object_or_404(Opinion, application__procedure=found, pk=pk)
    form = OpinionAnswerForm(request.POST, prefix=f"o{pk}")
    if form.is_valid():
        try:
            opinions.record(row, by=request.user, **form.cleaned_data)
        except Problem as problem:
            return _show(request, unit, found, problem=problem)
        messages.success(request, _("The opinion is recorded."))
    else:
        messages.error(request, _("Check the day and the outcome."))
    return _back(unit, code)


@require_safe
@of_unit()
def paper(request: HttpRequest, unit: ManagingUnit, code: str, key: str) -> HttpResponse:
    return pdf_of(_found(request, unit, code), key)
