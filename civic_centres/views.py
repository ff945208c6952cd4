"""The public pages of the network as it is documented today."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civic_centres.models import CivicCentre
from civic_centres.queries import CentreProfile, profiles, rooms_by_area
from maps.minimap import mini_map
from maps.widgets import LegendEntry, MapWidget
from records.clock import today


@require_safe
def centre_list(request: HttpRequest) -> HttpResponse:
    """`/centra-obywatelskie/`: where they are, what they offer, what nobody knows."""
    found = profiles(request.user)
    return render(
        request,
        "civic_centres/list.html",
        {
            "profiles": found,
            "today": today(),
            "features": {
                "type": "FeatureCollection",
                "features": [_feature(one, number) for number, one in enumerate(found, start=1)],
            },
            "map": MapWidget(
                label=_("Map of the Civic Centres; the list shows the same places"),
                results_id="centra-na-mapie",
                list_selector="#centra",
                legend=(LegendEntry("centre", _("Civic Centre, position approximate")),),
                modifiers="map--tall",
            ),
        },
    )


@require_safe
def centre_detail(request: HttpRequest, code: str) -> HttpResponse:
    """`/centra-obywatelskie/<code>/`: one centre with its rooms and the source of each fact."""
    found = profiles(request.user, CivicCentre.objects.filter(site__code=code))
    if not found:
        raise Http404
    profile = found[0]
    return render(
        request,
        "civic_centres/detail.html",
        {
            "profile": profile,
            "centre": profile.centre,
            "site": profile.site,
            "areas": rooms_by_area(profile),
            "task_over": profile.centre.task_until is not None
            and profile.centre.task_until < today(),
            "mini": mini_map(profile.site.point, label=profile.centre.name, sign="centre"),
        },
    )


def _feature(profile: CentreProfile, number: int) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [*profile.site.point.coords]},
        "properties": {
            "code": profile.site.code,
            "number": number,
            "title": profile.centre.name,
            "kind": "civic_centre",
            "place": profile.site.address,
            "sample": profile.site.is_sample,
            "url": reverse("civic_centres:detail", args=[profile.site.code]),
        },
    }
