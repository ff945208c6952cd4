"""Facts about a party that others import: whether it owes the city anything."""

from collections.abc import Callable
from datetime import date

from organisations.models import Organisation

#: Whether an organisation owes the city anything on a day, and when that was looked up: asked of
#: whoever imports arrears. None: not known.
Arrears = Callable[[Organisation, date], tuple[bool | None, date | None]]

ARREARS: list[Arrears] = []


def arrears_of(organisation: Organisation, on: date) -> tuple[bool | None, date | None]:
    """The first source that knows; (None, None) where nobody does."""
    for source in ARREARS:
        owes, checked = source(organisation, on)
        if owes is not None:
            return owes, checked
    return None, None
