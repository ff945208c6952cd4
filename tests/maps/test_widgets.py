"""What a page hands to the map client."""

import json

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from maps.models import District
from maps.widgets import MapWidget

pytestmark = pytest.mark.django_db


def test_the_map_names_whoever_drew_the_borders_that_are_loaded(districts):
    with override("pl"):
        assert "© OpenStreetMap contributors, ODbL 1.0" in MapWidget(label="x").attribution
        source = District.objects.first().source
        source.attribution = "Gmina Miejska Kraków, Portal MSIP Obserwatorium"
        source.save()
        District.objects.update(generalised=False)
        attribution = MapWidget(label="x").attribution
    assert attribution.startswith("Dzielnice: Gmina Miejska Kraków, Portal MSIP")
    assert "OpenStreetMap" not in attribution


def test_without_configuration_there_is_no_base_layer():
    config = json.loads(MapWidget(label="x").config)
    assert config["tiles"] is None
    assert config["layers"]["city"] == "/warstwy/miasto.geojson"


def test_a_configured_base_layer_comes_with_its_attribution(settings):
    url = "https://tiles.example/{z}/{x}/{y}.png"
    settings.LEAFLET_CONFIG = {"TILES": [("base", url, {"attribution": "© Example"})]}
    widget = MapWidget(label="x", extra_attribution="ZTP")
    assert json.loads(widget.config)["tiles"]["url"] == url
    assert widget.attribution.startswith("© Example · ")
    assert widget.attribution.endswith(" · ZTP")


@pytest.mark.parametrize(("language", "word"), [("pl", "Zamknij"), ("en", "Close")])
def test_the_client_speaks_the_reader_s_language(language, word):
    with override(language):
        assert json.loads(MapWidget(label="x").config)["labels"]["close"] == word


def test_controls_come_only_with_what_they_need():
    bare = render_to_string("maps/_map.html", {"map": MapWidget(label="x")})
    assert "data-map-here" not in bare
    assert "data-map-drawing" not in bare
    full = MapWidget(
        label="x", here_url="/?near={lon},{lat}", within_field="w", view_url="/?{bbox}"
    )
    html = render_to_string("maps/_map.html", {"map": full})
    for part in ("data-map-here", "data-map-drawing", "data-map-view"):
        assert part in html


def test_names_in_the_configuration_are_escaped():
    html = render_to_string(
        "maps/_map.html", {"map": MapWidget(label="x", near_label='"><script>')}
    )
    assert "<script>" not in html
