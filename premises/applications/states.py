"""The course of an application as a table; its rows by kind are in KindTransition.

No refusal is automatic: each step that ends badly for the applicant is taken by a person and
carries a reason that the applicant reads. The clock alone refuses nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from premises.models import Application
from premises.procedures.steps import Guard, Role, Step
from records.problems import Conflict, Problem

State = Application.State


class Action(StrEnum):
    SUBMIT = "submit"
    RECORD = "record"
    CHECK = "check"
    REQUEST_CORRECTION = "request_correction"
    CORRECT = "correct"
    ADMIT = "admit"
    REJECT = "reject"
    REVIEW = "review"
    SCORE = "score"
    ASK_OPINION = "ask_opinion"
    RECOMMEND = "recommend"
    RESERVE = "reserve"
    NOT_RECOMMEND = "not_recommend"
    GRANT = "grant"
    REFUSE = "refuse"
    SIGN = "sign"
    RESIGN = "resign"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    ANNUL = "annul"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the guards look at.

    `is_call_open` is judged at the moment the application was received. `undecided_lines` are
    lines of the checklist without an answer, `unmet_lines` those answered "no". `is_next` says that
    nobody before this one on the list still stands; `cards` are finished score cards.
    """

    now: datetime
    today: date
    is_call_open: bool = False
    call_problem: Problem | None = None
    checks_may_begin: bool = False
    undecided_lines: int = 0
    unmet_lines: int = 0
    defects: int = 0
    correction_due: date | None = None
    cards: int = 0
    cards_needed: int = 0
    lot_is_free: bool = True
    is_next: bool = True
    reserve_until: date | None = None
    sign_by: date | None = None


def call_is_open(at: Situation) -> Problem | None:
    if at.is_call_open:
        return None
    return at.call_problem or Conflict(_("The call is closed."), code="call_closed")


def checks_may_begin(at: Situation) -> Problem | None:
    if at.checks_may_begin:
        return None
    return Conflict(
        _("Applications are checked when the call has closed and the offers are opened."),
        code="checks_too_early",
    )


def checklist_is_whole(at: Situation) -> Problem | None:
    if at.undecided_lines:
        return Conflict(
            _("Answer every line of the checklist first: %(n)d left.") % {"n": at.undecided_lines},
            code="checklist_open",
        )
    if at.unmet_lines:
        return Conflict(
            _("Some lines of the checklist are not met: call for correction or refuse."),
            code="checklist_unmet",
        )
    return None


def defects_are_listed(at: Situation) -> Problem | None:
    if not at.defects:
        return Conflict(_("List what is to be mended."), code="no_defects")
    return None


def correction_is_over(at: Situation) -> Problem | None:
    if at.correction_due is not None and at.today <= at.correction_due:
        return Conflict(
            _("The applicant still has time to complete the application."), code="still_time"
        )
    return None


def enough_cards(at: Situation) -> Problem | None:
    if at.cards < at.cards_needed:
        return Conflict(
            _("Too few score cards: %(there)d of %(needed)d.")
            % {"there": at.cards, "needed": at.cards_needed},
            code="too_few_cards",
        )
    return None


def lot_is_free(at: Situation) -> Problem | None:
    if not at.lot_is_free:
        return Conflict(
            _("These premises have been granted to somebody else in this procedure."),
            code="lot_granted",
        )
    return None


def moves_up(at: Situation) -> Problem | None:
    """From the reserve list: the premises are free again, in time, and it is this one's turn."""
    if problem := lot_is_free(at):
        return problem
    if at.reserve_until is not None and at.today > at.reserve_until:
        return Conflict(_("The reserve list is no longer valid."), code="reserve_over")
    if not at.is_next:
        return Conflict(_("Somebody before them stands on the reserve list."), code="not_next")
    return None


def signing_is_over(at: Situation) -> Problem | None:
    if at.sign_by is None or at.today <= at.sign_by:
        return Conflict(_("There is still time to sign the contract."), code="still_time")
    return None


_APPLICANT = frozenset({Role.APPLICANT})
_OFFICE = frozenset({Role.OFFICER, Role.HEAD})
_HEAD = frozenset({Role.HEAD})
_BOARD = frozenset({Role.OFFICER, Role.HEAD, Role.COMMISSION})
_CONTRACTS = frozenset({Role.OFFICER, Role.HEAD, Role.SYSTEM})


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


