"""What a planned contract needs: a truth table over the rules that come with the code.

Each row of domain rules has a plan in which it holds and the neighbouring plans in which it does
not. The plain plan is a first lease of municipal premises for exactly three years.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from organisations.models import Organisation
from organisations.opp import is_opp_on
from premises.models import Requirement, TenureRule
from premises.rules.authorisation import Plan, answered, check, override, record_evidence
from premises.rules.loading import HOLDS_FROM
from premises.rules.months import add_months, lasts_over
from records.clock import now
from records.models import LegalAct
from records.problems import Conflict, Invalid
from tests import make

START = date(2027, 1, 1)
YEARS_3 = date(2030, 1, 1)
PLAIN = Plan("lease", START, YEARS_3)


def months(number: int, days: int = 0) -> date:
    """The end of a term of so many months and days from START."""
    return add_months(START, number) + timedelta(days=days)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):  # noqa: ARG001 - the database must be there
    """The rules of the files, once for the module; every test rolls its own changes back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_tenure_rules", verbosity=0)
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.django_db

#: (rule, what of the plain plan is different, "yes", "no" or "unknown")
TABLE = [
    ("short-first-lease", {}, "yes"),
    ("short-first-lease", {"tenure": "land_lease"}, "yes"),
    ("short-first-lease", {"tenure": "lending"}, "no"),
    ("short-first-lease", {"end": months(36, 1)}, "no"),
    ("short-first-lease", {"end": None}, "no"),
    ("short-first-lease", {"months_before": 1}, "no"),
    ("short-first-lease", {"months_before": None}, "unknown"),
    ("long-term-tender", {}, "no"),
    ("long-term-tender", {"end": months(36, 1)}, "yes"),
    ("long-term-tender", {"end": None}, "yes"),
    ("long-term-tender", {"end": None, "tenure": "land_lease"}, "yes"),
    ("long-term-tender", {"end": None, "tenure": "lending"}, "no"),
    ("long-term-tender", {"end": None, "party_is_opp": True}, "no"),
    ("long-term-tender", {"end": None, "party_is_opp": None}, "unknown"),
    ("long-term-tender", {"end": None, "ownership": "housing_community"}, "yes"),
    ("long-term-tender", {"end": None, "ownership": "state_treasury"}, "no"),
    ("long-term-tender", {"end": None, "ownership": None}, "unknown"),
    ("long-term-opp", {"end": None, "party_is_opp": True}, "yes"),
    ("long-term-opp", {"end": None, "party_is_opp": False}, "no"),
    ("long-term-opp", {"party_is_opp": True}, "no"),
    ("long-term-state-treasury", {"end": None, "ownership": "state_treasury"}, "yes"),
    ("long-term-state-treasury", {"end": YEARS_3, "ownership": "state_treasury"}, "no"),
    (
        "long-term-state-treasury",
        {"end": None, "ownership": "state_treasury", "party_is_opp": True},
        "no",
    ),
    ("successive-lease", {"months_before": 1}, "yes"),
    ("successive-lease", {}, "no"),
    ("successive-lease", {"months_before": 1, "ownership": "state_treasury"}, "no"),
    ("cumulated-over-3-years", {}, "no"),
    ("cumulated-over-3-years", {"months_before": 24, "end": months(12)}, "no"),
    ("cumulated-over-3-years", {"months_before": 24, "end": months(12, 1)}, "yes"),
    ("cumulated-over-3-years", {"months_before": 25, "end": months(12)}, "yes"),
    ("cumulated-over-3-years", {"months_before": 36, "end": months(0, 1)}, "yes"),
    ("cumulated-over-3-years", {"months_before": 60, "end": months(1)}, "yes"),
    ("cumulated-over-3-years", {"months_before": 1, "end": None}, "yes"),
    ("cumulated-over-3-years", {"months_before": None, "end": months(12)}, "unknown"),
    ("cumulated-over-3-years", {"months_before": 60, "tenure": "lending"}, "no"),
    ("cumulated-over-3-years", {"months_before": 60, "ownership": "state_treasury"}, "no"),
    ("cumulated-state-treasury", {"months_before": 60, "ownership": "state_treasury"}, "yes"),
    ("cumulated-state-treasury", {"months_before": 60}, "no"),
    ("lending-public-purpose", {"tenure": "lending"}, "yes"),
    ("lending-public-purpose", {}, "no"),
    ("managed-up-to-3-years", {"permanent_management": True}, "yes"),
    ("managed-up-to-3-years", {"permanent_management": True, "tenure": "lending"}, "yes"),
    ("managed-up-to-3-years", {"permanent_management": True, "end": months(36, 1)}, "no"),
    ("managed-up-to-3-years", {}, "no"),
    ("managed-up-to-3-years", {"permanent_management": None}, "unknown"),
    ("managed-over-3-years", {"permanent_management": True, "end": months(36, 1)}, "yes"),
    ("managed-over-3-years", {"permanent_management": True, "end": None}, "yes"),
    ("managed-over-3-years", {"permanent_management": True}, "no"),
    ("notice-list", {"end": months(3, 1)}, "yes"),
    ("notice-list", {"end": months(3)}, "no"),
    ("notice-list", {"tenure": "lending"}, "yes"),
    ("notice-list-successive", {"end": months(3), "months_before": 2}, "yes"),
    ("notice-list-successive", {"end": months(3)}, "no"),
    ("notice-list-exempt", {"end": months(3)}, "yes"),
    ("notice-list-exempt", {"end": months(3), "months_before": 2}, "no"),
    ("notice-list-exempt", {"end": months(3), "months_before": None}, "unknown"),
    ("written-form", {"written_form": False}, "yes"),
    ("written-form", {"written_form": False, "end": months(12)}, "no"),
    ("written-form", {"written_form": False, "end": None}, "no"),
    ("written-form", {}, "no"),
    ("over-10-years", {"end": months(120, 1)}, "yes"),
    ("over-10-years", {"end": months(120)}, "no"),
    ("over-10-years", {"end": None}, "no"),
    ("over-10-years", {"end": months(121), "tenure": "land_lease"}, "no"),
    ("continued-use", {}, "yes"),
    ("continued-use", {"end": None}, "no"),
    ("continued-use", {"tenure": "lending"}, "no"),
]


