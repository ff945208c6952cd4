"""Near misses, facets and what relaxing would bring, against small cities."""

from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import AnonymousUser

from records import clock
from resources.models import Resource
from resources.search.judgement import Judgement, judge
from resources.search.parsing import parse
from resources.search.results import search
from tests import factories

pytestmark = pytest.mark.django_db

AT = "at=2026-12-01T17:00/2026-12-01T19:00"


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(factories.moment("2026-11-23 12:00")):
        yield


def judged(query: str) -> Judgement:
    """The judgement; what fits must be the same as the plain search says, in the same order."""
    criteria = parse(parse_qs(query))
    judgement = judge(criteria, AnonymousUser())
    plain = search(criteria, AnonymousUser())
    assert judgement.matched == plain.matched
    assert [hit.resource_id for hit in judgement.hits] == [hit.resource_id for hit in plain.hits]
    return judgement


def missed(query: str) -> dict[str, str]:
    codes = dict(Resource.objects.values_list("pk", "code"))
    return {codes[miss.resource_id]: miss.criterion for miss in judged(query).misses}


def test_without_criteria_everything_fits():
    factories.room()
    judgement = judged("")
    assert judgement.matched == 1
    assert judgement.misses == []
    assert judgement.relaxed == {}


class TestNearMisses:
    def test_one_criterion_fails(self):
        small = factories.room(capacity=20)
        taken = factories.room(capacity=40)
        factories.occupy(taken, "2026-12-01 18:00", "2026-12-01 20:00")
        both = factories.room(capacity=20)
        factories.occupy(both, "2026-12-01 18:00", "2026-12-01 20:00")
        assert missed(f"capacity=25&{AT}") == {small.code: "capacity", taken.code: "time"}

    @pytest.mark.parametrize(("capacity", "near"), [(18, True), (17, False), (None, False)])
    def test_seven_tenths_of_the_people_are_near(self, capacity, near):
        factories.room(capacity=capacity)
        assert bool(missed("capacity=25")) is near

    @pytest.mark.parametrize(("answer", "near"), [("unknown", True), ("no", False)])
    def test_a_known_barrier_is_not_near(self, answer, near):
        factories.room(accessible=answer)
        assert bool(missed("step_free=yes")) is near

    @pytest.mark.parametrize(("metres", "near"), [(1400, True), (1600, False)])
    def test_half_as_far_again_is_near(self, metres, near):
        room = factories.room(at=factories.place(metres))
        assert missed("near=19.9373,50.0617&radius=1000") == ({room.code: "place"} if near else {})

    def test_another_district_is_not_near(self):
        factories.room(district=factories.district(4))
        assert missed("district=5") == {}

    def test_rules_of_the_unit(self):
        room = factories.room(rules={"max_minutes": 60})
        assert missed(AT) == {room.code: "policy"}

    def test_missing_equipment_is_named(self):
        room = factories.room(equipment=["piano"])
        factories.equip(factories.room(capacity=5), "projector")
        query = "equipment=piano&equipment=projector&capacity=20"
        assert missed(query) == {room.code: "equipment:projector"}


class TestFacets:
    def test_each_ignores_its_own_filter(self):
        for answer in ("yes", "unknown", "no"):
            factories.room(accessible=answer, capacity=30)
        factories.room(accessible="yes", capacity=10)
        facets = judged("step_free=yes&capacity=25").facets
        assert facets.step_free == {"yes": 1, "yes_or_unknown": 2, "any": 3}

    def test_equipment_counts_what_one_more_wish_would_leave(self):
        factories.room(equipment=["projector"])
        factories.room(equipment=["projector", "piano"])
        factories.room()
        assert judged("equipment=projector").facets.equipment == {"projector": 2, "piano": 1}
        assert judged("").facets.equipment == {"projector": 2, "piano": 1}

    def test_kinds_of_units(self):
        for kind in ("school", "school", "library"):
            factories.room(unit=factories.unit(kind=kind))
        assert judged("unit_kind=library").facets.unit_kind == {"school": 2, "library": 1}

    def test_districts(self):
        one, two = factories.district(1), factories.district(2)
        for district in (one, two, two):
            factories.room(district=district)
        factories.room(district=two, capacity=5)
        assert judged("district=1&capacity=10").facets.district == {1: 1, 2: 2}

    def test_free_of_charge(self):
        unit = factories.unit()
        factories.room(unit=unit, price_list=factories.price_list(unit, {"ngo_free": 0}))
        factories.room(unit=unit)
        assert judged("").facets.free_of_charge == 1

    def test_time_counts_in_every_facet(self):
        factories.room(accessible="yes", equipment=["piano"])
        taken = factories.room(accessible="yes", equipment=["piano"])
        factories.occupy(taken, "2026-12-01 18:00", "2026-12-01 20:00")
        facets = judged(AT).facets
        assert facets.step_free["yes"] == 1
        assert facets.equipment == {"piano": 1}


def test_what_relaxing_would_bring():
    factories.room(capacity=12)
    factories.room(capacity=20)
    factories.room(capacity=60, at=factories.place(1300))
    relaxed = judged("capacity=50&near=19.9373,50.0617&radius=1000").relaxed
    assert (relaxed["capacity"].places, relaxed["capacity"].best) == (2, 20)
    assert relaxed["place"].places == 1
    assert 1290 < relaxed["place"].best < 1310


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(f"{AT}&capacity=10&sort=size", id="slot"),
        pytest.param("weekly=TU,17:00,19:00&from=2026-12-01&until=2026-12-29", id="series"),
        pytest.param("gap_hours=2&from=2026-12-01&until=2026-12-09&sort=free_from", id="gap"),
        pytest.param("q=sala&kind=room&free_of_charge=true&vacant=true", id="text"),
        pytest.param("bbox=19.9,50,20,50.1&area_min=10&area_max=90&sort=free_from", id="box"),
        pytest.param("within=POLYGON((19.9 50,20 50,20 50.1,19.9 50))&open_to=ngo", id="polygon"),
        pytest.param("limit=2&offset=1", id="second page"),
    ],
)
def test_what_fits_is_what_the_plain_search_says(query):
    factories.calendar_days("school_break", clock.today(), clock.today())
    for number in range(4):
        factories.room(capacity=8 + number, observes=["school_break"] if number % 2 else [])
    factories.premises()
    judged(query)
