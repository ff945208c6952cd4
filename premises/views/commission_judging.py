"""`/komisje/<procedure>/`: score cards on a phone, bids of an auction, the ranking list."""

from decimal import InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premises.commission import bids, cards, keys, listing, members, papers, reading, tasks
from premises.commission.listing import Confirmation
from premises.commission_forms import CardForm, number_of
from premises.models import AllocationProcedure, Application, CommissionMember, ScoreCard
from premises.procedures import words
from premises.views.application_pages import copy_of
from premises.views.commission_files import as_attachment, pdf_of
from premises.views.commissions import procedure_of, show_commission
from records.clock import now
from records.problems import Forbidden, Problem, Problems


def _application(found: AllocationProcedure, number: int) -> Application:
    if not members.applicants_are_known(found):
        raise Forbidden(_("The offers have not been opened yet."), code="sealed")
    return get_object_or_404(
        Application.objects.exclude(state__in=members.NOT_STANDING).select_related(
            "organisation", "lot__resource", "procedure__kind", "procedure__scoring"
        ),
        procedure=found,
        number=number,
    )


@login_required
@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What was applied for, and my card beside it. Nobody else's before the judging is closed."""
    found = procedure_of(request, code)
    application = _application(found, number)
    own = keys.own_seat(found, request.user)
    member = _judge(request, found, own)
    seat = cards.seat_in(found, member)
    hindrance = cards.why_not(seat, application)
    if seat.barred.get(application.pk) and not cards.are_open(application):
        # Whoever is tied to the applicant does not even read the offer while it is judged.
        raise Forbidden(str(hindrance.message) if hindrance else "", code="barred")
    kept = (
        ScoreCard.objects.filter(application=application, member=member)
        .prefetch_related("scores")
        .first()
    )
    criteria = cards.criteria_of(found)
    data = request.POST if request.method == "POST" else None
    form = CardForm(criteria, kept, data)
    problem: Problem | None = None
    if data is not None and form.is_valid:
        finish = "finish" in data
        version = data.get("version", "0")
        try:
            cards.save(
                application,
                member,
                by=request.user,
                version=int(version) if version.isdecimal() else 0,
                points=form.points,
                note=form.note[:2000],
                finish=finish,
            )
        except Problems as several:
            left = [one for one in several.problems if not form.tell(one.field, str(one.message))]
            problem = left[0] if left else several
        except Problem as refused:
            problem = refused
        else:
            messages.success(
                request,
                _("Your card is finished. It cannot be changed any more.")
                if finish
                else _("Saved. You can come back to it."),
            )
            if finish:
                return redirect("premises:commission", code=code)
            return redirect(request.get_full_path())
    others = [
        one for one in cards.readable(application, request.user) if one.member_id != member.pk
    ]
    status = problem.status if problem else (422 if data is not None else 200)
    return render(
        request,
        "premises/commission_card.html",
        {
            "call": found,
            "application": application,
            "member": member,
            "own": own,
            "mark": words.application_mark(application),
            "form": form,
            "card": kept,
            "hindrance": hindrance,
            "may_fill_in": hindrance is None
            and cards.may_fill_in(request.user, member)
            and (kept is None or kept.state == ScoreCard.State.DRAFT),
            "problem": problem,
            "others": others if cards.are_open(application) else [],
            "copy": _copy(application),
            "documents": list(
                application.documents.exclude(submission=None).select_related(
                    "type", "organisation", "submission"
                )
            ),
            "now": now(),
        },
        status=status,
    )


def _judge(
    request: HttpRequest, found: AllocationProcedure, own: CommissionMember
) -> CommissionMember:
    """Whose card: my own, or for the secretary that of a member without an account."""
    wanted = request.GET.get("czlonek", "")
    if not wanted.isdecimal():
        return own
    member = get_object_or_404(CommissionMember, procedure=found, pk=int(wanted))
    if not cards.may_fill_in(request.user, member):
        raise Forbidden(_("Each member judges alone."), code="not_yours")
    return member


def _copy(application: Application) -> list[Any] | None:
    first = application.submissions.order_by("order").first()
    return copy_of(first) if first is not None else None


