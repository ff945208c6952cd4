"""Premises that an officer keeps out of letting: renovation, dispute, withdrawal.

Such a hold claims both layers, so nothing is booked or let meanwhile; where somebody holds the
premises already, recording is refused and says who and until when. A contract claims its place
until the recorded hand-back: a hold that begins when its term is over lets its claim end there, as
a following contract does (premises/leasing/claims.py).
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.models import Lease, OfficerHold, Premises
from records import typography
from records.clock import KRAKOW, now, today
from records.periods import local_moment
from records.problems import Conflict, Invalid
from resources import claim_ends, claims
from resources.claims import SlotTaken, Wanted, retrying
from resources.held import new_code
from resources.models import Hold, Layer

BOTH_LAYERS = (Layer.OCCUPANCY, Layer.STEWARDSHIP)


class HeldAlready(Conflict):
    """Somebody holds the premises in that time."""

    code = "held_already"


@retrying
@transaction.atomic
def record(
    premises: Premises, *, reason: str, note: str, first: date, until: date | None, by: str
) -> OfficerHold:
    """Keep the premises from `first` until before `until` (None: until lifted).

    Raises Invalid for days that make no sense, HeldAlready for premises that are held.
    """
    if until is not None and until <= first:
        raise Invalid(_("The last day must not be before the first."), field="last")
    if not note.strip():
        raise Invalid(_("Say why."), field="note")
    with override("pl"):
        label = str(OfficerHold.Reason(reason).label).capitalize()
    hold = claims.new_hold(Hold.Kind.OFFICER, new_code("O"), label)
    _claim(hold, premises, first, until)
    return OfficerHold.objects.create(
        hold=hold,
        premises=premises,
        reason=reason,
        note=note.strip(),
        period=(first, until),
        recorded_by=by,
        recorded_at=now(),
    )


@retrying
@transaction.atomic
def change_end(row: OfficerHold, *, until: date | None, note: str, by: str) -> None:
    """Let the hold end on another day: `until` is the first day after it, None: no end.

    An end of today or before lifts it; one on or before its first day calls it off altogether,
    and the record stays. Raises HeldAlready when it would grow into somebody's time, Conflict for
    a hold that is over.
    """
    row = (
        OfficerHold.objects.select_for_update(of=("self",))
        .select_related("hold", "premises__resource")
        .get(pk=row.pk)
    )
    if is_over(row):
        raise Conflict(_("This hold is over."), code="hold_over")
    first = row.period.lower
    claims.lock_leaves([row.premises.resource.space_id])
    before = _ending_at(row, first)
    claims.lapse(row.hold)
    if until is not None and until <= first:
        for hold in before:
            claim_ends.reach(hold)
    else:
        claims.revive(row.hold, expires_at=None)
        _claim(row.hold, row.premises, first, until)
        row.period = (first, until)
    if until is not None and until <= max(today(), first):
        row.lifted_by, row.lifted_at, row.lift_note = by, now(), note.strip()
    row.save()


def is_over(row: OfficerHold) -> bool:
    """Whether nothing of the hold is left to change."""
    upper = row.period.upper
    return row.lifted_at is not None or (upper is not None and upper <= today())


def _claim(hold: Hold, premises: Premises, first: date, until: date | None) -> None:
    resource = premises.resource
    if resource.space_id is None:
        raise Invalid(_("This place has no space that could be held."))
    start, end = local_moment(first, 0), local_moment(until, 0) if until else None
    _end_claims_of_terms_over(resource.space_id, first, besides=hold.pk)
    try:
        claims.claim(hold, [Wanted(resource.space_id, start, end)], layers=BOTH_LAYERS)
    except SlotTaken as problem:
        raise HeldAlready(_in_the_way(problem), field="first") from problem


def _end_claims_of_terms_over(space_id: int, first: date, *, besides: int) -> None:
    """Contracts whose term is over by a day to come claim their place until then at most."""
    if first <= today():
        return  # what should be back by now and is not is in the way
    start = local_moment(first, 0)
    leaves = set().union(*claims.lock_leaves([space_id]).values())
    found = claim_ends.neighbours(leaves, start, BOTH_LAYERS, besides=besides)
    over = set(
        Lease.objects.filter(
            hold__in={one.hold_id for one in found if one.start < start},
            state__in=Lease.BINDING,
            ends_before__lte=first,
        ).values_list("hold_id", flat=True)
    )
    for hold_id in over:
        claim_ends.end_at(Hold(pk=hold_id), start, leaves=leaves, layers=BOTH_LAYERS)


def _ending_at(row: OfficerHold, first: date) -> list[Hold]:
    """Contracts still binding whose claims end where the hold begins."""
    return list(
        Hold.objects.filter(
            lease__state__in=Lease.BINDING,
            claims__space__leaf_rows__space=row.premises.resource.space_id,
            claims__period__endswith=local_moment(first, 0),
        ).distinct()
    )


def _in_the_way(problem: SlotTaken) -> str:
    """Who holds the premises and until when, and what helps. A contract is told by its term."""
    terms = dict(
        Lease.objects.filter(hold__in={one.hold_id for one in problem.taken}).values_list(
            "hold_id", "ends_before"
        )
    )
    said: dict[int, str] = {}
    for one in sorted(problem.taken, key=lambda taken: taken.start):
        first = one.start.astimezone(KRAKOW).date()
        after = terms.get(one.hold_id) or (one.end and one.end.astimezone(KRAKOW).date())
        if after:
            days = typography.day_range(first, after - timedelta(days=1))
            said[one.hold_id] = f"{one.label} {days}"
        else:
            said[one.hold_id] = _("%(what)s from %(day)s without end") % {
                "what": one.label,
                "day": typography.day(first),
            }
    return _("The premises are held: %(what)s. Choose days outside it.") % {
        "what": "; ".join(said.values())
    }
