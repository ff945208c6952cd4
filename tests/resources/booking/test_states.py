"""Every state, action and side: what is allowed is listed here once more, all else must fail."""

from datetime import datetime, timedelta

import pytest

from records.clock import KRAKOW
from records.problems import Conflict, Forbidden, Invalid, Problem
from resources.booking import states
from resources.booking.states import Action, Role, Situation
from resources.models import Booking

NOW = datetime(2026, 11, 23, 14, 7, tzinfo=KRAKOW)
HOUR = timedelta(hours=1)

# Written from the practice (docs/booking.md), not from the code. "*" marks a needed reason.
ALLOWED = """
draft            applicant submit            submitted
draft            unit      submit            submitted
returned         applicant submit            submitted
submitted        system    take_up           under_review
submitted        system    wait              waitlisted
submitted        unit      return            returned            *
submitted        unit      reject            rejected            *
submitted        applicant withdraw          withdrawn
under_review     unit      accept            confirmed
under_review     unit      accept            contract_pending
under_review     system    accept            confirmed
under_review     unit      propose           proposed_change
under_review     unit      return            returned            *
under_review     unit      reject            rejected            *
under_review     unit      wait              waitlisted
under_review     system    expire            expired
under_review     applicant withdraw          withdrawn
returned         unit      undo              under_review
returned         system    expire            expired
returned         applicant withdraw          withdrawn
proposed_change  applicant accept_proposal   confirmed
proposed_change  applicant accept_proposal   contract_pending
proposed_change  applicant decline_proposal  withdrawn
proposed_change  applicant withdraw          withdrawn
proposed_change  unit      undo              under_review
proposed_change  system    expire            expired
waitlisted       system    promote           under_review
waitlisted       system    expire            expired
waitlisted       unit      reject            rejected            *
waitlisted       applicant withdraw          withdrawn
contract_pending unit      sign              confirmed
contract_pending unit      undo              under_review
contract_pending unit      call_off          cancelled_by_owner  *
contract_pending system    lapse             lapsed
contract_pending applicant withdraw          withdrawn
confirmed        system    start             in_use
confirmed        unit      undo              under_review
confirmed        unit      mark_absent       no_show
confirmed        unit      call_off          cancelled_by_owner  *
confirmed        applicant cancel            cancelled_by_user
in_use           system    finish            completed
in_use           unit      mark_absent       no_show
completed        unit      mark_absent       no_show
completed        unit      settle            settled
no_show          unit      correct_absence   completed
rejected         unit      undo              under_review
"""
LINES = [line.split() for line in ALLOWED.strip().splitlines()]
TARGETS = {
    (state, role, action): {
        line[3] for line in LINES if (line[0], line[1], line[2]) == (state, role, action)
    }
    for state, role, action, *_rest in LINES
}
REASONED = {(state, action) for state, _role, action, _target, *star in LINES if star}


def favourable(action: str) -> Situation:
    """A moment at which no guard objects to the action."""
    after = {Action.START, Action.FINISH, Action.MARK_ABSENT}
    first = NOW - 3 * HOUR if action in after else NOW + 24 * HOUR
    if action == Action.EXPIRE:
        first = NOW + HOUR
    return Situation(
        now=NOW,
        first_start=first,
        last_end=NOW - HOUR if action in after else first + HOUR,
        deadline=NOW - HOUR,
        decided_at=NOW - timedelta(minutes=3),
    )


@pytest.mark.parametrize("state", Booking.State.values)
@pytest.mark.parametrize("action", list(Action))
def test_only_the_listed_steps_are_possible(state: str, action: Action) -> None:
    for role in Role:
        targets = TARGETS.get((state, role, action), set())
        for target in Booking.State:
            try:
                found = states.require(
                    state, action, role, favourable(action), target=target, reason="powód"
                )
            except (Conflict, Forbidden):
                assert target not in targets, (role, target)
            else:
                assert target in targets, (role, target)
                assert found.target == target


