"""What the rules ask for before a contract is signed, and how the case answers it.

The rules (premises/rules) advise: for each need the case holds evidence, or a named officer goes
on without it and says why. Without either, the contract is not sent to be signed.
"""

from dataclasses import dataclass

from premises.leasing import planned
from premises.leasing.planned import Need
from premises.models import Lease, LeaseCheck


@dataclass(frozen=True, slots=True)
class Answer:
    """A need of the rules with what the case says to it (None: nothing yet)."""

    need: Need
    check: LeaseCheck | None

    @property
    def is_answered(self) -> bool:
        return self.check is not None


def answers(lease: Lease) -> list[Answer]:
    """Every need of the planned contract, and those answered earlier that no longer arise."""
    known = {one.need: one for one in lease.checks.all()}
    found = [Answer(need, known.pop(need.code, None)) for need in planned.needs(lease)]
    return found + [Answer(Need(one.need, one.label, "", one.basis), one) for one in known.values()]


def unanswered(lease: Lease) -> tuple[str, ...]:
    return tuple(one.need.label for one in answers(lease) if not one.is_answered)
