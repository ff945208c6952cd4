"""My requests: the list, the page of one case, and what an applicant may do with it.

A link from a message opens a page that asks; only a POST withdraws, cancels or answers.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Min, Prefetch, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Organisation
from records.clock import now
from records.problems import Forbidden, Problem
from resources import scopes
from resources.booking import changes, forms, states, waiting_list, words
from resources.booking.course import STANDING, period_of
from resources.booking.states import Action, Role
from resources.booking.timeline import timeline
from resources.booking.wishes import Wish
from resources.models import Booking, BookingSlot
from resources.permissions import can, require
from resources.views.request_steps import kept_in_session

State = Booking.State
SlotState = BookingSlot.State

PER_PAGE = 30
#: In the order of the list: what waits for the applicant, what waits for the unit, what is agreed.
MINE = (State.RETURNED, State.PROPOSED_CHANGE, State.CONTRACT_PENDING, State.DRAFT)
THEIRS = (State.SUBMITTED, State.UNDER_REVIEW, State.WAITLISTED)
AGREED = (State.CONFIRMED, State.IN_USE)


@login_required
@require_safe
def requests_list(request: HttpRequest) -> HttpResponse:
    """All requests of the person and of their organisations; `?organizacja=slug` narrows."""
    own = scopes.own_bookings(request.user)
    counts = own.aggregate(
        mine=Count("pk", filter=Q(state__in=MINE)),
        theirs=Count("pk", filter=Q(state__in=THEIRS)),
        agreed=Count("pk", filter=Q(state__in=AGREED)),
    )
    organisations = Organisation.objects.filter(pk__in=own.values("organisation")).order_by("name")
    chosen = request.GET.get("organizacja", "")
    if chosen:
        own = own.filter(organisation__slug=chosen)
    page = Paginator(_listed(own), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "booking/list.html",
        {
            "page": page,
            "rows": [_row(booking) for booking in page],
            "counts": counts,
            "organisations": organisations,
            "chosen": chosen,
            "kept": kept_in_session(request),
            "now": now(),
        },
    )


def _listed(own: QuerySet[Booking]) -> QuerySet[Booking]:
    rank = Case(
        When(state__in=MINE, then=Value(0)),
        When(state__in=THEIRS, then=Value(1)),
        When(state__in=AGREED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return (
        own.annotate(
            rank=rank,
            next_date=Min("slots__period__startswith", filter=Q(slots__state__in=STANDING)),
        )
        .select_related("resource", "unit", "organisation")
        .prefetch_related(
            Prefetch("slots", queryset=BookingSlot.objects.order_by("period"), to_attr="dates")
        )
        .order_by("rank", F("next_date").asc(nulls_last=True), "-created_at", "pk")
    )


def _row(booking: Any) -> dict[str, Any]:
    standing = [slot for slot in booking.dates if slot.state in STANDING] or booking.dates
    if booking.state == State.DRAFT and booking.wish:
        when = words.when_of(Wish.from_json(booking.wish))
    else:
        when = words.when([period_of(slot) for slot in standing])
    return {
        "booking": booking,
        "when": when,
        "mark": words.booking_mark(booking),
        "address": reverse(
            "booking:edit" if booking.state == State.DRAFT else "booking:case", args=[booking.code]
        ),
    }


# --- one case -------------------------------------------------------------------------------------
def _visible(request: HttpRequest, code: str) -> Booking:
    return get_object_or_404(
        scopes.bookings_visible_to(request.user).select_related(
            "resource__unit",
            "resource__site",
            "resource__policy",
            "unit",
            "organisation",
            "person",
            "terms",
            "hold",
        ),
        code=code,
    )


@login_required
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one request, for both sides."""
    booking = _visible(request, code)
    if booking.state == State.DRAFT:
        return redirect("booking:edit", code=code)
    slots = list(booking.slots.select_related("resource").order_by("period", "pk"))
    standing = [slot for slot in slots if slot.state in STANDING] or slots
    applicant = can(request.user, "booking.withdraw", booking)
    actions = states.allowed(booking.state, Role.APPLICANT) if applicant else set()
    wish = Wish.from_json(booking.wish) if booking.wish else None
    again = [("resource", booking.resource.code), ("again", booking.code)]
    language = (get_language() or "pl")[:2]
    return render(
        request,
        "booking/case.html",
        {
            "booking": booking,
            "when": words.when([period_of(slot) for slot in standing]),
            "mark": words.booking_mark(booking),
            "answer": _answer(booking),
            "rows": [
                {
                    "slot": slot,
                    "when": words.on_its_day(period_of(slot)),
                    "mark": words.slot_mark(slot),
                    "elsewhere": slot.resource_id != booking.resource_id,
                }
                for slot in slots
            ],
            "timeline": timeline(booking, list(booking.steps.all()), slots),
            "position": waiting_list.position(booking) if booking.state == State.WAITLISTED else 0,
            "tree": booking.cost_explanation.get(language) or booking.cost_explanation.get("pl"),
            "may_withdraw": Action.WITHDRAW in actions,
            "may_cancel": applicant
            and booking.state in (State.CONFIRMED, State.IN_USE)
            and any(_can_be_cancelled(slot) for slot in slots),
            "may_answer": Action.ACCEPT_PROPOSAL in actions,
            "may_complete": applicant and booking.state == State.RETURNED,
            "may_repeat": applicant,
            "again": f"{reverse('booking:new')}?{urlencode(again)}",
            "wish": wish,
            "is_unit": not can(request.user, "booking.edit", booking),
            "at_desk": can(request.user, "unit.desk", booking.unit),
            "now": now(),
        },
    )


