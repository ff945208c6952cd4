"""The one clock. Rules that depend on time ask it, so that tests and the sample city can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

KRAKOW = ZoneInfo("Europe/Warsaw")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in Kraków's local time."""
    return _frozen.get() or timezone.now().astimezone(KRAKOW)


def today() -> date:
    """The local date in Kraków."""
    return now().date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Let the clock stand at `at` (aware) within the block. For tests and the sample city."""
    if at.tzinfo is None:
        raise ValueError("frozen() needs a time with a zone")
    token = _frozen.set(at.astimezone(KRAKOW))
    try:
        yield at
    finally:
        _frozen.reset(token)
