"""The register of charges: made once, corrected by differences, sent byte for byte."""

import hashlib
from datetime import date, datetime
from decimal import Decimal

import pytest

from premises.models import Charge, HoldoverBase, Lease, Security, Termination, UtilityTerm
from premises.upkeep import charges, exports
from premises.upkeep.rules import load_upkeep_rules
from records import clock
from records.clock import KRAKOW
from records.problems import Conflict
from tests import make
from tests.premises.upkeep_scenes import contract

D = Decimal
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules():
    load_upkeep_rules()
    make.lease_rules()
    with clock.frozen(datetime(2026, 6, 15, 10, tzinfo=KRAKOW)):
        yield


def sums(lease: Lease) -> list[tuple[str, int, int, Decimal, Decimal]]:
    return [
        (row.kind, row.month.month, row.sequence, row.net, row.gross)
        for row in lease.charges.order_by("month", "kind", "sequence")
    ]


def send(lease: Lease) -> None:
    exports.export(lease.unit, date(2027, 1, 1), "person:1")


class TestRepeats:
    def test_nothing_is_made_twice(self):
        one = contract()
        assert charges.generate(one, JUNE, "job")
        assert charges.generate(one, JUNE, "job") == []
        assert sums(one) == [("rent", 6, 0, D("1000.00"), D("1230.00"))]

    def test_the_job_repeats_as_it_likes(self):
        one = contract()
        assert charges.run() == 2  # this month and the one before
        assert charges.run() == 0
        assert one.charges.count() == 2

    def test_a_contract_not_handed_over_owes_nothing(self):
        one = contract(handed_over_on=None)
        assert charges.generate(one, JUNE, "job") == []

    def test_rent_begins_with_the_protocol(self):
        one = contract(handed_over_on=date(2026, 6, 16))
        charges.generate(one, JUNE, "job")
        assert sums(one) == [("rent", 6, 0, D("500.00"), D("615.00"))]
        assert one.charges.get().due_on == date(2026, 7, 10)


class TestChangedTerms:
    def test_what_finance_does_not_have_is_brought_up_to_date(self):
        one = contract()
        charges.generate(one, JUNE, "job")
        one.versions.update(rent_net=D(1200))
        charges.generate(one, JUNE, "job")
        assert sums(one) == [("rent", 6, 0, D("1200.00"), D("1476.00"))]

    def test_what_it_has_is_corrected_by_the_difference(self):
        one = contract()
        charges.generate(one, JUNE, "job")
        send(one)
        one.versions.update(rent_net=D(1200))
        charges.generate(one, JUNE, "job")
        assert charges.generate(one, JUNE, "job") == []
        assert sums(one) == [
            ("rent", 6, 0, D("1000.00"), D("1230.00")),
            ("rent", 6, 1, D("200.00"), D("246.00")),
        ]

    def test_a_term_that_ends_earlier_takes_back_what_was_charged_too_much(self):
        one = contract()
        charges.generate(one, JUNE, "job")
        send(one)
        one.ends_before = date(2026, 6, 16)
        one.save()
        charges.generate(one, JUNE, "job")
        assert sums(one)[-1] == ("rent", 6, 1, D("-500.00"), D("-615.00"))

    def test_a_correction_is_corrected_again_once_it_was_sent(self):
        one = contract()
        for rent in (1000, 1200, 900):
            one.versions.update(rent_net=D(rent))
            charges.generate(one, JUNE, "job")
            send(one)
        assert [row[3] for row in sums(one)] == [D("1000.00"), D("200.00"), D("-300.00")]

    def test_an_unsent_charge_that_no_longer_holds_goes(self):
        one = contract()
        charges.generate(one, JUNE, "job")
        one.ends_before = JUNE
        one.save()
        charges.generate(one, JUNE, "job")
        assert not one.charges.filter(kind="rent").exists()

    def test_vat_of_the_parts_is_the_vat_of_the_whole(self):
        one = contract(rent="0.10")
        charges.generate(one, JUNE, "job")
        send(one)
        one.versions.update(rent_net=D("0.17"))
        charges.generate(one, JUNE, "job")
        total = sum(row.vat for row in one.charges.all())
        assert total == D("0.04")  # 23 % of 0.17, and not 0.02 + 0.02 by luck
        assert total == charges.expected(one, JUNE)[0].vat

    def test_a_notice_recorded_late_is_followed_back(self):
        one = contract()
        for month in (date(2026, 3, 1), date(2026, 4, 1), MAY, JUNE):
            charges.generate(one, month, "job")
        Termination.objects.create(
            lease=one, way="notice", side="tenant", delivered_on=date(2026, 1, 5), ground="x",
            ends_before=date(2026, 5, 1), recorded_by="person:1", recorded_at=clock.now(),
        )  # fmt: skip
        one.ends_before = date(2026, 5, 1)
        one.returned_at = datetime(2026, 4, 30, 12, tzinfo=KRAKOW)
        one.save()
        charges.run()
        assert [row[1] for row in sums(one)] == [1, 2, 3, 4]


