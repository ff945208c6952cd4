"""Forms of contracts: new, edited, amended, ended, handed over and back, put off."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premises.lease_forms import (
    AmendForm,
    DayForm,
    DraftForm,
    TerminateForm,
    draft_of,
    initial_draft,
    initial_terms,
)
from premises.leasing import case, course, dates, drafts, ending, successors, terms
from premises.leasing.states import Role
from premises.models import Application, Lease
from premises.views.lettings.access import may_in, of_unit_to, show
from premises.views.lettings.lease_case import lease_in, seen_of
from records.clock import today
from records.problems import Problem, Problems
from resources.models import ManagingUnit, Resource

S = Lease.State


def put_on_form(form: forms.Form, problem: Problem) -> None:
    """A refusal beside the fields it is about, where the form has them."""
    parts = problem.problems if isinstance(problem, Problems) else [problem]
    for one in parts:
        name = one.field if one.field in form.fields else None
        form.add_error(name, str(one.message))


def form_page(
    request: HttpRequest, unit: ManagingUnit, form: forms.Form, words: dict[str, Any], **more: Any
) -> HttpResponse:
    """The common page of one form: question, answer, fields, what pressing the button does."""
    refused = form.is_bound and bool(form.errors)
    context = {"form": form, **words, **more}
    return show(
        request, unit, "premises/lettings/lease_form.html", context, status=422 if refused else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def new(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """From scratch, for premises named by `lokal`, or from a granted application (`wniosek`)."""
    application = _application(request, unit)
    form = DraftForm(request.POST or None, unit=unit, initial=_first_values(request, application))
    if request.method == "POST" and form.is_valid():
        head = may_in(request.user, "lease.decide", unit)
        actor = course.Actor(Role.HEAD if head else Role.OFFICER, str(request.user))
        try:
            made = drafts.create(
                unit, form.draft(), actor, officer=request.user, application=application
            )
        except Problem as problem:
            put_on_form(form, problem)
        else:
            messages.success(
                request, _("Saved as %(number)s, in preparation.") % {"number": made.number}
            )
            return redirect("lettings:lease", unit=unit.code, number=made.number)
    words = {
        "title": _("New contract"),
        "question": _("With whom, what, until when?"),
        "answer": _("A draft; nothing binds before it is signed"),
        "button": _("Save the draft"),
        "application": application,
    }
    return form_page(request, unit, form, words)


def _application(request: HttpRequest, unit: ManagingUnit) -> Application | None:
    code = request.GET.get("wniosek", "")
    if not code:
        return None
    granted = Application.objects.filter(procedure__unit=unit).select_related(
        "procedure", "lot__resource", "organisation"
    )
    return get_object_or_404(granted, code=code)


def _first_values(request: HttpRequest, application: Application | None) -> dict[str, Any]:
    if application is not None:
        return {**initial_draft(drafts.from_application(application)), "vat_rate": 23}
    place = Resource.objects.filter(code=request.GET.get("lokal", "")).first()
    return {
        **initial_terms(None),
        "place": place.code if place else None,
        "first_day": today(),
        "exclusive": True,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def edit(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    shown = lease_in(request, unit, number)
    form = DraftForm(request.POST or None, unit=unit, initial=draft_of(shown))
    if request.method == "POST" and form.is_valid():
        try:
            drafts.change(shown, request.user, form.draft(), seen=seen_of(request))
        except Problem as problem:
            return _refused(request, unit, form, problem, _draft_words(shown), lease=shown)
        messages.success(request, _("The draft is saved."))
        return redirect("lettings:lease", unit=unit.code, number=number)
    return form_page(request, unit, form, _draft_words(shown), lease=shown)


def _draft_words(lease: Lease) -> dict[str, Any]:
    return {
        "title": lease.number,
        "question": _("%(number)s: what does the draft say?") % {"number": lease.number},
        "answer": _("In preparation; nothing binds before it is signed"),
        "button": _("Save the draft"),
    }


def _refused(
    request: HttpRequest,
    unit: ManagingUnit,
    form: forms.Form,
    problem: Problem,
    words: dict[str, Any],
    *,
    lease: Lease,
    **more: Any,
) -> HttpResponse:
    """The form again with what was typed; after another person's change also what they did."""
    if problem.status in (403, 404):
        raise problem
    put_on_form(form, problem)
    fresh = lease_in(request, unit, lease.number)
    clash = problem if isinstance(problem, course.ChangedMeanwhile) else None
    return form_page(request, unit, form, words, lease=fresh, meanwhile=clash, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def amend(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """An annex in two presses: first what it changes, then recorded."""
    shown = lease_in(request, unit, number)
    now = terms.current(shown, today())
    first = {**initial_terms(now), "from_": today(), "signed_on": today()}
    form = AmendForm(request.POST or None, initial=first)
    words = {
        "title": _("Amendment"),
        "question": _("%(number)s: what changes, and from when?") % {"number": number},
        "answer": _("Change the terms; before saving you see what becomes different"),
        "button": _("Show what changes"),
    }
    if request.method != "POST" or not form.is_valid():
        return form_page(request, unit, form, words, lease=shown)
    data = form.cleaned_data
    values = form.terms()
    preview = None
    try:
        planned = terms.preview(shown, data["from_"], values)
        preview = {
            "plan": planned,
            "changes": [
                case.change_words(one.field, one.before, one.after) for one in planned.changes
            ],
        }
        if "confirm" not in request.POST:
            words |= {"button": _("Save the signed amendment"), "back": True}
            return form_page(request, unit, form, words, lease=shown, preview=preview)
        terms.amend(
            shown, request.user, data["from_"], values, signed_on=data["signed_on"],
            note=data["annex_note"], reason=data["reason"], seen=seen_of(request),
        )  # fmt: skip
    except Problem as problem:
        return _refused(request, unit, form, problem, words, lease=shown, preview=preview)
    messages.success(request, _("The amendment is saved; terms before its day stay as they were."))
    return redirect("lettings:lease", unit=unit.code, number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def terminate(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """In two presses: first the computed day, then recorded."""
    shown = lease_in(request, unit, number)
    form = TerminateForm(request.POST or None, initial={"delivered_on": today(), "side": "tenant"})
    words = {
        "title": _("End the contract"),
        "question": _("%(number)s: when does it end, and why?") % {"number": number},
        "answer": _("The rule counts the last day; you see it before saving"),
        "button": _("Count the last day"),
        "tone": "stop",
    }
    if request.method != "POST" or not form.is_valid():
        return form_page(request, unit, form, words, lease=shown)
    data = form.cleaned_data
    counted = None
    try:
        counted = ending.effective(shown, data["way"], data["delivered_on"])
        ends = dates.day_after(data["ends_last_day"])
        if "confirm" not in request.POST:
            words |= {"button": _("Save and end the contract"), "back": True}
            shown_counted = {
                "rule": counted.rule,
                "computed": dates.last_day(counted.ends_before),
                "chosen": dates.last_day(ends or counted.ends_before),
            }
            return form_page(request, unit, form, words, lease=shown, counted=shown_counted)
        said = ending.Statement(data["way"], data["side"], data["delivered_on"], data["ground"])
        ending.terminate(shown, request.user, said, ends_before=ends, seen=seen_of(request))
    except Problem as problem:
        return _refused(request, unit, form, problem, words, lease=shown)
    messages.success(request, _("Recorded. The place stays held until the hand-back."))
    return redirect("lettings:lease", unit=unit.code, number=number)


#: Last part of the address -> target, words.
_DAYS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "podpisanie": (
        S.SIGNED,
        lambda: {
            "title": _("Signatures"),
            "answer": _("From now on the place is held; nobody else can have it"),
            "button": _("Record the signatures"),
        },
    ),
    "przekazanie": (
        S.ACTIVE,
        lambda: {
            "title": _("Handover"),
            "answer": _("The tenant moves in; rent runs from the day of the protocol"),
            "button": _("Record the handover"),
        },
    ),
    "zwrot": (
        S.RETURNED,
        lambda: {
            "title": _("Hand-back"),
            "answer": _("From this day the place is free, unless the next contract holds it"),
            "button": _("Record the hand-back"),
        },
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def record(request: HttpRequest, unit: ManagingUnit, number: str, what: str) -> HttpResponse:
    """Signing, handover or hand-back: a day, and a remark."""
    shown = lease_in(request, unit, number)
    target, make_words = _DAYS[what]
    form = DayForm(request.POST or None, initial={"day": today()})
    words = {
        "question": _("%(number)s: on which day?") % {"number": number},
        **make_words(),
    }
    if request.method == "POST" and form.is_valid():
        try:
            course.move(
                shown, target, request.user, on=_day_or_now(form.cleaned_data["day"]),
                reason=form.cleaned_data["reason"], seen=seen_of(request),
            )  # fmt: skip
        except Problem as problem:
            return _refused(request, unit, form, problem, words, lease=shown)
        messages.success(request, _("Recorded."))
        return redirect("lettings:lease", unit=unit.code, number=number)
    return form_page(request, unit, form, words, lease=shown)


def _day_or_now(day: date) -> date | None:
    """Today means this moment, so that a hand-back of this morning is not put at noon."""
    return None if day == today() else day


@require_http_methods(["GET", "HEAD", "POST"])
@of_unit_to("lease.edit")
def put_off(request: HttpRequest, unit: ManagingUnit, number: str) -> HttpResponse:
    """Begin later, since whoever is in has not gone."""
    shown = lease_in(request, unit, number)
    form = DayForm(request.POST or None, initial={"day": shown.starts_on})
    form.fields["day"].label = _("New first day")
    form.fields["reason"].required = True
    words = {
        "title": _("Put off"),
        "question": _("%(number)s: from when instead?") % {"number": number},
        "answer": _("Whoever is in holds the place until then; the last day stays"),
        "button": _("Put the first day off"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            successors.put_off(
                shown, request.user, form.cleaned_data["day"], form.cleaned_data["reason"],
                seen=seen_of(request),
            )  # fmt: skip
        except Problem as problem:
            return _refused(request, unit, form, problem, words, lease=shown)
        messages.success(request, _("Put off; the tenant reads why."))
        return redirect("lettings:lease", unit=unit.code, number=number)
    return form_page(request, unit, form, words, lease=shown)
