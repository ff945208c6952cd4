"""The step of a procedure from one state to the next, and who takes it.

`take` locks the procedure and lets the clock's own steps happen first, so that a stopped worker
changes nothing. `move` changes the state by the tables and leaves a step that everybody reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from organisations.roles import Role as Held
from premises.applications import states as application_states
from premises.models import AllocationProcedure, Application, Lot, ProcedureStep
from premises.permissions import OFFICERS, can
from premises.procedures import notice, planning, sealing, states, steps
from premises.procedures.stages import due
from premises.procedures.states import Action, Situation, State
from premises.procedures.steps import Role, Subject
from records.clock import now
from records.problems import Forbidden, NotFound
from resources.roles import units_of

#: Whether a person sits in the commission of a procedure: the commission registers its answer.
COMMISSION: list[Callable[[Any, AllocationProcedure], bool]] = []


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role. `name` stands in the course of the case."""

    role: Role
    name: str = ""


SYSTEM = Actor(Role.SYSTEM)
#: A person whose roles are read here, or an actor whose right the caller has checked.
By = Any


def roles_in(person: Any, procedure: AllocationProcedure) -> set[Role]:
    """Every role of a person in the procedure, the applicant's aside."""
    held = units_of(person).get(procedure.unit_id, frozenset())
    found: set[Role] = set()
    if Held.UNIT_HEAD in held:
        found.add(Role.HEAD)
    if held & OFFICERS:
        found.add(Role.OFFICER)
    if any(sits(person, procedure) for sits in COMMISSION):
        found.add(Role.COMMISSION)
    return found


def acting(by: By, procedure: AllocationProcedure, allowed: set[Role]) -> Actor:
    """The person in the first of their roles that the step belongs to.

    Raises NotFound where they may not see the procedure, Forbidden where the step is not theirs.
    """
    if isinstance(by, Actor):
        return by
    mine = roles_in(by, procedure)
    for role in (Role.COMMISSION, Role.OFFICER, Role.HEAD):
        if role in mine and role in allowed:
            return Actor(role, str(by))
    from django.utils.translation import gettext as _  # noqa: PLC0415 - only for the refusal

    if not can(by, "procedure.view", procedure):
        raise NotFound(_("There is nothing here, or it is not for you."))
    raise Forbidden(_("You are not allowed to do this."))


def lock(procedure: AllocationProcedure) -> AllocationProcedure:
    """The procedure as it now is, locked; its related rows are read afterwards."""
    return (
        AllocationProcedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("kind", "notice", "unit", "scoring")
        .get(pk=procedure.pk)
    )


def situation(procedure: AllocationProcedure) -> Situation:
    """What the guards look at, as it is now."""
    of = application_states.State
    counts = procedure.applications.exclude(state=of.DRAFT).aggregate(
        unchecked=Count(
            "pk", filter=Q(state__in=[of.SUBMITTED, of.FORMAL_CHECK, of.CORRECTION_REQUESTED])
        ),
        unanswered=Count("pk", filter=Q(state__in=application_states.UNANSWERED)),
        reserved=Count("pk", filter=Q(state=of.RESERVE_LIST)),
        granted=Count("pk", filter=Q(state__in=[of.GRANTED, of.CONTRACT_SIGNED])),
        unsigned=Count("pk", filter=Q(state=of.GRANTED)),
        signed=Count("pk", filter=Q(state=of.CONTRACT_SIGNED)),
        waiting=Count("pk", filter=Q(state=of.SUBMITTED)),
    )
    waiting = counts.pop("waiting")
    problems = planning.problems_of(procedure) if procedure.state == State.DRAFT else []
    before = procedure.state in (State.APPROVED, State.NOTICE_PUBLISHED)
    return Situation(
        now=now(),
        opens_at=procedure.opens_at,
        closes_at=procedure.closes_at,
        plan=problems[0] if problems else None,
        notice_posted=notice.posted(procedure, now().date()) if before else None,
        notice_run=notice.has_run(procedure, now().date()) if before else None,
        sealed_unopened=sealing.is_closed(procedure) and waiting > 0,
        **counts,
    )


