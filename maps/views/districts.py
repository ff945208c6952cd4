from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.district_links import links_for
from maps.models import AreaGroup, District
from maps.queries import city_totals, district_profiles
from maps.widgets import MapWidget


@require_safe
def district_list(request: HttpRequest) -> HttpResponse:
    """`/dzielnice/`: all districts with their figures, the groups, what is not loaded."""
    profiles = district_profiles()
    groups = list(AreaGroup.objects.prefetch_related("districts"))
    return render(
        request,
        "maps/districts.html",
        {
            "profiles": profiles,
            "totals": city_totals(profiles),
            "groups": [group for group in groups if group.loaded],
            "not_loaded": [group for group in groups if not group.loaded],
            "map": MapWidget(
                label=_("Map of the districts; the table lists the same districts"),
                modifiers="map--tall",
            ),
        },
    )


@require_safe
def district_detail(request: HttpRequest, number: int) -> HttpResponse:
    """`/dzielnice/<number>/`: one district, each figure with its kind, date and source."""
    profile = next(iter(district_profiles([number])), None)
    if profile is None:
        raise Http404
    outline = District.objects.values_list("outline", flat=True).get(pk=number)
    return render(
        request,
        "maps/district.html",
        {
            "profile": profile,
            "district": profile.district,
            "groups": profile.district.area_groups.filter(loaded=True).prefetch_related(
                "districts"
            ),
            "links": links_for(number),
            "map": MapWidget(
                label=_("Map of district %s") % profile.district,
                bounds=outline.extent,
                highlight_districts=(number,),
                modifiers="map--tall",
            ),
        },
    )
