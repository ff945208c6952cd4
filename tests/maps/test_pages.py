"""Pages of districts: every figure with what it counts, its date and source."""

import pytest
from django.contrib.gis.geos import Point
from django.template.loader import render_to_string
from django.urls import reverse

from maps import district_links
from maps.minimap import mini_map
from maps.models import DistrictResidents, PopulationCell
from maps.queries import census_estimates, city_totals, district_profiles

pytestmark = pytest.mark.django_db


def test_census_estimates_equal_those_of_the_facts(geography):
    """Area-weighted sums over the same grid and borders, computed apart from this code."""
    estimates = census_estimates([1, 5, 18])
    assert {n: e.residents for n, e in estimates.items()} == {1: 33764, 5: 40025, 18: 48511}
    assert {e.year for e in estimates.values()} == {2021}


def test_secret_cells_are_counted_as_hidden_not_as_nobody(geography):
    PopulationCell.objects.update(age_0_14=None)
    estimate = census_estimates([18])[18]
    assert estimate.hidden == estimate.residents


def test_totals_are_those_of_the_sources(geography):
    totals = city_totals(district_profiles())
    assert (totals.registered, str(totals.registered_on)) == (703_697, "2025-12-31")
    assert totals.census_in_city == pytest.approx(791_832, abs=10)


def test_counts_of_different_days_are_not_added_up(geography):
    DistrictResidents.objects.filter(district=1, on_date="2025-12-31").delete()
    assert city_totals(district_profiles()).registered is None


def test_a_profile_knows_change_and_density(geography):
    (profile,) = district_profiles([18])
    assert profile.change == (45_365 - 50_392, profile.registered[1].on_date)
    assert profile.per_km2 == 694


@pytest.mark.parametrize("numbers", [[1], list(range(1, 19))])
def test_profiles_take_as_many_queries_for_one_as_for_all(
    geography, django_assert_num_queries, numbers
):
    with django_assert_num_queries(4):
        district_profiles(numbers)


def test_the_list_names_all_districts_groups_and_what_is_not_loaded(client, geography):
    page = client.get(reverse("maps:districts")).content.decode()
    assert page.count('<th scope="row"><a') == 18
    assert "703\u00a0697" in page
    assert "126103_9" in page
    assert "31.12.2025" in page
    assert "GUS" in page


def test_a_district_page_says_kind_date_and_source_of_each_figure(client, geography):
    page = client.get(reverse("maps:district", args=[18])).content.decode().replace("\u00a0", " ")
    for text in ("45 365", "31 grudnia 2025", "50 392", "48 511", "65,4099", "ODbL"):
        assert text in page


def test_pages_without_data_say_so_instead_of_zero(client, districts):
    assert client.get(reverse("maps:districts")).status_code == 200
    page = client.get(reverse("maps:district", args=[1])).content.decode()
    assert ">0<" not in page


def test_the_list_without_districts_says_what_to_do(client, db):
    assert "import_districts" in client.get(reverse("maps:districts")).content.decode()


@pytest.mark.parametrize("number", [0, 19])
def test_an_unknown_district_is_not_found(client, districts, number):
    assert client.get(reverse("maps:district", args=[number])).status_code == 404


def test_links_of_upper_apps_stand_on_the_page(client, districts, monkeypatch):
    monkeypatch.setattr(district_links, "_links", [])
    district_links.register(district_links.DistrictLink("Sale tutaj", lambda n: f"/?district={n}"))
    page = client.get(reverse("maps:district", args=[7])).content.decode()
    assert '<a class="btn" href="/?district=7">Sale tutaj</a>' in page


def test_no_page_carries_inline_style_or_script(client, geography):
    for address in (reverse("maps:districts"), reverse("maps:district", args=[3])):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<script>" not in page


# --- the small still map -------------------------------------------------------------------------


def test_the_mini_map_draws_districts_grid_and_sign(districts, django_assert_num_queries):
    with django_assert_num_queries(1):
        drawn = mini_map(Point(20.037, 50.072, srid=4326), label="os. Centrum C 10")
    assert "os. Centrum C 10" in drawn.description
    assert len(drawn.lands) >= 2
    assert any("XVIII Nowa Huta" in label.text for label in drawn.labels)
    assert (drawn.x, drawn.y) == (176, 119)
    assert drawn.scale_px == pytest.approx(88)
    assert drawn.grid.startswith("M")


def test_the_mini_map_needs_no_script_and_no_style(districts):
    html = render_to_string(
        "maps/_mini_map.html",
        {"mini": mini_map(Point(20.037, 50.072, srid=4326), label="„A” & <b>")},
    )
    assert 'role="img"' in html
    assert "&lt;b&gt;" in html
    assert "style=" not in html
    assert "<script" not in html
    assert "176,0" not in html, "decimals of attributes keep their point in Polish"


def test_the_mini_map_works_at_the_edge_of_the_city(districts):
    drawn = mini_map(Point(19.795, 50.0, srid=4326), label="x")
    for label in drawn.labels:
        assert 0 <= label.x <= drawn.width
        assert 0 <= label.y <= drawn.height


def test_the_mini_map_works_without_districts(db):
    assert mini_map(Point(19.94, 50.06, srid=4326), label="x").lands == ()
