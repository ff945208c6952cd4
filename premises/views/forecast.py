"""`/lokale/zwolni-sie/`: what falls vacant when, by district and size."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from maps.models import District
from maps.widgets import LegendEntry, MapWidget, layer_url
from premises.layers import FALLING_CODE
from premises.stock import forecast as domain
from premises.stock.forecast import Falling
from records import spreadsheets, typography
from records.clock import now

LISTED = 200


class ForecastForm(forms.Form):
    """Narrowing; what is not valid narrows nothing."""

    district = forms.ModelChoiceField(
        label=gettext_lazy("District"),
        queryset=District.objects.defer("boundary", "boundary_2178", "outline"),
        required=False,
        empty_label=gettext_lazy("all districts"),
    )
    size = forms.TypedChoiceField(
        label=gettext_lazy("Area"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["size"].choices = [
            ("", _("any area")),
            *[(str(place), words) for place, words in enumerate(domain.size_words())],
        ]


@require_safe
def forecast(request: HttpRequest) -> HttpResponse:
    """Answer, chart, tables, map and list; three queries however much falls vacant."""
    form = ForecastForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    district = wanted.get("district")
    made = domain.forecast(
        request.user, district=district.number if district else None, size=wanted.get("size")
    )
    if request.GET.get("format") in ("csv", "xlsx"):
        return _file(request.GET["format"], made)
    names = {one.number: one for one in form.fields["district"].queryset}
    rows = made.rows[:LISTED]
    return render(
        request,
        "premises/forecast.html",
        {
            "form": form,
            "narrowed": bool(district) or wanted.get("size") is not None,
            "made": made,
            "rows": [(place, row, names.get(row.district)) for place, row in enumerate(rows, 1)],
            "more": len(made.rows) - len(rows),
            "chart": domain.chart(made),
            "sizes": domain.size_words(),
            "quarters": [(one.words, made.by_quarter[one]) for one in made.quarters],
            "districts": [
                (names.get(number), counts) for number, counts in sorted(made.by_district.items())
            ],
            "now": now(),
            "sample": any(row.is_sample for row in made.rows),
            "query": request.GET.urlencode(),
            "features": {
                "type": "FeatureCollection",
                "features": [_feature(place, row) for place, row in enumerate(rows, 1)],
            },
            "map": MapWidget(
                label=_("Map of premises that fall vacant; the table lists the same premises"),
                results_id="zwolnia-sie-na-mapie",
                list_selector="#lista",
                # What the list is too short for; a narrowed list has no layer of its own.
                others_url=f"{layer_url(FALLING_CODE)}?bbox={{bbox}}&zoom={{zoom}}"
                if len(made.rows) > len(rows) and not form.is_bound
                else "",
                legend=(
                    LegendEntry("premises", _("premises that fall vacant, number as in the table")),
                ),
                modifiers="map--tall",
            ),
        },
    )


def _feature(place: int, row: Falling) -> dict[str, Any]:
    located = row.longitude is not None
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]}
        if located
        else None,
        "properties": {
            "code": row.code,
            "number": place,
            "title": row.title,
            "kind": "premises",
            "place": _("vacant from %(day)s") % {"day": typography.day(row.on)},
            "sample": row.is_sample,
            "url": reverse("resources:detail", args=[row.code]),
        },
    }


def _file(kind: str, made: domain.Forecast) -> HttpResponse:
    header = [
        _("Premises"),
        _("District"),
        _("Area (m²)"),
        _("Vacant from"),
        _("Step-free"),
        _("Address of the page"),
    ]
    rows = [
        [
            row.title,
            row.district,
            row.area_m2,
            row.on,
            {"yes": _("yes"), "no": _("no")}.get(row.step_free, _("no data")),
            reverse("resources:detail", args=[row.code]),
        ]
        for row in made.rows
    ]
    return spreadsheets.answer(kind, "lokale-zwolnia-sie", header, rows)
