"""The course of a booking as data: from which state to which, by whom, under what condition.

Practice behind it: docs/booking.md. "Accepted" is no state of its own: an accepted request is
confirmed, or waits for its contract. Nothing else in the product changes Booking.state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from records.problems import Conflict, Forbidden, Invalid, Problem
from resources.models import Booking

State = Booking.State

UNDO_WITHIN = timedelta(minutes=10)
WAIT_UNTIL_BEFORE_START = timedelta(hours=24)


class Role(StrEnum):
    """On whose behalf somebody acts in this case."""

    APPLICANT = "applicant"
    UNIT = "unit"
    SYSTEM = "system"


class Action(StrEnum):
    SUBMIT = "submit"
    TAKE_UP = "take_up"
    WAIT = "wait"
    RETURN = "return"
    ACCEPT = "accept"
    REJECT = "reject"
    PROPOSE = "propose"
    ACCEPT_PROPOSAL = "accept_proposal"
    DECLINE_PROPOSAL = "decline_proposal"
    SIGN = "sign"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    PROMOTE = "promote"
    EXPIRE = "expire"
    LAPSE = "lapse"
    START = "start"
    FINISH = "finish"
    MARK_ABSENT = "mark_absent"
    CORRECT_ABSENCE = "correct_absence"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Situation:
    """What guards look at. `deadline` is that of the present state; starts of standing dates."""

    now: datetime
    first_start: datetime | None = None
    last_end: datetime | None = None
    deadline: datetime | None = None
    decided_at: datetime | None = None


Guard = Callable[[Situation], Problem | None]


def before_first_date(at: Situation) -> Problem | None:
    if at.first_start is not None and at.now >= at.first_start:
        return Conflict(_("The first date has already begun."), code="already_started")
    return None


def first_date_begun(at: Situation) -> Problem | None:
    if at.first_start is None or at.now < at.first_start:
        return Conflict(_("No date has begun yet."), code="not_started")
    return None


def all_dates_over(at: Situation) -> Problem | None:
    if at.last_end is not None and at.now < at.last_end:
        return Conflict(_("Not all dates are over yet."), code="not_over")
    return None


def deadline_over(at: Situation) -> Problem | None:
    if at.deadline is None or at.now < at.deadline:
        return Conflict(_("The deadline has not passed yet."), code="deadline_not_over")
    return None


def still_may_undo(at: Situation) -> Problem | None:
    if at.decided_at is None or at.now >= at.decided_at + UNDO_WITHIN:
        return Conflict(
            _("A decision can be taken back within 10 minutes. Now use the other actions."),
            code="too_late_to_undo",
        )
    return before_first_date(at)


def too_late_to_wait(at: Situation) -> Problem | None:
    if at.first_start is None or at.now < at.first_start - WAIT_UNTIL_BEFORE_START:
        return Conflict(_("The time may still become free."), code="may_become_free")
    return None


@dataclass(frozen=True, slots=True)
class Transition:
    action: Action
    source: State
    target: State
    roles: frozenset[Role]
    guard: Guard | None = None
    needs_reason: bool = False


_APPLICANT = frozenset({Role.APPLICANT})
_UNIT = frozenset({Role.UNIT})
_SYSTEM = frozenset({Role.SYSTEM})

TRANSITIONS: tuple[Transition, ...] = (
    # A unit submits what came by telephone or on paper.
    Transition(Action.SUBMIT, State.DRAFT, State.SUBMITTED, _APPLICANT | _UNIT),
    Transition(Action.SUBMIT, State.RETURNED, State.SUBMITTED, _APPLICANT),
    Transition(Action.TAKE_UP, State.SUBMITTED, State.UNDER_REVIEW, _SYSTEM),
    Transition(Action.WAIT, State.SUBMITTED, State.WAITLISTED, _SYSTEM),
    Transition(Action.WAIT, State.UNDER_REVIEW, State.WAITLISTED, _UNIT),
    Transition(Action.PROMOTE, State.WAITLISTED, State.UNDER_REVIEW, _SYSTEM),
    # The unit's answers. Small requests may be accepted by the system: auto_approval.py.
    Transition(
        Action.ACCEPT, State.UNDER_REVIEW, State.CONFIRMED, _UNIT | _SYSTEM, before_first_date
    ),
    Transition(
        Action.ACCEPT, State.UNDER_REVIEW, State.CONTRACT_PENDING, _UNIT, before_first_date
    ),
    Transition(
        Action.PROPOSE, State.UNDER_REVIEW, State.PROPOSED_CHANGE, _UNIT, before_first_date
    ),
    *(
        Transition(Action.RETURN, source, State.RETURNED, _UNIT, needs_reason=True)
        for source in (State.SUBMITTED, State.UNDER_REVIEW)
    ),
    *(
        Transition(Action.REJECT, source, State.REJECTED, _UNIT, needs_reason=True)
        for source in (State.SUBMITTED, State.UNDER_REVIEW, State.WAITLISTED)
    ),
    *(
        Transition(Action.UNDO, source, State.UNDER_REVIEW, _UNIT, still_may_undo)
        for source in (
            State.CONFIRMED,
            State.CONTRACT_PENDING,
            State.PROPOSED_CHANGE,
            State.RETURNED,
            State.REJECTED,
        )
    ),
    Transition(Action.SIGN, State.CONTRACT_PENDING, State.CONFIRMED, _UNIT),
    # The applicant's answers.
    Transition(
        Action.ACCEPT_PROPOSAL,
        State.PROPOSED_CHANGE,
        State.CONFIRMED,
        _APPLICANT,
        before_first_date,
    ),
    Transition(
        Action.ACCEPT_PROPOSAL,
        State.PROPOSED_CHANGE,
        State.CONTRACT_PENDING,
        _APPLICANT,
        before_first_date,
    ),
    Transition(Action.DECLINE_PROPOSAL, State.PROPOSED_CHANGE, State.WITHDRAWN, _APPLICANT),
    *(
        Transition(Action.WITHDRAW, source, State.WITHDRAWN, _APPLICANT)
        for source in (
            State.SUBMITTED,
            State.UNDER_REVIEW,
            State.RETURNED,
            State.PROPOSED_CHANGE,
            State.WAITLISTED,
            State.CONTRACT_PENDING,
        )
    ),
    # Calling off what was promised. Terms of notice are rules of the policy: changes.py.
    Transition(
        Action.CANCEL, State.CONFIRMED, State.CANCELLED_BY_USER, _APPLICANT, before_first_date
    ),
    *(
        Transition(
            Action.CALL_OFF, source, State.CANCELLED_BY_OWNER, _UNIT, before_first_date,
            needs_reason=True,
        )
        for source in (State.CONTRACT_PENDING, State.CONFIRMED)
    ),
    # The clock.
    Transition(Action.EXPIRE, State.UNDER_REVIEW, State.EXPIRED, _SYSTEM, deadline_over),
    Transition(Action.EXPIRE, State.RETURNED, State.EXPIRED, _SYSTEM, deadline_over),
    Transition(Action.EXPIRE, State.PROPOSED_CHANGE, State.EXPIRED, _SYSTEM, deadline_over),
    Transition(Action.EXPIRE, State.WAITLISTED, State.EXPIRED, _SYSTEM, too_late_to_wait),
    Transition(Action.LAPSE, State.CONTRACT_PENDING, State.LAPSED, _SYSTEM, deadline_over),
    Transition(Action.START, State.CONFIRMED, State.IN_USE, _SYSTEM, first_date_begun),
    Transition(Action.FINISH, State.IN_USE, State.COMPLETED, _SYSTEM, all_dates_over),
    # Afterwards. The clock may have completed what nobody came to.
    *(
        Transition(Action.MARK_ABSENT, source, State.NO_SHOW, _UNIT, first_date_begun)
        for source in (State.CONFIRMED, State.IN_USE, State.COMPLETED)
    ),
    Transition(Action.CORRECT_ABSENCE, State.NO_SHOW, State.COMPLETED, _UNIT),
    Transition(Action.SETTLE, State.COMPLETED, State.SETTLED, _UNIT),
)  # fmt: skip

FINAL = frozenset(State) - {one.source for one in TRANSITIONS}
#: Requests that wait for somebody and hold times meanwhile; limited per organisation.
PENDING = (
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.RETURNED,
    State.PROPOSED_CHANGE,
    State.CONTRACT_PENDING,
)


def allowed(state: str, role: Role) -> set[Action]:
    """What this side may do with a booking in this state, guards and reasons aside."""
    return {one.action for one in TRANSITIONS if one.source == state and role in one.roles}


def require(
    state: str,
    action: Action,
    role: Role,
    at: Situation,
    *,
    target: State | None = None,
    reason: str = "",
) -> Transition:
    """The transition, or the Problem that says why not.

    Raises Conflict (the booking is in no state for it, or a guard says no), Forbidden (it is the
    other side's to do), Invalid (it needs a reason). `target` chooses where an action may end in
    one of two states.
    """
    found = [
        one
        for one in TRANSITIONS
        if one.action == action and one.source == state and target in (None, one.target)
    ]
    if not found:
        raise Conflict(
            _("This cannot be done any more: the request is “%(state)s”.")
            % {"state": State(state).label},
            code="wrong_state",
        )
    mine = [one for one in found if role in one.roles]
    if not mine:
        raise Forbidden(_("This is for the other side to do."), code="other_side")
    if len(mine) > 1:
        raise ValueError(f"{action} from {state} needs a target")
    transition = mine[0]
    if transition.needs_reason and not reason.strip():
        raise Invalid(
            _("Give the reason in a simple sentence."), code="reason_missing", field="reason"
        )
    if transition.guard and (problem := transition.guard(at)):
        raise problem
    return transition
