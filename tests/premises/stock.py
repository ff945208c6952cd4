"""Scenes of the stock: premises with facts, tenancies and the people who keep them."""

from datetime import date

from premises.models import Building, Lease, Premises, PremisesPart
from records.periods import local_moment
from resources.claims import Wanted, claim, new_hold
from resources.models import Hold, Layer, ManagingUnit, Resource
from tests import make

DAY = date(2026, 11, 23)
NOON = local_moment(DAY, 12 * 60)
BOTH = (Layer.OCCUPANCY, Layer.STEWARDSHIP)

RESOURCE_FIELDS = {field.name for field in Resource._meta.get_fields()}


def premises(of: ManagingUnit | None = None, number: str = "", **fields) -> Premises:
    """Premises with a number of the unit's, in a building, with one part of the area."""
    number = number or f"{make.next_number():04}"
    spine = {name: fields.pop(name) for name in list(fields) if name in RESOURCE_FIELDS}
    unit = of or make.unit()
    resource = make.resource(
        unit,
        **{
            "code": f"{unit.code}-{number}".lower(),
            "kind": "premises",
            "tenure": Resource.Tenure.CONTRACT,
            "title_pl": f"Lokal {number}",
            "area_m2": 100,
            **spine,
        },
    )
    Building.objects.get_or_create(
        site=resource.site, defaults={"ownership": Building.Ownership.MUNICIPAL}
    )
    row = Premises.objects.create(
        resource=resource,
        number=number,
        numbered_by=unit,
        **{"technical_state": 3, "surveyed_on": DAY, **fields},
    )
    PremisesPart.objects.create(
        premises=row, kind=PremisesPart.Kind.ROOMS, area_m2=resource.area_m2
    )
    return row


def let(
    row: Premises, first: date, until: date | None, kind: str = Hold.Kind.LEASE, **fields
) -> None:
    """A contract as the product writes it, handed back on time where it is over; or a plan."""
    if kind == Hold.Kind.PLAN:
        hold = new_hold(kind, f"L-{make.next_number()}", "Plan", **fields)
        end = local_moment(until, 0) if until else None
        claim(hold, [Wanted(row.resource.space_id, local_moment(first, 0), end)], layers=BOTH)
        return
    over = until is not None and until <= DAY
    make.lease(
        row.resource,
        first,
        until,
        kind=kind,
        state=Lease.State.RETURNED if over else Lease.State.ACTIVE,
        returned_at=local_moment(until, 0) if over and until else None,
        **fields,
    )
