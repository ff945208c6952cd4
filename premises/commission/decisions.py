"""Who gets the premises: the head grants or refuses; the reserve list moves up.

Nothing here happens by itself. When the first resigns, or does not sign in time and an officer says
so, the next on the reserve list is shown to the head, who grants with one step.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from premises.applications import course
from premises.applications.states import Action
from premises.models import AllocationProcedure, Application, Decision, Lot
from premises.procedures.course import Actor
from records.clock import now, today
from records.problems import Conflict

State = Application.State
Outcome = Decision.Outcome
WON = (State.GRANTED, State.CONTRACT_SIGNED)


_OUTCOMES = {
    Action.RECOMMEND: Outcome.RECOMMENDED,
    Action.RESERVE: Outcome.RESERVE,
    Action.NOT_RECOMMEND: Outcome.NOT_RECOMMENDED,
    Action.GRANT: Outcome.GRANTED,
    Action.RECORD: Outcome.GRANTED,
    Action.REFUSE: Outcome.NOT_GRANTED,
    Action.REJECT: Outcome.REJECTED,
    Action.LAPSE: Outcome.LAPSED,
}


def heard(application: Application, action: Action, before: str, actor: Actor, reason: str) -> None:
    """Keep a decision, whichever page it was taken on (registered in course.HEARD)."""
    outcome = _OUTCOMES.get(action)
    if outcome is None:
        return
    if outcome == Outcome.GRANTED and before == State.RESERVE_LIST:
        outcome = Outcome.MOVED_UP
    Decision.objects.create(
        application=application,
        outcome=outcome,
        reason=reason.strip(),
        at=now(),
        made_by=f"role:{actor.role}",
        made_by_name=actor.name,
    )


@transaction.atomic
def grant(application: Application, *, by: Any, reason: str = "") -> Application:
    """Grant the lot to this application; from the reserve list only in its turn and time.

    Raises Forbidden, Conflict (somebody else has it, not its turn, the list is over). Of two who
    grant at once exactly one succeeds: the procedure's row is the queue, and the database keeps one
    winner of a lot.
    """
    try:
        with transaction.atomic():
            return course.act(application, Action.GRANT, by, message=reason.strip())
    except IntegrityError as error:
        raise Conflict(
            _("These premises have been granted to somebody else in this procedure."),
            code="lot_granted",
        ) from error


@transaction.atomic
def refuse(application: Application, *, by: Any, reason: str) -> Application:
    """Not granted, with a reason that the applicant reads. Raises Forbidden, Conflict, Invalid."""
    return course.act(application, Action.REFUSE, by, reason=reason)


@transaction.atomic
def lapse(application: Application, *, by: Any, reason: str) -> Application:
    """The contract was not signed in time. Raises Forbidden, Conflict (still time), Invalid."""
    return course.act(application, Action.LAPSE, by, reason=reason)


@dataclass(frozen=True, slots=True)
class NextInLine:
    """What stands with a lot: who has it, who is next, until when the reserve list serves."""

    lot: Lot
    winner: Application | None
    proposed: Application | None
    reserve: tuple[Application, ...]
    is_over: bool

    @property
    def next(self) -> Application | None:
        """Who may be granted the lot now: the recommended one, then the reserve list."""
        if self.winner is not None:
            return None
        if self.proposed is not None:
            return self.proposed
        return self.reserve[0] if self.reserve and not self.is_over else None


def lots_of(procedure: AllocationProcedure) -> list[NextInLine]:
    """Each lot with who comes next. Two queries."""
    applications = list(
        procedure.applications.filter(state__in=[*WON, State.RECOMMENDED, State.RESERVE_LIST])
        .select_related("organisation")
        .order_by("rank", "number")
    )
    until = procedure.reserve_until
    found = []
    for lot in procedure.lots.select_related("resource"):
        here = [one for one in applications if one.lot_id == lot.pk]
        found.append(
            NextInLine(
                lot=lot,
                winner=next((one for one in here if one.state in WON), None),
                proposed=next((one for one in here if one.state == State.RECOMMENDED), None),
                reserve=tuple(one for one in here if one.state == State.RESERVE_LIST),
                is_over=until is not None and today() > until,
            )
        )
    return found
