"""The number of a contract: the unit's letters, a number in its year, the year: ZL-12-2026."""

import re

from premises.models import Lease
from premises.numbers import next_number
from records.clock import today
from resources.models import ManagingUnit

SERIES = "lease"


def prefix_of(unit: ManagingUnit) -> str:
    """First letters of the unit's code; the code itself where another unit has the same letters.

    A unit whose letters another one comes to share goes on with its code, so no number repeats.
    """
    letters = _letters(unit.code)
    others = ManagingUnit.objects.exclude(pk=unit.pk).values_list("code", flat=True)
    return unit.code.upper() if letters in {_letters(code) for code in others} else letters


def _letters(code: str) -> str:
    return "".join(word[0] for word in re.split(r"[-_]+", code) if word).upper()


def new_number(unit: ManagingUnit) -> str:
    """Inside the transaction that writes the contract; the next one waits for its end."""
    prefix = prefix_of(unit)
    year = today().year
    while True:
        number = f"{prefix}-{next_number(unit, SERIES, year)}-{year}"
        # Imported contracts may carry such numbers already.
        if not Lease.objects.filter(number=number).exists():
            return number
