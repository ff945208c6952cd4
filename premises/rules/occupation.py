"""How long a party has held premises, and other facts that contracts tell about a party."""

from collections.abc import Callable
from datetime import date

from django.db.models import Q

from organisations.models import Organisation
from premises.models import Lease, Premises
from premises.rules.months import whole_months

#: Whether an organisation owes the city anything on a day, and when that was looked up: asked of
#: whoever imports arrears. None: not known.
Arrears = Callable[[Organisation, date], tuple[bool | None, date | None]]

ARREARS: list[Arrears] = []


def months_held(organisation: Organisation, premises: Premises, before: date) -> int:
    """Months for which the organisation held the premises until `before`, begun ones as whole.

    Contracts that were only prepared or abandoned do not count; of a contract that still runs the
    time until `before` does. Overlapping terms count once. One query.
    """
    binding = ~Q(state__in=[*Lease.PREPARED, Lease.State.ABANDONED])
    leases = (
        Lease.objects.filter(
            binding,
            objects_let__resource=premises.resource_id,
            parties__organisation=organisation,
            starts_on__lt=before,
        )
        .order_by("starts_on")
        .distinct()
    )
    months, covered = 0, date.min
    for start, end, returned in leases.values_list("starts_on", "ends_before", "returned_at"):
        last = min(end or before, before)
        if returned is not None:
            last = min(last, returned.date())
        first = max(start, covered)
        if first < last:
            months += whole_months(first, last)
            covered = last
    return months


def arrears_of(organisation: Organisation, on: date) -> tuple[bool | None, date | None]:
    """The first source that knows; (None, None) where nobody does."""
    for source in ARREARS:
        owes, checked = source(organisation, on)
        if owes is not None:
            return owes, checked
    return None, None
