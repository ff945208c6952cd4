"""The last bids of an auction, as the commission writes them down on the spot."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.commission import keys, members
from premises.models import AllocationProcedure, Application, Bid
from records.clock import now
from records.problems import Conflict, Invalid


def asked(procedure: AllocationProcedure) -> bool:
    """Whether this kind is decided by bids that somebody has to write down."""
    return procedure.kind.rent_by == "bid" and not procedure.kind.sealed


def kept(procedure: AllocationProcedure) -> dict[int, Decimal]:
    """Bids that are written down: key of the application -> PLN net per m²."""
    return dict(
        Bid.objects.filter(application__procedure=procedure).values_list("application", "rate")
    )


@transaction.atomic
def record(procedure: AllocationProcedure, rates: Mapping[int, Decimal | None], *, by: Any) -> int:
    """Keep the last bid of each admitted applicant (key -> PLN net per m²; None: did not bid).

    Raises Forbidden, Conflict (not this kind, not begun, ranked already), Invalid. Returns the
    number kept.
    """
    locked = keys.locked(procedure)
    keys.own_seat(locked, by)
    members.require_whole(locked)
    if not asked(locked):
        raise Conflict(_("This kind is not decided by bids."), code="no_bids")
    if locked.event_at is not None and now() < locked.event_at:
        raise Conflict(_("The auction has not begun."), code="too_early")
    admitted = {
        one.pk: one for one in members.standing(locked) if one.state == Application.State.ADMITTED
    }
    if not admitted:
        raise Conflict(_("There is nobody admitted to the auction."), code="wrong_state")
    kept = 0
    for pk, rate in rates.items():
        if pk not in admitted:
            continue
        if rate is None:
            Bid.objects.filter(application=pk).delete()
            continue
        if rate <= 0:
            raise Invalid(_("A rate is more than zero."), code="not_positive", field=f"rate-{pk}")
        Bid.objects.update_or_create(
            application=admitted[pk],
            defaults={"rate": rate, "recorded_at": now(), "recorded_by": str(by)},
        )
        kept += 1
    return kept
