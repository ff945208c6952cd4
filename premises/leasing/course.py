"""The step of a contract from one state to the next, in one transaction.

`move` locks the contract, then its leaves, lets the clock's own steps happen first, checks state,
side and guard by the table of states.py, does what the step brings with it (claims, dates), and
leaves a step that the unit and the tenant read. Who edits an older version than the present one is
refused with what changed since (`seen`).
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Person
from premises import permissions
from premises.leasing import clock
from premises.leasing.states import Role
from premises.leasing.steps import SYSTEM, Actor, lock, note, save, step
from premises.models import Lease, LeaseStep
from records.problems import Conflict
from resources.claims import retrying

__all__ = [
    "SYSTEM",
    "Actor",
    "By",
    "ChangedMeanwhile",
    "acting",
    "lock",
    "move",
    "note",
    "retrying",
    "save",
    "step",
    "take",
]

State = Lease.State

#: A person whose right is checked here, or an actor whose right the caller has checked.
By = Person | Actor


class ChangedMeanwhile(Conflict):
    """Somebody saved the contract since this person opened it; `steps` say what happened."""

    code = "changed_meanwhile"

    def __init__(self, lease: Lease, seen: int) -> None:
        self.steps: Sequence[LeaseStep] = list(lease.steps.order_by("-at", "-pk")[:3])
        who = next((step.actor for step in self.steps if step.actor), "")
        words = _("%(who)s changed this contract meanwhile.") if who else _("It has changed.")
        words = f"{words} " + _("What you typed is still here: look at both.")
        super().__init__(words % {"who": who}, extra={"seen": seen, "version": lease.version})


def acting(by: By, lease: Lease, *, as_tenant: bool = False) -> Actor:
    """The person as an actor of that side. Raises NotFound or Forbidden."""
    if isinstance(by, Actor):
        return by
    if as_tenant:
        permissions.require(by, "lease.ask", lease)
        return Actor(Role.TENANT, str(by))
    permissions.require(by, "lease.edit", lease)
    head = permissions.can(by, "lease.decide", lease)
    return Actor(Role.HEAD if head else Role.OFFICER, str(by))


def take(
    lease: Lease, by: By, *, seen: int | None = None, as_tenant: bool = False
) -> tuple[Lease, Actor]:
    """The contract locked and brought up to the present moment, and who acts.

    Raises ChangedMeanwhile if it is no longer the version that the person saw.
    """
    locked = lock(lease)
    actor = acting(by, locked, as_tenant=as_tenant)
    if seen is not None and locked.version != seen:
        raise ChangedMeanwhile(locked, seen)
    clock.catch_up(locked)
    return locked, actor


@retrying
@transaction.atomic
def move(
    lease: Lease,
    to: str,
    by: By,
    *,
    reason: str = "",
    on: date | datetime | None = None,
    seen: int | None = None,
    as_tenant: bool = False,
) -> Lease:
    """The contract in its next state. `on`: the day of signing or handover, the moment of return.

    Raises Conflict (wrong state, a guard, PlaceTaken, ChangedMeanwhile), Forbidden, NotFound,
    Invalid (no reason given where one is needed).
    """
    locked, actor = take(lease, by, seen=seen, as_tenant=as_tenant)
    step(locked, State(to), actor, reason=reason, on=on)
    return locked