@pytest.mark.usefixtures("loaded")
class TestTable:
    @pytest.mark.parametrize(("rule", "different", "holds"), TABLE)
    def test_row(self, rule, different, holds):
        found = {need.code: need for need in check(replace(PLAIN, **different))}
        if holds == "no":
            assert rule not in found
            return
        need = found[rule]
        assert need.certain is (holds == "yes")
        assert bool(need.unknown) is (holds == "unknown")
        assert need.basis

    def test_every_rule_stands_in_the_table(self):
        assert {rule for rule, _d, _h in TABLE} == set(
            TenureRule.objects.values_list("code", flat=True)
        )
        for code in TenureRule.objects.values_list("code", flat=True):
            assert {holds for rule, _d, holds in TABLE if rule == code} >= {"yes", "no"}

    def test_what_is_from_memory_says_so(self):
        unconfirmed = TenureRule.objects.filter(confirmed=False).values_list("code", flat=True)
        assert set(unconfirmed) == {
            "short-first-lease", "long-term-state-treasury", "successive-lease",
            "cumulated-over-3-years", "cumulated-state-treasury", "notice-list-successive",
            "notice-list-exempt", "written-form", "over-10-years", "continued-use",
        }  # fmt: skip

    def test_the_plain_plan_asks_for_its_notice_list_alone(self):
        assert [need.needed for need in check(PLAIN) if need.is_open] == ["public_notice"]

    def test_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            check(PLAIN)

    def test_reasons_in_both_languages(self):
        for language, word in (("pl", "wykazie"), ("en", "notice list")):
            with translation.override(language):
                assert any(word in need.reason for need in check(PLAIN))

    def test_a_tender_is_its_own_tender(self):
        by_mode = {
            mode: next(
                n for n in check(replace(PLAIN, end=None, mode=mode)) if n.needed == "tender"
            )
            for mode in ("oral_auction", "written_tender", "no_tender", "ngo_contest")
        }
        assert {mode: bool(need.met) for mode, need in by_mode.items()} == {
            "oral_auction": True,
            "written_tender": True,
            "no_tender": False,
            "ngo_contest": False,
        }

    @pytest.mark.parametrize(
        ("end", "until", "outlasts"),
        [
            (YEARS_3, date(2029, 12, 31), False),
            (YEARS_3, date(2029, 12, 30), True),
            (None, date(2099, 1, 1), True),
            (None, None, False),
        ],
    )
    def test_never_longer_than_the_management_itself(self, end, until, outlasts):
        plan = replace(PLAIN, end=end, permanent_management=True, management_until=until)
        assert any(need.code == "outlasts-management" for need in check(plan)) is outlasts


@pytest.mark.usefixtures("loaded")
class TestVersions:
    def test_a_units_own_rule_stands_in_place_of_the_citys(self):
        unit = make.unit()
        _own_notice_rule(unit, 1)
        one_month = replace(PLAIN, end=months(2))
        assert "notice-list" not in {need.code for need in check(one_month)}
        needs = {need.code for need in check(replace(one_month, unit_id=unit.pk))}
        assert "notice-list" in needs

    def test_rules_of_the_day(self):
        TenureRule.objects.filter(code="notice-list").update(
            valid=DateRange(HOLDS_FROM, date(2027, 6, 1))
        )
        assert "notice-list" in {need.code for need in check(PLAIN, on=date(2027, 5, 31))}
        assert "notice-list" not in {need.code for need in check(PLAIN, on=date(2027, 6, 1))}

    def test_what_nobody_approved_does_not_count(self):
        TenureRule.objects.filter(code="notice-list").update(approved_at=None)
        assert "notice-list" not in {need.code for need in check(PLAIN)}

    def test_one_approved_version_on_a_day(self):
        unit = make.unit()
        _own_notice_rule(unit, 1)
        with pytest.raises(IntegrityError, match="tenure_rule_one_in_force"), transaction.atomic():
            _own_notice_rule(unit, 2)

    def test_loading_again_adds_nothing_and_keeps_an_officials_change(self):
        rule = TenureRule.objects.get(code="notice-list")
        TenureRule.objects.filter(pk=rule.pk).update(
            valid=DateRange(HOLDS_FROM, date(2030, 1, 1)), reason_pl="zmienione", confirmed=True
        )
        before = TenureRule.objects.count()
        call_command("load_tenure_rules", verbosity=0)
        rule.refresh_from_db()
        assert (TenureRule.objects.count(), rule.reason_pl) == (before, "zmienione")


