"""A page with all that the map client can do, for its tests: list, results, others, drawing."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Template
from django.urls import include, path

from config import urls as config_urls
from maps.layers import Layer, Viewport, feature_collection
from maps.widgets import LegendEntry, MapWidget

PLACES = [
    ("sala-1", "room", "Sala Kolorowa", 20.0335, 50.0705, ""),
    ("lokal-2", "premises", "Lokal na rogu", 20.0405, 50.0735, ""),
    ("centrum-3", "civic_centre", "Centrum C 10", 20.037, 50.072, ""),
    ("sala-4", "room", "Sala duża", 20.0335, 50.0705, ""),
    ("sala-5", "room", "Sala mała", 20.0445, 50.0695, "Za mała: 20 miejsc, szukasz 25."),
]

OTHERS = Layer(
    code="proba",
    label="Próba",
    rows="""
        select 'inne-' || a.id as code, 'room' as kind, a.street || ' ' || a.number as title,
               '/pomoc/?miejsce=' || a.id as url, a.point as geom,
               ST_Transform(a.point, 3857) as geom_3857
        from maps_address a
    """,
    properties=("code", "kind", "title", "url"),
    public=True,
    clustered=True,
)

TEMPLATE = """{% extends "base.html" %}
{% block title %}Mapa próby{% endblock %}
{% block scripts %}{% include "maps/_map_head.html" %}{% endblock %}
{% block content %}<h1>Mapa próby</h1>
<form id="warunki" action="/mapa-proby/"><label for="id_within">Obszar</label>
<input id="id_within" name="within" type="text"></form>
<ol id="lista">{% for p in places %}<li class="result" data-code="{{ p.0 }}"
 data-number="{{ forloop.counter }}"><a href="/pomoc/?{{ p.0 }}">{{ p.2 }}</a></li>{% endfor %}</ol>
{% include "maps/_map.html" with map=map %}
{{ results|json_script:"wyniki" }}
<p id="within">{{ request.GET.within }}</p>{% endblock %}"""


def page(request: HttpRequest) -> HttpResponse:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {
                "code": code,
                "kind": kind,
                "title": title,
                "why_not": why_not,
                "url": f"/pomoc/?{code}",
                "sample": True,
            },
        }
        for code, kind, title, lon, lat, why_not in PLACES
    ]
    widget = MapWidget(
        label="Mapa próby",
        results_id="wyniki",
        list_selector="#lista",
        others_url="/mapa-proby/inne.geojson?bbox={bbox}&zoom={zoom}",
        view_url="/mapa-proby/?bbox={bbox}",
        here_url="/mapa-proby/?near={lon},{lat}",
        within_field="id_within",
        near=(20.037, 50.072),
        near_label="os. Centrum C 10",
        radius_m=800,
        legend=tuple(
            LegendEntry(sign, sign) for sign in ("room", "premises", "centre", "near", "cluster")
        ),
        modifiers="map--tall",
    )
    results = {"type": "FeatureCollection", "features": features}
    html = Template(TEMPLATE).render(
        Context({"request": request, "map": widget, "places": PLACES, "results": results})
    )
    return HttpResponse(html)


def others(request: HttpRequest) -> HttpResponse:
    bounds = tuple(map(float, request.GET["bbox"].split(",")))
    viewport = Viewport(bounds, int(request.GET["zoom"]))
    return HttpResponse(
        feature_collection(OTHERS, request.user, viewport), content_type="application/geo+json"
    )


def broken(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({}, status=503)


urlpatterns = [
    path("mapa-proby/", page),
    path("mapa-proby/inne.geojson", others),
    path("", include(config_urls)),
]
