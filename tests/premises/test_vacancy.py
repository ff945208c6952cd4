"""Vacancy is read from claims: never typed, right to the moment."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maps.layers import Viewport, feature_collection
from premises.layers import VACANT
from premises.models import Premises, Tenancy
from premises.vacancy import Occupation, falling_vacant, vacancies, vacant
from records.clock import frozen, now
from records.periods import local_moment
from resources.claims import Wanted, claim, new_hold
from resources.models import Hold, Layer, Resource
from tests import make

DAY = date(2026, 11, 23)
NOON = local_moment(DAY, 12 * 60)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


def premises(**fields) -> Resource:
    resource = make.resource(
        kind="premises",
        tenure=Resource.Tenure.CONTRACT,
        **{"area_m2": 100, "title_pl": "Lokal", **fields},
    )
    Premises.objects.create(resource=resource, technical_state=3, surveyed_on=DAY)
    return resource


def let(
    resource: Resource,
    first: date,
    until: date | None,
    *,
    kind: str = Hold.Kind.LEASE,
    layers=(Layer.OCCUPANCY, Layer.STEWARDSHIP),
    expires_at=None,
) -> Tenancy | None:
    hold = new_hold(kind, f"L-{make.next_number()}", "Najem", expires_at=expires_at)
    end = local_moment(until, 0) if until else None
    claim(hold, [Wanted(resource.space_id, local_moment(first, 0), end)], layers=layers)
    if kind == Hold.Kind.PLAN:
        return None
    return Tenancy.objects.create(
        hold=hold, premises=resource.premises, kind=kind, term=(first, until)
    )


def state(resource: Resource):
    return vacancies([resource])[resource.pk]


class TestOneState:
    def test_never_let_is_vacant_since_nobody_knows(self):
        found = state(premises())
        assert found.is_vacant
        assert found.since is None

    def test_vacant_since_the_day_after_the_last_tenancy(self):
        resource = premises()
        let(resource, date(2020, 1, 1), date(2022, 1, 1))
        let(resource, date(2022, 1, 1), date(2026, 8, 1))
        assert state(resource).since == date(2026, 8, 1)

    def test_let_names_the_last_day_of_the_contract(self):
        resource = premises()
        let(resource, date(2024, 1, 1), date(2027, 1, 1))
        found = state(resource)
        assert found.occupation is Occupation.LET
        assert found.until == date(2027, 1, 1)
        assert found.last_day == date(2026, 12, 31)

    def test_the_end_is_midnight_and_the_next_morning_is_vacant(self):
        resource = premises()
        let(resource, date(2024, 1, 1), DAY)
        assert state(resource).is_vacant
        with frozen(local_moment(DAY, 0) - timedelta(seconds=1)):
            assert not state(resource).is_vacant

    def test_an_indefinite_loan_has_no_end(self):
        resource = premises()
        let(resource, date(2024, 1, 1), None, kind=Hold.Kind.LENDING)
        found = state(resource)
        assert found.occupation is Occupation.LENT
        assert found.until is None

    def test_vacant_but_promised(self):
        resource = premises()
        let(resource, date(2027, 2, 1), None)
        found = state(resource)
        assert found.is_vacant
        assert found.promised_from == date(2027, 2, 1)

    def test_a_plan_reserves(self):
        resource = premises()
        let(resource, DAY, date(2027, 3, 1), kind=Hold.Kind.PLAN)
        assert state(resource).occupation is Occupation.RESERVED

    def test_an_expired_hold_stands_in_nobodys_way(self):
        resource = premises()
        let(resource, DAY, None, kind=Hold.Kind.PLAN, expires_at=NOON - timedelta(minutes=1))
        assert state(resource).is_vacant
        assert list(vacant(Resource.objects.all())) == [resource]

    def test_occupancy_alone_does_not_let(self):
        resource = premises()
        let(resource, DAY, None, kind=Hold.Kind.PLAN, layers=(Layer.OCCUPANCY,))
        assert state(resource).is_vacant


class TestLists:
    def test_query_and_state_agree(self):
        free, held, gone = premises(), premises(), premises()
        let(held, date(2024, 1, 1), None)
        let(gone, date(2024, 1, 1), DAY)
        everything = Resource.objects.all()
        found = set(vacant(everything))
        assert found == {one for one in everything if state(one).is_vacant} == {free, gone}

    def test_falling_vacant_within_half_a_year_in_order(self):
        early, late, far, prolonged = (premises() for _n in range(4))
        let(late, date(2024, 1, 1), date(2027, 4, 1))
        let(early, date(2024, 1, 1), date(2026, 12, 1))
        let(far, date(2024, 1, 1), date(2027, 6, 1))
        let(prolonged, date(2024, 1, 1), date(2027, 1, 1))
        let(prolonged, date(2027, 1, 1), None)
        assert list(falling_vacant(Resource.objects.all())) == [early, late]

    def test_a_room_is_no_premises(self):
        make.resource()
        assert not vacant(Resource.objects.all()).exists()


class TestPage:
    def test_lists_vacant_premises_and_how_to_get_them(self, client):
        premises(title_pl="Lokal wolny")
        let(premises(title_pl="Lokal zajęty"), date(2024, 1, 1), None)
        page = client.get("/lokale/").content.decode()
        assert "Lokal wolny" in page
        assert "Lokal zajęty" not in page
        assert "postępowani" in page or "procedure" in page

    def test_what_is_not_public_is_neither_listed_nor_counted(self, client):
        premises(title_pl="Lokal tajny", visibility=Resource.Visibility.INTERNAL)
        response = client.get("/lokale/")
        assert response.context["page"].paginator.count == 0
        assert "Lokal tajny" not in response.content.decode()

    def test_narrowed_by_area_and_entrance(self, client):
        premises(area_m2=40, title_pl="Mały")
        premises(area_m2=140, title_pl="Duży")
        response = client.get("/lokale/", {"area_min": "100"})
        assert [row.title_pl for row in response.context["rows"]] == ["Duży"]
        response = client.get("/lokale/", {"step_free": "on"})
        assert response.context["rows"] == []

    @pytest.mark.parametrize("query", ["district=99", "area_min=x", "area_min=-1", "page=none"])
    def test_what_makes_no_sense_narrows_nothing(self, client, query):
        premises()
        response = client.get(f"/lokale/?{query}")
        assert response.status_code == 200
        assert len(response.context["rows"]) == 1

    def test_as_many_queries_for_thirty_as_for_one(self, client):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get("/lokale/")
            return len(captured)

        first = premises()
        let(premises(), date(2024, 1, 1), date(2027, 1, 1))
        few = queries()
        for _n in range(29):
            premises(of=first.unit)
            let(premises(of=first.unit), date(2024, 1, 1), date(2027, 1, 1))
        assert queries() == few <= 8

    def test_the_page_of_premises_says_whether_they_are_vacant(self, client):
        resource = premises()
        let(resource, date(2020, 1, 1), date(2026, 8, 1))
        response = client.get(reverse("resources:detail", args=[resource.code]))
        assert response.context["panel"]["vacancy"].since == date(2026, 8, 1)
        assert response.status_code == 200


class TestLayer:
    def codes(self, person) -> set[str]:
        body = feature_collection(VACANT, person, Viewport(zoom=16))
        return {one["properties"].get("code") for one in json.loads(body)["features"]}

    def test_vacant_ones_only_and_only_what_one_may_see(self):
        free = premises()
        let(premises(), date(2024, 1, 1), None)
        hidden = premises(visibility=Resource.Visibility.DRAFT)
        assert self.codes(make.person()) == {free.code}
        keeper = make.staff(hidden.unit)
        assert self.codes(keeper) == {free.code, hidden.code}


def test_a_tenancy_begins():
    resource = premises()
    hold = new_hold(Hold.Kind.LEASE, "L-1", "Najem")
    with pytest.raises(IntegrityError, match="tenancy_term_begins"), transaction.atomic():
        Tenancy.objects.create(
            hold=hold, premises=resource.premises, kind="lease", term=(None, now().date())
        )
