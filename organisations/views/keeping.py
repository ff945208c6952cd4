"""Entering an organisation and keeping its data true."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organisations import profile, register, verification
from organisations.forms import (
    IDENTITY,
    PROFILE,
    ContactFormSet,
    FoundForm,
    OrganisationForm,
    initial_of,
    show,
)
from organisations.joining import invitation
from organisations.models import Organisation, Person
from organisations.permissions import can, require
from organisations.scopes import organisations_visible_to
from organisations.views.register import visible_or_404
from records.limits import limited
from records.problems import Problem


def _with_seat_point(data: dict[str, Any]) -> dict[str, Any]:
    """The point of a seat in Kraków, where we find its address."""
    if (data.get("seat_locality") or "").strip().casefold() in ("kraków", "krakow", "cracow"):
        return {**data, "seat_point": profile.find_address(data.get("seat_address", ""))}
    return {**data, "seat_point": None}


@login_required
@require_http_methods(["GET", "POST"])
@limited("requests")
def found(request: HttpRequest) -> HttpResponse:
    """Enter one that is not in the register yet; duplicates are found before anything is kept."""
    form = FoundForm(request.POST or None, initial={"seat_locality": "Kraków"})
    similar: list[Organisation] = []
    known: Organisation | None = None
    if request.method == "POST" and form.is_valid():
        data = _with_seat_point(form.cleaned_data)
        if not data["another"]:
            visible = organisations_visible_to(request.user)
            similar = register.similar_names(data["name"], visible)
        if not similar:
            try:
                organisation = register.found(request.user, data, adult=data["adult"])
            except register.AlreadyEntered as refused:
                known = refused.organisation
                show(refused, form)
            except Problem as refused:
                show(refused, form)
            else:
                messages.success(
                    request,
                    _("Entered as a draft. Add a contact and send it to be confirmed."),
                )
                return redirect("organisations:edit", organisation.slug)
    context = {
        "form": form,
        "similar": similar,
        "known": known,
        "join_address": _join_address(known) if known else "",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/found.html", context, status=status)


def _join_address(organisation: Organisation) -> str:
    """The number was right, so the person may ask; the profile itself may be closed to them."""
    address = reverse("organisations:join", args=[organisation.slug])
    return f"{address}?zaproszenie={invitation(organisation)}"


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = visible_or_404(request.user, slug)
    require(request.user, "organisation.edit", organisation)
    with_identity = can(request.user, "organisation.edit_identity", organisation)
    form = OrganisationForm(
        request.POST or None, initial=initial_of(organisation), with_identity=with_identity
    )
    contacts = ContactFormSet(
        request.POST or None,
        initial=[
            {"kind": one.kind, "value": one.value, "public": one.public}
            for one in organisation.contacts.order_by("pk")
        ],
        prefix="contacts",
    )
    if request.method == "POST" and form.is_valid() and contacts.is_valid():
        try:
            changed = _save(request.user, organisation, form, contacts)
        except Problem as refused:
            show(refused, form)
        else:
            _say_what_happened(request, organisation, changed)
            return redirect("organisations:detail", organisation.slug)
    context = {"organisation": organisation, "form": form, "contacts": contacts}
    status = 422 if request.method == "POST" else 200
    return render(request, "organisations/edit.html", context, status=status)


@transaction.atomic
def _save(
    person: Person, organisation: Organisation, form: OrganisationForm, contacts: Any
) -> list[str]:
    """All parts of the page or none."""
    data = dict(form.cleaned_data)
    fields = {name: data[name] for name in [*IDENTITY, *PROFILE] if name in data}
    if "seat_address" in fields and _seat_moved(organisation, fields):
        fields = _with_seat_point(fields)
    changed = register.change(person, organisation, fields)
    profile.set_spheres(person, organisation, data["spheres"])
    profile.set_places(person, organisation, data["districts"], data["addresses"].splitlines())
    profile.set_contacts(person, organisation, [one.contact() for one in contacts])
    return changed


def _seat_moved(organisation: Organisation, fields: dict[str, Any]) -> bool:
    return organisation.seat_point is None or any(
        fields[name] != getattr(organisation, name) for name in ("seat_address", "seat_locality")
    )


def _say_what_happened(
    request: HttpRequest, organisation: Organisation, changed: list[str]
) -> None:
    organisation.refresh_from_db()
    waits = organisation.verification_state == Organisation.VerificationState.SUBMITTED
    if changed and waits:
        messages.warning(
            request,
            _("Saved. You changed data that the city confirms, so it will look at them again."),
        )
    else:
        messages.success(request, _("Saved."))


@login_required
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Nothing changed": one click."""
    organisation = visible_or_404(request.user, slug)
    register.confirm_unchanged(request.user, organisation)
    messages.success(request, _("Thank you. The profile carries today's date."))
    return redirect("organisations:detail", slug)


@login_required
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = visible_or_404(request.user, slug)
    verification.submit(organisation, request.user)
    messages.success(request, _("Sent. The city will confirm it or write what to complete."))
    return redirect("organisations:detail", slug)
