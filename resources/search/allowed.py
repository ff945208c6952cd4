"""What the rules of a unit and the calendar say of the time of a search."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from records.clock import KRAKOW
from records.models import CalendarPeriod
from records.periods import Period
from resources.models import BookingPolicy

#: Values that CHECK booking_policy_grid allows.
GRIDS = (5, 10, 15, 30, 60)
#: The rules of a place whose unit has given none.
UNWRITTEN = BookingPolicy()


def policy_sql(wanted: Sequence[tuple[date, Period]], values: dict[str, Any]) -> str:
    """SQL: whether the rules of the unit let somebody ask now for these periods.

    Few rules serve many places, so they are judged first, as a set of ids. The same is asked of a
    request by resources/booking/policy.py.
    """
    if not wanted or any(period.start <= values["now"] for _day, period in wanted):
        return "false"
    lengths = [period.length.total_seconds() / 60 for _day, period in wanted]
    # Clocks move by whole hours and every grid divides the hour, so the moments tell the minutes.
    seconds = [
        int(moment.timestamp()) for _day, period in wanted for moment in (period.start, period.end)
    ]
    starts = sorted(_wall(period.start) for _day, period in wanted)
    lead = [(start - _wall(values["now"])).total_seconds() / 3600 for start in starts]
    asked = _Asked(
        lead_hours=lead[0],
        lead_days=lead[-1] / 24,
        shortest=min(lengths),
        longest=max(lengths),
        grids=[grid for grid in GRIDS if not any(second % (grid * 60) for second in seconds)],
    )
    values.update(asdict(asked))
    unwritten = "r.policy_id IS NULL OR " if asked.allowed_by(UNWRITTEN) else ""
    return f"""({unwritten}r.policy_id IN (
        SELECT id FROM resources_bookingpolicy
        WHERE min_lead_hours <= %(lead_hours)s AND max_lead_days >= %(lead_days)s
            AND min_minutes <= %(shortest)s AND max_minutes >= %(longest)s
            AND grid_minutes = ANY(%(grids)s::int[])))"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What rules compare: notice in hours and days, lengths in minutes, fitting grids."""

    lead_hours: float
    lead_days: float
    shortest: float
    longest: float
    grids: list[int]

    def allowed_by(self, policy: BookingPolicy) -> bool:
        return (
            policy.min_lead_hours <= self.lead_hours
            and policy.max_lead_days >= self.lead_days
            and policy.min_minutes <= self.shortest
            and policy.max_minutes >= self.longest
            and policy.grid_minutes in self.grids
        )


def _wall(moment: datetime) -> datetime:
    """Local time without a zone: notice is counted by the wall clock."""
    return moment.astimezone(KRAKOW).replace(tzinfo=None)


def kinds_of(days: Iterable[date]) -> dict[date, set[str]]:
    """The kinds of calendar days, for each day. One query."""
    days = list(days)
    kinds: dict[date, set[str]] = {day: set() for day in days}
    if not days:
        return kinds
    last = max(days) + timedelta(days=1)
    for period in CalendarPeriod.objects.filter(days__overlap=(min(days), last)):
        for day, found in kinds.items():
            if period.days.lower <= day < period.days.upper:
                found.add(period.kind)
    return kinds
