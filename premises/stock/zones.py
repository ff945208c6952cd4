"""The rent zone of premises: by geometry from the schedule of rates in force, never typed."""

from datetime import date

from premises.models import Premises, RateZone
from premises.rates.table import schedule_on, zone_at
from records.clock import today


def zone_of(premises: Premises, on: date | None = None) -> RateZone | None:
    """The zone of the schedule that holds for the unit on the day (today); None without a schedule,
    a point, or a zone there. Two or three queries."""
    schedule = schedule_on(premises.resource.unit_id, on or today())
    return zone_at(schedule, premises.resource.point) if schedule else None
