"""The account page and the keys of a person."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisations import tokens
from organisations.accounts.forms import ProfileForm, TokenForm
from organisations.accounts.links import ACCOUNT_LINKS, OFFICES
from organisations.models import ApiToken, CityRole, Membership
from organisations.roles import Role, general_roles
from records import clock
from records.limits import limited
from records.problems import Problem


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here: name, language, offices, organisations, and where the rest is."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        translation.activate(person.language)
        messages.success(request, _("Saved."))
        return redirect("account_profile")
    person = request.user
    today = clock.today()
    context: dict[str, Any] = {
        "form": form,
        "memberships": Membership.objects.filter(person=person, valid__contains=today)
        .select_related("organisation")
        .order_by("organisation__name"),
        "asked": person.join_requests.filter(state="waiting").select_related("organisation"),
        "city_roles": CityRole.objects.filter(person=person, valid__contains=today),
        "offices": [office for offices in OFFICES for office in offices(person)],
        "links": [link for link in ACCOUNT_LINKS if link.shown(person)],
        "living_tokens": tokens.living_tokens(person).count(),
        "is_official": Role.OFFICIAL in general_roles(person),
    }
    return render(request, "organisations/account/profile.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@limited("tokens")
def keys(request: HttpRequest) -> HttpResponse:
    """My keys for programs; a new one is shown in the answer to its making, and never again."""
    is_official = Role.OFFICIAL in general_roles(request.user)
    form = TokenForm(request.POST or None, is_official=is_official)
    secret = ""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _token, secret = tokens.make_token(request.user, **form.cleaned_data)
            except Problem as refused:
                form.add_error(
                    refused.field if refused.field in form.fields else None, refused.message
                )
            else:
                status = 201
                form = TokenForm(is_official=is_official)
    context = {
        "form": form,
        "secret": secret,
        "now": clock.now(),
        "tokens": request.user.api_tokens.filter(revoked_at=None),
        "revoked": request.user.api_tokens.exclude(revoked_at=None)[:10],
    }
    return render(request, "organisations/account/keys.html", context, status=status)


@login_required
@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, person=request.user)
    tokens.revoke(token)
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": token.name})
    return redirect("account_keys")
