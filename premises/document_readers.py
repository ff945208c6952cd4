"""Who may read the documents that lettings issue: registered in config/composition.py.

A document is read by whoever may see the row that it is about, so each subject adds its line.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models

from premises.models import AllocationProcedure, HandoverProtocol, PublicNotice
from premises.permissions import can
from premises.scopes import own_leases, unit_leases
from records.documents.readers import Reader


def _notice(_person: Any, key: int) -> bool:
    """A published list is for everybody; a draft has no document."""
    return PublicNotice.objects.filter(pk=key).exclude(state=PublicNotice.State.DRAFT).exists()


def _procedure(person: Any, key: int) -> bool:
    """Papers of the commission: for the unit and the commission; the list has a page of its own."""
    row = AllocationProcedure.objects.filter(pk=key).first()
    return row is not None and can(person, "commission.view", row)


def _protocol(person: Any, key: int) -> bool:
    """A signed protocol is for the unit and for those who are parties to the contract."""
    mine = unit_leases(person).values("pk").union(own_leases(person).values("pk"))
    return HandoverProtocol.objects.filter(pk=key, lease__in=mine).exists()


READERS: Mapping[type[models.Model], Reader] = {
    PublicNotice: _notice,
    AllocationProcedure: _procedure,
    HandoverProtocol: _protocol,
}
