"""Indexation: who is taken in, from what to what, approved by another, carried out once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from organisations.models import Sphere
from premises.indexation import carrying_out
from premises.indexation.carrying_out import carry_out, carry_out_approved
from premises.indexation.preparing import (
    approve,
    bounded,
    cancel,
    figures,
    next_day,
    prepare,
)
from premises.leasing import terms
from premises.models import (
    ConsumerPriceIndex,
    IndexationRule,
    IndexationRun,
    Lease,
    LeaseVersion,
)
from records.clock import frozen, now
from records.models import DataSource, LegalAct
from records.money import thawed
from records.periods import local_moment
from records.problems import Conflict, Forbidden, Invalid
from resources.claims import new_hold
from tests import make

TODAY = date(2027, 1, 20)
DAY = date(2027, 3, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_january():
    with frozen(local_moment(TODAY, 600)):
        yield


def index(percent: str = "3.6", year: int = 2026) -> ConsumerPriceIndex:
    source = DataSource.objects.get_or_create(code="gus", defaults={"name": "GUS"})[0]
    return ConsumerPriceIndex.objects.get_or_create(
        year=year, defaults={"percent": Decimal(percent), "source": source}
    )[0]


def rule(**fields) -> IndexationRule:
    act = LegalAct.objects.get_or_create(
        code="rents", defaults={"kind": "order", "title": "Zarządzenie"}
    )[0]
    return IndexationRule.objects.create(
        **{
            "code": f"rule-{make.next_number()}",
            "name_pl": "Waloryzacja",
            "valid": DateRange(date(2020, 1, 1), None),
            "legal_act": act,
            "provision": "§ 10",
            "effective_month": 3,
            "floor_percent": Decimal(0),
            "prepared_at": now(),
            "approved_at": now(),
        }
        | fields
    )


def lease(unit, rent: str = "1000.00", *, since: date = date(2024, 5, 1), **fields) -> Lease:
    terms_ = {name: fields.pop(name) for name in ("indexed", "valid") if name in fields}
    state = fields.pop("state", Lease.State.ACTIVE)
    number = make.next_number()
    binding = state in Lease.BINDING
    made = Lease.objects.create(
        **{
            "unit": unit,
            "number": f"N-{number}",
            "kind": Lease.Kind.LEASE,
            "state": state,
            "state_since": now(),
            "starts_on": since,
            "created_at": now(),
            "hold": new_hold(Lease.Kind.LEASE, f"L-{number}", "Najem") if binding else None,
            **fields,
        }
    )
    LeaseVersion.objects.create(
        lease=made,
        rent_net=Decimal(rent),
        vat_rate=Decimal(23),
        explanation=[{"label": "Lokal", "amount": rent, "basis": "", "parts": []}],
        payment_day=10,
        purpose="świetlica",
        recorded_at=now(),
        **{"valid": DateRange(since, None), **terms_},
    )
    return made


def run_for(unit, percent: str = "3.6", by=None, **rule_fields) -> IndexationRun:
    return prepare(unit, rule(**rule_fields), index(percent), DAY, by or make.person())


def carried_out(run: IndexationRun) -> IndexationRun:
    approve(run, make.person())
    carry_out(run)
    run.refresh_from_db()
    return run


class TestPercent:
    @pytest.mark.parametrize(
        ("percent", "floor", "cap", "expected"),
        [
            ("3.6", None, None, "3.6"),
            ("-0.6", "0", None, "0"),
            ("-0.6", None, None, "-0.6"),
            ("14.4", "0", "10", "10"),
            ("10", "0", "10", "10"),
            ("3.6", "5", None, "5"),
        ],
    )
    def test_within_floor_and_cap(self, percent, floor, cap, expected):
        bounds = IndexationRule(
            floor_percent=Decimal(floor) if floor else None,
            cap_percent=Decimal(cap) if cap else None,
        )
        assert bounded(Decimal(percent), bounds) == Decimal(expected)

    @pytest.mark.parametrize(
        ("rent", "percent", "after"),
        [
            ("1000.00", "3.6", "1036.00"),
            ("821.58", "3.6", "851.16"),
            ("0.05", "10", "0.06"),
            ("0.04", "10", "0.04"),
            ("333.33", "14.4", "381.33"),
            ("100.00", "0.005", "100.01"),
        ],
    )
    def test_rounded_half_up_to_grosz(self, rent, percent, after):
        unit = make.unit()
        one = lease(unit, rent)
        index(percent if percent != "0.005" else "0.01")
        run = run_for(unit)
        if percent == "0.005":
            assert run.percent == Decimal("0.01")
            return
        assert str(run.lines.get(lease=one).net_after) == after


class TestWhoIsTakenIn:
    def line(self, **fields):
        unit = make.unit()
        one = lease(unit, **fields)
        return run_for(unit).lines.filter(lease=one).first()

    @pytest.mark.parametrize("state", [Lease.State.ACTIVE, Lease.State.SIGNED,
                                       Lease.State.ARREARS, Lease.State.NOTICE_GIVEN])  # fmt: skip
    def test_contracts_whose_rent_goes_on(self, state):
        assert self.line(state=state).state == "waiting"

    @pytest.mark.parametrize("state", [Lease.State.DRAFTING, Lease.State.HOLDOVER,
                                       Lease.State.ENDED, Lease.State.ABANDONED])  # fmt: skip
    def test_not_those_prepared_or_over(self, state):
        assert self.line(state=state) is None

    def test_not_those_that_end_before_the_day(self):
        assert self.line(ends_before=DAY) is None
        assert self.line(ends_before=DAY + timedelta(days=1)).state == "waiting"

    def test_no_loans_and_nothing_free(self):
        assert self.line(kind=Lease.Kind.LENDING) is None
        assert self.line(rent="0") is None

    def test_no_other_unit(self):
        other = lease(make.unit())
        assert not run_for(make.unit()).lines.filter(lease=other).exists()

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"indexed": False}, "not_indexed"),
            ({"since": date(2027, 1, 1)}, "too_new"),
            ({"valid": DateRange(DAY, None)}, "starts_then"),
            ({"valid": DateRange(date(2024, 5, 1), date(2027, 6, 1))}, "later_terms"),
        ],
    )
    def test_left_out_with_a_reason(self, fields, why):
        found = self.line(**fields)
        assert (found.state, found.why_left_out) == ("left_out", why)
        assert found.net_after == found.net_before

    def test_begun_on_the_last_day_of_the_measured_year_is_in(self):
        assert self.line(since=date(2026, 12, 31)).state == "waiting"

    def test_an_index_of_nothing_changes_nothing(self):
        unit = make.unit()
        lease(unit)
        assert run_for(unit, "-0.6").lines.get().why_left_out == "no_change"


class TestPreparing:
    @pytest.mark.parametrize(
        ("day", "year"),
        [
            (date(2026, 3, 1), 2025),  # over
            (date(2027, 4, 1), 2026),  # another month
            (date(2027, 3, 2), 2026),  # not its first day
            (DAY, 2025),  # the index of another year
        ],
    )
    def test_refused(self, day, year):
        with pytest.raises(Invalid):
            prepare(make.unit(), rule(), index(year=year), day, make.person())

    def test_a_rule_that_does_not_hold_then(self):
        for fields in (
            {"valid": DateRange(date(2020, 1, 1), DAY)},
            {"approved_at": None},
            {"unit": make.unit()},
        ):
            with pytest.raises(Invalid):
                prepare(make.unit(), rule(**fields), index(), DAY, make.person())

    def test_once_for_a_unit_rule_and_day(self):
        unit, its = make.unit(), rule()
        run = prepare(unit, its, index(), DAY, make.person())
        with pytest.raises(Conflict):
            prepare(unit, its, index(), DAY, make.person())
        cancel(run)
        prepare(unit, its, index(), DAY, make.person())

    def test_a_preview_changes_no_terms(self):
        unit = make.unit()
        one = lease(unit)
        run_for(unit)
        assert terms.on(one, DAY).rent_net == Decimal("1000.00")

    def test_as_many_queries_for_thirty_as_for_one(self):
        def queries(unit) -> int:
            its, measure, person = rule(), index(), make.person()
            with CaptureQueriesContext(connection) as captured:
                prepare(unit, its, measure, DAY, person)
            return len(captured)

        few, many = make.unit(), make.unit()
        lease(few)
        for _n in range(30):
            lease(many)
        assert queries(few) == queries(many)

    @pytest.mark.parametrize(
        ("today", "expected"),
        [
            (date(2027, 1, 20), date(2027, 3, 1)),
            (date(2027, 3, 1), date(2027, 3, 1)),
            (date(2027, 3, 2), date(2028, 3, 1)),
        ],
    )
    def test_the_next_day_of_a_rule(self, today, expected):
        assert next_day(IndexationRule(effective_month=3), today) == expected


class TestApproval:
    def test_not_by_whoever_prepared_it(self):
        person = make.person()
        run = run_for(make.unit(), by=person)
        with pytest.raises(Forbidden):
            approve(run, person)
        with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
            IndexationRun.objects.filter(pk=run.pk).update(approved_by=person, approved_at=now())

    def test_not_twice_and_not_after_cancelling(self):
        run = run_for(make.unit())
        approve(run, make.person())
        for step in (lambda: approve(run, make.person()), lambda: cancel(run)):
            with pytest.raises(Conflict):
                step()

    def test_never_for_a_day_that_has_passed(self):
        run = run_for(make.unit())
        with frozen(local_moment(DAY + timedelta(days=1), 0)):
            with pytest.raises(Conflict):
                approve(run, make.person())
            with pytest.raises(IntegrityError, match="never_retroactive"), transaction.atomic():
                IndexationRun.objects.filter(pk=run.pk).update(approved_at=now())
        with frozen(local_moment(DAY, 1439)):
            assert approve(run, make.person()).state == "approved"

    def test_nothing_is_written_before_it(self):
        unit = make.unit()
        lease(unit)
        run = run_for(unit)
        assert carry_out(run) == 0
        assert LeaseVersion.objects.count() == 1


class TestCarryingOut:
    def test_new_terms_from_the_day_and_the_old_until_then(self):
        unit = make.unit()
        one = lease(unit, "821.58")
        sphere = Sphere.objects.create(
            code="1", order=1, text_pl="pomoc", text_en="help",
            valid=DateRange(date(2004, 1, 1), None),
            legal_act=LegalAct.objects.create(code="udpp", kind="act", title="Ustawa"),
        )  # fmt: skip
        one.versions.get().spheres.add(sphere)
        carried_out(run_for(unit))
        before, after = one.versions.order_by("valid")
        assert (before.valid.lower, before.valid.upper) == (date(2024, 5, 1), DAY)
        assert (after.valid.lower, after.valid.upper) == (DAY, None)
        assert (before.rent_net, after.rent_net) == (Decimal("821.58"), Decimal("851.16"))
        assert (after.reason, after.payment_day, after.purpose) == ("indexation", 10, "świetlica")
        assert after.vat_rate == Decimal(23)
        assert list(after.spheres.all()) == [sphere]
        assert terms.on(one, DAY - timedelta(days=1)) == before
        assert terms.on(one, DAY) == after

    def test_the_tree_holds_the_former_one_and_adds_up(self):
        unit = make.unit()
        one = lease(unit, "821.58")
        carried_out(run_for(unit))
        after = terms.on(one, DAY)
        former, change = thawed(after.explanation)
        assert former.parts[0].label == "Lokal"
        assert former.amount + change.amount == after.rent_net
        assert change.label == "Waloryzacja od 1.03.2027: +\u00a03,6\u00a0%"
        assert "§ 10" in change.basis

    def test_the_course_of_the_contract_tells_it(self):
        unit = make.unit()
        one = lease(unit)
        carried_out(run_for(unit))
        step = one.steps.get()
        assert (step.action, step.from_state, step.to_state) == ("indexation", "active", "active")
        one.refresh_from_db()
        assert one.version == 2

    def test_again_changes_nothing(self):
        unit = make.unit()
        lease(unit)
        run = carried_out(run_for(unit))
        assert run.state == "done"
        assert carry_out(run) == carry_out_approved() == 0
        assert LeaseVersion.objects.count() == 2

    def test_a_second_rule_on_the_same_day_finds_nothing_to_do(self):
        unit = make.unit()
        lease(unit)
        carried_out(run_for(unit))
        assert run_for(unit).lines.get().why_left_out == "starts_then"

    def test_resumed_after_a_crash_in_the_middle(self, monkeypatch):
        unit = make.unit()
        leases = [lease(unit) for _n in range(5)]
        run = run_for(unit)
        approve(run, make.person())
        real, calls = carrying_out._write, []

        def dies_in_the_second_batch(*arguments):
            calls.append(1)
            written = real(*arguments)
            if len(calls) == 2:
                raise ConnectionError
            return written

        monkeypatch.setattr(carrying_out, "_write", dies_in_the_second_batch)
        with pytest.raises(ConnectionError):
            carry_out(run, batch=2)
        assert figures(run).done == 2
        assert carry_out_approved(batch=2) == 3
        run.refresh_from_db()
        assert (run.state, figures(run).done) == ("done", 5)
        for one in leases:
            assert one.versions.count() == 2

    @pytest.mark.parametrize(
        "change",
        [
            lambda one: one.versions.update(rent_net=900),
            lambda one: one.versions.update(indexed=False),
            lambda one: Lease.objects.filter(pk=one.pk).update(state=Lease.State.HOLDOVER),
            lambda one: Lease.objects.filter(pk=one.pk).update(ends_before=DAY),
            lambda one: one.versions.update(valid=DateRange(date(2024, 5, 1), date(2028, 1, 1))),
        ],
        ids=["rent", "not indexed", "over", "ends", "later terms"],
    )
    def test_what_was_agreed_after_the_preview_is_not_overwritten(self, change):
        unit = make.unit()
        one, other = lease(unit), lease(unit)
        run = run_for(unit)
        change(one)
        carried_out(run)
        line = run.lines.get(lease=one)
        assert (line.state, line.why_left_out) == ("left_out", "changed_since")
        assert one.versions.count() == 1
        assert other.versions.count() == 2

    def test_figures(self):
        unit = make.unit()
        lease(unit, "1000.00")
        lease(unit, "500.00")
        lease(unit, "700.00", indexed=False)
        run = run_for(unit)
        found = figures(run)
        assert (found.waiting, found.left_out) == (2, 1)
        assert (found.before, found.difference) == (Decimal("1500.00"), Decimal("54.00"))
        carried_out(run)
        assert figures(run).share_done == 1
