"""The course of a contract: every step allowed and forbidden, by side, as a table."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from premises.leasing import clock, course, states
from premises.leasing.states import FINAL, Role, Situation
from premises.models import Lease
from records.clock import frozen
from records.periods import local_moment
from records.problems import Conflict, Forbidden, Invalid, NotFound
from tests import make

S = Lease.State
DAY = date(2026, 11, 23)
#: Everything speaks for every step.
OPEN = Situation(
    today=DAY,
    starts_on=DAY - timedelta(days=800),
    ends_before=DAY,
    terminated=True,
    near_end_from=DAY,
    return_by=DAY,
    claims_until=DAY,
    extra_time_over=DAY,
)
U, H, T, C = Role.OFFICER, Role.HEAD, Role.TENANT, Role.SYSTEM

#: From -> to -> who may; everything that does not stand here is forbidden to everybody.
TABLE: dict[str, dict[str, set[Role]]] = {
    S.DRAFTING: {S.LEGAL_CHECK: {U, H}, S.ABANDONED: {U, H}},
    S.LEGAL_CHECK: {S.DRAFTING: {U, H}, S.TO_SIGN: {H}},
    S.TO_SIGN: {S.SIGNED: {U, H}, S.ABANDONED: {U, H}},
    S.SIGNED: {S.HANDOVER_PENDING: {U, H}, S.ABANDONED: {H}},
    S.HANDOVER_PENDING: {S.ACTIVE: {U, H}, S.ABANDONED: {H}},
    S.ACTIVE: {
        S.ARREARS: {U, H, C},
        S.BREACH: {U, H},
        S.EXPIRING: {C},
        S.NOTICE_GIVEN: {U, H},
        S.ENDED: {C},
    },
    S.ARREARS: {S.ACTIVE: {U, H, C}, S.WARNED: {U, H}, S.NOTICE_GIVEN: {U, H}, S.ENDED: {C}},
    S.WARNED: {
        S.ACTIVE: {U, H, C},
        S.TERMINATED_IMMEDIATE: {H},
        S.NOTICE_GIVEN: {U, H},
        S.ENDED: {C},
    },
    S.BREACH: {
        S.ACTIVE: {U, H},
        S.TERMINATED_IMMEDIATE: {H},
        S.NOTICE_GIVEN: {U, H},
        S.ENDED: {C},
    },
    S.EXPIRING: {
        S.ACTIVE: {C},
        S.ARREARS: {U, H, C},
        S.BREACH: {U, H},
        S.RENEWAL_REQUESTED: {U, H, T},
        S.NOTICE_GIVEN: {U, H},
        S.ENDED: {C},
    },
    S.RENEWAL_REQUESTED: {
        S.ACTIVE: {C},
        S.EXPIRING: {U, H},
        S.NOTICE_GIVEN: {U, H},
        S.ENDED: {C},
    },
    S.NOTICE_GIVEN: {S.ENDED: {C}},
    S.TERMINATED_IMMEDIATE: {S.RETURN_PENDING: {U, H, C}},
    S.ENDED: {S.RETURN_PENDING: {C}, S.ARCHIVED: {C}},
    S.RETURN_PENDING: {S.HOLDOVER: {U, H, C}, S.RETURNED: {U, H}},
    S.HOLDOVER: {S.RETURNED: {U, H}},
    S.RETURNED: {S.SETTLED: {U, H}},
    S.SETTLED: {S.ARCHIVED: {U, H, C}},
    S.ABANDONED: {},
    S.ARCHIVED: {},
}
#: Where the clock chooses between two ways, what speaks for one speaks against the other.
SITUATIONS = {
    (S.ENDED, S.ARCHIVED): replace(OPEN, continued=True),
    (S.EXPIRING, S.ACTIVE): replace(OPEN, near_end_from=None),
    (S.RENEWAL_REQUESTED, S.ACTIVE): replace(OPEN, near_end_from=None),
}


class TestTable:
    def test_every_state_stands_in_it(self):
        assert set(TABLE) == set(S)

    @pytest.mark.parametrize(("source", "target"), list(product(S, S)))
    @pytest.mark.parametrize("role", Role)
    def test_who_may_go_where(self, source, target, role):
        at = SITUATIONS.get((source, target), OPEN)

        def go():
            return states.require(source, target, role, at, reason="powód")

        allowed = TABLE[source].get(target, set())
        if role in allowed:
            assert go().target == target
        elif allowed:
            with pytest.raises(Forbidden):
                go()
        else:
            with pytest.raises(Conflict) as refused:
                go()
            assert refused.value.code == "wrong_state"

    def test_what_is_final(self):
        assert {S.ABANDONED, S.ARCHIVED} == FINAL

    def test_every_state_can_be_reached(self):
        reached = {target for targets in TABLE.values() for target in targets}
        assert set(S) - reached == set()

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            (S.DRAFTING, S.ABANDONED),
            (S.LEGAL_CHECK, S.DRAFTING),
            (S.TO_SIGN, S.ABANDONED),
            (S.SIGNED, S.ABANDONED),
            (S.ACTIVE, S.ARREARS),
            (S.ACTIVE, S.BREACH),
            (S.ARREARS, S.WARNED),
            (S.BREACH, S.ACTIVE),
            (S.WARNED, S.TERMINATED_IMMEDIATE),
            (S.ACTIVE, S.NOTICE_GIVEN),
            (S.RENEWAL_REQUESTED, S.EXPIRING),
        ],
    )
    @pytest.mark.parametrize("reason", ["", "  \n"])
    def test_what_needs_a_reason(self, source, target, reason):
        with pytest.raises(Invalid) as refused:
            states.require(source, target, Role.HEAD, OPEN, reason=reason)
        assert refused.value.field == "reason"


class TestGuards:
    @pytest.mark.parametrize(
        ("source", "target", "role", "against", "code"),
        [
            (S.DRAFTING, S.LEGAL_CHECK, U, {"missing": ("najemca",)}, "draft_incomplete"),
            (S.LEGAL_CHECK, S.TO_SIGN, H, {"unanswered": ("przetarg",)}, "needs_unanswered"),
            (S.LEGAL_CHECK, S.TO_SIGN, H, {"missing": ("czynsz",)}, "draft_incomplete"),
            (S.TO_SIGN, S.SIGNED, U, {"unanswered": ("wykaz",)}, "needs_unanswered"),
            (S.SIGNED, S.HANDOVER_PENDING, U, {"unsecured": ("kaucja",)}, "unsecured"),
            (S.HANDOVER_PENDING, S.ACTIVE, U, {"not_back": ("ZL-1-2024",)}, "not_handed_back"),
            (S.WARNED, S.TERMINATED_IMMEDIATE, H,
             {"extra_time_over": DAY + timedelta(days=1)}, "extra_time_runs"),
            (S.WARNED, S.TERMINATED_IMMEDIATE, H, {"terminated": False}, "no_termination"),
            (S.BREACH, S.TERMINATED_IMMEDIATE, H, {"terminated": False}, "no_termination"),
            (S.ACTIVE, S.NOTICE_GIVEN, U, {"terminated": False}, "no_termination"),
            (S.ACTIVE, S.EXPIRING, C, {"near_end_from": DAY + timedelta(days=1)}, "end_not_near"),
            (S.ACTIVE, S.EXPIRING, C, {"near_end_from": None}, "end_not_near"),
            (S.EXPIRING, S.ACTIVE, C, {}, "not_prolonged"),
            (S.EXPIRING, S.ENDED, C, {"ends_before": DAY + timedelta(days=1)}, "term_not_over"),
            (S.ACTIVE, S.ENDED, C, {"ends_before": None}, "term_not_over"),
            (S.ENDED, S.RETURN_PENDING, C, {"continued": True}, "continued"),
            (S.ENDED, S.ARCHIVED, C, {}, "no_next"),
            (S.RETURN_PENDING, S.HOLDOVER, U,
             {"return_by": DAY + timedelta(days=1)}, "return_not_due"),
            (S.RETURNED, S.SETTLED, U, {"open_securities": ("kaucja",)}, "not_settled"),
            (S.RETURNED, S.SETTLED, U, {"open_outlays": ("F 1",)}, "not_settled"),
            (S.SETTLED, S.ARCHIVED, U, {"claims_until": DAY + timedelta(days=1)}, "claims_run"),
            (S.SETTLED, S.ARCHIVED, U, {"claims_until": None}, "claims_run"),
        ],
    )  # fmt: skip
    def test_what_stands_in_the_way(self, source, target, role, against, code):
        at = replace(OPEN, **against)
        with pytest.raises(Conflict) as refused:
            states.require(source, target, role, at, reason="powód")
        assert refused.value.code == code
        offered = [
            one for one in states.offers(source, role, at) if one.transition.target == target
        ]
        assert [one.problem.code for one in offered] == [code]


NOON = local_moment(DAY, 12 * 60)


@pytest.mark.django_db
class TestPeople:
    """The same sides as people with roles in the unit and in the tenant's organisation."""

    @pytest.fixture(autouse=True)
    def _noon(self):
        with frozen(NOON):
            yield

    def test_an_officer_prepares_and_the_head_approves(self):
        place = make.resource(kind="premises")
        officer = make.staff(place.unit, "lettings_officer")
        head = make.staff(place.unit, "head")
        lease = make.lease(place, DAY, None, state=S.DRAFTING)
        course.move(lease, S.LEGAL_CHECK, officer)
        with pytest.raises(Forbidden):
            course.move(lease, S.TO_SIGN, officer)
        assert course.move(lease, S.TO_SIGN, head).sign_by == DAY + timedelta(days=14)
        steps = list(lease.steps.values_list("from_state", "to_state", "actor"))
        assert steps == [
            (S.DRAFTING, S.LEGAL_CHECK, str(officer)),
            (S.LEGAL_CHECK, S.TO_SIGN, str(head)),
        ]

    def test_who_serves_another_unit_does_not_see_it(self):
        lease = make.lease(make.resource(), state=S.DRAFTING)
        with pytest.raises(NotFound):
            course.move(lease, S.LEGAL_CHECK, make.staff(make.unit(), "head"))

    def test_who_only_looks_is_refused(self):
        place = make.resource()
        lease = make.lease(place, state=S.DRAFTING)
        with pytest.raises(Forbidden):
            course.move(lease, S.LEGAL_CHECK, make.staff(place.unit, "viewer"))

    def test_the_tenant_asks_for_the_next_contract_and_nothing_else(self):
        ngo = make.organisation()
        member = make.member(ngo, "editor")
        lease = make.lease(make.resource(), date(2024, 1, 1), DAY + timedelta(days=100), party=ngo)
        asked = course.move(lease, S.RENEWAL_REQUESTED, member, as_tenant=True)
        # The clock went first: the end had come into sight.
        assert list(lease.steps.values_list("to_state", flat=True)) == [
            S.EXPIRING,
            S.RENEWAL_REQUESTED,
        ]
        assert asked.renewal_asked_at == NOON
        with pytest.raises(Forbidden):
            course.move(lease, S.EXPIRING, member, as_tenant=True, reason="x")
        with pytest.raises(Forbidden):
            course.move(lease, S.BREACH, member, reason="x")

    def test_a_viewer_of_the_organisation_asks_for_nothing(self):
        ngo = make.organisation()
        lease = make.lease(make.resource(), date(2024, 1, 1), DAY + timedelta(days=100), party=ngo)
        with pytest.raises(Forbidden):
            course.move(lease, S.RENEWAL_REQUESTED, make.member(ngo, "viewer"), as_tenant=True)

    def test_the_tenant_does_not_see_a_draft(self):
        ngo = make.organisation()
        lease = make.lease(make.resource(), party=ngo, state=S.LEGAL_CHECK)
        with pytest.raises(NotFound):
            course.move(lease, S.TO_SIGN, make.member(ngo, "representative"), as_tenant=True)

    def test_an_older_version_is_refused_with_what_changed(self):
        place = make.resource()
        one, other = (make.staff(place.unit, "lettings_officer") for _n in range(2))
        lease = make.lease(place, state=S.DRAFTING)
        seen = lease.version
        course.move(lease, S.LEGAL_CHECK, one, seen=seen)
        with pytest.raises(course.ChangedMeanwhile) as refused:
            course.move(lease, S.ABANDONED, other, reason="pomyłka", seen=seen)
        assert str(one) in str(refused.value)
        assert refused.value.steps[0].to_state == S.LEGAL_CHECK
        lease.refresh_from_db()
        assert lease.state == S.LEGAL_CHECK


