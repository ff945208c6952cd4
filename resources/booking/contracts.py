"""When hourly use needs a contract for the season beside the unit's consent."""

from collections.abc import Sequence

from records.periods import Period
from resources.models import BookingPolicy


def needed(policy: BookingPolicy, periods: Sequence[Period], *, is_series: bool) -> bool:
    """A series that spans more days than the policy says; never a single meeting."""
    if not is_series or policy.contract_after_days is None or not periods:
        return False
    span = max(periods).end - min(periods).start
    return span.days > policy.contract_after_days
