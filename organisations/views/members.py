"""Members of an organisation: asking to join, answering, changing and ending roles."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations import joining, members
from organisations.forms import AnswerJoinForm, JoinForm, ReasonForm, RoleForm, show
from organisations.models import JoinRequest, Membership, Organisation
from organisations.permissions import can, require
from organisations.scopes import join_requests_visible_to
from organisations.views.register import visible_or_404
from records.limits import limited
from records.problems import NotFound, Problem


@login_required
@require_http_methods(["GET", "POST"])
@limited("requests")
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join: for public profiles, and for whoever comes with an invitation."""
    word = request.GET.get("zaproszenie", "") or request.POST.get("zaproszenie", "")
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None or not (
        can(request.user, "organisation.view", organisation)
        or joining.is_invitation(word, organisation)
    ):
        raise NotFound(_("There is no such organisation in the register."))
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.ask_to_join(request.user, organisation, **form.cleaned_data)
        except Problem as refused:
            show(refused, form)
        else:
            messages.success(request, _("Sent. The answer comes by e-mail."))
            return redirect("account_profile")
    context = {"organisation": organisation, "form": form, "word": word}
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/join.html", context, status=status)


@login_required
@require_safe
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = visible_or_404(request.user, slug)
    require(request.user, "organisation.view_members", organisation)
    manages = can(request.user, "organisation.manage_members", organisation)
    waiting = []
    if manages:
        waiting = [
            {
                "asked": asked,
                "form": AnswerJoinForm(prefix=f"a{asked.pk}", initial={"role": asked.role}),
                "reason_form": ReasonForm(prefix=f"r{asked.pk}"),
            }
            for asked in organisation.join_requests.filter(
                state=JoinRequest.State.WAITING
            ).select_related("person")
        ]
    current = members.current_members(organisation)
    context = {
        "organisation": organisation,
        "manages": manages,
        "members": [
            {
                "membership": one,
                "form": RoleForm(prefix=f"m{one.pk}", initial={"role": one.role}),
                "is_me": one.person_id == request.user.pk,
            }
            for one in current
        ],
        "past": organisation.memberships.exclude(pk__in=[one.pk for one in current])
        .select_related("person")
        .order_by("-valid"),
        "waiting": waiting,
        "invitation": f"{settings.SITE_URL}{reverse('organisations:join', args=[slug])}"
        f"?zaproszenie={joining.invitation(organisation)}"
        if manages
        else "",
    }
    return render(request, "organisations/members.html", context)


def _membership(request: HttpRequest, slug: str, pk: int) -> Membership:
    organisation = visible_or_404(request.user, slug)
    membership = (
        organisation.memberships.select_related("person", "organisation").filter(pk=pk).first()
    )
    own = membership is not None and membership.person_id == request.user.pk
    if membership is None or not (
        own or can(request.user, "organisation.view_members", organisation)
    ):
        raise NotFound(_("There is no such member."))
    return membership


@login_required
@require_POST
def change_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = _membership(request, slug, pk)
    form = RoleForm(request.POST, prefix=f"m{pk}")
    if form.is_valid():
        try:
            members.change_role(membership, by=request.user, **form.cleaned_data)
        except Problem as refused:
            _refuse(request, refused)
        else:
            messages.success(request, _("The role is changed."))
    return redirect("organisations:members", slug)


@login_required
@require_POST
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    membership = _membership(request, slug, pk)
    try:
        members.end_membership(membership, by=request.user)
    except Problem as refused:
        _refuse(request, refused)
        return redirect("organisations:members", slug)
    if membership.person_id == request.user.pk:
        messages.success(request, _("You have left the organisation."))
        return redirect("account_profile")
    messages.success(
        request,
        _("%(person)s no longer acts for the organisation.") % {"person": membership.person},
    )
    return redirect("organisations:members", slug)


def _asked(request: HttpRequest, pk: int) -> JoinRequest:
    asked = (
        join_requests_visible_to(request.user)
        .select_related("organisation", "person")
        .filter(pk=pk)
        .first()
    )
    if asked is None:
        raise NotFound(_("There is no such request."))
    return asked


@login_required
@require_POST
def accept_join(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    form = AnswerJoinForm(request.POST, prefix=f"a{pk}")
    if form.is_valid():
        try:
            joining.accept(asked, request.user, **form.cleaned_data)
        except Problem as refused:
            _refuse(request, refused)
        else:
            messages.success(request, _("%(person)s now belongs here.") % {"person": asked.person})
    return redirect("organisations:members", asked.organisation.slug)


@login_required
@require_POST
def refuse_join(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    form = ReasonForm(request.POST, prefix=f"r{pk}")
    try:
        joining.refuse(asked, request.user, reason=form["reason"].value() or "")
    except Problem as refused:
        _refuse(request, refused)
    else:
        messages.success(request, _("Refused; the person reads your reason."))
    return redirect("organisations:members", asked.organisation.slug)


@login_required
@require_POST
def withdraw_join(request: HttpRequest, pk: int) -> HttpResponse:
    asked = _asked(request, pk)
    joining.withdraw(asked, request.user)
    messages.success(request, _("Withdrawn."))
    return redirect("account_profile")


def _refuse(request: HttpRequest, problem: Problem) -> None:
    """A wrong answer to a form in a list is said on the page, where the list stands again.

    What the person may not do at all is no matter of a form: it becomes 403 or 404.
    """
    if problem.status in (403, 404):
        raise problem
    messages.error(request, str(problem.message))
