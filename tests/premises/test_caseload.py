"""Who looks after which cases, and passing them on."""

from datetime import date

import pytest
from django.urls import reverse

from organisations.models import Notification
from premises.desk.caseload import assign, caseload, hand_over
from premises.models import Lease
from records.problems import Forbidden, Invalid
from resources.models import StaffRole
from tests import make
from tests.premises.contracts import contract

pytestmark = pytest.mark.django_db

S = Lease.State


@pytest.fixture
def unit():
    return make.unit(name="Zarząd")


@pytest.fixture
def head(unit):
    return make.staff(unit, StaffRole.Role.HEAD, make.person("Halina Szefowa"))


@pytest.fixture
def officer(unit):
    return make.staff(unit, StaffRole.Role.LETTINGS_OFFICER, make.person("Adam Referent"))


def drafted(unit, officer=None, state=S.DRAFTING) -> Lease:
    return contract(unit, state=state, officer=officer)


class TestCaseload:
    def test_counts_each_case_once_in_the_column_of_its_state(self, unit, officer, head):
        for state in (S.DRAFTING, S.TO_SIGN, S.SIGNED):
            drafted(unit, officer, state)
        for state in (S.ACTIVE, S.ARREARS):
            drafted(unit, officer, state)
        for state in (S.EXPIRING, S.NOTICE_GIVEN):
            drafted(unit, officer, state)
        drafted(unit, officer, S.HOLDOVER)
        load = next(one for one in caseload(unit) if one.person == officer)
        columns = load.in_preparation, load.running, load.ending, load.after_the_end
        assert columns == (3, 2, 2, 1)
        assert load.total == 8

    @pytest.mark.parametrize("state", S)
    def test_every_state_is_a_case_or_over(self, unit, officer, state):
        contract(
            unit,
            state=state,
            officer=officer,
            returned=date(2026, 6, 1) if state in (S.RETURNED, S.SETTLED) else None,
        )
        load = next(one for one in caseload(unit) if one.person == officer)
        assert load.total == (0 if state in (S.ARCHIVED, S.ABANDONED) else 1)

    def test_shows_who_serves_without_cases_and_who_has_cases_and_left(self, unit, officer, head):
        left = make.person("Była Referentka")
        drafted(unit, left)
        found = {str(load.person): (load.total, load.serves) for load in caseload(unit)}
        assert found == {
            "Adam Referent": (0, True),
            "Halina Szefowa": (0, True),
            "Była Referentka": (1, False),
        }

    def test_what_nobody_looks_after_stands_last(self, unit, officer):
        drafted(unit)
        assert [(load.person, load.total) for load in caseload(unit)] == [(officer, 0), (None, 1)]

    def test_cases_of_other_units_do_not_count(self, unit, officer):
        drafted(make.unit(), officer)
        assert sum(load.total for load in caseload(unit)) == 0

    def test_costs_the_same_for_one_case_and_for_thirty(
        self, unit, officer, head, django_assert_num_queries
    ):
        drafted(unit, officer)
        drafted(unit, make.person("Nie Pracuje"))
        with django_assert_num_queries(4):
            caseload(unit)
        for _ in range(29):
            drafted(unit, make.person())
        with django_assert_num_queries(4):
            caseload(unit)


class TestHandOver:
    def test_passes_open_cases_on_and_leaves_ended_ones(self, unit, officer, head):
        other = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
        going, over = drafted(unit, officer), drafted(unit, officer, S.ABANDONED)
        assert hand_over(unit, giver=officer, taker=other, by=head) == 1
        going.refresh_from_db()
        over.refresh_from_db()
        assert (going.officer, over.officer) == (other, officer)

    def test_tells_the_new_officer_once_with_the_word_of_the_head(self, unit, officer, head):
        drafted(unit)
        drafted(unit)
        hand_over(unit, giver=None, taker=officer, by=head, note="Pilne: Kalwaryjska.")
        [told] = Notification.objects.filter(person=officer)
        assert told.context["number"] == 2
        assert told.context["note"] == "Pilne: Kalwaryjska."

    def test_with_nothing_to_pass_on_nobody_is_told(self, unit, officer, head):
        assert hand_over(unit, giver=None, taker=officer, by=head) == 0
        assert not Notification.objects.exists()

    def test_only_to_somebody_who_looks_after_lettings_there(self, unit, head):
        looker = make.staff(unit, StaffRole.Role.VIEWER)
        with pytest.raises(Invalid) as refused:
            hand_over(unit, giver=None, taker=looker, by=head)
        assert refused.value.code == "does_not_serve"

    def test_an_officer_may_not(self, unit, officer, head):
        with pytest.raises(Forbidden):
            hand_over(unit, giver=None, taker=head, by=officer)

    def test_single_cases_and_none_of_another_unit(self, unit, officer, head):
        mine, foreign = drafted(unit), drafted(make.unit())
        number = assign(unit, taker=officer, by=head, leases=[mine.pk, foreign.pk])
        foreign.refresh_from_db()
        assert (number, foreign.officer) == (1, None)


class TestPages:
    def test_the_head_passes_a_caseload_on(self, client, unit, officer, head):
        drafted(unit)
        client.force_login(head)
        page = client.get(reverse("lettings:caseload", args=[unit.code]))
        assert page.status_code == 200
        address = reverse("lettings:hand_over", args=[unit.code])
        answer = client.post(address, {"giver": "-", "taker": officer.pk, "note": ""})
        assert answer.status_code == 302
        assert Lease.objects.get().officer == officer

    def test_a_wrong_choice_keeps_what_was_written(self, client, unit, officer, head):
        drafted(unit, officer)
        client.force_login(head)
        address = reverse("lettings:hand_over", args=[unit.code])
        answer = client.post(
            address, {"giver": officer.pk, "taker": officer.pk, "note": "Na czas urlopu"}
        )
        assert answer.status_code == 422
        assert "Na czas urlopu" in answer.content.decode()
        assert Lease.objects.get().officer == officer

    def test_an_officer_sees_the_caseload_without_the_button(self, client, unit, officer):
        drafted(unit)
        client.force_login(officer)
        address = reverse("lettings:hand_over", args=[unit.code])
        page = client.get(reverse("lettings:caseload", args=[unit.code]))
        assert address not in page.content.decode()
        assert client.get(address).status_code == 403

    def test_a_stranger_finds_nothing(self, client, unit):
        client.force_login(make.staff(make.unit(), StaffRole.Role.HEAD))
        assert client.get(reverse("lettings:caseload", args=[unit.code])).status_code == 404

    def test_history_keeps_who_looked_after_it_before(self, unit, officer, head):
        case = drafted(unit, officer)
        other = make.staff(unit, StaffRole.Role.LETTINGS_OFFICER)
        hand_over(unit, giver=officer, taker=other, by=head)
        events = case.events.order_by("pgh_id")
        assert [event.officer_id for event in events] == [officer.pk, other.pk]