def test_table_has_no_line_twice() -> None:
    keys = [(one.action, one.source, one.target) for one in states.TRANSITIONS]
    assert len(keys) == len(set(keys))


def test_the_other_side_is_told_so_and_nobody_is_told_it_is_too_late() -> None:
    at = favourable(Action.ACCEPT)
    with pytest.raises(Forbidden) as other_side:
        states.require("under_review", Action.REJECT, Role.APPLICANT, at, reason="x")
    assert other_side.value.code == "other_side"
    with pytest.raises(Conflict) as too_late:
        states.require("withdrawn", Action.REJECT, Role.UNIT, at, reason="x")
    assert too_late.value.code == "wrong_state"


@pytest.mark.parametrize(("state", "action"), sorted(REASONED))
def test_a_no_needs_a_reason(state: str, action: str) -> None:
    with pytest.raises(Invalid) as missing:
        states.require(state, Action(action), Role.UNIT, favourable(action), reason="  ")
    assert (missing.value.code, missing.value.field) == ("reason_missing", "reason")


def test_steps_that_need_no_reason_go_without() -> None:
    for state, role, action, target, *star in LINES:
        if not star:
            states.require(
                state, Action(action), Role(role), favourable(action), target=Booking.State(target)
            )


FIRST = NOW + 24 * HOUR
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("guard", "situation", "code"),
    [
        pytest.param(
            states.before_first_date, Situation(FIRST - SECOND, FIRST), None, id="second-before"
        ),
        pytest.param(
            states.before_first_date, Situation(FIRST, FIRST), "already_started", id="at-start"
        ),
        pytest.param(states.before_first_date, Situation(NOW), None, id="no-dates"),
        pytest.param(
            states.first_date_begun, Situation(FIRST - SECOND, FIRST), "not_started", id="not-begun"
        ),
        pytest.param(states.first_date_begun, Situation(FIRST, FIRST), None, id="begun"),
        pytest.param(
            states.first_date_begun, Situation(NOW), "not_started", id="nothing-begins"
        ),
        pytest.param(
            states.all_dates_over, Situation(FIRST - SECOND, last_end=FIRST), "not_over", id="on"
        ),
        pytest.param(states.all_dates_over, Situation(FIRST, last_end=FIRST), None, id="over"),
        pytest.param(
            states.deadline_over, Situation(FIRST - SECOND, deadline=FIRST), "deadline_not_over",
            id="a-second-left",
        ),
        pytest.param(
            states.deadline_over, Situation(FIRST, deadline=FIRST), None, id="deadline-reached"
        ),
        pytest.param(states.deadline_over, Situation(FIRST), "deadline_not_over", id="none-set"),
        pytest.param(
            states.still_may_undo,
            Situation(NOW, FIRST, decided_at=NOW - timedelta(minutes=10) + SECOND),
            None,
            id="within-10-minutes",
        ),
        pytest.param(
            states.still_may_undo,
            Situation(NOW, FIRST, decided_at=NOW - timedelta(minutes=10)),
            "too_late_to_undo",
            id="after-10-minutes",
        ),
        pytest.param(
            states.still_may_undo, Situation(NOW, NOW, decided_at=NOW), "already_started",
            id="begun-meanwhile",
        ),
        pytest.param(
            states.too_late_to_wait, Situation(FIRST - 24 * HOUR - SECOND, FIRST),
            "may_become_free", id="still-waiting",
        ),
        pytest.param(
            states.too_late_to_wait, Situation(FIRST - 24 * HOUR, FIRST), None, id="24-hours-before"
        ),
    ],
)  # fmt: skip
def test_guards_at_their_boundaries(
    guard: states.Guard, situation: Situation, code: str | None
) -> None:
    problem: Problem | None = guard(situation)
    assert (problem.code if problem else None) == code


def test_final_states_lead_nowhere() -> None:
    assert {
        "settled",
        "expired",
        "withdrawn",
        "lapsed",
        "cancelled_by_user",
        "cancelled_by_owner",
    } == states.FINAL
