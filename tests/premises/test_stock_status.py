"""The state of premises is derived: from claims, and from sources that others register."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from premises.models import OfficerHold, Premises
from premises.stock import holds, status
from premises.stock.status import Source, State, in_states, state_of_row, statuses
from records.clock import frozen
from records.periods import local_moment
from records.problems import Conflict, Invalid
from resources.claims import orphan_holds
from resources.models import Claim, Hold
from tests import make
from tests.premises.stock import DAY, NOON, let, premises

pytestmark = pytest.mark.django_db

JUNE = date(2027, 6, 1)


@pytest.fixture(autouse=True)
def _noon():
    with frozen(NOON):
        yield


def state(row: Premises, on: date | None = None) -> status.Status:
    return statuses([row.pk], on)[row.pk]


def keep(row: Premises, reason: str = "renovation", first: date = DAY, until: date | None = JUNE):
    return holds.record(row, reason=reason, note="dach przecieka", first=first, until=until, by="A")


class TestFromClaims:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (Hold.Kind.LEASE, State.LEASED),
            (Hold.Kind.LENDING, State.LENT),
            (Hold.Kind.PLAN, State.RESERVED),
        ],
    )
    def test_by_what_holds(self, kind, expected):
        row = premises()
        let(row, date(2024, 1, 1), JUNE, kind)
        assert state(row) == status.Status(expected, since=date(2024, 1, 1), until=JUNE)

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            ("renovation", State.RENOVATION),
            ("dispute", State.DISPUTED),
            ("withdrawal", State.WITHDRAWN),
        ],
    )
    def test_by_what_an_officer_recorded(self, reason, expected):
        row = premises()
        keep(row, reason)
        assert state(row) == status.Status(expected, since=DAY, until=JUNE)

    def test_nothing_holds(self):
        assert state(premises()) == status.Status(State.AVAILABLE)

    def test_vacant_since_the_last_tenant_left_whatever_was_done_after(self):
        row = premises()
        let(row, date(2020, 1, 1), date(2026, 2, 1))
        keep(row, first=date(2026, 3, 1), until=date(2026, 11, 1))
        assert state(row).since == date(2026, 2, 1)

    def test_on_another_day(self):
        row = premises()
        let(row, date(2024, 1, 1), JUNE)
        assert state(row, JUNE - timedelta(days=1)).state is State.LEASED
        after = state(row, JUNE)
        assert after.state is State.AVAILABLE
        assert after.since == JUNE

    def test_an_expired_reservation_is_none(self):
        row = premises()
        let(row, DAY, None, Hold.Kind.PLAN, expires_at=NOON - timedelta(minutes=1))
        assert state(row).state is State.AVAILABLE


class TestFallsVacantOn:
    def test_the_day_after_the_term(self):
        row = premises()
        let(row, date(2024, 1, 1), JUNE)
        assert state(row).falls_vacant_on == JUNE

    def test_never_known_for_an_indefinite_term(self):
        row = premises()
        let(row, date(2024, 1, 1), None)
        assert state(row).falls_vacant_on is None

    def test_not_when_the_next_contract_follows_after_the_time_to_hand_over(self):
        row = premises()
        let(row, date(2024, 1, 1), JUNE)
        let(row, JUNE + timedelta(days=14), None)
        assert state(row).falls_vacant_on is None

    def test_a_gap_before_the_next_contract_counts(self):
        row = premises()
        let(row, date(2024, 1, 1), JUNE)
        let(row, date(2027, 9, 1), None)
        found = state(row)
        assert found.falls_vacant_on == JUNE
        assert found.promised_from == date(2027, 9, 1)


class TestSources:
    """Leases and procedures say what claims cannot; the stronger state wins."""

    @pytest.fixture
    def says(self, monkeypatch):
        def add(row: Premises, found: State, since: date | None, until: date | None) -> None:
            days = [f"'{day}'::date" if day else "NULL::date" for day in (since, until)]
            rows = f"SELECT {row.pk} AS premises_id, '{found}' AS state, {days[0]} AS since, {days[1]} AS until WHERE %(on)s::date IS NOT NULL"  # noqa: E501
            monkeypatch.setattr(status, "SOURCES", [*status.SOURCES, Source("test", rows)])

        monkeypatch.setattr(status, "SOURCES", [])
        return add

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            (State.NOT_HANDED_BACK, State.NOT_HANDED_BACK),
            (State.DISPUTED, State.DISPUTED),
            (State.IN_PROCEDURE, State.LEASED),
            (State.RESERVED, State.LEASED),
        ],
    )
    def test_over_a_lease(self, says, said, expected):
        row = premises()
        let(row, date(2024, 1, 1), None)
        says(row, said, DAY, None)
        assert state(row).state is expected

    def test_the_days_of_a_source_are_better_than_the_claim(self, says):
        """A claim lasts until the keys are back; the contract knows its end."""
        row = premises()
        let(row, date(2024, 1, 1), None)
        says(row, State.LEASED, date(2024, 1, 1), JUNE)
        assert state(row).until == JUNE

    def test_in_procedure_is_still_vacant(self, says):
        row = premises()
        let(row, date(2020, 1, 1), date(2026, 2, 1))
        says(row, State.IN_PROCEDURE, DAY, None)
        found = state(row)
        assert found.state is State.IN_PROCEDURE
        assert found.is_vacant
        assert found.since == date(2026, 2, 1)

    def test_not_handed_back_never_falls_vacant_by_itself(self, says):
        row = premises()
        let(row, date(2024, 1, 1), None)
        says(row, State.NOT_HANDED_BACK, DAY, JUNE)
        assert state(row).falls_vacant_on is None


class TestInQueries:
    def test_filter_and_column_agree_with_the_state(self):
        unit = make.unit()
        free, leased, broken = (premises(unit) for _n in range(3))
        let(leased, date(2024, 1, 1), JUNE)
        keep(broken)
        found = Premises.objects.filter(pk__in=in_states([State.LEASED, State.RENOVATION]))
        assert set(found) == {leased, broken}
        rows = Premises.objects.annotate(
            said=state_of_row("state", "premises_premises.resource_id"),
            ends=state_of_row("until", "premises_premises.resource_id"),
        )
        assert {(row.pk, row.said, row.ends) for row in rows} == {
            (free.pk, None, None),
            (leased.pk, "leased", JUNE),
            (broken.pk, "renovation", JUNE),
        }

    def test_two_queries_for_thirty_as_for_one(self):
        unit = make.unit()
        rows = [premises(unit) for _n in range(30)]
        for row in rows[::2]:
            let(row, date(2024, 1, 1), JUNE)
        for some in (rows[:1], rows):
            with CaptureQueriesContext(connection) as captured:
                statuses(row.pk for row in some)
            assert len(captured) == 2


class TestOfficerHolds:
    def test_claims_both_layers_and_has_an_owner(self):
        row = premises()
        kept = keep(row)
        layers = Claim.objects.filter(hold=kept.hold).values_list("layer", flat=True)
        assert sorted(layers) == [1, 2]
        assert orphan_holds() == []

    def test_refused_where_somebody_holds_with_who_and_until_when(self):
        row = premises()
        let(row, date(2024, 1, 1), date(2027, 2, 1))
        with pytest.raises(holds.HeldAlready) as refused:
            keep(row)
        assert "Najem" in str(refused.value)
        assert "31.01.2027" in str(refused.value)
        assert not OfficerHold.objects.exists()
        assert not Hold.objects.filter(kind=Hold.Kind.OFFICER).exists()

    def test_follows_a_lease_on_the_day_it_ends(self):
        row = premises()
        let(row, date(2024, 1, 1), date(2027, 2, 1))
        keep(row, first=date(2027, 2, 1))
        assert state(row, date(2027, 2, 1)).state is State.RENOVATION

    def test_called_off_the_contract_before_it_claims_again_until_the_hand_back(self):
        row = premises()
        let(row, date(2024, 1, 1), date(2027, 2, 1))
        kept = keep(row, first=date(2027, 2, 1), until=None)
        ends = Claim.objects.filter(hold__lease__isnull=False).values_list("period", flat=True)
        assert {one.upper for one in ends} == {local_moment(date(2027, 2, 1), 0)}
        holds.change_end(kept, until=DAY, note="", by="B")
        assert {one.upper for one in ends.all()} == {None}

    def test_premises_that_are_not_back_yet_are_in_the_way(self):
        row = premises()
        make.lease(row.resource, date(2024, 1, 1), date(2026, 11, 1))
        assert state(row).state is State.NOT_HANDED_BACK
        with pytest.raises(holds.HeldAlready):
            keep(row)

    def test_no_lease_meanwhile(self):
        row = premises()
        keep(row, until=None)
        with pytest.raises(Conflict):
            let(row, date(2027, 9, 1), None)

    @pytest.mark.parametrize("until", [DAY, DAY - timedelta(days=1)])
    def test_the_last_day_is_not_before_the_first(self, until):
        with pytest.raises(Invalid) as refused:
            keep(premises(), until=until)
        assert refused.value.field == "last"

    def test_without_a_reason_in_words_it_is_refused(self):
        with pytest.raises(Invalid) as refused:
            holds.record(premises(), reason="dispute", note=" ", first=DAY, until=None, by="A")
        assert refused.value.field == "note"

    def test_lifted_today_the_premises_are_vacant(self):
        row = premises()
        kept = keep(row, first=DAY - timedelta(days=10), until=None)
        holds.change_end(kept, until=DAY, note="skończone", by="B")
        kept.refresh_from_db()
        assert state(row).state is State.AVAILABLE
        assert (kept.period.lower, kept.period.upper) == (DAY - timedelta(days=10), DAY)
        assert (kept.lifted_by, kept.lift_note) == ("B", "skończone")

    def test_called_off_before_it_began(self):
        row = premises()
        kept = keep(row, first=JUNE, until=None)
        holds.change_end(kept, until=DAY, note="", by="B")
        assert not Claim.objects.filter(hold=kept.hold).exists()
        kept.refresh_from_db()
        assert kept.period.lower == JUNE

    def test_prolonged_until_somebody_elses_time(self):
        row = premises()
        kept = keep(row)
        let(row, date(2027, 9, 1), None)
        holds.change_end(kept, until=date(2027, 9, 1), note="", by="B")
        assert state(row, date(2027, 8, 31)).state is State.RENOVATION
        with pytest.raises(holds.HeldAlready):
            holds.change_end(kept, until=date(2027, 9, 2), note="", by="B")
        assert state(row, date(2027, 8, 31)).state is State.RENOVATION

    def test_what_is_over_stays_as_it_was(self):
        kept = keep(premises(), first=date(2026, 1, 1), until=date(2026, 2, 1))
        with pytest.raises(Conflict):
            holds.change_end(kept, until=None, note="", by="B")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (status.Status(State.AVAILABLE), "wolny"),
        (status.Status(State.AVAILABLE, since=date(2026, 8, 1)), "1.08.2026"),
        (status.Status(State.LEASED, until=JUNE), "31.05.2027"),
        (status.Status(State.RENOVATION, until=JUNE), "31.05.2027"),
        (status.Status(State.NOT_HANDED_BACK, since=DAY), "22.11.2026"),
        (status.Status(State.IN_PROCEDURE), "procedurze"),
    ],
)
def test_words_name_the_state_and_its_day(found, words):
    assert words in found.words


def test_the_night_of_the_hand_over():
    row = premises()
    let(row, date(2024, 1, 1), DAY)
    with frozen(local_moment(DAY, 0) - timedelta(seconds=1)):
        assert state(row).state is State.LEASED
    with frozen(local_moment(DAY, 0)):
        assert state(row).state is State.AVAILABLE
