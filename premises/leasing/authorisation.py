"""What the rules ask for before a contract is signed, and what the case answers.

The rules advise: for each need the case holds evidence, or a named officer goes on without it and
says why. Without either, the contract is not sent to be signed. What depends on a fact that nobody
knows is shown and stops nothing.
"""

from premises.leasing import planned
from premises.models import Lease
from premises.rules.authorisation import Need, answered


def subject(lease: Lease) -> str:
    """The case's name in the records of evidence."""
    return f"lease:{lease.number}"


def answers(lease: Lease) -> list[Need]:
    """Every need of the contract, with what meets it."""
    return answered(planned.needs(lease), subject(lease))


def unanswered(lease: Lease) -> tuple[str, ...]:
    return tuple(one.label for one in answers(lease) if one.is_open and one.certain)
