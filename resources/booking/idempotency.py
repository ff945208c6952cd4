"""`Idempotency-Key`: a program that got no answer may ask again without booking twice.

The same key with the same body gets the answer that was given before; with another body it is
refused. The key is taken before anything is done, and the answer is written in the transaction
that made the booking, so that there is no moment at which one exists without the other.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from organisations.models import Person
from records.clock import now
from records.problems import Conflict, Invalid
from resources.models import IdempotencyKey

MAX_LENGTH = 120
KEPT_FOR = timedelta(days=2)
#: A key whose request neither ended nor answered for so long was left by a process that died.
ABANDONED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status with its JSON document."""

    status: int
    document: dict[str, Any]


def fingerprint(body: Mapping[str, Any]) -> str:
    """The same for two bodies that say the same, whatever the order of their names."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def begin(person: Person, key: str, body: Mapping[str, Any]) -> Answer | None:
    """Take the key, or the answer that it got before.

    Raises Invalid for a key that is no key, or that was used for another body, and Conflict while
    the first request is still being worked on.
    """
    if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable()):
        raise Invalid(
            _("An Idempotency-Key has 1 to %(most)d printable ASCII characters.")
            % {"most": MAX_LENGTH},
            code="bad_idempotency_key",
        )
    asked = fingerprint(body)
    row, is_new = IdempotencyKey.objects.get_or_create(
        person=person, key=key, defaults={"request_hash": asked, "created_at": now()}
    )
    if is_new:
        return None
    if row.request_hash != asked:
        raise Invalid(
            _("This Idempotency-Key was used for another request. Choose a new one."),
            code="idempotency_key_reused",
        )
    if row.status is not None:
        return Answer(row.status, row.response or {})
    # Only one of those who find it abandoned may take it over.
    taken_over = IdempotencyKey.objects.filter(
        pk=row.pk, status__isnull=True, created_at__lte=now() - ABANDONED_AFTER
    ).update(created_at=now())
    if taken_over:
        return None
    raise Conflict(
        _("The first request with this Idempotency-Key is still being worked on."),
        code="in_progress",
    )


def keep(person: Person, key: str, answer: Answer) -> None:
    """Write the answer down; inside the transaction of what it tells, where there is one."""
    IdempotencyKey.objects.filter(person=person, key=key).update(
        status=answer.status, response=answer.document
    )


def give_up(person: Person, key: str) -> None:
    """Free the key after an error of ours, so that asking again is possible at once."""
    IdempotencyKey.objects.filter(person=person, key=key, status__isnull=True).delete()


def forget_old() -> int:
    return IdempotencyKey.objects.filter(created_at__lt=now() - KEPT_FOR).delete()[0]
