"""A contract of the sample city before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from organisations.models import Organisation
from resources.models import Resource


@dataclass(slots=True)
class Planned:
    """Places, tenant and term; `state` and what belongs to it is decided by fates.py."""

    places: Sequence[Resource]
    kind: str
    first: date
    before: date | None
    organisation: Organisation | None = None
    tenant: tuple[str, bool] = ("", False)
    exclusive: bool = True
    purpose: str = ""
    rate: Decimal = Decimal(0)
    #: The contract of the same tenant that this one continues.
    previous: "Planned | None" = None
    state: str = ""
    #: The day on which notice was received.
    told_on: date | None = None
    co_tenant: Organisation | None = None
