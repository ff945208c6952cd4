"""What pages of contracts in force share."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from premises.models import Lease


def lease_in(visible: QuerySet[Lease], number: str) -> Lease:
    """A contract by its number among those that the person may see, or 404."""
    return get_object_or_404(visible.select_related("unit", "officer"), number=number)
