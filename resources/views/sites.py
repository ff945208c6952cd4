"""Keepers correct where a building stands, and divide a hall into parts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maps.geocoding import find_places
from maps.minimap import mini_map
from records.problems import Problem
from resources import inventory
from resources.forms.site import DivideForm, SiteForm
from resources.models import Site
from resources.permissions import require
from resources.sites import place_site
from resources.views.inventory import kept_place


@require_http_methods(["GET", "POST"])
def edit_site(request: HttpRequest, code: str) -> HttpResponse:
    """Name, address and position of a building; `?find=` looks an address up."""
    site = get_object_or_404(Site, code=code)
    require(request.user, "site.edit", site)
    form = SiteForm(request.POST or None, instance=site, initial=_found_point(request))
    if request.POST and form.is_valid():
        try:
            place_site(site, form.point(), override=form.override())
        except Problem as problem:
            form.add_error("latitude", problem.message)
        else:
            messages.success(request, _("Saved. The places in the building moved with it."))
            return redirect("resources:edit_site", code=code)
    find = request.GET.get("find", "").strip()
    context: dict[str, Any] = {
        "site": site,
        "form": form,
        "find": find,
        "found": find_places(find, 6) if find else [],
        "mini": mini_map(site.point, label=site.name),
        "resources": site.resources.filter(part_of__isnull=True).order_by("title_pl"),
    }
    return render(request, "resources/site.html", context, status=422 if request.POST else 200)


def _found_point(request: HttpRequest) -> dict[str, str]:
    """Coordinates picked from the looked-up addresses, as they stand in the address of the page."""
    lat, lon = request.GET.get("lat"), request.GET.get("lon")
    return {"latitude": lat, "longitude": lon} if lat and lon else {}


@require_http_methods(["GET", "POST"])
def divide(request: HttpRequest, code: str) -> HttpResponse:
    resource = kept_place(request, code)
    form = DivideForm(request.POST or None)
    if request.POST and form.is_valid():
        try:
            parts = inventory.divide_room(resource, form.cleaned_data["parts"])
        except Problem as problem:
            form.add_error("parts", problem.message)
        else:
            messages.success(
                request,
                _("The room has {number} parts. They are drafts until you publish them.").format(
                    number=len(parts)
                ),
            )
            return redirect("resources:kept", unit=resource.unit.code)
    return render(
        request,
        "resources/divide.html",
        {"resource": resource, "form": form},
        status=422 if request.POST else 200,
    )
