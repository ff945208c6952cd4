"""Dated terms: what applied on a day, amendments, ends, and months that add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from premises.leasing import course, cumulated, dates, ending, terms
from premises.models import Lease, LeaseVersion, Termination
from records.clock import frozen
from records.periods import local_moment
from records.problems import Conflict, Invalid
from tests import make

DAY = date(2026, 11, 23)
OFFICER = course.Actor(course.Role.OFFICER, "referent")
HEAD = course.Actor(course.Role.HEAD, "kierownik")
S = Lease.State
FIRST = date(2026, 1, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with frozen(local_moment(DAY, 12 * 60)):
        yield


@pytest.fixture
def lease():
    return make.lease(make.resource(), FIRST, date(2029, 1, 1))


def amend(lease: Lease, from_: date, **values) -> LeaseVersion:
    return terms.amend(lease, OFFICER, from_, values, signed_on=DAY, note="aneks")


def rents(lease: Lease) -> list[tuple[date, date | None, int]]:
    return [
        (one.valid.lower, one.valid.upper, int(one.rent_net))
        for one in lease.versions.order_by("valid")
    ]


class TestWhatApplied:
    def test_exactly_one_version_on_each_day(self, lease):
        amend(lease, date(2026, 3, 1), rent_net=Decimal(1100))
        amend(lease, date(2027, 3, 1), rent_net=Decimal(1200))
        asked = {
            date(2025, 12, 31): None,
            FIRST: 1000,
            date(2026, 2, 28): 1000,
            date(2026, 3, 1): 1100,
            date(2027, 2, 28): 1100,
            date(2027, 3, 1): 1200,
            date(2035, 1, 1): 1200,  # terms outlive the term
        }
        found = {day: terms.on(lease, day) for day in asked}
        assert {day: one and int(one.rent_net) for day, one in found.items()} == asked

    def test_asking_is_one_query(self, lease, django_assert_num_queries):
        with django_assert_num_queries(1):
            terms.on(lease, DAY)


class TestAmendments:
    def test_are_numbered_and_keep_what_they_do_not_name(self, lease):
        first = amend(lease, date(2026, 3, 1), rent_net=Decimal(1100))
        second = amend(lease, date(2026, 6, 1), purpose="klub seniora")
        assert (first.annex, second.annex) == (1, 2)
        assert (second.rent_net, second.purpose) == (1100, "klub seniora")

    def test_between_two_versions_carry_into_the_later_one(self, lease):
        amend(lease, date(2027, 3, 1), rent_net=Decimal(1200))
        amend(lease, date(2026, 6, 1), purpose="klub seniora")
        assert [one.purpose for one in lease.versions.order_by("valid")] == [
            "działalność statutowa", "klub seniora", "klub seniora",
        ]  # fmt: skip
        assert rents(lease)[-1][2] == 1200

    def test_do_not_undo_what_a_later_version_changed_itself(self, lease):
        amend(lease, date(2027, 3, 1), rent_net=Decimal(1200))
        preview = terms.preview(lease, date(2026, 6, 1), {"rent_net": Decimal(900)})
        assert [one.rent_net for one in preview.kept] == [1200]
        amend(lease, date(2026, 6, 1), rent_net=Decimal(900))
        assert rents(lease) == [
            (FIRST, date(2026, 6, 1), 1000),
            (date(2026, 6, 1), date(2027, 3, 1), 900),
            (date(2027, 3, 1), None, 1200),
        ]

    def test_from_the_first_day_replace_the_original(self, lease):
        amend(lease, FIRST, rent_net=Decimal(900))
        assert rents(lease) == [(FIRST, None, 900)]

    def test_preview_writes_nothing(self, lease):
        preview = terms.preview(lease, date(2026, 6, 1), {"rent_net": Decimal(900)})
        assert [(one.field, one.before, one.after) for one in preview.changes] == [
            ("rent_net", 1000, 900)
        ]
        assert lease.versions.count() == 1

    @pytest.mark.parametrize("from_", [FIRST - timedelta(days=1), date(2020, 1, 1)])
    def test_not_before_the_first_day(self, lease, from_):
        with pytest.raises(Invalid):
            amend(lease, from_, rent_net=Decimal(900))

    def test_that_change_nothing_are_refused(self, lease):
        with pytest.raises(Invalid):
            amend(lease, DAY, rent_net=Decimal(1000))

    @pytest.mark.parametrize("state", [S.NOTICE_GIVEN, S.RETURN_PENDING, S.DRAFTING])
    def test_only_while_the_contract_goes_on(self, state):
        one = make.lease(make.resource(), FIRST, None, state=state)
        with pytest.raises(Conflict) as refused:
            amend(one, DAY, rent_net=Decimal(900))
        assert refused.value.code == "wrong_state"

    def test_a_prolonged_term_goes_out_of_sight_of_its_end(self):
        one = make.lease(make.resource(), FIRST, DAY + timedelta(days=30), state=S.EXPIRING)
        amend(one, DAY, ends_before=DAY + timedelta(days=900))
        one.refresh_from_db()
        assert (one.state, one.ends_before) == (S.ACTIVE, DAY + timedelta(days=900))

    @pytest.mark.parametrize("ends", [FIRST, DAY])
    def test_a_term_does_not_end_before_its_change(self, lease, ends):
        with pytest.raises(Invalid):
            amend(lease, DAY, ends_before=ends)

    def test_of_an_older_version_are_refused(self, lease):
        seen = lease.version
        amend(lease, DAY, rent_net=Decimal(900))
        with pytest.raises(course.ChangedMeanwhile):
            terms.amend(
                lease, OFFICER, DAY, {"rent_net": Decimal(800)}, signed_on=DAY, note="", seen=seen
            )

    def test_spheres_are_terms_too(self, lease):
        from organisations.models import Sphere  # noqa: PLC0415
        from records.models import LegalAct  # noqa: PLC0415

        act = LegalAct.objects.create(code="udpp", kind="act", title="Ustawa")
        sphere = Sphere.objects.create(
            code="1", order=1, text_pl="pomoc", text_en="help", valid=(FIRST, None), legal_act=act
        )
        amend(lease, DAY, spheres=[sphere])
        assert list(terms.on(lease, DAY).spheres.all()) == [sphere]
        assert list(terms.on(lease, DAY - timedelta(days=1)).spheres.all()) == []


class TestNotice:
    @pytest.mark.parametrize(
        ("delivered", "ends"),
        [
            (date(2026, 10, 31), date(2027, 2, 1)),
            (date(2026, 11, 1), date(2027, 3, 1)),
            (date(2026, 11, 23), date(2027, 3, 1)),
            (date(2026, 11, 30), date(2027, 3, 1)),
            (date(2027, 11, 30), date(2028, 3, 1)),  # a leap year's February
        ],
    )
    def test_three_months_at_a_months_end(self, delivered, ends):
        assert dates.notice_ends_before(delivered, 3) == ends

    def say(self, way: str, delivered_on: date = DAY, side: str = "tenant") -> ending.Statement:
        return ending.Statement(way, side, delivered_on, "przeprowadzka")

    def test_ends_the_contract_by_the_rule_of_that_day(self):
        one = make.lease(make.resource(), FIRST, None)
        ended = ending.terminate(one, OFFICER, self.say("notice"))
        assert (ended.state, ended.ends_before) == (S.NOTICE_GIVEN, date(2027, 3, 1))
        said = Termination.objects.get()
        assert said.rule.number == 3
        assert said.computed_ends_before == date(2027, 3, 1)

    def test_a_loan_has_its_own_rule(self):
        one = make.lease(make.resource(), FIRST, None, kind="lending")
        assert ending.terminate(one, OFFICER, self.say("notice")).ends_before == date(2027, 1, 1)

    def test_an_agreement_names_its_day(self, lease):
        ended = ending.terminate(
            lease, OFFICER, self.say("agreement", side="both"), ends_before=date(2027, 1, 1)
        )
        assert ended.ends_before == date(2027, 1, 1)

    def test_later_than_the_term_ends_anyway_is_refused(self):
        one = make.lease(make.resource(), FIRST, DAY + timedelta(days=20))
        with pytest.raises(Invalid) as refused:
            ending.terminate(one, OFFICER, self.say("notice"))
        assert refused.value.field == "delivered_on"

    def test_a_statement_does_not_arrive_tomorrow(self, lease):
        with pytest.raises(Invalid):
            ending.terminate(lease, OFFICER, self.say("notice", DAY + timedelta(days=1)))

    def test_without_notice_only_after_a_breach_or_a_warning(self, lease):
        with pytest.raises(Conflict):
            ending.terminate(lease, HEAD, self.say("immediate", side="landlord"))
        course.move(lease, S.BREACH, OFFICER, reason="podnajem bez zgody")
        ended = ending.terminate(lease, HEAD, self.say("immediate", side="landlord"))
        assert ended.ends_before == DAY + timedelta(days=1)
        assert ended.state == S.TERMINATED_IMMEDIATE
        assert Termination.objects.count() == 1

    def test_additional_time_must_be_over(self, lease):
        course.move(lease, S.ARREARS, OFFICER, reason="dwa okresy")
        course.move(lease, S.WARNED, OFFICER, reason="wezwanie z 23 listopada")
        with pytest.raises(Conflict) as refused:
            ending.terminate(lease, HEAD, self.say("immediate", side="landlord"))
        assert refused.value.code == "extra_time_runs"
        after = date(2026, 12, 23)
        with frozen(local_moment(after, 600)):
            ended = ending.terminate(lease, HEAD, self.say("immediate", after, "landlord"))
        assert ended.state == S.TERMINATED_IMMEDIATE


class TestCumulatedMonths:
    BEFORE = date(2027, 1, 1)

    @pytest.fixture
    def ngo(self):
        return make.organisation()

    def past(self, place, first: date, until: date, party, **fields) -> Lease:
        return make.lease(
            place, first, until, party=party, state=S.ARCHIVED,
            returned_at=local_moment(until, 0), **fields,
        )  # fmt: skip

    def test_nobody_before(self, ngo):
        assert cumulated.months(ngo, make.resource(), self.BEFORE) == 0

    def test_successive_contracts_add_up(self, ngo):
        place = make.resource()
        self.past(place, date(2023, 1, 1), date(2025, 1, 1), ngo)
        make.lease(place, date(2025, 1, 1), self.BEFORE, party=ngo)
        assert cumulated.months(ngo, place, self.BEFORE) == 48

    def test_a_gap_is_not_counted_but_both_sides_of_it_are(self, ngo):
        place = make.resource()
        self.past(place, date(2023, 1, 1), date(2024, 1, 1), ngo)
        make.lease(place, date(2026, 1, 1), self.BEFORE, party=ngo)
        assert cumulated.months(ngo, place, self.BEFORE) == 24

    def test_a_begun_month_counts(self, ngo):
        place = make.resource()
        make.lease(place, date(2026, 1, 1), date(2026, 2, 2), party=ngo)
        assert cumulated.months(ngo, place, self.BEFORE) == 2

    def test_other_parties_and_other_places_do_not_count(self, ngo):
        place = make.resource()
        self.past(place, date(2023, 1, 1), date(2025, 1, 1), make.organisation())
        make.lease(make.resource(), FIRST, self.BEFORE, party=ngo)
        assert cumulated.months(ngo, place, self.BEFORE) == 0

    def test_any_of_several_parties_counts_and_names_do_too(self, ngo):
        place = make.resource()
        self.past(place, date(2023, 1, 1), date(2025, 1, 1), "Spółdzielnia Przykład")
        asked = [ngo, "Spółdzielnia Przykład"]
        assert cumulated.months(asked, place, self.BEFORE) == 24

    def test_whoever_was_only_let_in_was_no_party(self, ngo):
        place = make.resource()
        one = self.past(place, date(2023, 1, 1), date(2025, 1, 1), "Klub")
        one.parties.create(organisation=ngo, role="authorised_user", valid=(FIRST, None))
        assert cumulated.months(ngo, place, self.BEFORE) == 0

    def test_what_was_never_signed_does_not_count(self, ngo):
        place = make.resource()
        for state in (S.DRAFTING, S.TO_SIGN, S.ABANDONED):
            make.lease(place, date(2023, 1, 1), date(2025, 1, 1), party=ngo, state=state)
        assert cumulated.months(ngo, place, self.BEFORE) == 0

    def test_early_hand_back_ends_the_count(self, ngo):
        place = make.resource()
        make.lease(
            place, date(2023, 1, 1), date(2025, 1, 1), party=ngo, state=S.ARCHIVED,
            returned_at=local_moment(date(2023, 7, 1), 0),
        )  # fmt: skip
        assert cumulated.months(ngo, place, self.BEFORE) == 6

    def test_an_indefinite_one_counts_up_to_the_day(self, ngo):
        place = make.resource()
        make.lease(place, date(2023, 1, 1), None, party=ngo)
        assert cumulated.months(ngo, place, self.BEFORE) == 48
