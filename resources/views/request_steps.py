"""The steps of a request: time, dates and meeting, check and send.

A visitor who is not signed in fills the same form; what was typed waits in the session while they
sign in or sign up, and the chosen time also stands in the address they come back to.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations.scopes import organisations_where
from records.clock import now
from records.limits import limited
from records.problems import Conflict, Forbidden, NotFound, Problem
from resources import scopes
from resources.booking import forms, outlook, requests, series, words
from resources.booking.drafts import Draft, Meeting
from resources.booking.series import DatesTaken, Plan
from resources.booking.wishes import Wish
from resources.models import Booking, PolicyTerms, Resource
from resources.permissions import require

SESSION_KEY = "booking_draft"


# --- what a visitor typed, kept while they sign in ------------------------------------------------
def _keep_in_session(request: HttpRequest, draft: Draft) -> None:
    request.session[SESSION_KEY] = {
        "resource": draft.resource.code,
        "wish": draft.wish.as_json(),
        "choices": dict(draft.choices),
        "meeting": draft.meeting.as_json(),
    }


def kept_in_session(request: HttpRequest) -> str:
    """The address of a request that the visitor began before signing in; "" if there is none."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return ""
    return _address_of_new(kept["resource"], Wish.from_json(kept["wish"]))


def _address_of_new(code: str, wish: Wish) -> str:
    return f"{reverse('booking:new')}?{urlencode([('resource', code), *wish.as_query()])}"


# --- step 1 and 2 ---------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/prosba/nowa/?resource=CODE&at=…` or `&weekly=…&from=…&until=…`; without a time, step 1."""
    place = _place(request, request.GET.get("resource", ""))
    if not ({"at", "weekly"} & set(request.GET)):
        return _ask_for_time(request, place)
    try:
        wish = Wish.from_query(request.GET)
        wish.dates()
    except Problem as problem:
        return _ask_for_time(request, place, problem)
    meeting, choices, organisation = Meeting(person_in_charge=_own_name(request)), {}, None
    kept = request.session.get(SESSION_KEY)
    repeated = _repeated(request)
    if repeated is not None:
        meeting, organisation = repeated.meeting, repeated.organisation
    elif kept and kept["resource"] == place.code and kept["wish"] == wish.as_json():
        meeting, choices = Meeting.from_json(kept["meeting"]), kept["choices"]
    if organisation is None and repeated is None:
        mine = list(organisations_where(request.user, "organisation.request_for")[:2])
        organisation = mine[0] if len(mine) == 1 else None
    draft = Draft(place, wish, choices, meeting, organisation)
    return _meeting_step(request, draft)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Step 2 of a saved draft, or of a request that was returned to be completed."""
    booking = _own(request, code)
    if booking.state not in requests.EDITABLE:
        return redirect("booking:case", code=code)
    return _meeting_step(request, Draft.of(booking), booking)


def _place(request: HttpRequest, code: str) -> Resource:
    try:
        return requests.place_to_request(request.user, code)
    except NotFound as problem:
        raise Http404(problem.message) from problem


def _own(request: HttpRequest, code: str) -> Booking:
    return get_object_or_404(
        scopes.own_bookings(request.user).select_related(
            "resource__unit", "resource__site", "resource__policy__unit", "organisation", "hold"
        ),
        code=code,
    )


def _own_name(request: HttpRequest) -> str:
    return str(request.user) if request.user.is_authenticated else ""


def _repeated(request: HttpRequest) -> Draft | None:
    """The request that is asked for once more (`?again=CODE`), if it is one's own."""
    code = request.GET.get("again")
    old = scopes.own_bookings(request.user).filter(code=code).first() if code else None
    return requests.again(old, request.user) if old else None


def _ask_for_time(
    request: HttpRequest, place: Resource, problem: Problem | None = None
) -> HttpResponse:
    if "day" in request.GET:
        form = forms.TimeForm(request.GET)
        if form.is_valid():
            query = [("resource", place.code), *form.as_query()]
            try:
                Wish.from_query(QueryDict(urlencode(query))).dates()
            except Problem as wrong:
                form.add_error(None, wrong.message)
            else:
                return redirect(f"{reverse('booking:new')}?{urlencode(query)}")
    else:
        form = forms.TimeForm()
    return render(
        request,
        "booking/time.html",
        {"place": place, "form": form, "problem": problem},
        status=422 if problem else 200,
    )


def _meeting_step(
    request: HttpRequest, draft: Draft, booking: Booking | None = None
) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    if request.method == "POST":
        form = forms.MeetingForm(request.POST, resource=draft.resource, person=person)
        complete = form.is_valid()
        draft = Draft(
            draft.resource,
            draft.wish,
            forms.choices_of(request.POST),
            form.meeting(),
            form.chosen_organisation(),
        )
        # htmx sends the button pressed last along with a change of a field: that only re-counts.
        done = "" if request.htmx else request.POST.get("do")
        if done == "save" and not form.unreadable():
            return _kept(request, draft, booking, onward=False)
        plan = _plan(draft, person, booking)
        if done == "next":
            if complete:
                form.tell(_problems(draft, plan, person, booking))
            if not form.errors:
                return _kept(request, draft, booking, onward=True)
    else:
        form = forms.MeetingForm(
            initial=forms.initial_of(draft.meeting, draft.organisation),
            resource=draft.resource,
            person=person,
        )
        plan = _plan(draft, person, booking)
    template = "booking/_summary.html" if request.htmx else "booking/meeting.html"
    return render(
        request,
        template,
        {"form": form, **_step_context(draft, plan, person, booking)},
        status=422 if form.is_bound and form.errors and not request.htmx else 200,
    )


