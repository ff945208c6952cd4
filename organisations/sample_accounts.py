"""Passwords of sample accounts are printed on a screen: never serve them where others can reach."""

import ipaddress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from organisations.models import Person


def is_public() -> bool:
    """Whether we listen on, or answer to, a name that is not this machine's own."""
    names = [settings.HOST, *settings.ALLOWED_HOSTS]
    return not all(_is_loopback(name) for name in names)


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_in_public() -> None:
    """Raise ImproperlyConfigured rather than serve sample accounts to others.

    Called where serving starts (config/wsgi.py) and before the sample city is loaded.
    """
    if is_public() and Person.objects.filter(is_sample=True, is_active=True).exists():
        raise ImproperlyConfigured(
            "This database holds sample accounts with known passwords, so it is served on a "
            "loopback address only. Unset HOST and ALLOWED_HOSTS, or use a database without "
            "the sample city (SAMPLE_CITY=0 with an empty database)."
        )
