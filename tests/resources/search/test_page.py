"""The search page as a browser without JavaScript meets it."""

import csv
import io
import json
import re
from datetime import date
from html import unescape

import pytest
from django.utils import translation

from records import clock
from tests import factories

pytestmark = pytest.mark.django_db

AT = "at=2026-12-01T17:00/2026-12-01T19:00"


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(factories.moment("2026-11-23 12:00")), translation.override("en"):
        yield


def page(client, query="", status=200, **headers) -> str:
    response = client.get(f"/?{query}", headers={"accept-language": "en", **headers})
    assert response.status_code == status, response.content.decode()[:2000]
    return unescape(response.content.decode())


def words(html: str) -> str:
    """The text of a page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u2060", "").split())


def features(html: str) -> list[dict]:
    script = re.search(r'<script id="wyniki-geojson"[^>]*>(.*?)</script>', html, re.DOTALL)
    return json.loads(script[1])["features"]


class TestList:
    def test_a_place_with_its_facts(self, client):
        unit = factories.unit(name="Dom Kultury „Wiklina”")
        factories.room(
            title_en="Hall 12",
            unit=unit,
            capacity=32,
            area_m2=58,
            accessible="yes",
            verified_on=date(2026, 11, 12),
            is_sample=True,
            price_list=factories.price_list(unit, {"ngo_free": 0}),
        )
        text = words(page(client, AT))
        for expected in (
            "1 place meets everything.",
            "Hall 12",
            "Dom Kultury „Wiklina”",
            "32 people, 58",
            "without steps",
            "free of charge",
            "Confirmed 12",
            "◇ sample",
        ):
            assert expected in text

    def test_the_map_has_the_same_places_under_the_same_numbers(self, client):
        for _ in range(3):
            factories.room()
        factories.room(capacity=20, accessible="no")
        html = page(client, "capacity=25")
        listed = re.findall(r'data-code="([^"]+)" data-number="(\d+)"', html)
        assert len(listed) == 4
        assert [(one["properties"]["code"], str(one["properties"]["number"])) for one in
                features(html)] == listed  # fmt: skip

    def test_a_near_miss_says_why_and_when_it_is_free(self, client):
        room = factories.room(title_en="Busy room")
        factories.occupy(room, "2026-12-01 16:00", "2026-12-01 18:30")
        html = page(client, AT)
        assert "Not free then: taken 16:00–18:30." in words(html)
        assert "Free that day 18:30–20:30." in words(html)
        assert features(html)[0]["properties"]["why_not"]

    def test_a_series_shows_each_date(self, client):
        room = factories.room()
        factories.occupy(room, "2026-12-08 10:00", "2026-12-08 22:00")
        factories.calendar_days("public_holiday", date(2026, 12, 29), date(2026, 12, 29))
        html = page(client, "weekly=TU,17:00,19:00&from=2026-12-01&until=2026-12-29")
        assert "3 of 5 Tuesdays" in words(html)
        assert [html.count(f'class="{state}"') for state in ("free", "taken", "shut")] == [3, 1, 1]

    def test_a_page_links_to_the_place_with_the_asked_time(self, client):
        room = factories.room()
        assert f'href="/miejsce/{room.code}/?{AT}"' in page(client, AT)

    def test_pages(self, client):
        for _ in range(23):
            factories.room()
        first, second = page(client), page(client, "kind=room&offset=20")
        assert first.count('<li class="result"') == 20
        assert second.count('<li class="result"') == 3
        assert "21–23 of 23" in words(second)
        assert 'href="/?kind=room&offset=20"' in first

    @pytest.mark.parametrize("rooms", [1, 30])
    def test_the_number_of_queries_does_not_grow(
        self, client, rooms, django_assert_max_num_queries
    ):
        factories.equip(factories.room(capacity=90), "projector")
        for _ in range(rooms):
            room = factories.room()
            factories.occupy(room, "2026-12-08 10:00", "2026-12-08 22:00")
        query = "weekly=TU,17:00,19:00&from=2026-12-01&until=2026-12-29&capacity=10"
        with django_assert_max_num_queries(16):
            page(client, query)


class TestSentence:
    def test_everything_is_read_back(self, client):
        factories.room()
        factories.equip(factories.room(), "projector")
        text = words(
            page(
                client,
                "capacity=25&step_free=yes&near=20.04,50.07&radius=1000&address=os. Centrum C 10"
                "&weekly=TU,17:00,19:00&from=2027-01-05&until=2027-06-29"
                "&equipment=projector&free_of_charge=true",
            )
        )
        assert text.index("I am looking for") < text.index("for 25 people")
        for slot in ("without steps", "up to 1.0", "from os. Centrum C 10", "17:00–19:00",
                     "with: projector", "free of charge"):  # fmt: skip
            assert slot in text

    def test_each_slot_leads_to_a_control(self, client):
        factories.room()
        html = page(client, f"capacity=25&step_free=yes&near=20.04,50.07&{AT}&q=sala")
        sentence = re.search(r"<h1.*?</h1>", html, re.DOTALL)[0]
        targets = re.findall(r'href="#([^"]+)"', sentence)
        assert len(targets) == 7
        for target in targets:
            assert f'id="{target}"' in html


class TestForm:
    def sent(self, client, **fields) -> str:
        response = client.get("/", {"form": "1", "kind": "room", **fields})
        assert response.status_code == 302, words(response.content.decode())[:600]
        return response["Location"]

    def test_once(self, client):
        sent = self.sent(client, when="once", date="2026-12-01", start="17:00", end="19:00")
        assert sent == f"/?kind=room&{AT}"

    def test_fields_of_other_ways_are_passed_over(self, client):
        sent = self.sent(client, when="none", date="2026-12-01", start="17:00", hours="2")
        assert sent == "/?kind=room"

    def test_weekly(self, client):
        sent = self.sent(
            client, when="weekly", weekdays=["TU", "TH"], weekly_start="17:00", weekly_end="00:00",
            weekly_from="2027-01-05", weekly_until="2027-03-30",
        )  # fmt: skip
        assert sent == (
            "/?kind=room&weekly=TU,17:00,24:00&weekly=TH,17:00,24:00&from=2027-01-05&until=2027-03-30"
        )

    def test_a_few_hours(self, client):
        sent = self.sent(
            client, when="hours", hours="1,5", hours_from="2026-12-01", hours_until="2026-12-20",
            hours_start="17:00",
        )  # fmt: skip
        assert sent.endswith("gap_hours=1.5&from=2026-12-01&until=2026-12-20&between=17:00-24:00")

    def test_attributes(self, client):
        factories.equip(factories.room(), "projector")
        sent = self.sent(
            client, q="taniec", capacity="25", step_free="yes", equipment=["projector"],
            free_of_charge="on", unit_kind="school", radius="1500",
        )  # fmt: skip
        assert sent == (
            "/?kind=room&q=taniec&capacity=25&step_free=yes&equipment=projector"
            "&free_of_charge=true&unit_kind=school"
        )

    def test_other_hours_on_other_days_are_kept(self, client):
        factories.room()
        time = "weekly=TU,17:00,19:00&weekly=TH,9:00,11:00&from=2027-01-05&until=2027-01-28"
        html = page(client, time)
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
        sent = self.sent(
            client, when="weekly", weekdays=["TU", "TH"], weekly_start="17:00", weekly_end="19:00",
            weekly_from="2027-01-05", weekly_until="2027-01-28", capacity="5",
            time_as=fields["time_as"],
        )  # fmt: skip
        assert "weekly=TU,17:00,19:00&weekly=TH,09:00,11:00" in sent
        assert "capacity=5" in sent

    def test_what_is_missing_is_told_and_what_was_typed_is_kept(self, client):
        html = page(client, "form=1&when=once&date=2026-12-01&capacity=25", status=422)
        assert "Fill this in" in words(html)
        assert 'value="25"' in html

    @pytest.mark.parametrize(
        "fields",
        [
            pytest.param("capacity=lots", id="number"),
            pytest.param("when=once&date=2026-12-01&start=19:00&end=17:00", id="times"),
            pytest.param(
                "when=hours&hours=30&hours_from=2026-12-01&hours_until=2026-12-02", id="h"
            ),
            pytest.param("q=%00", id="nul"),
            pytest.param("area=district:99", id="area"),
            pytest.param("address=zzzzqqqq", id="no such place"),
        ],
    )
    def test_nonsense_is_refused_with_the_form(self, client, fields):
        assert '<form class="search__filters"' in page(client, f"form=1&kind=room&{fields}", 422)

    def test_a_named_place(self, client):
        factories.district(4, name="Prądnik Biały")
        sent = self.sent(client, address="Prądnik Biały", radius="1500")
        assert sent == "/?kind=room&district=4"


class TestNothing:
    def test_which_criterion_to_relax_and_by_how_much(self, client):
        factories.room(capacity=20)
        factories.room(capacity=18)
        html = page(client, "kind=room&capacity=25")
        assert "No place meets everything." in words(html)
        assert 'href="/?kind=room&capacity=20"' in html
        assert "for 20 people 1 place" in words(html)

    def test_how_much_farther(self, client):
        factories.room(at=factories.place(2310))
        html = page(client, "kind=room&near=19.9373,50.0617&radius=1000")
        radius = int(re.search(r"&radius=(\d+)", re.search(r'class="relax".*', html)[0])[1])
        assert 2300 < radius <= 2500

    def test_two_criteria(self, client):
        factories.room(capacity=5, accessible="no")
        html = page(client, "capacity=25&step_free=yes")
        assert "Clear all conditions" in words(html)


class TestAddress:
    def test_what_is_wrong_with_it(self, client):
        text = words(page(client, "colour=red&capacity=0", status=422))
        assert "colour: There is no such parameter." in text
        assert "capacity: Give a whole number" in text

    def test_partial_answer_for_htmx(self, client):
        factories.room()
        response = client.get(
            "/?form=1&kind=room&capacity=10", headers={"HX-Request": "true"}, follow=True
        )
        html = response.content.decode()
        assert "<html" not in html
        assert 'id="lista"' in html
        assert 'hx-swap-oob="true"' in html
        assert response["HX-Push-Url"] == "/?kind=room&capacity=10"

    def test_too_many_searches(self, client, settings):
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": "2/m"}
        for _ in range(2):
            page(client)
        assert "too often" in page(client, status=429)


class TestTable:
    def test_all_that_fits(self, client):
        factories.room(title_en="=cmd()", code="first", verified_on=date(2026, 11, 1))
        factories.room(title_en="Hall", code="second", capacity=5)
        response = client.get("/szukaj.csv?capacity=10", headers={"accept-language": "en"})
        assert response["Content-Type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert [(row["Code"], row["Name"]) for row in rows] == [("first", "'=cmd()")]

    def test_a_bad_address(self, client):
        assert client.get("/szukaj.csv?foo=1").status_code == 422


class TestMapLayer:
    URL = "/warstwy/szukaj.geojson?view=19.8,49.98,20.2,50.1&zoom=12"

    def test_what_fits_beyond_the_list_in_clusters(self, client):
        rooms = [factories.room(at=factories.place(n * 5, 0)) for n in range(4)]
        factories.room(capacity=5)
        found = client.get(f"{self.URL}&listed={rooms[0].code}&capacity=10").json()
        assert [one["properties"]["count"] for one in found["features"]] == [3]

    def test_single_places_when_near(self, client):
        room = factories.room(title_pl="Sala")
        url = self.URL.replace("zoom=12", "zoom=17")
        [one] = client.get(url).json()["features"]
        assert one["properties"] == {
            "code": room.code, "title": "Sala", "kind": "room", "place": room.site.name,
            "sample": False, "url": f"/miejsce/{room.code}/",
        }  # fmt: skip

    def test_bad_values(self, client):
        assert client.get(f"{self.URL}&foo=1").status_code == 422
        assert client.get("/warstwy/szukaj.geojson?view=x").status_code == 422


def test_premises_begin_with_those_that_stand_empty(client):
    let = factories.premises()
    factories.occupy(let, "2020-01-01 00:00", None)
    factories.premises()
    html = page(client)
    assert 'href="/?kind=premises&vacant=true"' in html
    assert page(client, "kind=premises&vacant=true").count('<li class="result"') == 1
