"""What an import says to the person who runs it: counts, or each refusal with its remedy."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.problems import Invalid


@dataclass(frozen=True)
class Refusal:
    """Why one feature (or the file, `position` None) is not taken, and what would help."""

    position: int | None
    subject: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        place = "" if self.position is None else f"{self.position}. "
        subject = f"{self.subject}: " if self.subject else ""
        return f"{place}{subject}{self.reason} → {self.remedy}"


class ImportRefused(Invalid):
    """Nothing was loaded. `refusals` lists what stands in the way, all of it."""

    code = "import_refused"

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(
            ngettext(
                "Nothing was loaded: %(count)s problem.",
                "Nothing was loaded: %(count)s problems.",
                len(refusals),
            )
            % {"count": len(refusals)}
        )
        self.refusals = list(refusals)


@dataclass
class ImportReport:
    """What an import did, or with a dry run would do. `left_out`: rows passed over on purpose."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    left_out: int = 0
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def changes(self) -> int:
        return self.added + self.changed + self.removed

    def __str__(self) -> str:
        counts = _(
            "%(added)s added, %(changed)s changed, %(removed)s removed, %(unchanged)s unchanged"
        ) % {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
        }
        if self.left_out:
            counts += ", " + _("%(count)s left out") % {"count": self.left_out}
        return (_("Dry run, nothing kept: %s") % counts) if self.dry_run else counts


def all_or_nothing(*, dry_run: bool) -> AbstractContextManager[Any]:
    """A transaction that is given up on any error, and at its end too when `dry_run`."""
    return _Trial() if dry_run else transaction.atomic()


class _Trial(AbstractContextManager[None]):
    """A transaction that is always rolled back."""

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            transaction.set_rollback(True)
        self._atomic.__exit__(kind, error, trace)


def refuse_if_any(refusals: Sequence[Refusal]) -> None:
    """Raise ImportRefused if there is a refusal."""
    if refusals:
        raise ImportRefused(refusals)


Refuse = Callable[[int | None, str, str, str], None]
