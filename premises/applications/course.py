"""The step of an application from one state to the next, and who takes it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from premises.applications import states
from premises.applications.states import Action, Situation, State
from premises.models import Application, ApplicationStep
from premises.permissions import can, require
from premises.procedures import course as procedures
from premises.procedures import sealing, steps
from premises.procedures.course import Actor, By
from premises.procedures.stages import due
from premises.procedures.steps import Role, Subject
from records.clock import now, today

#: What an applicant must be allowed to take a step; what the unit takes is read from its roles.
_APPLICANTS = {
    Action.SUBMIT: "application.submit",
    Action.CORRECT: "application.correct",
    Action.WITHDRAW: "application.withdraw",
    Action.RESIGN: "application.withdraw",
}


#: Told of every step, in its transaction: application, action, state before, actor, reason.
HEARD: list[Callable[[Application, Action, str, Actor, str], None]] = []


def lock(application: Application) -> Application:
    """The application as it now is, locked. Whoever also needs the procedure locks that first."""
    return (
        Application.objects.select_for_update(no_key=True, of=("self",))
        .select_related("procedure__kind", "procedure__unit", "organisation", "lot__resource")
        .get(pk=application.pk)
    )


def situation(application: Application, *, cards: int = 0) -> Situation:
    """What the guards look at. `cards`: finished score cards, which the commission counts."""
    procedure = application.procedure
    results = list(application.formal_checks.values_list("check_line_id", "result"))
    lines = {one.pk for one in procedure.kind.checks.all()}
    calls = application.correction_calls.filter(answered_at=None).prefetch_related("items")
    call = calls.first()
    rivals = Application.objects.filter(procedure=procedure, lot=application.lot_id).exclude(
        pk=application.pk
    )
    before = rivals.filter(state=State.RESERVE_LIST)
    if application.rank is not None:
        before = before.filter(rank__lt=application.rank)
    state = procedure.state
    begun = state not in (procedure.State.CALL_OPEN, procedure.State.CALL_CLOSED)
    early = procedure.kind.checks_during_call or (
        state == procedure.State.CALL_CLOSED and not procedure.kind.has_commission
    )
    return Situation(
        now=now(),
        today=today(),
        checks_may_begin=(begun or early) and not sealing.is_closed(procedure),
        undecided_lines=len(lines - {line for line, _result in results}),
        unmet_lines=sum(1 for _line, result in results if result == "no"),
        defects=call.items.count() if call else 0,
        correction_due=call.due_on if call else None,
        cards=cards,
        cards_needed=procedure.kind.min_score_cards,
        lot_is_free=not rivals.filter(state__in=[State.GRANTED, State.CONTRACT_SIGNED]).exists(),
        is_next=application.rank is None or not before.exists(),
        reserve_until=procedure.reserve_until,
        sign_by=application.sign_by,
    )


def acting(by: By, application: Application, action: Action) -> Actor:
    """The person as the applicant, or in their role in the procedure."""
    if isinstance(by, Actor):
        return by
    if action in _APPLICANTS:
        require(by, _APPLICANTS[action], application)
        return Actor(Role.APPLICANT, str(by))
    if not can(by, "application.view", application):
        require(by, "application.view", application)
    rows = steps.permitted(application.procedure.kind, Subject.APPLICATION)
    allowed = {Role(role) for one, _s, _t, role in rows if one == action} - {Role.APPLICANT}
    return procedures.acting(by, application.procedure, allowed or set(Role))


@transaction.atomic
def act(
    application: Application,
    action: Action | str,
    by: By,
    *,
    reason: str = "",
    message: str = "",
    cards: int = 0,
    rank: int | None = None,
) -> Application:
    """Take one step. Raises Conflict, Forbidden, NotFound or Invalid (a reason is missing)."""
    action = Action(action)
    procedures.lock(application.procedure)
    locked = lock(application)
    actor = acting(by, locked, action)
    if rank is not None:
        locked.rank = rank
    move(locked, action, actor, reason=reason, message=message, at=situation(locked, cards=cards))
    return locked


def move(
    application: Application,
    action: Action | str,
    actor: Actor,
    *,
    reason: str = "",
    message: str = "",
    at: Situation | None = None,
) -> None:
    """Change the state of a locked application by the tables, with all that follows."""
    step = steps.require(
        states.STEPS,
        steps.permitted(application.procedure.kind, Subject.APPLICATION),
        state=application.state,
        action=action,
        role=actor.role,
        at=at or situation(application),
        label=str(State(application.state).label),
        reason=reason,
    )
    previous, application.state = application.state, step.target
    application.version += 1
    _follow(application, Action(step.action), actor, reason)
    application.save()
    ApplicationStep.objects.create(
        application=application,
        at=now(),
        actor=actor.name,
        action=step.action,
        from_state=previous,
        to_state=step.target,
        message=message or reason,
    )
    for hear in HEARD:
        hear(application, Action(step.action), previous, actor, reason)
    from premises.applications import messages  # noqa: PLC0415 - it reads applications itself

    messages.application_moved(application, Action(step.action), reason or message)


_DECISIONS = frozenset({Action.GRANT, Action.REFUSE, Action.REJECT, Action.RECORD, Action.ANNUL})


def _follow(application: Application, action: Action, actor: Actor, reason: str) -> None:
    if application.state in Application.NEGATIVE:
        application.reason = reason or application.reason
    elif action in (Action.CORRECT, Action.ADMIT, Action.GRANT):
        application.reason = ""
    if action in _DECISIONS:
        application.decided_at, application.decided_by = now(), actor.name
    if action in (Action.GRANT, Action.RECORD):
        application.sign_by = due(application.procedure.kind, "signing", today())


def open_steps(application: Application, person: Any) -> list[tuple[steps.Step, Any]]:
    """What a person of the unit may do next, each with what still stands in the way, or None."""
    rows = steps.permitted(application.procedure.kind, Subject.APPLICATION)
    roles = procedures.roles_in(person, application.procedure)
    mine = steps.offered(states.STEPS, rows, application.state, roles)
    at = situation(application)
    return [(step, step.guard(at) if step.guard else None) for step in mine]


def may_withdraw(application: Application) -> Action | None:
    """How the applicant may leave now: withdraw until the decision, resign after it."""
    rows = steps.permitted(application.procedure.kind, Subject.APPLICATION)
    mine = steps.offered(states.STEPS, rows, application.state, [Role.APPLICANT])
    for step in mine:
        if step.action in (Action.WITHDRAW, Action.RESIGN):
            return Action(step.action)
    return None