@transaction.atomic
def act(
    procedure: AllocationProcedure,
    action: Action | str,
    by: By,
    *,
    reason: str = "",
    message: str = "",
    bip_url: str = "",
) -> AllocationProcedure:
    """Take one step. Raises Conflict, Forbidden, NotFound or Invalid (a reason is missing)."""
    locked = lock(procedure)
    if action in catch_up(locked):
        # The clock was faster by a moment: what was asked for has been done.
        return locked
    table = steps.permitted(locked.kind, Subject.PROCEDURE)
    allowed = {
        Role(role) for one, source, _t, role in table if one == action and source == locked.state
    }
    actor = acting(by, locked, allowed or set(Role))
    move(locked, action, actor, reason=reason, message=message, bip_url=bip_url)
    return locked


def move(
    procedure: AllocationProcedure,
    action: Action | str,
    actor: Actor,
    *,
    reason: str = "",
    message: str = "",
    bip_url: str = "",
) -> None:
    """Change the state of a locked procedure by the tables, with all that follows."""
    step = steps.require(
        states.STEPS,
        steps.permitted(procedure.kind, Subject.PROCEDURE),
        state=procedure.state,
        action=action,
        role=actor.role,
        at=situation(procedure),
        label=str(State(procedure.state).label),
        reason=reason,
    )
    previous, procedure.state = procedure.state, step.target
    procedure.version += 1
    _follow(procedure, Action(step.action), reason)
    procedure.save()
    ProcedureStep.objects.create(
        procedure=procedure,
        at=now(),
        actor=actor.name,
        action=step.action,
        from_state=previous,
        to_state=step.target,
        message=message or reason,
        bip_url=bip_url,
    )
    if step.action == Action.CANCEL:
        _annul_applications(procedure, actor, reason)
    if procedure.state in AllocationProcedure.ENDED:
        Lot.objects.filter(procedure=procedure).update(live=False)
    from premises.applications import messages  # noqa: PLC0415 - it reads procedures itself

    messages.procedure_moved(procedure, Action(step.action), reason)


def _follow(procedure: AllocationProcedure, action: Action, reason: str) -> None:
    if action == Action.POST_NOTICE:
        procedure.notice = notice.list_of(procedure, now().date()) or procedure.notice
    if action in (Action.FAIL, Action.CANCEL):
        procedure.reason = reason
    if action == Action.DECIDE:
        procedure.decided_at = now()
        procedure.reserve_until = due(procedure.kind, "reserve", now().date())


def _annul_applications(procedure: AllocationProcedure, actor: Actor, reason: str) -> None:
    """The head who annuls a procedure tells every applicant why."""
    from premises.applications import course as applications  # noqa: PLC0415 - it needs this module

    standing = [*application_states.BEFORE_DECISION, Application.State.GRANTED]
    for one in procedure.applications.filter(state__in=standing).order_by("pk"):
        locked = applications.lock(one)
        applications.move(locked, application_states.Action.ANNUL, actor, reason=reason)


def catch_up(procedure: AllocationProcedure) -> set[Action]:
    """Take the clock's own steps of a locked procedure, as far as its kind gives them to it."""
    rows = steps.permitted(procedure.kind, Subject.PROCEDURE)
    taken: set[Action] = set()
    for action in (Action.POST_NOTICE, Action.OPEN, Action.CLOSE):
        mine = [
            step
            for step in steps.offered(states.STEPS, rows, procedure.state, [Role.SYSTEM])
            if step.action == action
        ]
        if not mine or procedure.opens_at is None or procedure.closes_at is None:
            continue
        guard = mine[0].guard
        if guard is None or guard(situation(procedure)) is None:
            move(procedure, action, SYSTEM)
            taken.add(action)
    return taken


def open_steps(procedure: AllocationProcedure, person: Any) -> list[tuple[steps.Step, Any]]:
    """What the person may do next, each with the problem that still stands in the way, or None."""
    rows = steps.permitted(procedure.kind, Subject.PROCEDURE)
    mine = steps.offered(states.STEPS, rows, procedure.state, roles_in(person, procedure))
    at = situation(procedure)
    return [(step, step.guard(at) if step.guard else None) for step in mine]
