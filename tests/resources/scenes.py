"""Scenes of a unit at work, for the tests of its desk: requests and meetings as rows."""

from datetime import datetime
from itertools import count

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from records.clock import now
from records.periods import Period
from resources import claims
from resources.claims import Wanted
from resources.models import Booking, BookingSlot, Hold, Resource
from tests import make
from tests.factories import moment

_numbers = count(1)


def period(start: str | datetime, end: str | datetime) -> Period:
    return Period(moment(start), moment(end))


def meeting(
    resource: Resource,
    *times: tuple[str, str],
    state: str = Booking.State.CONFIRMED,
    label: str = "Chór Echo",
    expires_at: datetime | None = None,
    **fields,
) -> Booking:
    """A booking with its slots and claims, as the functions of booking leave them."""
    pending = state == Booking.State.UNDER_REVIEW
    slot_state = BookingSlot.State.HELD if pending else BookingSlot.State.CONFIRMED
    with transaction.atomic():
        hold = claims.new_hold(
            Hold.Kind.BOOKING, f"B-{next(_numbers)}", label, expires_at=expires_at
        )
        booking = Booking.objects.create(
            **{
                "code": hold.code,
                "hold": hold,
                "resource": resource,
                "unit": resource.unit,
                "organisation": make.organisation(label),
                "state": state,
                "is_series": len(times) > 1,
                "purpose": "próba",
                "participants": 12,
                "created_at": now(),
                "submitted_at": now(),
            }
            | fields
        )
        periods = [period(*one) for one in times]
        claims.claim(hold, [Wanted.of(resource, one) for one in periods])
        BookingSlot.objects.bulk_create(
            BookingSlot(
                booking=booking,
                resource=resource,
                period=DateTimeTZRange(one.start, one.end),
                state=slot_state,
            )
            for one in periods
        )
    return booking
