"""Keys for programs: made, shown once, checked, revoked.

A key is 32 random bytes behind a prefix by which people and scanners for leaked secrets know it.
Only its SHA-256 is kept: the secret has full entropy, so a slow hash would protect nothing more.
"""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from organisations.models import ApiToken, Person
from records import clock
from records.problems import Invalid

PREFIX = "zasoby_"
_SHOWN = 12
MAX_DAYS = 366
DEFAULT_DAYS = 90
MAX_TOKENS = 20
#: The time of last use is kept this coarse, so that reading does not mean writing.
_USED_EVERY = timedelta(minutes=10)


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(
    person: Person,
    *,
    name: str,
    scopes: Collection[str] = (ApiToken.Scope.READ,),
    days: int = DEFAULT_DAYS,
) -> tuple[ApiToken, str]:
    """A new key of the person and its secret, which nobody can read again.

    Reading is part of every key. Raises Invalid.
    """
    name = name.strip()
    if not name:
        raise Invalid(_("Say what the key is for."), field="name")
    unknown = set(scopes) - set(ApiToken.Scope.values)
    if unknown:
        raise Invalid(
            _("There is no scope “%(name)s”. Known: %(known)s.")
            % {"name": min(unknown), "known": ", ".join(ApiToken.Scope.values)},
            field="scopes",
        )
    if not 1 <= days <= MAX_DAYS:
        raise Invalid(_("A key lasts from 1 to %(days)d days.") % {"days": MAX_DAYS}, field="days")
    if living_tokens(person).count() >= MAX_TOKENS:
        raise Invalid(_("You have many keys already. Revoke one that you do not use."))
    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = ApiToken.objects.create(
        person=person,
        name=name[:80],
        prefix=secret[:_SHOWN],
        token_hash=fingerprint(secret),
        scopes=sorted({ApiToken.Scope.READ, *scopes}),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, secret


def living_tokens(person: Person) -> QuerySet[ApiToken]:
    return person.api_tokens.filter(revoked_at=None, expires_at__gt=clock.now())


def find_token(secret: str) -> ApiToken | None:
    """The living key with this secret, with its person; None if there is none.

    Found by hash, so the time it takes says nothing about the secret.
    """
    now = clock.now()
    token = (
        ApiToken.objects.select_related("person")
        .filter(
            token_hash=fingerprint(secret),
            revoked_at=None,
            expires_at__gt=now,
            person__is_active=True,
        )
        .first()
    )
    if token is not None and (token.last_used_at is None or token.last_used_at < now - _USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke(token: ApiToken) -> None:
    """The key stops working at once. Doing it again changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())
