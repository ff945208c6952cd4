"""`/umowy/`: contracts of the person's organisations, as the other side reads them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.lease_row_forms import ASKS
from premises.leasing import case, consents, course, dates, words
from premises.leasing.states import Role
from premises.models import Lease
from premises.permissions import can
from premises.scopes import own_leases
from premises.views.lettings.lease_edit import put_on_form
from premises.views.lettings.leases import listed
from records.clock import now
from records.problems import Problem

S = Lease.State


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    rows = list(
        listed(own_leases(request.user))
        .select_related("officer", "unit")
        .order_by("ends_before", "number")
    )
    for row in rows:
        row.badge, row.last_day = words.badge(row), dates.last_day(row.ends_before)
    running = [one for one in rows if one.state in Lease.RUNNING]
    return render(
        request, "premises/my_leases.html", {"rows": rows, "running": running, "now": now()}
    )


def _mine(request: HttpRequest, number: str) -> Lease:
    return get_object_or_404(case.cases_of(own_leases(request.user)), number=number)


@require_safe
@login_required
def my_lease(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _mine(request, number))


def _page(request: HttpRequest, lease: Lease, problem: Problem | None = None) -> HttpResponse:
    asks = can(request.user, "lease.ask", lease)
    shown = case.case_of(lease, Role.TENANT if asks else None)
    context = {
        "lease": lease,
        "case": shown,
        "steps": [one for one in lease.steps.all() if not one.internal],
        "may_ask": asks and lease.state in Lease.RUNNING,
        "may_renew": asks
        and lease.ends_before is not None
        and lease.state in (S.ACTIVE, S.EXPIRING),
        "problem": problem,
    }
    return render(
        request, "premises/my_lease.html", context, status=problem.status if problem else 200
    )


@require_POST
@login_required
def ask_renewal(request: HttpRequest, number: str) -> HttpResponse:
    """The tenant asks for the next contract; the unit's officer sees it as a step to take."""
    lease = _mine(request, number)
    try:
        course.move(lease, S.RENEWAL_REQUESTED, request.user, as_tenant=True)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _page(request, _mine(request, number), problem)
    messages.success(request, _("Asked. The officer answers; this page shows what comes of it."))
    return redirect("premises:my_lease", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Ask the unit for consent: to let somebody use the place, or to works."""
    lease = _mine(request, number)
    if what not in ASKS or not can(request.user, "lease.ask", lease):
        raise Http404
    form_class, title = ASKS[what]
    form = form_class(request.POST or None, lease=lease)
    if request.method == "POST" and form.is_valid():
        try:
            consents.ask(lease, request.user, form.save(commit=False))
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            put_on_form(form, problem)
        else:
            messages.success(request, _("Asked. You read the answer here."))
            return redirect("premises:my_lease", number=number)
    return render(
        request,
        "premises/my_lease_ask.html",
        {"form": form, "lease": lease, "title": title},
        status=422 if form.errors else 200,
    )
