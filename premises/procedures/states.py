"""The course of a procedure as a table; its rows by kind are in KindTransition.

draft → approved → notice list → call open → call closed → assessment → ranking → decision →
contract, or an end without a choice, or annulment. What a kind does not need it leaves out.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from premises.models import AllocationProcedure
from premises.procedures.steps import Guard, Role, Step
from records.problems import Conflict, Invalid, Problem

State = AllocationProcedure.State


class Action(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    POST_NOTICE = "post_notice"
    OPEN = "open"
    CLOSE = "close"
    ASSESS = "assess"
    RANK = "rank"
    DECIDE = "decide"
    SIGN = "sign"
    FAIL = "fail"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the guards look at.

    `plan` is what is wrong with lots and dates, `notice` what is wrong with the notice list; both
    None when all is well, as for kinds that need no list. `unanswered` are applications on which
    nobody has decided, `reserved` those on the
    reserve list, `unsigned` granted ones without a contract, `signed` those with one.
    """

    now: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    plan: Problem | None = None
    notice_posted: Problem | None = None
    notice_run: Problem | None = None
    sealed_unopened: bool = False
    unchecked: int = 0
    unanswered: int = 0
    reserved: int = 0
    granted: int = 0
    unsigned: int = 0
    signed: int = 0


def plan_is_whole(at: Situation) -> Problem | None:
    if at.plan is not None:
        return at.plan
    if at.closes_at is not None and at.closes_at <= at.now:
        return Invalid(
            _("The call would close in the past."), code="closes_in_past", field="closes"
        )
    return None


def notice_is_posted(at: Situation) -> Problem | None:
    return at.notice_posted


def may_open(at: Situation) -> Problem | None:
    """No call before its notice list has run, and none before its hour."""
    if at.notice_run is not None:
        return at.notice_run
    if at.opens_at is None or at.closes_at is None:
        return Conflict(_("Say when the call opens and closes."), code="no_dates")
    if at.now < at.opens_at:
        return Conflict(_("The hour of opening has not come yet."), code="too_early")
    if at.now >= at.closes_at:
        return Conflict(_("The hour of closing has passed: set new dates."), code="too_late")
    return None


def closing_has_come(at: Situation) -> Problem | None:
    if at.closes_at is None or at.now < at.closes_at:
        return Conflict(_("The call is still open."), code="still_open")
    return None


def offers_are_opened(at: Situation) -> Problem | None:
    if at.sealed_unopened:
        return Conflict(_("The offers have not been opened yet."), code="sealed")
    return None


def all_checked(at: Situation) -> Problem | None:
    if at.unchecked:
        return Conflict(
            _("Some applications are still in the formal check: %(n)d.") % {"n": at.unchecked},
            code="unchecked",
        )
    return None


def all_answered(at: Situation) -> Problem | None:
    if at.unanswered:
        return Conflict(
            _("Some applications have no answer yet: %(n)d.") % {"n": at.unanswered},
            code="unanswered",
        )
    return None


def somebody_granted(at: Situation) -> Problem | None:
    if not at.granted:
        return Conflict(
            _("Nobody has been granted the premises: end the procedure without a choice."),
            code="nobody_granted",
        )
    return all_answered(at)


def all_signed(at: Situation) -> Problem | None:
    if at.unsigned:
        return Conflict(
            _("Some contracts have not been signed yet: %(n)d.") % {"n": at.unsigned},
            code="unsigned",
        )
    if not at.signed:
        return Conflict(_("No contract has been signed."), code="nothing_signed")
    return None


def nothing_granted(at: Situation) -> Problem | None:
    if at.granted or at.signed:
        return Conflict(_("Premises have been granted here."), code="granted")
    if at.reserved:
        return Conflict(
            _("Somebody still stands on the reserve list: %(n)d.") % {"n": at.reserved},
            code="reserved",
        )
    return all_answered(at)


_OFFICE = frozenset({Role.OFFICER, Role.HEAD})
_HEAD = frozenset({Role.HEAD})
_CLOCK = frozenset({Role.OFFICER, Role.HEAD, Role.SYSTEM})
_BOARD = frozenset({Role.OFFICER, Role.HEAD, Role.COMMISSION})


def _step(
    action: Action,
    source: State,
    target: State,
    roles: frozenset[Role],
    guard: Guard | None = None,
    *,
    needs_reason: bool = False,
) -> Step:
    return Step(action.value, source.value, target.value, roles, guard, needs_reason)


STEPS: tuple[Step, ...] = (
    _step(Action.APPROVE, State.DRAFT, State.APPROVED, _HEAD, plan_is_whole),
    _step(Action.RETURN, State.APPROVED, State.DRAFT, _OFFICE, needs_reason=True),
    _step(
        Action.POST_NOTICE, State.APPROVED, State.NOTICE_PUBLISHED, _CLOCK, notice_is_posted
    ),
    # Without a notice list an approved call opens at its hour.
    _step(Action.OPEN, State.APPROVED, State.CALL_OPEN, _CLOCK, may_open),
    _step(Action.OPEN, State.NOTICE_PUBLISHED, State.CALL_OPEN, _CLOCK, may_open),
    _step(Action.CLOSE, State.CALL_OPEN, State.CALL_CLOSED, _CLOCK, closing_has_come),
    _step(Action.ASSESS, State.CALL_CLOSED, State.EVALUATION, _BOARD, offers_are_opened),
    _step(Action.RANK, State.EVALUATION, State.RANKED, _BOARD, all_checked),
    *(
        _step(Action.DECIDE, source, State.DECIDED, _HEAD, somebody_granted)
        for source in (State.EVALUATION, State.RANKED)
    ),
    # Only the result of a contest for a public task is recorded; its course is kept elsewhere.
    _step(Action.DECIDE, State.APPROVED, State.DECIDED, _HEAD, somebody_granted),
    _step(Action.SIGN, State.DECIDED, State.CONTRACTED, _CLOCK, all_signed),
    *(
        _step(Action.FAIL, source, State.FAILED, _OFFICE, nothing_granted, needs_reason=True)
        for source in (State.CALL_CLOSED, State.EVALUATION, State.RANKED, State.DECIDED)
    ),
    *(
        _step(Action.CANCEL, source, State.CANCELLED, _HEAD, needs_reason=True)
        for source in (
            State.APPROVED,
            State.NOTICE_PUBLISHED,
            State.CALL_OPEN,
            State.CALL_CLOSED,
            State.EVALUATION,
            State.RANKED,
            State.DECIDED,
        )
    ),
)  # fmt: skip

#: A call that everybody may read about. Approved ones only where no notice list comes between.
PUBLIC = frozenset(State) - {State.DRAFT, State.APPROVED}


def is_public(procedure: AllocationProcedure) -> bool:
    """Whether everybody sees it: from the notice list on; without one, from its approval on."""
    if procedure.state == State.CANCELLED:
        return True
    if procedure.state == State.APPROVED:
        return not procedure.kind.needs_notice
    return procedure.state in PUBLIC
