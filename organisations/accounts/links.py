"""Entries of the account page that other apps bring: "my requests", "calendar feeds"."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class AccountLink:
    """A link with a sentence about what is there. `shown` decides from the person."""

    label: str | Promise
    about: str | Promise
    url_name: str
    shown: Callable[[Any], bool] = lambda _person: True


#: Filled in config/composition.py.
ACCOUNT_LINKS: list[AccountLink] = []

#: Offices of a person beside those over the city: person -> [(role, where)]. Filled likewise.
OFFICES: list[Callable[[Any], list[tuple[str, str]]]] = []
