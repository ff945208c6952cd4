"""What the clock does for contracts: ends come into sight, terms run out, hand-backs fall due."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q

from premises.leasing import facts, steps
from premises.leasing.rules import rules_for
from premises.models import Lease, LeaseRule
from records.clock import today
from resources.claims import retrying

State = Lease.State
#: More steps than the longest way that the clock goes alone: to the end, the return, no title.
MOST = 5


def catch_up(lease: Lease) -> int:
    """Take every step that is due for a locked contract; how many it took."""
    for taken in range(MOST):
        target = _due(lease)
        if target is None:
            return taken
        steps.step(lease, target, steps.SYSTEM)
    return MOST


def _due(lease: Lease) -> State | None:
    """Where the clock leads the contract now, if anywhere."""
    over = lease.ends_before is not None and today() >= lease.ends_before
    if lease.state in Lease.RUNNING:
        return State.ENDED if over else _sight(lease)
    if lease.state == State.ENDED:
        return State.ARCHIVED if facts.is_continued(lease) else State.RETURN_PENDING
    if lease.state == State.TERMINATED_IMMEDIATE and over:
        return State.RETURN_PENDING
    if lease.state == State.RETURN_PENDING and over and _return_overdue(lease):
        return State.HOLDOVER
    return None


def _sight(lease: Lease) -> State | None:
    """The end comes into sight, or goes out of it when the term was prolonged."""
    from_ = facts.near_end_from(lease, rules_for(lease))
    near = from_ is not None and today() >= from_
    if near and lease.state == State.ACTIVE:
        return State.EXPIRING
    if not near and lease.state in (State.EXPIRING, State.RENEWAL_REQUESTED):
        return State.ACTIVE
    return None


def _return_overdue(lease: Lease) -> bool:
    ended = lease.ends_before
    return ended is not None and today() >= ended + rules_for(lease).days("return_days")


def due() -> list[Lease]:
    """Contracts with a step that may be due. Few: only those in sight of their end are asked."""
    longest = LeaseRule.objects.filter(code=LeaseRule.Code.EXPIRING_DAYS).aggregate(Max("number"))
    sight = today() + timedelta(days=longest["number__max"] or 0)
    watched = [
        *Lease.RUNNING, State.ENDED, State.TERMINATED_IMMEDIATE, State.RETURN_PENDING,
    ]  # fmt: skip
    return list(
        Lease.objects.filter(state__in=watched)
        .filter(
            Q(ends_before__lte=sight)
            | Q(state__in=[State.EXPIRING, State.RENEWAL_REQUESTED, State.TERMINATED_IMMEDIATE])
        )
        .order_by("ends_before", "pk")
    )


@retrying
@transaction.atomic
def catch_up_alone(lease: Lease) -> int:
    """As `catch_up`, of a contract that is not locked yet, in a transaction of its own."""
    return catch_up(steps.lock(lease))


def run() -> int:
    """Every due step of every contract, each contract in a transaction of its own."""
    return sum(catch_up_alone(one) for one in due())
