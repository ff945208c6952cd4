"""The map in a browser: by mouse, by keyboard, with list and map as equals."""

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from maps.importing.fixtures import load_geography
from maps.models import District
from tests.browser.conftest import assert_accessible, assert_no_sideways_scroll, shoot, until

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def city(fresh_city):
    """Geography, whether or not the sample city brings it."""
    if not District.objects.exists():
        list(load_geography())
    connection.close()
    return fresh_city


@pytest.fixture
def map_page(settings, visit):
    settings.ROOT_URLCONF = "tests.browser.map_page"

    def open_page(query: str = "", **circumstances) -> Page:
        page = visit(f"/mapa-proby/{query}", **circumstances)
        expect(page.locator(".map .m-land").first).to_be_attached()
        expect(page.get_by_role("button", name=re.compile("^1. Sala Kolorowa"))).to_be_attached()
        return page

    return open_page


def marker(page: Page, name: str):
    return page.get_by_role("button", name=re.compile(name))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_without_tiles_our_layers_draw_a_readable_map(map_page, theme):
    page = map_page(theme=theme)
    assert page.locator(".m-land").count() == 18
    assert page.locator(".m-city").count() == 1
    expect(page.locator(".map-name", has_text="XVIII Nowa Huta")).to_be_attached()
    expect(page.locator("[data-map-scale]")).to_contain_text("m")
    assert_accessible(page)
    shoot(page, f"map-{theme}")


def test_shapes_tell_kinds_and_hollow_tells_near_misses(map_page):
    page = map_page()
    assert marker(page, "^1. Sala").locator("circle.m-room").count() == 1
    assert marker(page, "^2. Lokal").locator("path.m-prem--on").count() == 1
    assert marker(page, "^3. Centrum").locator("path.m-cc").count() == 1
    near = marker(page, "^5. Sala mała, prawie pasuje: Za mała")
    assert near.locator("circle.m-near").count() == 1


def test_rooms_of_one_building_stand_side_by_side(map_page):
    page = map_page()
    one = marker(page, "^1. Sala Kolorowa").bounding_box()
    other = marker(page, "^4. Sala duża").bounding_box()
    assert abs(one["x"] - other["x"]) + abs(one["y"] - other["y"]) > 20


def test_focus_in_the_list_rings_the_marker_and_the_other_way_round(map_page):
    page = map_page()
    page.locator('[data-code="lokal-2"] a').focus()
    expect(marker(page, "^2. Lokal")).to_have_class(re.compile("is-current"))
    marker(page, "^3. Centrum").focus()
    expect(page.locator('[data-code="centrum-3"]')).to_have_attribute("aria-current", "true")
    expect(marker(page, "^2. Lokal")).not_to_have_class(re.compile("is-current"))
    page.locator('[data-code="sala-1"]').hover()
    expect(marker(page, "^1. Sala")).to_have_class(re.compile("is-current"))


def test_a_popup_opens_by_keyboard_leads_to_the_place_and_gives_focus_back(map_page):
    page = map_page()
    marker(page, "^5. Sala mała").focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("Za mała: 20 miejsc")
    expect(popup.get_by_role("link", name="Sala mała")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(marker(page, "^5. Sala mała")).to_be_focused()


def test_a_cluster_is_a_button_that_zooms_in_by_enter(map_page):
    page = map_page()
    zoom = "document.querySelector('[data-map]').zasobyMap.getZoom()"
    for _step in range(4):
        page.get_by_role("button", name="Oddal").click()
    before = page.evaluate(zoom)
    cluster = page.get_by_role("button", name=re.compile(r"^Miejsc w tym punkcie: \d+"))
    expect(cluster.first).to_be_visible()
    cluster.first.focus()
    page.keyboard.press("Enter")
    until(page, f"{zoom} > {before}")
    assert page.locator(".map__canvas").evaluate("node => node === document.activeElement")


def test_search_in_this_view_follows_the_map(map_page):
    page = map_page()
    link = page.get_by_role("link", name="Szukaj w tym widoku")
    before = link.get_attribute("href")
    page.locator(".map__canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(link).not_to_have_attribute("href", before)
    west, south, east, north = map(
        float, link.get_attribute("href").partition("bbox=")[2].split(",")
    )
    assert 19 < west < east < 21
    assert 49 < south < north < 51


def test_an_area_is_drawn_by_keyboard_alone(map_page):
    page = map_page()
    draw = page.get_by_role("button", name="Narysuj obszar")
    draw.focus()
    page.keyboard.press("Enter")
    expect(draw).to_have_attribute("aria-pressed", "true")
    add = page.get_by_role("button", name="Dodaj punkt w środku mapy")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        add.focus()
        page.keyboard.press("Enter")
        page.locator(".map__canvas").focus()
        page.keyboard.press(key)
    expect(page.locator("[data-draw-count]")).to_have_text("Punktów: 3")
    assert_accessible(page)
    page.get_by_role("button", name="Szukaj w tym obszarze").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#within")).to_have_text(re.compile(r"^POLYGON\(\(20\.\d+ 50\.\d+, "))


def test_an_area_needs_three_points_and_a_border_that_does_not_cross_itself(map_page):
    page = map_page()
    page.get_by_role("button", name="Narysuj obszar").click()
    page.get_by_role("button", name="Szukaj w tym obszarze").click()
    expect(page.locator("[data-draw-count]")).to_have_text(
        "Obszar musi mieć co najmniej trzy punkty."
    )
    box = page.locator(".map__canvas").bounding_box()
    for x, y in ((0.5, 0.6), (0.7, 0.9), (0.7, 0.6), (0.5, 0.9)):  # a bow tie
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
    page.get_by_role("button", name="Szukaj w tym obszarze").click()
    expect(page.locator("[data-draw-count]")).to_have_text(
        "Granica obszaru nie może się przecinać."
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Narysuj obszar")).to_be_focused()


def test_here_searches_around_the_device_inside_the_city_only(map_page):
    page = map_page()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 21.0, "latitude": 52.2})
    page.get_by_role("button", name="Szukaj tam, gdzie jestem").click()
    expect(page.locator("[data-map-status]")).to_have_text("Jesteś poza Krakowem. Wpisz adres.")
    page.context.set_geolocation({"longitude": 19.9373, "latitude": 50.0617})
    page.reload()
    page.get_by_role("button", name="Szukaj tam, gdzie jestem").click()
    page.wait_for_url(re.compile("near=19.93730,50.06170"))


def test_a_phone_shows_the_same_without_sideways_scrolling(map_page):
    page = map_page(width=390)
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    shoot(page, "map-390")


def test_without_scripts_the_page_says_that_the_list_has_it_all(settings, visit):
    settings.ROOT_URLCONF = "tests.browser.map_page"
    page = visit("/mapa-proby/", scripts=False)
    expect(page.get_by_text("Te same miejsca są na liście.")).to_be_visible()
    assert page.locator("[data-map-control]:visible").count() == 0


def test_labels_follow_the_language(map_page):
    page = map_page(language="en")
    expect(page.get_by_role("button", name="Zoom in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("nearly fits"))).to_be_attached()
