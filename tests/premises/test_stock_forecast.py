"""What falls vacant when: by the dates of contracts, for those who may see the premises."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maps.layers import Viewport, feature_collection
from premises import finding
from premises.layers import falling
from premises.stock.forecast import Quarter, chart, forecast
from records.clock import frozen
from resources.models import Resource
from tests import factories, make
from tests.premises.stock import NOON, let, premises

pytestmark = pytest.mark.django_db

START = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


def codes(person=None, **narrowing) -> list[str]:
    return [row.code for row in forecast(person or make.person(), **narrowing).rows]


class TestWhatFallsVacant:
    @pytest.mark.parametrize(
        ("until", "falls"),
        [
            (date(2026, 11, 24), True),
            (date(2027, 6, 1), True),
            (date(2028, 3, 31), True),
            (date(2028, 4, 1), False),
            (None, False),
            (date(2026, 11, 23), False),
        ],
        ids=["tomorrow", "in half a year", "last day", "after the horizon", "no end", "overdue"],
    )
    def test_by_the_end_of_the_term(self, until, falls):
        row = premises()
        if until == date(2026, 11, 23):
            make.lease(row.resource, START, until)
        else:
            let(row, START, until)
        assert codes() == ([row.resource.code] if falls else [])

    def test_not_when_somebody_follows_after_the_time_to_hand_over(self):
        row, gap = premises(), premises()
        for one in (row, gap):
            let(one, START, date(2027, 6, 1))
        make.lease(row.resource, date(2027, 6, 15), None)
        make.lease(gap.resource, date(2027, 9, 1), None)
        assert codes() == [gap.resource.code]

    def test_what_is_not_public_is_for_officials(self):
        row = premises(visibility=Resource.Visibility.INTERNAL)
        let(row, START, date(2027, 6, 1))
        assert codes() == []
        assert codes(make.staff(row.resource.unit)) == [row.resource.code]

    def test_counts_by_quarter_and_size(self):
        for area, until in ((50, (2027, 1, 1)), (60, (2027, 3, 31)), (61, (2027, 3, 31)),
                            (120, (2027, 4, 1)), (121, (2027, 4, 1))):  # fmt: skip
            let(premises(area_m2=area), START, date(*until))
        made = forecast(make.person())
        assert made.by_quarter[Quarter(2027, 1)] == [2, 1, 0]
        assert made.by_quarter[Quarter(2027, 2)] == [0, 1, 1]
        assert made.by_quarter[Quarter(2026, 4)] == [0, 0, 0]
        assert made.busiest == Quarter(2027, 1)
        assert made.last_day == date(2028, 3, 31)
        assert codes(size=2) == [row.code for row in made.rows if row.area_m2 == 121]

    def test_by_district(self):
        old, new = factories.district(1), factories.district(2)
        let(premises(district=old), START, date(2027, 6, 1))
        there = premises(district=new)
        let(there, START, date(2027, 6, 1))
        assert codes(district=2) == [there.resource.code]
        assert forecast(make.person()).by_district == {1: [0, 1, 0], 2: [0, 1, 0]}


class TestQuarters:
    def test_of_each_month(self):
        numbers = [Quarter.of(date(2026, month, 1)).number for month in range(1, 13)]
        assert numbers == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]

    @pytest.mark.parametrize(
        ("ahead", "expected"), [(0, (2026, 4)), (1, (2027, 1)), (5, (2028, 1)), (-4, (2025, 4))]
    )
    def test_ahead_over_the_end_of_a_year(self, ahead, expected):
        found = Quarter(2026, 4).plus(ahead)
        assert (found.year, found.number) == expected


class TestChart:
    def test_the_blocks_of_a_bar_stand_on_one_another(self):
        for area in (50, 50, 100, 150):
            let(premises(area_m2=area), START, date(2027, 6, 1))
        drawn = chart(forecast(make.person()))
        bar = next(column for column in drawn.columns if column.total)
        assert bar.total == 4
        assert [block.words for block in bar.blocks] == ["2", "1", "1"]
        tops = [block.y for block in bar.blocks]
        assert tops == sorted(tops, reverse=True)
        assert min(tops) >= 30

    def test_nothing_is_an_empty_chart(self):
        drawn = chart(forecast(make.person()))
        assert [column.total for column in drawn.columns] == [0] * 6


class TestPage:
    def test_answers_with_number_quarter_and_table(self, client):
        let(premises(title_pl="Lokal na rogu"), START, date(2027, 6, 1))
        page = client.get("/lokale/zwolni-sie/").content.decode()
        assert "Lokal na rogu" in page
        assert "II 2027" in page
        assert "Najemca" not in page

    @pytest.mark.parametrize("query", ["district=99", "size=7", "size=x", "format=exe"])
    def test_what_makes_no_sense_narrows_nothing(self, client, query):
        let(premises(), START, date(2027, 6, 1))
        response = client.get(f"/lokale/zwolni-sie/?{query}")
        assert response.status_code == 200
        assert len(response.context["rows"]) == 1

    def test_as_a_table(self, client):
        let(premises(title_pl="Lokal na rogu"), START, date(2027, 6, 1))
        text = client.get("/lokale/zwolni-sie/?format=csv").content.decode("utf-8-sig")
        assert "Lokal na rogu" in text
        assert "2027-06-01" in text

    def test_as_many_queries_for_thirty_as_for_one(self, client):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get("/lokale/zwolni-sie/")
            return len(captured)

        unit = make.unit()
        let(premises(unit), START, date(2027, 6, 1))
        few = queries()
        for _n in range(29):
            let(premises(unit), START, date(2027, 6, 1))
        assert queries() == few


class TestLayer:
    def test_the_same_premises_as_the_page(self):
        row = premises()
        let(row, START, date(2027, 6, 1))
        hidden = premises(visibility=Resource.Visibility.DRAFT)
        let(hidden, START, date(2027, 6, 1))
        premises()
        body = json.loads(feature_collection(falling(), make.person(), Viewport(zoom=16)))
        (feature,) = body["features"]
        assert feature["properties"]["code"] == row.resource.code
        assert feature["properties"]["vacant_from"] == "2027-06-01"
        assert feature["properties"]["place"] == "1.06.2027"


class TestFinding:
    @pytest.fixture
    def unit(self):
        return make.unit()

    def found(self, person, text) -> dict[str, list[str]]:
        return {
            group.code: [one.title for one in group.found] for group in finding.find(person, text)
        }

    @pytest.mark.parametrize(
        "text", ["0417", "041", "kalwaryjska", "Lokal Kalwaryjska", "KA1S/00012345/6"]
    )
    def test_premises_by_number_name_address_and_register(self, unit, text):
        premises(
            unit, "0417", title_pl="Lokal 0417", land_register=["KA1S/00012345/6"],
            site=make.site(address="ul. Kalwaryjska 31"),
        )  # fmt: skip
        assert self.found(make.staff(unit), text) == {"premises": ["Lokal 0417"]}

    def test_the_exact_number_comes_first(self, unit):
        for number in ("04170", "0417", "04171"):
            premises(unit, number, title_pl=number)
        assert self.found(make.staff(unit), "0417")["premises"][0] == "0417"

    def test_only_what_the_person_may_see(self, unit):
        row = premises(unit, "0417")
        make.lease(row.resource, START, None, party="Tajny Najemca")
        stranger = make.staff(make.unit())
        assert self.found(stranger, "0417") == {}
        assert self.found(stranger, "Tajny") == {}
        assert self.found(make.person(), "0417") == {}

    def test_contracts_by_number_party_and_place(self, unit):
        row = premises(unit, "0417", title_pl="Lokal na rogu")
        lease = make.lease(row.resource, START, None, party="Fundacja Skarpa")
        officer = make.staff(unit)
        for text in (lease.number, "skarpa", "na rogu"):
            assert lease.number in self.found(officer, text)["leases"][0]

    def test_organisations_by_name_and_whole_number(self, unit):
        make.organisation("Fundacja Wiślana", krs="0000123456")
        officer = make.staff(unit)
        assert self.found(officer, "wiślana") == {"organisations": ["Fundacja Wiślana"]}
        assert self.found(officer, "0000123456") == {"organisations": ["Fundacja Wiślana"]}
        assert self.found(officer, "00001234") == {}

    @pytest.mark.parametrize("text", ["", " ", "x", "%", "_" * 200])
    def test_too_little_or_too_odd_finds_nothing(self, unit, text):
        premises(unit, "0417")
        assert self.found(make.staff(unit), text) == {}

    def test_more_than_is_shown_is_said(self, unit):
        for number in range(10):
            premises(unit, f"09{number}", title_pl="Lokal wspólny")
        (group,) = finding.find(make.staff(unit), "wspólny")
        assert len(group.found) == finding.MOST
        assert group.more
