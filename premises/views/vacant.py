"""`/lokale/`: which premises are vacant, and which will be."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.widgets import LegendEntry, MapWidget
from premises.forms import VacantForm
from premises.vacancy import FORECAST, falling_vacant, vacancies, vacant
from records.clock import now
from resources.models import Resource
from resources.scopes import resources_visible_to

PAGE_SIZE = 100
MOST_FORECAST = 40


@require_safe
def vacant_list(request: HttpRequest) -> HttpResponse:
    """The list with its map; eight queries however long it is."""
    visible = resources_visible_to(request.user).select_related("unit", "site", "district")
    visible = visible.defer("district__boundary", "district__outline", "search_text")
    form = VacantForm(request.GET or None)
    found = form.narrowed(vacant(visible)).order_by("district_id", "-area_m2", "code")
    page = Paginator(found.select_related("premises"), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    state = vacancies(rows)
    for number, row in enumerate(rows, start=page.start_index()):
        row.number, row.vacancy = number, state[row.pk]
    soon = list(form.narrowed(falling_vacant(visible))[: MOST_FORECAST + 1])
    for row, one in zip(soon, vacancies(soon).values(), strict=True):
        row.vacancy = one
    return render(
        request,
        "premises/vacant.html",
        {
            "form": form,
            "page": page,
            "rows": rows,
            "narrowed": form.is_bound and any(form.data.get(name) for name in form.fields),
            "soon": soon[:MOST_FORECAST],
            "more_soon": len(soon) > MOST_FORECAST,
            "months": round(FORECAST.days / 30.5),
            "now": now(),
            "features": {"type": "FeatureCollection", "features": [_feature(one) for one in rows]},
            "map": MapWidget(
                label=_("Map of vacant premises; the table lists the same premises"),
                results_id="lokale-na-mapie",
                list_selector="#lista",
                legend=(LegendEntry("premises", _("vacant premises, number as in the table")),),
                modifiers="map--tall",
            ),
        },
    )


def _feature(resource: Resource) -> dict[str, Any]:
    english = (get_language() or "").startswith("en") and resource.title_en
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [*resource.point.coords]}
        if resource.point
        else None,
        "properties": {
            "code": resource.code,
            "number": resource.number,  # type: ignore[attr-defined]
            "title": resource.title_en if english else resource.title_pl,
            "kind": "premises",
            "place": resource.unit.name,
            "sample": resource.is_sample,
            "url": reverse("resources:detail", args=[resource.code]),
        },
    }
