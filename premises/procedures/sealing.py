"""Offers that nobody reads before they are opened: the one place where they are encrypted.

`seal` takes bytes and gives ciphertext that only the key of the procedure opens. Where the keys
come from, and who holds the passphrases that wrap them, is the commission's part and registers
itself in SEALER. Without it, nothing sealed can be sent: never is anything stored in clear instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from premises.models import AllocationProcedure, SubmittedApplication
from records.problems import Conflict


@dataclass(slots=True)
class Sealer:
    """`ready` says whether the procedure has its key; `seal` encrypts; `opened` gives what was
    read at the opening, or None while it is closed."""

    ready: Callable[[AllocationProcedure], bool] = lambda _procedure: False
    seal: Callable[[AllocationProcedure, bytes], bytes] | None = None
    opened: Callable[[SubmittedApplication], dict[str, Any] | None] = lambda _submitted: None


SEALER = Sealer()


def ready(procedure: AllocationProcedure) -> bool:
    """Whether offers can be sent: kinds that are not sealed need no key."""
    return not procedure.kind.sealed or (SEALER.seal is not None and SEALER.ready(procedure))


def seal(procedure: AllocationProcedure, plain: bytes) -> bytes:
    """Ciphertext for the procedure's key. Raises Conflict while the procedure has none."""
    if SEALER.seal is None or not SEALER.ready(procedure):
        raise Conflict(
            _("Offers cannot be sent yet: the commission has not set the key of this procedure."),
            code="no_key",
        )
    return SEALER.seal(procedure, plain)


def is_closed(procedure: AllocationProcedure) -> bool:
    """Whether offers are sealed and not opened yet: only envelopes may be shown."""
    return procedure.kind.sealed and procedure.opened_at is None


def content_of(submitted: SubmittedApplication) -> dict[str, Any] | None:
    """What was sent; None for an offer that is still closed."""
    if submitted.content is not None:
        return dict(submitted.content)
    return SEALER.opened(submitted)
