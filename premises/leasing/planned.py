"""The planned contract as the rules ask for it, and what they answer."""

from dataclasses import dataclass

from premises.models import Lease


@dataclass(frozen=True, slots=True)
class Need:
    """What a planned contract needs before it is signed: why, and on what basis."""

    code: str
    label: str
    reason: str
    basis: str


def needs(lease: Lease) -> list[Need]:  # noqa: ARG001 - until premises.rules answers
    return []