#: From here an applicant may go; from the decision on they resign instead.
BEFORE_DECISION = (
    State.SUBMITTED,
    State.FORMAL_CHECK,
    State.CORRECTION_REQUESTED,
    State.ADMITTED,
    State.MERIT_REVIEW,
    State.SCORED,
    State.OPINION,
    State.RECOMMENDED,
    State.RESERVE_LIST,
    State.NOT_RECOMMENDED,
)

#: Where a commission, or an officer where there is none, says what should be decided.
_JUDGED_FROM = (State.ADMITTED, State.SCORED, State.OPINION)

STEPS: tuple[Step, ...] = (
    _step(Action.SUBMIT, State.DRAFT, State.SUBMITTED, _APPLICANT, call_is_open),
    # The result of a case that is kept elsewhere.
    _step(Action.RECORD, State.DRAFT, State.GRANTED, _OFFICE, lot_is_free),
    _step(Action.CHECK, State.SUBMITTED, State.FORMAL_CHECK, _BOARD, checks_may_begin),
    _step(Action.ADMIT, State.FORMAL_CHECK, State.ADMITTED, _BOARD, checklist_is_whole),
    _step(
        Action.REQUEST_CORRECTION, State.FORMAL_CHECK, State.CORRECTION_REQUESTED, _BOARD,
        defects_are_listed,
    ),
    _step(Action.CORRECT, State.CORRECTION_REQUESTED, State.FORMAL_CHECK, _APPLICANT),
    _step(
        Action.REJECT, State.FORMAL_CHECK, State.REJECTED_FORMALLY, _BOARD, needs_reason=True
    ),
    _step(
        Action.REJECT, State.CORRECTION_REQUESTED, State.REJECTED_FORMALLY, _BOARD,
        correction_is_over, needs_reason=True,
    ),
    _step(Action.REVIEW, State.ADMITTED, State.MERIT_REVIEW, _BOARD),
    _step(
        Action.SCORE, State.MERIT_REVIEW, State.SCORED, frozenset({Role.COMMISSION}), enough_cards
    ),
    *(
        _step(Action.ASK_OPINION, source, State.OPINION, _OFFICE)
        for source in (State.ADMITTED, State.SCORED)
    ),
    *(
        _step(Action.RECOMMEND, source, State.RECOMMENDED, _BOARD)
        for source in _JUDGED_FROM
    ),
    *(
        _step(Action.RESERVE, source, State.RESERVE_LIST, _BOARD)
        for source in _JUDGED_FROM
    ),
    *(
        _step(Action.NOT_RECOMMEND, source, State.NOT_RECOMMENDED, _BOARD, needs_reason=True)
        for source in _JUDGED_FROM
    ),
    _step(Action.GRANT, State.RECOMMENDED, State.GRANTED, _HEAD, lot_is_free),
    _step(Action.GRANT, State.RESERVE_LIST, State.GRANTED, _HEAD, moves_up),
    *(
        _step(Action.REFUSE, source, State.NOT_GRANTED, _HEAD, needs_reason=True)
        for source in (State.RECOMMENDED, State.NOT_RECOMMENDED, State.RESERVE_LIST)
    ),
    _step(Action.SIGN, State.GRANTED, State.CONTRACT_SIGNED, _CONTRACTS),
    _step(Action.RESIGN, State.GRANTED, State.RESIGNED, _APPLICANT),
    _step(
        Action.LAPSE, State.GRANTED, State.LAPSED, _OFFICE, signing_is_over, needs_reason=True
    ),
    *(
        _step(Action.WITHDRAW, source, State.WITHDRAWN, _APPLICANT)
        for source in BEFORE_DECISION
    ),
    # With the procedure, whose annulment a person has decided and explained.
    *(
        _step(Action.ANNUL, source, State.ANNULLED, _HEAD, needs_reason=True)
        for source in (*BEFORE_DECISION, State.GRANTED)
    ),
)  # fmt: skip

#: The city still owes an answer. The reserve list is one, for the time being.
UNANSWERED = tuple(one for one in BEFORE_DECISION if one is not State.RESERVE_LIST)
