"""`/komisje/`: what a member of a commission does, in a session of their own.

Members may be from outside the unit. Passphrases and the recovery code pass through here only in
the body of a request and in memory: no log, no session, no message keeps them.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from premises.commission import cards, declarations, keys, opening, tasks
from premises.commission.opening import Outcome
from premises.commission.tasks import Task
from premises.commission_forms import (
    DeclarationForm,
    OpenForm,
    PassphraseForm,
    RecoveryForm,
)
from premises.models import AllocationProcedure, CommissionMember
from premises.permissions import require
from premises.procedures import words
from premises.scopes import commissions_of
from records import typography
from records.clock import now
from records.limits import limited
from records.problems import Problem


def _told(task: Task, work: tasks.Work) -> str:
    """The sentence that says what to do next."""
    return {
        Task.PASSPHRASE: _("Set your passphrase: without it no offer can be sent"),
        Task.OPEN: _("Open the offers: give your passphrase"),
        Task.DECLARE: _("Read the list of applicants and declare your impartiality"),
        Task.REVIEW: _("Hand the admitted applications to the commission"),
        Task.SCORE: _("Score the applications: %(n)d left") % {"n": work.left},
        Task.CLOSE: _("Close the judging when all have finished"),
        Task.BIDS: _("Write down the last bids"),
        Task.LIST: _("Confirm the ranking list"),
    }[task]


@login_required
@require_safe
def commissions(request: HttpRequest) -> HttpResponse:
    """Procedures in whose commission I sit, with what waits for me."""
    found = (
        commissions_of(request.user)
        .select_related("kind", "unit", "scoring")
        .order_by("-year", "-number")
    )
    rows = []
    for one in found:
        work = tasks.work_of(one, request.user)
        rows.append(
            {
                "call": one,
                "member": work.member,
                "mark": words.procedure_mark(one),
                "next": _told(work.tasks[0], work) if work.tasks else "",
            }
        )
    rows.sort(key=lambda row: not row["next"])
    waiting = sum(bool(row["next"]) for row in rows)
    return render(
        request,
        "premises/commissions.html",
        {"rows": rows, "waiting": waiting, "now": now()},
    )


def procedure_of(request: HttpRequest, code: str) -> AllocationProcedure:
    """404 for whoever may not see the procedure, 403 for whoever has no seat in its commission."""
    found = get_object_or_404(
        AllocationProcedure.objects.select_related("kind__legal_act", "unit", "scoring"), code=code
    )
    require(request.user, "commission.work", found)
    return found


@login_required
@require_safe
@never_cache
def commission(request: HttpRequest, code: str) -> HttpResponse:
    return show_commission(request, procedure_of(request, code))


def show_commission(
    request: HttpRequest,
    found: AllocationProcedure,
    *,
    problem: Problem | None = None,
    forms: dict[str, Any] | None = None,
    status: int = 0,
) -> HttpResponse:
    """One page: what is mine to do now, then the state of everything."""
    work = tasks.work_of(found, request.user)
    chosen = forms or {}
    others = [seat.member for seat in work.seats if seat.member.pk != work.member.pk]
    on_paper = [
        seat
        for seat in work.seats
        if work.is_secretary and seat.member.person_id is None and work.applicants_known
    ]
    applications = [row.application for row in work.rows]
    context: dict[str, Any] = {
        "call": found,
        "work": work,
        "mark": words.procedure_mark(found),
        "answer": _told(work.tasks[0], work) if work.tasks else "",
        "more": [_told(one, work) for one in work.tasks[1:]],
        "tasks": [one.value for one in work.tasks],
        "problem": problem,
        "passphrase_form": chosen.get("passphrase") or PassphraseForm(),
        "open_form": chosen.get("open") or OpenForm(),
        "recovery_form": chosen.get("recovery")
        or (RecoveryForm(members=others) if work.is_chair else None),
        "declaration_form": chosen.get("declaration") or DeclarationForm(applications=applications),
        "on_paper": [
            {
                "seat": seat,
                "form": DeclarationForm(applications=applications, prefix=f"m{seat.member.pk}"),
            }
            for seat in on_paper
        ],
        "not_yet": opening.not_yet(found) if found.kind.sealed else None,
        "opening": getattr(found, "opening", None),
        "attempts": list(work.key.attempts.select_related("member")) if work.key else [],
        "rows": [
            {"row": row, "mark": words.application_mark(row.application)} for row in work.rows
        ],
        "ranking": getattr(found, "ranking", None),
        "now": now(),
    }
    code = status or (problem.status if problem else 200)
    return render(request, "premises/commission.html", context, status=code)


@login_required
@require_POST
@never_cache
@limited("passphrase")
@sensitive_post_parameters("passphrase", "again")
@sensitive_variables("form", "done")
def passphrase(request: HttpRequest, code: str) -> HttpResponse:
    """One step of the key ceremony. The second shows the recovery code: here, once, never again."""
    found = procedure_of(request, code)
    form = PassphraseForm(request.POST)
    if not form.is_valid():
        return show_commission(request, found, forms={"passphrase": form}, status=422)
    try:
        done = keys.give_passphrase(
            found,
            by=request.user,
            passphrase=form.cleaned_data["passphrase"],
            again=form.cleaned_data["again"],
        )
    except Problem as problem:
        if problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))
            return show_commission(request, found, forms={"passphrase": form}, status=422)
        return show_commission(request, found, problem=problem)
    if done.recovery_code:
        return render(
            request,
            "premises/commission_code.html",
            {
                "call": found,
                "code": done.recovery_code,
                "holders": [one.member.name for one in done.key.holders.select_related("member")],
                "now": now(),
            },
        )
    messages.success(
        request,
        _("Your passphrase is set. Now another member sets theirs, on a screen of their own."),
    )
    return redirect("premises:commission", code=code)


@login_required
@require_POST
@never_cache
@limited("passphrase")
@sensitive_post_parameters("passphrase")
@sensitive_variables("form")
def open_offers(request: HttpRequest, code: str) -> HttpResponse:
    found = procedure_of(request, code)
    form = OpenForm(request.POST)
    if not form.is_valid():
        return show_commission(request, found, forms={"open": form}, status=422)
    try:
        result = opening.give(found, by=request.user, passphrase=form.cleaned_data["passphrase"])
    except Problem as problem:
        if problem.field == "passphrase":
            form.add_error("passphrase", str(problem.message))
            return show_commission(request, found, forms={"open": form}, status=422)
        return show_commission(request, found, problem=problem)
    if result.outcome is Outcome.WAITING and result.until is not None:
        messages.success(
            request,
            _("Your half is ready. %(name)s gives theirs by %(time)s, on a screen of their own.")
            % {"name": result.other, "time": typography.clock_time(result.until)},
        )
    elif result.opening is not None:
        messages.success(request, _("The offers are open: %(n)d.") % {"n": result.opening.offers})
    return redirect("premises:commission", code=code)


@login_required
@require_POST
@never_cache
@limited("passphrase")
@sensitive_post_parameters("code")
@sensitive_variables("form")
def recover(request: HttpRequest, code: str) -> HttpResponse:
    """The chair breaks the envelope with the recovery code."""
    found = procedure_of(request, code)
    seats = list(found.commission.all())
    form = RecoveryForm(request.POST, members=seats)
    if not form.is_valid():
        return show_commission(request, found, forms={"recovery": form}, status=422)
    present = next(one for one in seats if str(one.pk) == form.cleaned_data["present"])
    try:
        opened = opening.recover(
            found,
            by=request.user,
            present=present,
            code=form.cleaned_data["code"],
            reason=form.cleaned_data["reason"],
        )
    except Problem as problem:
        if problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))
            return show_commission(request, found, forms={"recovery": form}, status=422)
        return show_commission(request, found, problem=problem)
    messages.success(request, _("The offers are open: %(n)d.") % {"n": opened.offers})
    return redirect("premises:commission", code=code)


@login_required
@require_POST
def declare(request: HttpRequest, code: str) -> HttpResponse:
    """A member declares; the secretary writes down what a member without an account signed."""
    found = procedure_of(request, code)
    work = tasks.work_of(found, request.user)
    member = get_object_or_404(
        CommissionMember,
        procedure=found,
        pk=request.POST.get("member") or work.member.pk,
    )
    own = member.pk == work.member.pk
    form = DeclarationForm(
        request.POST,
        applications=[row.application for row in work.rows],
        prefix=None if own else f"m{member.pk}",
    )
    if not form.is_valid():
        return show_commission(
            request, found, forms={"declaration": form} if own else {}, status=422
        )
    try:
        declarations.declare(
            member,
            by=request.user,
            outcome=form.cleaned_data["outcome"],
            excluded=form.cleaned_data["excluded"],
            explanation=form.cleaned_data["explanation"],
        )
    except Problem as problem:
        if own and problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))
            return show_commission(request, found, forms={"declaration": form}, status=422)
        return show_commission(
            request, found, problem=problem, forms={"declaration": form} if own else {}
        )
    messages.success(request, _("The declaration is recorded."))
    return redirect("premises:commission", code=code)


@login_required
@require_POST
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the admitted applications over to be judged."""
    found = procedure_of(request, code)
    try:
        number = cards.begin_review(found, by=request.user)
    except Problem as problem:
        return show_commission(request, found, problem=problem)
    messages.success(request, _("Handed to the commission: %(n)d.") % {"n": number})
    return redirect("premises:commission", code=code)


@login_required
@require_POST
def close_judging(request: HttpRequest, code: str) -> HttpResponse:
    found = procedure_of(request, code)
    try:
        number = cards.close_judging(
            found, by=request.user, reason=request.POST.get("reason", "")[:300]
        )
    except Problem as problem:
        return show_commission(request, found, problem=problem)
    messages.success(
        request, _("The judging is closed. The cards may be read now, for %(n)d.") % {"n": number}
    )
    return redirect("premises:commission_list", code=code)
