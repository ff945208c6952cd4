"""What the database itself keeps of protocols, charges, arrears and supervision."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from premises.models import (
    Arrear,
    ArrearsImport,
    ArrearWarning,
    Charge,
    ChargeExport,
    Defect,
    HandoverProtocol,
    KeyItem,
    LeaseCondition,
    MeterReading,
    Supervision,
    UpkeepRule,
    UseReport,
)
from records.clock import now
from tests import make
from tests.premises.upkeep_scenes import contract

DAY = date(2026, 3, 1)

pytestmark = pytest.mark.django_db


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def protocol(lease=None, **fields) -> HandoverProtocol:
    return HandoverProtocol.objects.create(
        **{
            "lease": lease or contract(),
            "direction": "in",
            "day": DAY,
            "created_at": now(),
            "created_by": "person:1",
            "changed_at": now(),
            "changed_by": "person:1",
            **fields,
        }
    )


def signed(lease=None, **fields) -> HandoverProtocol:
    one = protocol(lease, **fields)
    KeyItem.objects.create(protocol=one, what="drzwi", count=2)
    one.state, one.signed_at = "signed", now()
    one.save()
    return one


class TestProtocol:
    def test_one_draft_for_each_direction(self):
        one = protocol()
        with refused("protocol_one_draft"), transaction.atomic():
            protocol(one.lease)
        assert protocol(one.lease, direction="out").pk

    def test_signed_once_unless_it_corrects(self):
        one = signed()
        with refused("protocol_signed_once"), transaction.atomic():
            signed(one.lease)
        assert signed(one.lease, replaces=one, why_replaced="Zły licznik").pk

    def test_a_signed_one_never_changes(self):
        one = signed()
        for change in (
            lambda: HandoverProtocol.objects.filter(pk=one.pk).update(condition="inaczej"),
            lambda: HandoverProtocol.objects.filter(pk=one.pk).update(state="draft"),
            one.delete,
        ):
            with refused("never changes"), transaction.atomic():
                change()

    def test_nor_do_its_rows_come_change_or_go(self):
        one = signed()
        row = one.keyitem_rows.get()
        for change in (
            lambda: KeyItem.objects.filter(pk=row.pk).update(count=9),
            row.delete,
            lambda: Defect.objects.create(protocol=one, what="rysa"),
            lambda: KeyItem.objects.filter(pk=row.pk).update(protocol=protocol(one.lease)),
        ):
            with refused("never changes"), transaction.atomic():
                change()

    def test_a_row_cannot_be_moved_into_a_signed_one(self):
        one = signed()
        other = protocol(one.lease, direction="out")
        row = KeyItem.objects.create(protocol=other, what="piwnica")
        with refused("never changes"), transaction.atomic():
            KeyItem.objects.filter(pk=row.pk).update(protocol=one)

    def test_what_belongs_to_the_sample_city_goes_with_it(self):
        one = signed(contract(is_sample=True))
        one.delete()
        assert not KeyItem.objects.filter(protocol=one.pk).exists()

    def test_a_row_sent_twice_is_one(self):
        one, key = protocol(), uuid.uuid4()
        MeterReading.objects.create(protocol=one, key=key, kind="water", value=1)
        with refused("meterreading_sent_once"), transaction.atomic():
            MeterReading.objects.create(protocol=one, key=key, kind="water", value=1)

    def test_a_meter_shows_nothing_below_zero(self):
        with refused("meter_reading_not_negative"), transaction.atomic():
            MeterReading.objects.create(protocol=protocol(), kind="water", value=-1)


def charge(lease=None, **fields) -> Charge:
    return Charge.objects.create(
        **{
            "lease": lease or contract(),
            "kind": "rent",
            "month": DAY,
            "period": (DAY, date(2026, 4, 1)),
            "net": Decimal(100),
            "vat_rate": Decimal(23),
            "vat": Decimal(23),
            "gross": Decimal(123),
            "due_on": date(2026, 3, 10),
            "created_at": now(),
            "created_by": "job:test",
            **fields,
        }
    )


def export(unit, **fields) -> ChargeExport:
    return ChargeExport.objects.create(
        **{
            "unit": unit, "number": "1/2026", "until": DAY, "content": "a", "sha256": "0" * 64,
            "rows": 1, "gross": Decimal(123), "made_at": now(), "made_by": "person:1", **fields,
        }
    )  # fmt: skip


class TestCharge:
    def test_once_a_month_kind_and_rate(self):
        one = charge()
        with refused("charge_once"), transaction.atomic():
            charge(one.lease)
        assert charge(one.lease, vat_rate=Decimal(8), vat=Decimal(8), gross=Decimal(108)).pk
        assert charge(one.lease, sequence=1).pk

    def test_once_outside_vat_too(self):
        fields = {"vat_rate": None, "vat": 0, "gross": 100}
        one = charge(**fields)
        with refused("charge_once"), transaction.atomic():
            charge(one.lease, **fields)

    def test_gross_is_net_and_vat(self):
        with refused("charge_sums_up"), transaction.atomic():
            charge(gross=Decimal("123.01"))

    def test_a_month_begins_on_its_first_day(self):
        with refused("charge_for_a_month"), transaction.atomic():
            charge(month=date(2026, 3, 2))

    def test_less_than_nothing_only_to_correct(self):
        fields = {"net": Decimal(-100), "vat": Decimal(-23), "gross": Decimal(-123)}
        with refused("charge_negative_only_to_correct"), transaction.atomic():
            charge(**fields)
        assert charge(sequence=1, **fields).pk

    def test_what_was_sent_to_finance_stays(self):
        one = charge()
        one.export = export(one.lease.unit)
        one.save()
        for change in (lambda: Charge.objects.filter(pk=one.pk).update(net=1), one.delete):
            with refused("never changes"), transaction.atomic():
                change()
        with refused("never changes"), transaction.atomic():
            ChargeExport.objects.filter(pk=one.export_id).update(content="b")


class TestArrears:
    def state(self) -> ArrearsImport:
        return ArrearsImport.objects.create(
            unit=make.unit(), as_of=DAY, source="finanse", file_name="a.csv", sha256="0" * 64,
            rows=1, outstanding=1, made_at=now(), made_by="person:1",
        )  # fmt: skip

    def arrear(self, **fields) -> Arrear:
        return Arrear.objects.create(
            **{
                "source": self.state(), "lease": contract(), "document": "F 1", "month": DAY,
                "due_on": DAY, "amount": 100, "outstanding": 100, **fields,
            }
        )  # fmt: skip

    @pytest.mark.parametrize("outstanding", [0, -1, 101])
    def test_between_nothing_and_what_was_charged(self, outstanding):
        with refused("arrear_within_what_was_charged"), transaction.atomic():
            self.arrear(outstanding=outstanding)

    def test_rent_is_for_a_month(self):
        with refused("arrear_of_rent_has_month"), transaction.atomic():
            self.arrear(month=None)
        assert self.arrear(kind="other", month=None).pk

    def test_one_call_to_pay_at_a_time(self):
        def call(lease, **fields):
            return ArrearWarning.objects.create(
                lease=lease, as_of=DAY, periods=2, outstanding=1, issued_on=DAY,
                issued_by="person:1", **fields,
            )  # fmt: skip

        one = call(contract())
        with refused("arrear_warning_one_open"), transaction.atomic():
            call(one.lease)
        assert call(one.lease, paid_on=DAY).pk

    def test_additional_time_runs_from_the_delivery(self):
        with refused("arrear_warning_time_from_delivery"), transaction.atomic():
            ArrearWarning.objects.create(
                lease=contract(), as_of=DAY, periods=2, outstanding=1, issued_on=DAY,
                issued_by="person:1", extra_until=date(2026, 4, 1),
            )  # fmt: skip


class TestSupervision:
    def test_done_says_what_was_found_and_by_what(self):
        asked = LeaseCondition.objects.create(
            lease=contract(), text="Remont toalety", recorded_at=now(), recorded_by="person:1"
        )
        with refused("supervision_done_says_what"), transaction.atomic():
            Supervision.objects.create(condition=asked, due_on=DAY, done_on=DAY, outcome="met")
        assert Supervision.objects.create(condition=asked, due_on=DAY).pk

    def test_an_accepted_report_never_changes(self):
        one = UseReport.objects.create(
            lease=contract(), year=2025, days_used=10, people=5, text="Zajęcia", sent_at=now(),
            sent_by="person:1", state="accepted",
        )  # fmt: skip
        with refused("never changes"), transaction.atomic():
            UseReport.objects.filter(pk=one.pk).update(people=50)


class TestRule:
    def rule(self, **fields) -> UpkeepRule:
        return UpkeepRule.objects.create(
            **{"code": "holdover_percent", "number": 200, "valid": (DAY, None), **fields}
        )

    def test_one_number_at_a_time(self):
        self.rule()
        with refused("upkeep_rule_one_at_a_time_city"), transaction.atomic():
            self.rule(number=150)
        assert self.rule(unit=make.unit(), number=150).pk

    def test_thresholds_hold_beside_each_other(self):
        for days in (180, 90, 30):
            self.rule(code="alert_days", number=days)
        with refused("upkeep_rule_one_at_a_time_alert_city"), transaction.atomic():
            self.rule(code="alert_days", number=30)
