"""One step of a locked contract: checked by the table of states.py, with what it brings with it.

course.py locks, checks who acts and lets the clock go first; the clock itself (clock.py) steps
here, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from premises.leasing import claims, facts, states
from premises.leasing.rules import rules_for
from premises.leasing.states import Role
from premises.models import Lease, LeaseStep
from records.clock import now, today
from records.periods import local_moment
from records.problems import Conflict

State = Lease.State


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which side. `name` stands in the course of the case, which both sides read."""

    role: Role
    name: str = ""


SYSTEM = Actor(Role.SYSTEM)


def lock(lease: Lease) -> Lease:
    """The contract as it now is, locked, and its leaves after it: the order of every writer."""
    locked = Lease.objects.select_for_update(no_key=True).get(pk=lease.pk)
    claims.lock_places(locked)
    return locked


def save(lease: Lease) -> None:
    """Write the contract as it stands in memory, as its next version. It must be locked."""
    lease.version += 1
    lease.save()


def note(
    lease: Lease, actor: Actor, action: str, *, source: str = "", message: str = "",
    internal: bool = False,
) -> None:  # fmt: skip
    """A step in the course of the case; without `source` the state stayed as it is."""
    LeaseStep.objects.create(
        lease=lease,
        at=now(),
        actor=actor.name,
        action=action,
        from_state=source or lease.state,
        to_state=lease.state,
        message=message,
        internal=internal,
    )


def step(
    lease: Lease, to: State, actor: Actor, *, reason: str = "", on: date | datetime | None = None
) -> None:
    """The next state of a locked contract. Raises as states.require does, and PlaceTaken."""
    transition = states.require(lease.state, to, actor.role, facts.situation(lease), reason=reason)
    if to in EFFECTS:
        EFFECTS[to](lease, on)
    source, lease.state, lease.state_since = lease.state, transition.target, now()
    save(lease)
    note(lease, actor, str(transition.target), source=source, message=reason.strip())


# --- what a step brings with it -------------------------------------------------------------------


def _offer(lease: Lease, _on: Any) -> None:
    """Refused now rather than when the tenant has signed: is the place free, and offered once?"""
    claims.fit(lease)
    offered = facts.offered_elsewhere(lease)
    if offered:
        raise claims.PlaceTaken(
            [
                _("The place is offered to somebody else under %(number)s, waiting for signature.")
                % {"number": one.number}
                for one in offered
            ]
        )
    lease.sign_by = today() + rules_for(lease).days("sign_days")


def _sign(lease: Lease, on: Any) -> None:
    lease.signed_on = _day(on)
    lease.hold = claims.take(lease)


def _abandon(lease: Lease, _on: Any) -> None:
    claims.give_up(lease)


def _hand_over(lease: Lease, on: Any) -> None:
    lease.handed_over_on = _day(on)


def _hand_back(lease: Lease, on: Any) -> None:
    moment = on if isinstance(on, datetime) else local_moment(on, 12 * 60) if on else now()
    if moment > now():
        raise Conflict(_("A hand-back is recorded when it has happened."), code="in_the_future")
    lease.returned_at = moment
    claims.hand_back(lease, moment)


def _call_to_renew(lease: Lease, _on: Any) -> None:
    lease.renewal_asked_at = now()


def _day(on: Any) -> date:
    day = on.date() if isinstance(on, datetime) else on or today()
    if day > today():
        raise Conflict(_("This is recorded when it has happened."), code="in_the_future")
    return day


EFFECTS: dict[str, Callable[[Lease, Any], None]] = {
    State.TO_SIGN: _offer,
    State.SIGNED: _sign,
    State.ABANDONED: _abandon,
    State.ACTIVE: lambda lease, on: (
        _hand_over(lease, on) if lease.state == State.HANDOVER_PENDING else None
    ),
    State.RETURNED: _hand_back,
    State.RENEWAL_REQUESTED: _call_to_renew,
}