@pytest.mark.django_db
class TestClock:
    def states_on(self, lease: Lease, day: date) -> str:
        with frozen(local_moment(day, 12 * 60)):
            clock.run()
        lease.refresh_from_db()
        return lease.state

    @pytest.mark.parametrize(
        ("day", "state"),
        [
            (date(2026, 7, 4), S.ACTIVE),
            (date(2026, 7, 5), S.EXPIRING),  # 180 days before 1.01.2027
            (date(2026, 12, 31), S.EXPIRING),
            (date(2027, 1, 1), S.RETURN_PENDING),
            (date(2027, 1, 14), S.RETURN_PENDING),
            (date(2027, 1, 15), S.HOLDOVER),
            (date(2030, 1, 1), S.HOLDOVER),
        ],
    )
    def test_a_term_runs_out(self, day, state):
        with frozen(local_moment(date(2025, 1, 1), 600)):
            lease = make.lease(make.resource(), date(2025, 1, 1), date(2027, 1, 1))
        assert self.states_on(lease, day) == state

    def test_a_lending_is_handed_back_sooner(self):
        with frozen(local_moment(date(2025, 1, 1), 600)):
            lease = make.lease(make.resource(), date(2025, 1, 1), date(2027, 1, 1), kind="lending")
        assert self.states_on(lease, date(2027, 1, 8)) == S.HOLDOVER

    def test_an_indefinite_one_never_does(self):
        lease = make.lease(make.resource(), date(2025, 1, 1), None)
        assert self.states_on(lease, date(2040, 1, 1)) == S.ACTIVE

    def test_a_continued_one_is_archived_without_hand_back(self):
        place, ends = make.resource(), date(2027, 1, 1)
        with frozen(NOON):
            lease = make.lease(place, date(2025, 1, 1), ends)
            make.lease(place, ends, None, state=S.SIGNED, previous=lease)
        assert self.states_on(lease, ends) == S.ARCHIVED

    def test_running_twice_does_nothing_more(self):
        with frozen(local_moment(date(2025, 1, 1), 600)):
            make.lease(make.resource(), date(2025, 1, 1), date(2027, 1, 1))
        with frozen(local_moment(date(2027, 2, 1), 600)):
            assert clock.run() == 3  # ended, to be handed back, without title
            assert clock.run() == 0