class TestKinds:
    def test_advances_for_utilities_by_their_days(self):
        one = contract()
        UtilityTerm.objects.create(
            lease=one, kind="heating", method="flat_per_m2", advance_net=D(300),
            valid=(date(2026, 6, 16), None),
        )  # fmt: skip
        UtilityTerm.objects.create(
            lease=one, kind="gas", method="direct", advance_net=D(90), valid=(MAY, None)
        )
        charges.generate(one, JUNE, "job")
        assert ("utility", 6, 0, D("150.00"), D("184.50")) in sums(one)
        assert one.charges.filter(kind="utility").count() == 1

    def test_a_deposit_on_its_day_outside_vat(self):
        one = contract()
        Security.objects.create(lease=one, kind="deposit", amount=D(3000), due_on=date(2026, 6, 20))
        charges.generate(one, JUNE, "job")
        deposit = one.charges.get(kind="deposit")
        assert (deposit.gross, deposit.vat_rate, deposit.due_on) == (
            D(3000), None, date(2026, 6, 20),
        )  # fmt: skip

    def test_a_charge_by_hand_is_left_alone(self):
        one = contract()
        Charge.objects.create(
            lease=one, kind="other", subject="klucze", month=JUNE, period=(JUNE, JULY), net=50,
            vat=0, gross=50, due_on=JULY, created_at=clock.now(), created_by="person:1",
        )  # fmt: skip
        charges.generate(one, JUNE, "job")
        assert one.charges.filter(kind="other").count() == 1

    def ended(self, **fields) -> Lease:
        return contract(state=Lease.State.HOLDOVER, ends_before=MAY, **{"rent": 3100, **fields})

    def test_use_without_title_after_the_term(self):
        one = self.ended()
        charges.generate(one, MAY, "job")
        # return_days of the city: 14. 14 days at 100 %, 17 at 200 %.
        assert sums(one) == [("holdover", 5, 0, D("4800.00"), D("4800.00"))]
        explained = one.charges.get().explanation
        assert [part["amount"] for part in explained] == ["1400.00", "3400.00"]
        assert "200" in explained[1]["basis"]

    def test_a_loan_is_charged_by_a_recorded_worth(self):
        one = self.ended(kind=Lease.Kind.LENDING, rent=0, vat=None)
        assert charges.lacks_base(one)
        assert charges.generate(one, MAY, "job") == []
        HoldoverBase.objects.create(
            lease=one, month_net=D(310), valid_from=MAY, basis="stawka bazowa strefy",
            recorded_at=clock.now(), recorded_by="person:1",
        )  # fmt: skip
        assert not charges.lacks_base(one)
        charges.generate(one, MAY, "job")
        # return_days of a loan: 7. 7 × 10 + 24 × 20.
        assert sums(one) == [("holdover", 5, 0, D("550.00"), D("550.00"))]

    def test_who_stays_under_the_next_contract_uses_it_by_right(self):
        one = self.ended()
        contract(previous=one, starts_on=MAY, unit=one.unit)
        assert charges.generate(one, MAY, "job") == []


class TestExport:
    def test_byte_for_byte_again(self):
        one = contract(rent="1234.56", tenant=make.organisation("Fundacja Żółw", nip="5260250274"))
        charges.generate(one, JUNE, "job")
        made = exports.export(one.unit, JULY, "person:1")
        one.parties.update(valid=(date(2020, 1, 1), date(2020, 2, 1)))
        made.refresh_from_db()
        assert hashlib.sha256(made.content.encode()).hexdigest() == made.sha256
        lines = made.content.removeprefix("\ufeff").split("\r\n")
        row = one.charges.get()
        assert lines[0].startswith("pozycja;umowa;kontrahent;nip;rodzaj")
        assert lines[1] == (
            f"{row.pk};{one.number};Fundacja Żółw;5260250274;czynsz;;2026-06-01;2026-06-30;"
            "1234,56;23,00;283,95;1518,51;2026-06-10;nie;"
        )

    def test_nothing_goes_twice_and_an_empty_batch_is_none(self):
        one = contract()
        charges.generate(one, JUNE, "job")
        exports.export(one.unit, JULY, "person:1")
        with pytest.raises(Conflict):
            exports.export(one.unit, JULY, "person:1")

    def test_only_what_is_due_before_the_day_and_of_the_unit(self):
        one, other = contract(), contract()
        for lease in (one, other):
            for month in (JUNE, JULY):
                charges.generate(lease, month, "job")
        made = exports.export(one.unit, date(2026, 7, 10), "person:1")
        assert made.rows == 1
        assert exports.waiting(one.unit, date(2026, 7, 11)).count() == 1
        assert not other.charges.exclude(export=None).exists()

    def test_a_name_cannot_become_a_formula(self):
        one = contract(tenant=make.organisation("=HYPERLINK(1)"))
        charges.generate(one, JUNE, "job")
        assert ";'=HYPERLINK(1);" in exports.export(one.unit, JULY, "person:1").content

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, number, django_assert_num_queries):
        unit = make.unit()
        for _one in range(number):
            charges.generate(contract(unit=unit), JUNE, "job")
        with django_assert_num_queries(7):  # savepoints, rows, parties, number, batch, update
            exports.export(unit, JULY, "person:1")


def test_the_clock_of_a_leap_year():
    with clock.frozen(datetime(2028, 3, 2, 10, tzinfo=KRAKOW)):
        one = contract(starts_on=date(2028, 2, 29))
        charges.run()
        assert [row[3] for row in sums(one)] == [D("34.48"), D("1000.00")]
