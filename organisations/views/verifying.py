"""The coordinator's queue, and the steps of verification on the page of an organisation."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from organisations import verification
from organisations.forms import ReasonForm, VerifyForm
from organisations.models import JoinRequest, Organisation
from organisations.permissions import require
from organisations.views.register import visible_or_404
from records.problems import Problem

_PER_PAGE = 25


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the city, oldest first; and requests to join that nobody else can answer."""
    require(request.user, "organisation.verify")
    waiting = verification.waiting().select_related("seat_district")
    page = Paginator(waiting, _PER_PAGE).get_page(request.GET.get("page"))
    joining = (
        JoinRequest.objects.filter(state=JoinRequest.State.WAITING)
        .exclude(organisation__verification_state=Organisation.VerificationState.VERIFIED)
        .select_related("organisation", "person")
        .order_by("created_at")[:50]
    )
    context = {"page": page, "number": page.paginator.count, "joining": joining}
    return render(request, "organisations/queue.html", context)


@login_required
@require_POST
def verify(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = visible_or_404(request.user, slug)
    form = VerifyForm(request.POST, prefix="verify")

    def act() -> str:
        verification.verify(
            organisation,
            request.user,
            level=form["level"].value() or "",
            evidence=form["evidence"].value() or "",
        )
        return _("Confirmed for twelve months.")

    return _step(request, organisation, act)


@login_required
@require_POST
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Send back, suspend, reinstate or archive; `name` comes from the address."""
    organisation = visible_or_404(request.user, slug)
    reason = ReasonForm(request.POST, prefix="reason")["reason"].value() or ""
    person = request.user

    def act() -> str:
        if name == "odeslij":
            verification.send_back(organisation, person, reason=reason)
            return _("Sent back; the organisation reads what to complete.")
        if name == "zawies":
            verification.suspend(organisation, person, reason=reason)
            return _("Suspended; the organisation reads the reason.")
        if name == "przywroc":
            verification.reinstate(organisation, person)
            return _("Reinstated; it waits for verification.")
        verification.archive(organisation, person, reason=reason)
        return _("Archived.")

    return _step(request, organisation, act)


def _step(request: HttpRequest, organisation: Organisation, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Problem as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused.message))
    return redirect("organisations:detail", organisation.slug)
