"""`/umowy/<number>/sprawozdanie/<year>/`: the tenant tells how the place was used in a year."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premises.models import UseReport
from premises.permissions import can
from premises.scopes import own_leases
from premises.upkeep import supervision
from premises.upkeep.rules import Code, numbers_of
from premises.upkeep_forms import UseReportForm
from premises.views.upkeep_shared import lease_in
from records.clock import today
from records.problems import Problem


@require_http_methods(["GET", "POST"])
@login_required
def report(request: HttpRequest, number: str, year: int) -> HttpResponse:
    lease = lease_in(own_leases(request.user), number)
    years = supervision.reported_years(lease, today())
    if year not in years:
        raise Http404
    known = UseReport.objects.filter(lease=lease, year=year).first()
    may_write = can(request.user, "lease.report", lease) and (
        known is None or known.state != UseReport.State.ACCEPTED
    )
    # A copy: a form that is refused must not change what the page tells of the one sent.
    copy = UseReport.objects.filter(pk=known.pk).first() if known else None
    form = UseReportForm(request.POST or None, instance=copy) if may_write else None
    status = 200
    if request.method == "POST":
        status = 422
        if form is None:
            status = 403
        elif form.is_valid():
            try:
                supervision.report(
                    lease, year, request.user,
                    days_used=form.cleaned_data["days_used"],
                    people=form.cleaned_data["people"],
                    text=form.cleaned_data["text"],
                )  # fmt: skip
                messages.success(request, _("Your report is sent. Thank you."))
                return redirect("premises:use_report", number=number, year=year)
            except Problem as problem:
                status = problem.status
                form.add_error(
                    problem.field if problem.field in form.fields else None, problem.message
                )
    due_on = supervision.report_due(year, numbers_of(lease.unit_id).number(Code.USE_REPORT_DAYS))
    return render(
        request,
        "premises/use_report.html",
        {
            "lease": lease, "year": year, "years": years, "known": known, "form": form,
            "due_on": due_on, "late": due_on < today(),
        },
        status=status,
    )  # fmt: skip
