"""What the database itself keeps about contracts, whoever writes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from premises.models import (
    Lease,
    LeaseObject,
    LeaseParty,
    LeaseRule,
    LeaseVersion,
    Outlay,
    Security,
    Termination,
    ThirdPartyConsent,
    WorksConsent,
)
from records.clock import now
from resources.claims import new_hold
from tests import make

DAY = date(2026, 11, 23)

pytestmark = pytest.mark.django_db


def lease(**fields) -> Lease:
    number = make.next_number()
    if "unit" not in fields:
        fields["unit"] = make.unit()
    return Lease.objects.create(
        **{
            "number": f"N-{number}-2026",
            "kind": Lease.Kind.LEASE,
            "state_since": now(),
            "starts_on": DAY,
            "created_at": now(),
            **fields,
        }
    )


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def commit() -> None:
    """What waits for the commit is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestContract:
    @pytest.mark.parametrize("state", Lease.BINDING)
    def test_a_binding_one_has_a_hold(self, state):
        with refused("lease_binding_has_hold"), transaction.atomic():
            lease(state=state)
        hold = new_hold("lease", f"L-{state}", "Najem")
        assert lease(state=state, hold=hold).pk

    @pytest.mark.parametrize("state", Lease.PREPARED)
    def test_one_in_preparation_has_none(self, state):
        assert lease(state=state).hold is None

    def test_the_term_has_at_least_one_day(self):
        with refused("lease_term_ordered"), transaction.atomic():
            lease(ends_before=DAY)
        assert lease(ends_before=DAY + timedelta(days=1)).pk

    @pytest.mark.parametrize("state", ["returned", "settled"])
    def test_handed_back_says_when(self, state):
        with refused("lease_returned_when_handed_back"), transaction.atomic():
            lease(state=state)

    def test_a_number_is_given_once(self):
        one = lease()
        with refused("number"), transaction.atomic():
            lease(number=one.number)

    def test_a_place_stands_once_in_a_contract(self):
        place, one = make.resource(), lease()
        LeaseObject.objects.create(lease=one, resource=place)
        with refused("lease_object_once"), transaction.atomic():
            LeaseObject.objects.create(lease=one, resource=place)


class TestParties:
    def party(self, of: Lease, **fields) -> LeaseParty:
        return LeaseParty.objects.create(
            **{"lease": of, "name": "Spółka", "valid": (DAY, None), **fields}
        )

    def test_a_party_is_an_organisation_or_a_name(self):
        one = lease()
        with refused("lease_party_is_somebody"), transaction.atomic():
            self.party(one, name="")
        with refused("lease_party_is_somebody"), transaction.atomic():
            self.party(one, organisation=make.organisation())

    @pytest.mark.parametrize(("top", "bottom"), [(0, 2), (3, 2), (1, None)])
    def test_a_share_lies_between_nothing_and_the_whole(self, top, bottom):
        with refused("lease_party_share_whole"), transaction.atomic():
            self.party(lease(), share_numerator=top, share_denominator=bottom)

    @pytest.mark.parametrize(
        "shares",
        [
            [(1, 2), (1, 2)],
            [(1, 6)] * 6,  # 0.1666… six times is more than one in decimal places
            [(1, 3), (1, 3), (1, 4)],
            [(9999, 10000), (1, 10000)],
        ],
    )
    def test_shares_up_to_the_whole(self, shares):
        one = lease()
        for top, bottom in shares:
            self.party(one, share_numerator=top, share_denominator=bottom)
        commit()

    @pytest.mark.parametrize("shares", [[(1, 2), (2, 3)], [(9999, 10000), (1, 9999)]])
    def test_more_than_the_whole_is_refused_at_commit(self, shares):
        one = lease()
        with refused("exceed the whole"), transaction.atomic():
            for top, bottom in shares:
                self.party(one, share_numerator=top, share_denominator=bottom)
            commit()

    def test_shares_one_after_the_other_may_each_be_the_whole(self):
        one, later = lease(), DAY + timedelta(days=90)
        self.party(one, share_numerator=1, share_denominator=1, valid=(DAY, later))
        self.party(one, share_numerator=1, share_denominator=1, valid=(later, None))
        commit()

    def test_a_day_of_overlap_is_too_much(self):
        one, later = lease(), DAY + timedelta(days=90)
        with refused("exceed the whole"), transaction.atomic():
            self.party(
                one, share_numerator=1, share_denominator=1,
                valid=(DAY, later + timedelta(days=1)),
            )  # fmt: skip
            self.party(one, share_numerator=1, share_denominator=2, valid=(later, None))
            commit()

    def test_whoever_is_only_let_in_has_no_part_in_the_sum(self):
        one = lease()
        self.party(one, share_numerator=1, share_denominator=1)
        self.party(one, role="authorised_user", share_numerator=1, share_denominator=2)
        commit()