def _answer(booking: Booking) -> tuple[str, str]:
    """The one sentence of the page, and its tone."""
    sentences = {
        State.SUBMITTED: (_("The request is on its way"), "wait"),
        State.UNDER_REVIEW: (_("The unit has not answered yet; the dates are held"), "wait"),
        State.RETURNED: (_("The unit needs to know more before it answers"), "wait"),
        State.PROPOSED_CHANGE: (_("The unit proposes another time"), "wait"),
        State.WAITLISTED: (_("The time is taken; the request waits for it"), "wait"),
        State.CONTRACT_PENDING: (_("Accepted; a signed contract is still needed"), "wait"),
        State.CONFIRMED: (_("Yes, the dates are confirmed"), "ok"),
        State.IN_USE: (_("Yes, the room is in use"), "ok"),
        State.COMPLETED: (_("The use is over"), ""),
        State.SETTLED: (_("The use is over and settled"), ""),
        State.NO_SHOW: (_("Nobody came"), "stop"),
        State.REJECTED: (_("No, the unit refused"), "stop"),
        State.EXPIRED: (_("The deadline passed without an answer"), "stop"),
        State.WITHDRAWN: (_("The request was withdrawn"), ""),
        State.LAPSED: (_("The contract was not signed in time"), "stop"),
        State.CANCELLED_BY_USER: (_("The booking was cancelled by the organisation"), ""),
        State.CANCELLED_BY_OWNER: (_("The unit called the booking off"), "stop"),
    }
    return sentences[State(booking.state)]


def _can_be_cancelled(slot: BookingSlot) -> bool:
    return slot.state == SlotState.CONFIRMED and period_of(slot).start > now()


def _own(request: HttpRequest, code: str, permission: str) -> Booking:
    booking = _visible(request, code)
    try:
        require(request.user, permission, booking)
    except Forbidden as problem:
        # The unit's people see the case, but these pages are the applicant's.
        raise Http404(problem.message) from problem
    return booking


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then withdraw."""
    booking = _own(request, code, "booking.withdraw")
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changes.withdraw(booking, request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The request is withdrawn. The dates are free again."))
        except Problem as problem:
            messages.error(request, problem.message)
        return redirect("booking:case", code=code)
    if Action.WITHDRAW not in states.allowed(booking.state, Role.APPLICANT):
        return redirect("booking:case", code=code)
    return render(
        request,
        "booking/withdraw.html",
        {"booking": booking, "form": form, "mark": words.booking_mark(booking)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Ask which dates and say which of them count as an absence, then cancel."""
    booking = _own(request, code, "booking.cancel_as_applicant")
    slots = [
        slot
        for slot in booking.slots.select_related("resource").order_by("period", "pk")
        if _can_be_cancelled(slot)
    ]
    if not slots or booking.state not in (State.CONFIRMED, State.IN_USE):
        return redirect("booking:case", code=code)
    form = forms.ReasonForm(request.POST or None)
    chosen = {int(pk) for pk in request.POST.getlist("slot") if pk.isdigit()}
    problem = None
    if request.method == "POST" and form.is_valid():
        if not chosen:
            problem = _("Choose at least one date.")
        else:
            try:
                changes.cancel(
                    booking,
                    request.user,
                    slot_ids=chosen,
                    reason=form.cleaned_data["reason"],
                    late_is_known=bool(request.POST.get("late_is_known")),
                )
            except Problem as refused:
                problem = refused.message
            else:
                messages.success(request, _("Cancelled. Somebody else can use the room now."))
                return redirect("booking:case", code=code)
    rows = [
        {
            "slot": slot,
            "when": words.on_its_day(period_of(slot)),
            "late": changes.is_late(booking, slot),
            "checked": slot.pk in chosen or len(slots) == 1,
        }
        for slot in slots
    ]
    return render(
        request,
        "booking/cancel.html",
        {
            "booking": booking,
            "rows": rows,
            "form": form,
            "problem": problem,
            "any_late": any(row["late"] for row in rows),
            "hours": booking.resource.policy.cancel_hours if booking.resource.policy else 48,
        },
        status=422 if problem else 200,
    )


@login_required
@require_POST
def answer_proposal(request: HttpRequest, code: str) -> HttpResponse:
    """Accept or decline the times that the unit proposed."""
    booking = _own(request, code, "booking.answer_proposal")
    try:
        if request.POST.get("answer") == "accept":
            changes.accept_proposal(booking, request.user)
            messages.success(request, _("Accepted. The proposed dates are yours."))
        else:
            changes.decline_proposal(
                booking, request.user, reason=request.POST.get("reason", "")[:300]
            )
            messages.success(request, _("Declined. The request is closed, the dates are free."))
    except Problem as problem:
        messages.error(request, problem.message)
    return redirect("booking:case", code=code)
