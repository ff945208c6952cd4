"""What a unit holds of its own places: the periods as they were meant, beside their claims."""

from collections.abc import Iterable
from datetime import timedelta
from secrets import choice

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from resources import claims, collisions
from resources.claims import Wanted, lock_leaves
from resources.collisions import PlaceAndTime
from resources.models import HeldPeriod, Hold

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"


def hold_periods(hold: Hold, times: Iterable[PlaceAndTime]) -> None:
    """Keep what was meant beside the claims."""
    HeldPeriod.objects.bulk_create(
        HeldPeriod(
            hold=hold,
            resource=one.resource,
            period=DateTimeTZRange(one.period.start, one.period.end),
        )
        for one in times
    )


def new_code(prefix: str) -> str:
    """A code for a hold of the unit itself, such as W-7KQ2-M9XD: random, easy to read out."""
    letters = [choice(SIGNS) for _ in range(8)]
    return f"{prefix}-{''.join(letters[:4])}-{''.join(letters[4:])}"


def give_up(held: HeldPeriod) -> None:
    """End one period of own use or of a closure: its claims go, and with the last the hold."""
    hold, resource = held.hold, held.resource
    leaves = collisions.leaves_of([resource.space_id])[resource.space_id]
    lock_leaves([resource.space_id])
    turnaround = timedelta(minutes=resource.turnaround_minutes)
    mine = [
        claim
        for claim in hold.claims.filter(
            space__in=leaves,
            period__overlap=(held.period.lower, held.period.upper),
        )
        # Claims of own use run on for cleaning, but never into the next period of the same hold.
        if claim.period.lower >= held.period.lower
        and claim.period.upper <= held.period.upper + turnaround
    ]
    claims.release(
        hold, [Wanted(claim.space_id, claim.period.lower, claim.period.upper) for claim in mine]
    )
    held.delete()
    if not hold.held_periods.exists():
        claims.lapse(hold)