@login_required
@require_safe
def file(request: HttpRequest, code: str, number: int, pk: int) -> HttpResponse:
    """A file of an application, as it was uploaded; not for whoever is tied to the applicant."""
    found = procedure_of(request, code)
    application = _application(found, number)
    seat = cards.seat_in(found, keys.own_seat(found, request.user))
    if reason := seat.barred.get(application.pk):
        raise Forbidden(
            _("You do not judge this application: %(reason)s.") % {"reason": reason.rstrip(".")},
            code="barred",
        )
    document = get_object_or_404(
        application.documents.exclude(submission=None).select_related("file", "submission"), pk=pk
    )
    return as_attachment(reading.file_bytes(document), reading.file_name(document))


@login_required
@require_POST
def bid(request: HttpRequest, code: str) -> HttpResponse:
    """The last bids of the auction, all at once."""
    found = procedure_of(request, code)
    rates = {}
    try:
        for name, typed in request.POST.items():
            if name.startswith("rate-") and name[5:].isdecimal():
                rates[int(name[5:])] = number_of(typed)
    except InvalidOperation:
        messages.error(request, _("Write a number, for example 9,50."))
        return redirect("premises:commission_list", code=code)
    try:
        kept = bids.record(found, rates, by=request.user)
    except Problem as problem:
        return show_commission(request, found, problem=problem)
    messages.success(request, _("Bids written down: %(n)d.") % {"n": kept})
    return redirect("premises:commission_list", code=code)


@login_required
@require_http_methods(["GET", "POST"])
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """The list as it would stand, then as it was confirmed."""
    found = procedure_of(request, code)
    problem: Problem | None = None
    with_ = _typed(request) if request.method == "POST" else Confirmation()
    if request.method == "POST" and "confirm" in request.POST:
        try:
            listing.confirm(found, by=request.user, with_=with_)
        except Problem as refused:
            problem = refused
        else:
            messages.success(
                request, _("The list is confirmed. Its results are public, with the points.")
            )
            return redirect("premises:commission_list", code=code)
    frozen = getattr(found, "ranking", None)
    work = tasks.work_of(found, request.user)
    lots = [] if frozen else listing.draft(found, draw=with_.draw)
    rates = bids.kept(found)
    criteria = cards.criteria_of(found) if listing.by_points(found) else []
    return render(
        request,
        "premises/commission_list.html",
        {
            "call": found,
            "work": work,
            "mark": words.procedure_mark(found),
            "frozen": frozen,
            "lines": papers.lines_of(frozen) if frozen else [],
            "lots": [
                {
                    "lot": one.lot,
                    "undecided": [pk for group in one.undecided for pk in group],
                    "lines": [
                        {
                            "placed": line,
                            "means": [
                                {"criterion": criterion, "mean": line.line.means[criterion.code]}
                                for criterion in criteria
                            ],
                            "reason": with_.reasons.get(line.application.pk, line.reason),
                        }
                        for line in one.lines
                    ],
                }
                for one in lots
            ],
            "criteria": criteria,
            "hindrances": [] if frozen else listing.hindrances(found),
            "needs_draw": any(one.undecided for one in lots) or bool(with_.draw),
            "typed": with_,
            "draw": {pk: place for place, pk in enumerate(with_.draw, 1)},
            "asks_bids": bids.asked(found),
            "bids": [
                {"application": row.application, "rate": rates.get(row.application.pk)}
                for row in work.rows
                if row.application.state == Application.State.ADMITTED
            ]
            if bids.asked(found)
            else [],
            "documents": papers.issued(found),
            "problem": problem,
            "now": now(),
        },
        status=problem.status if problem else 200,
    )


def _typed(request: HttpRequest) -> Confirmation:
    """Reasons, the draw (places typed beside the equal ones), who was there, remarks."""
    reasons, places = {}, {}
    for name, value in request.POST.items():
        kind, _dash, key = name.partition("-")
        if not key.isdecimal():
            continue
        if kind == "reason":
            reasons[int(key)] = value.strip()[:1000]
        elif kind == "draw" and value.strip().isdecimal():
            places[int(key)] = int(value)
    return Confirmation(
        reasons=reasons,
        draw=sorted(places, key=lambda key: (places[key], key)),
        draw_told=request.POST.get("draw_told", "").strip()[:500],
        present=[int(pk) for pk in request.POST.getlist("present") if pk.isdecimal()],
        note=request.POST.get("note", "").strip()[:2000],
    )


@login_required
@require_safe
def paper(request: HttpRequest, code: str, key: str) -> FileResponse:
    """The protocol or the ranking list as a tagged PDF."""
    found = procedure_of(request, code)
    return pdf_of(found, key)
