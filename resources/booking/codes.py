"""Codes of requests: short enough to say on the telephone, without look-alike signs."""

import secrets

from resources.models import Booking, Hold

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 6


def new_code() -> str:
    """A code that no request and no hold has, such as P-7KX2MD."""
    while True:
        code = "P-" + "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
        if not any(model.objects.filter(code=code).exists() for model in (Booking, Hold)):
            return code
