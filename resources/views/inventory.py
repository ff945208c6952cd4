"""Keepers correct what the page of a place says, and confirm it."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.past import entries_for
from records.problems import Problem
from resources import inventory, verification
from resources.forms.place import AccessibilityForm, NewRoomForm, PhotoForm, ResourceForm, RoomForm
from resources.models import AccessibilityFact, ManagingUnit, Resource, ResourcePhoto, Room, Site
from resources.permissions import can, require
from resources.place.keeper import role_words
from resources.scopes import resources_visible_to, units_where


def kept_place(request: HttpRequest, code: str, action: str = "resource.edit") -> Resource:
    """A place the person may change; 404 when they cannot see it, 403 when they only can."""
    resource = get_object_or_404(
        resources_visible_to(request.user).select_related("unit", "site", "room"), code=code
    )
    require(request.user, action, resource)
    return resource


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    resource = kept_place(request, code)
    data = request.POST or None
    form = ResourceForm(data, instance=resource)
    room = getattr(resource, "room", None)
    room_form = RoomForm(data, instance=room) if room else None
    if data and form.is_valid() and (room_form is None or room_form.is_valid()):
        role = role_words(request.user, resource.unit)
        if resource.visibility != form.initial["visibility"]:
            require(request.user, "resource.publish", resource)
        if room_form is not None and isinstance(room, Room):
            inventory.save_room(
                resource,
                room,
                layouts=room_form.chosen_layouts(),
                equipment=room_form.chosen_equipment(),
                role=role,
            )
        else:
            form.save()
            verification.confirm(resource, role=role)
        messages.success(request, _("Saved, and confirmed as of today."))
        return redirect("resources:detail", code=code)
    return render(
        request,
        "resources/edit.html",
        {"resource": resource, "form": form, "room_form": room_form},
        status=422 if data else 200,
    )


@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The one click that says a description is still true."""
    resource = kept_place(request, code, "resource.verify")
    verification.confirm(resource, role=role_words(request.user, resource.unit))
    messages.success(
        request, _("“{title}” is confirmed as of today.").format(title=resource.title_pl)
    )
    if "from_list" in request.POST:
        return redirect("resources:kept", unit=resource.unit.code)
    return redirect("resources:detail", code=code)


@require_safe
def kept(request: HttpRequest, unit: str) -> HttpResponse:
    """All places of a unit with the age of their descriptions, those to be confirmed first."""
    keeper_of = kept_unit(request, unit)
    places = list(
        Resource.objects.filter(unit=keeper_of)
        .select_related("site", "room", "part_of")
        .order_by(F("verified_on").asc(nulls_first=True), "title_pl")
    )
    rows = [(one, verification.freshness(one), verification.due_on(one)) for one in places]
    fresh = sum(state == verification.Freshness.FRESH for _one, state, _due in rows)
    return render(
        request,
        "resources/kept.html",
        {
            "unit": keeper_of,
            "rows": rows,
            "fresh": fresh,
            "to_confirm": len(rows) - fresh,
            "may_add": can(request.user, "resource.add", keeper_of),
        },
    )


@require_http_methods(["GET", "POST"])
def new_room(request: HttpRequest, unit: str) -> HttpResponse:
    """Enter a room: it is a draft until its keeper publishes it."""
    keeper_of = kept_unit(request, unit)
    require(request.user, "resource.add", keeper_of)
    form = NewRoomForm(request.POST or None, unit=keeper_of)
    if request.POST and form.is_valid():
        resource = inventory.new_room(
            keeper_of, form.cleaned_data["site"], title_pl=form.cleaned_data["title_pl"]
        )
        messages.success(request, _("The room is entered as a draft. Fill in the rest."))
        return redirect("resources:edit", code=resource.code)
    return render(
        request,
        "resources/new_room.html",
        {"unit": keeper_of, "form": form},
        status=422 if request.POST else 200,
    )


def kept_unit(request: HttpRequest, code: str) -> ManagingUnit:
    """A unit whose desk the person may open; 404 for every other."""
    return get_object_or_404(units_where(request.user, "unit.desk"), code=code)


@require_http_methods(["GET", "POST"])
def accessibility(request: HttpRequest, code: str) -> HttpResponse:
    """Facts of the place, or with `?site=1` of the building it is in."""
    resource = kept_place(request, code)
    subject: Resource | Site = resource
    if request.GET.get("site") and resource.site:
        require(request.user, "site.edit", resource.site)
        subject = resource.site
    key = {"site": subject} if isinstance(subject, Site) else {"resource": subject}
    facts = {fact.feature: fact for fact in AccessibilityFact.objects.filter(**key)}
    form = AccessibilityForm(request.POST or None, facts=facts)
    if request.POST and form.is_valid():
        changed = inventory.record_accessibility(
            subject,
            form.statements(),
            evidence=form.cleaned_data["evidence"],
            role=role_words(request.user, resource.unit),
        )
        messages.success(request, _("Saved. Facts changed: {number}.").format(number=changed))
        return redirect("resources:detail", code=code)
    return render(
        request,
        "resources/accessibility.html",
        {"resource": resource, "subject": subject, "of_site": subject != resource, "form": form},
        status=422 if request.POST else 200,
    )


@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, code: str) -> HttpResponse:
    resource = kept_place(request, code)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.POST and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            inventory.add_photo(
                resource,
                data["upload"],
                kind=data["kind"],
                alt_pl=data["alt_pl"],
                alt_en=data["alt_en"],
                credit=data["credit"],
                actor=f"person:{request.user.pk}",
            )
        except Problem as problem:
            form.add_error("upload", problem.message)
        else:
            messages.success(request, _("The picture is on the page."))
            return redirect("resources:photos", code=code)
    return render(
        request,
        "resources/photos.html",
        {"resource": resource, "form": form, "photos": resource.photos.select_related("file")},
        status=422 if request.POST else 200,
    )


@require_POST
def remove_photo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    resource = kept_place(request, code)
    inventory.remove_photo(get_object_or_404(ResourcePhoto, resource=resource, pk=pk))
    messages.success(request, _("The picture is removed."))
    return redirect("resources:photos", code=code)


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Who changed what on the place, its room and its accessibility."""
    resource = kept_place(request, code, "resource.history")
    rows = [
        resource,
        *resource.accessibility.all(),
        *([resource.room] if resource.kind == "room" else []),
    ]
    return render(
        request, "resources/history.html", {"resource": resource, "entries": entries_for(*rows)}
    )
