"""In which commissions a person sits: asked on every page, so read once."""

from datetime import date
from typing import Any

from organisations.roles import is_known, remembered
from premises.models import AllocationProcedure, CommissionMember
from records.clock import today


def procedures_of(person: Any, on: date | None = None) -> frozenset[int]:
    """Keys of procedures in whose commission the person sits on the day (today). One query."""
    if not is_known(person):
        return frozenset()
    day = on or today()
    return remembered(
        person,
        "commissions",
        day,
        lambda: frozenset(
            CommissionMember.objects.filter(person_id=person.pk, valid__contains=day).values_list(
                "procedure_id", flat=True
            )
        ),
    )


def sits(person: Any, procedure: AllocationProcedure) -> bool:
    return procedure.pk in procedures_of(person)
