"""Contracts as tests of upkeep need them: binding, with terms, without the steps before."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from premises.models import Lease, LeaseObject, LeaseParty, LeaseVersion
from records.clock import now
from resources.claims import new_hold
from tests import make

START = date(2026, 1, 1)


def contract(*, rent: str | int = 1000, vat: int | None = 23, **fields: Any) -> Lease:
    """A contract in force with one version of its terms from its first day, and one tenant."""
    number = make.next_number()
    version = fields.pop("version_fields", {})
    tenant = fields.pop("tenant", None)
    place = fields.pop("place", None)
    starts_on = fields.setdefault("starts_on", START)
    if fields.get("state", Lease.State.ACTIVE) in Lease.BINDING:
        fields.setdefault("hold", new_hold("lease", f"T-{number}", "Najem"))
    fields.setdefault("unit", None)
    lease = Lease.objects.create(
        **{
            "number": f"N-{number}-2026",
            "kind": Lease.Kind.LEASE,
            "state": Lease.State.ACTIVE,
            "state_since": now(),
            "created_at": now(),
            "signed_on": starts_on,
            "handed_over_on": starts_on,
            **fields,
            "unit": fields["unit"] or make.unit(),
        }
    )
    LeaseVersion.objects.create(
        **{
            "lease": lease,
            "valid": (starts_on, None),
            "rent_net": Decimal(rent),
            "vat_rate": None if vat is None else Decimal(vat),
            "recorded_at": now() - timedelta(days=30),
            **version,
        }
    )
    LeaseParty.objects.create(
        lease=lease,
        organisation=tenant,
        name="" if tenant else "Fundacja Przykład",
        valid=(starts_on, None),
    )
    if place is not None:
        LeaseObject.objects.create(lease=lease, resource=place)
    return lease