def _plan(draft: Draft, person: Any, booking: Booking | None) -> Plan:
    hold = booking.hold if booking else None
    try:
        return outlook.plan_of(draft, person, hold=hold)
    except Problem:  # a choice that nobody offered: judge again without any
        plain = Draft(draft.resource, draft.wish, {}, draft.meeting, draft.organisation)
        return outlook.plan_of(plain, person, hold=hold)


def _slots(plan: Plan) -> Sequence[series.Slot]:
    return series.wait_for(plan) if plan.waits else plan.slots


def _problems(draft: Draft, plan: Plan, person: Any, booking: Booking | None) -> list[Problem]:
    """What the rules say about the form; the terms are accepted in step 3."""
    try:
        slots = _slots(plan)
    except Conflict as closed:
        return [closed]
    look = outlook.of(draft, slots, person, booking_id=booking.pk if booking else None)
    # Before signing in nobody knows in whose name: those rules wait.
    unknown = {"not_open_to_you", "too_many_pending", "banned"} if person is None else set()
    return [one for one in look.problems if one.code not in {"terms_not_accepted", *unknown}]


def _kept(
    request: HttpRequest, draft: Draft, booking: Booking | None, *, onward: bool
) -> HttpResponse:
    """Keep the draft: in the session for a visitor, who then signs in; else as a row."""
    if not request.user.is_authenticated:
        _keep_in_session(request, draft)
        return redirect_to_login(_address_of_new(draft.resource.code, draft.wish))
    try:
        saved = requests.save_draft(draft, request.user, booking=booking)
    except (Forbidden, Conflict) as problem:
        messages.error(request, problem.message)
        return redirect("booking:list")
    request.session.pop(SESSION_KEY, None)
    if onward:
        return redirect("booking:send", code=saved.code)
    messages.success(
        request, _("The draft is saved. You find it among your requests; nothing is held yet.")
    )
    return redirect("booking:edit", code=saved.code)


def _step_context(draft: Draft, plan: Plan, person: Any, booking: Booking | None) -> dict[str, Any]:
    try:
        slots = _slots(plan)
    except Conflict:
        slots = []
    look = outlook.of(draft, slots, person, booking_id=booking.pk if booking else None)
    return {
        "place": draft.resource,
        "booking": booking,
        "draft": draft,
        "when": words.when_of(draft.wish),
        "time_address": f"{reverse('booking:new')}?resource={draft.resource.code}",
        "plan": plan,
        "disputed": [_disputed(one, draft) for one in plan.disputed],
        "look": look,
        "total": words.total(look.quote.minutes),
        "as_wished": len(look.slots) - plan.replaced,
        "now": now(),
    }


def _disputed(one: series.WishedDate, draft: Draft) -> dict[str, Any]:
    """A date that is not free, with its options in words."""
    options = []
    for token, alternative in one.tokens():
        text, hint = words.option(alternative, draft.resource)
        options.append({"value": token, "text": text, "hint": hint})
    if draft.wish.is_series:
        options.append({"value": series.SKIP, "text": _("Skip this date"), "hint": ""})
    else:
        options.append(
            {
                "value": series.WAIT,
                "text": _("Wait until this time becomes free"),
                "hint": _("you join the waiting list; nothing is held"),
            }
        )
    return {
        "date": one,
        "name": forms.CHOICE_PREFIX + one.key,
        "options": options,
        "chosen": one.choice if any(o["value"] == one.choice for o in options) else "",
    }


# --- step 3 ---------------------------------------------------------------------------------------
@login_required
@limited("requests")
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Check and send. The GET shows what it would come to, only the POST sends."""
    booking = _own(request, code)
    if booking.state not in requests.EDITABLE:
        return redirect("booking:case", code=code)
    if request.method == "POST":
        answer = _send(request, booking)
        if isinstance(answer, HttpResponse):
            return answer
    else:
        answer = []
    draft = Draft.of(booking)
    plan = _plan(draft, request.user, booking)
    context = _step_context(draft, plan, request.user, booking)
    look = context["look"]
    return render(
        request,
        "booking/send.html",
        {
            **context,
            "problems": answer
            or [one for one in look.problems if one.code != "terms_not_accepted"],
            "tree": requests.explanations(look.quote),
            "waits": plan.waits,
            "slots": look.slots,
            "terms_wrong": any(one.code == "terms_not_accepted" for one in answer),
        },
        status=422 if answer else 200,
    )


def _send(request: HttpRequest, booking: Booking) -> HttpResponse | list[Problem]:
    """The answer after sending, or what is wrong."""
    terms = None
    if request.POST.get("terms"):
        terms = PolicyTerms.objects.filter(
            pk=request.POST["terms"] if request.POST["terms"].isdigit() else None
        ).first()
    try:
        sent = requests.submit(booking, request.user, accepted_terms=terms)
    except DatesTaken as taken:
        messages.warning(request, taken.message)
        return redirect("booking:edit", code=booking.code)
    except NotFound as problem:
        raise Http404(problem.message) from problem
    except Problem as problem:
        return forms.all_of(problem)
    messages.success(request, _sent_words(sent))
    return redirect("booking:case", code=sent.code)


def _sent_words(booking: Booking) -> str:
    return {
        Booking.State.CONFIRMED: _("Confirmed at once: the dates are yours."),
        Booking.State.WAITLISTED: _("You are on the waiting list. We will write to you."),
    }.get(Booking.State(booking.state), _("The request is sent and the dates are held for you."))


@login_required
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    booking = _own(request, code)
    require(request.user, "booking.edit", booking)
    try:
        requests.discard_draft(booking, request.user)
        messages.success(request, _("The draft is thrown away."))
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect("booking:list")