class TestVersions:
    def version(self, of: Lease, first: date, until: date | None = None) -> LeaseVersion:
        return LeaseVersion.objects.create(lease=of, valid=(first, until), recorded_at=now())

    def test_terms_of_one_contract_never_overlap(self):
        one = lease()
        self.version(one, DAY)
        with refused("lease_version_one_at_a_time"), transaction.atomic():
            self.version(one, DAY + timedelta(days=30))

    def test_adjacent_terms_and_other_contracts_do_not_meet(self):
        one, later = lease(), DAY + timedelta(days=30)
        self.version(one, DAY, later)
        self.version(one, later)
        self.version(lease(), DAY)

    def test_terms_begin_on_a_day(self):
        with refused("lease_version_begins"), transaction.atomic():
            LeaseVersion.objects.create(lease=lease(), valid=(None, DAY), recorded_at=now())

    def test_rent_is_not_negative(self):
        with refused("lease_version_rent_not_negative"), transaction.atomic():
            LeaseVersion.objects.create(
                lease=lease(), valid=(DAY, None), rent_net=Decimal("-0.01"), recorded_at=now()
            )


class TestRules:
    def rule(self, **fields) -> LeaseRule:
        return LeaseRule.objects.create(
            **{"code": "return_days", "number": 7, "valid": (DAY, None), **fields}
        )

    def test_one_number_at_a_time_for_the_city_and_for_each_unit(self):
        unit = make.unit()
        self.rule()
        self.rule(unit=unit)
        self.rule(kind="lending")
        for fields in ({}, {"unit": unit}, {"kind": "lending"}):
            with refused("lease_rule_one_at_a_time"), transaction.atomic():
                self.rule(**fields)


class TestWhatGoesWithIt:
    def test_no_more_is_set_off_than_was_secured(self):
        with refused("security_set_off_within"), transaction.atomic():
            Security.objects.create(lease=lease(), kind="deposit", amount=100, set_off=101)
        with refused("security_set_off_within"), transaction.atomic():
            Security.objects.create(lease=lease(), kind="deposit", set_off=1)

    def test_only_what_was_paid_is_returned(self):
        with refused("security_returned_after_given"), transaction.atomic():
            Security.objects.create(lease=lease(), kind="deposit", amount=100, returned_on=DAY)

    def test_a_refused_consent_says_why(self):
        asked = {"lease": lease(), "asked_at": now(), "decided_at": now(), "state": "refused"}
        with refused("third_party_refused_with_reason"), transaction.atomic():
            ThirdPartyConsent.objects.create(who="Klub", scope="sala", valid=(DAY, None), **asked)
        with refused("works_refused_with_reason"), transaction.atomic():
            WorksConsent.objects.create(scope="ścianka", **asked)

    def test_no_more_outlay_is_accepted_than_was_spent(self):
        works = WorksConsent.objects.create(lease=lease(), scope="ścianka", asked_at=now())
        with refused("outlay_accepted_within"), transaction.atomic():
            Outlay.objects.create(works=works, day=DAY, document="F 1", amount=10, accepted=11)

    def test_a_contract_does_not_end_before_the_statement_came(self):
        with refused("termination_after_statement"), transaction.atomic():
            Termination.objects.create(
                lease=lease(), way="notice", side="tenant", delivered_on=DAY, recorded_at=now(),
                ends_before=DAY - timedelta(days=1), ground="przeprowadzka", recorded_by="x",
            )  # fmt: skip