def _own_notice_rule(unit, over: int) -> TenureRule:
    return TenureRule.objects.create(
        code="notice-list",
        unit=unit,
        needed=Requirement.PUBLIC_NOTICE,
        term_over_months=over,
        valid=DateRange(HOLDS_FROM, None),
        legal_act=LegalAct.objects.get(code="ugn"),
        reason_pl="wykaz",
        reason_en="list",
        prepared_at=now(),
        approved_at=now(),
    )


@pytest.mark.usefixtures("loaded")
class TestWhatIsRecorded:
    RENEWAL = replace(PLAIN, months_before=36, end=months(12))

    def council(self, subject: str = "case:1"):
        needs = answered(check(self.RENEWAL), subject)
        return next(need for need in needs if need.needed == "council_resolution")

    def test_the_resolution_answers_the_need(self):
        assert self.council().is_open
        record_evidence(
            "case:1", "council_resolution", number="XX/1/26", issued_on=date(2026, 5, 1),
            officer=make.person(),
        )  # fmt: skip
        assert not self.council().is_open
        assert "XX/1/26" in self.council().met
        assert self.council("case:2").is_open

    def test_a_waiver_stands_in_for_the_tender(self):
        record_evidence(
            "case:1", "waiver", number="XX/2/26", issued_on=date(2026, 5, 1), officer=None
        )
        needs = answered(check(replace(PLAIN, end=None)), "case:1")
        assert not next(need for need in needs if need.needed == "tender").is_open

    def test_an_officer_goes_on_by_name_and_with_a_reason(self):
        officer = make.person("Marek Tabelski")
        override("case:1", self.council(), reason="Uchwała jest już po pierwszym czytaniu.",
                 officer=officer)  # fmt: skip
        need = self.council()
        assert need.overridden
        assert not need.is_open
        assert "Marek Tabelski" in need.met

    def test_no_reason_no_override(self):
        with pytest.raises(Invalid):
            override("case:1", self.council(), reason="bo tak", officer=make.person())

    def test_once(self):
        for outcome in (None, Conflict):
            if outcome is None:
                override("c", self.council(), reason="Powód w zdaniu.", officer=make.person("A"))
            else:
                with pytest.raises(outcome):
                    override("c", self.council(), reason="Powód raz jeszcze.", officer=None)

    def test_a_document_of_tomorrow_proves_nothing_today(self):
        with pytest.raises(Invalid):
            record_evidence(
                "case:1", "waiver", number="1", issued_on=date(2999, 1, 1), officer=None
            )

    def test_advice_needs_no_answer(self):
        cautions = [need for need in check(PLAIN) if need.is_advice]
        assert cautions
        assert not any(need.is_open for need in cautions)


class TestOppOnTheDay:
    DAY = date(2026, 11, 23)

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"opp_status": "unknown"}, None),
            ({"opp_status": "none"}, False),
            ({"opp_status": "granted"}, True),
            ({"opp_status": "granted", "opp_from": DAY}, True),
            ({"opp_status": "granted", "opp_from": date(2026, 11, 24)}, False),
            ({"opp_status": "granted", "opp_until": date(2026, 11, 24)}, True),
            ({"opp_status": "granted", "opp_until": DAY}, False),
            ({"opp_status": "lost", "opp_until": date(2026, 11, 24)}, True),
            ({"opp_status": "lost", "opp_until": DAY}, False),
            ({"opp_status": "lost"}, None),
            ({"opp_status": "lost", "opp_checked_on": DAY}, False),
            ({"opp_status": "lost", "opp_checked_on": date(2026, 11, 24)}, None),
        ],
    )
    def test_status(self, fields, expected):
        assert is_opp_on(Organisation(**fields), self.DAY) is expected


class TestMonths:
    @pytest.mark.parametrize(
        ("start", "number", "end"),
        [
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2028, 2, 29), 36, date(2031, 2, 28)),
            (date(2026, 11, 30), 3, date(2027, 2, 28)),
            (date(2026, 12, 1), 1, date(2027, 1, 1)),
            (date(2026, 3, 15), -3, date(2025, 12, 15)),
            (date(2026, 3, 15), 0, date(2026, 3, 15)),
        ],
    )
    def test_added(self, start, number, end):
        assert add_months(start, number) == end

    @pytest.mark.parametrize(
        ("end", "over"),
        [(date(2030, 1, 1), False), (date(2030, 1, 2), True), (None, True), (START, False)],
    )
    def test_over_three_years(self, end, over):
        assert lasts_over(START, end, 36) is over
