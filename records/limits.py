"""How often one visitor may do what costs the city something: search, sign-up, keys, reports.

Counted in the database in one statement, so that the limit holds over all workers together and
also in a race. Windows are fixed: at their border somebody may get up to twice the rate.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import ngettext

from records import clock
from records.models import RateCount
from records.problems import Problem

_COUNT = """
INSERT INTO records_ratecount AS counted (key, hits, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET hits = counted.hits + 1
RETURNING hits
"""
_SECONDS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")


class TooOften(Problem):
    """The limit is reached: 429. `extra["retry_after"]` is in seconds."""

    status = 429
    code = "too_often"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `hits` in each window of `seconds`."""

    hits: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """'120/m', '10/15m', '5/h'. Raises ValueError."""
        found = _RATE.fullmatch(text)
        if found is None:
            raise ValueError(f"not a rate: {text!r}; write for example 120/m or 10/15m")
        return cls(int(found[1]), int(found[2] or 1) * _SECONDS[found[3]])


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks; behind our own proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.BEHIND_PROXY and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")


def who_asks(request: HttpRequest) -> str:
    """A person by their account, a visitor by their address."""
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        return f"person:{person.pk}"
    return f"address:{client_address(request)}"


def count(what: str, who: str, *, rate: Rate | None = None) -> None:
    """Count one hit of `who` at `what` (a key of settings.RATE_LIMITS). Raises TooOften.

    Addresses are kept only as hashes, and only until the window ends.
    """
    rate = rate or Rate.parse(settings.RATE_LIMITS[what])
    now = clock.now().timestamp()
    window = int(now // rate.seconds)
    ends_at = (window + 1) * rate.seconds
    key = hashlib.sha256(f"{what}\n{who}\n{window}\n{settings.SECRET_KEY}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, datetime.fromtimestamp(ends_at, UTC)])
        hits = cursor.fetchone()[0]
    if hits > rate.hits:
        wait = max(1, int(ends_at - now))
        minutes = -(-wait // 60)
        raise TooOften(
            ngettext(
                "That was too often in a short time. Try again in a minute.",
                "That was too often in a short time. Try again in %(minutes)d minutes.",
                minutes,
            )
            % {"minutes": minutes},
            extra={"retry_after": wait},
        )


def limited(what: str, *, methods: tuple[str, ...] = ("POST",)) -> Any:
    """Decorator of a view: count requests with these methods against settings.RATE_LIMITS[what]."""

    def decorate(view: Any) -> Any:
        @wraps(view)
        def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods:
                count(what, who_asks(request))
            return view(request, *args, **kwargs)

        return counting

    return decorate


def forget_past_windows() -> int:
    """Remove counts whose window ended. Returns how many."""
    return RateCount.objects.filter(ends_at__lt=clock.now() - timedelta(minutes=1)).delete()[0]
