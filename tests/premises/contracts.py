"""Contracts as rows for tests of lists and figures: past the course, to set a scene."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from organisations.models import Organisation
from premises.models import Lease, LeaseObject, LeaseParty, LeaseVersion
from records.clock import now
from records.periods import local_moment
from resources.claims import Wanted, claim, new_hold
from resources.models import Layer, ManagingUnit, Resource
from tests import make

BOTH = (Layer.OCCUPANCY, Layer.STEWARDSHIP)


def contract(
    unit: ManagingUnit,
    place: Resource | None = None,
    *,
    tenant: Organisation | str = "Firma",
    starts: date = date(2026, 1, 1),
    returned: date | None = None,
    rent: Decimal | int = 500,
    area: Decimal | int | None = None,
    **fields: Any,
) -> Lease:
    """A signed contract with its terms and party; with a place it holds it until `returned`."""
    number = make.next_number()
    state = Lease.State.RETURNED if returned else Lease.State.ACTIVE
    fields = {"kind": Lease.Kind.LEASE, "state": state} | fields
    hold = (
        new_hold("lease", f"N-{number}", "Najem") if fields["state"] not in Lease.PREPARED else None
    )
    made = Lease.objects.create(
        unit=unit,
        number=f"N-{number}-{starts.year}",
        hold=hold,
        state_since=now(),
        starts_on=starts,
        returned_at=local_moment(returned, 0) if returned else None,
        created_at=now(),
        **fields,
    )
    LeaseVersion.objects.create(
        lease=made, valid=DateRange(starts, None), rent_net=rent, recorded_at=now()
    )
    who = {"name": tenant} if isinstance(tenant, str) else {"organisation": tenant}
    LeaseParty.objects.create(lease=made, valid=DateRange(starts, None), **who)
    if place is not None:
        LeaseObject.objects.create(lease=made, resource=place, area_m2=area)
        if hold is not None:
            until = local_moment(returned, 0) if returned else None
            wanted = Wanted(place.space_id, local_moment(starts, 0), until)
            claim(hold, [wanted], layers=BOTH)
    return made
