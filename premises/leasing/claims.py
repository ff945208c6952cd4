"""The claims behind contracts: nothing is let twice, and a successor fits in (docs/leases.md).

A binding contract claims its places from its first day until the recorded hand-back, so its claim
has no end, or ends exactly where the next use begins. The claims of contracts that follow one
another on a leaf touch: until somebody is out, no gap opens through which a third could slip.

Every function here is called inside a transaction, with the contract's row locked; the leaves are
locked before anything is read, so what `ends_before` and the claims say is what will be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from premises.leasing import dates
from premises.leasing.rules import rules_for
from premises.models import Lease, LeaseParty
from records import typography
from records.clock import KRAKOW
from records.periods import local_moment
from records.problems import Conflict
from resources import claim_ends
from resources.claim_ends import Neighbour
from resources.claims import Wanted, claim, lapse, lock_leaves, new_hold
from resources.models import Hold, Layer

BOTH = (Layer.OCCUPANCY, Layer.STEWARDSHIP)
Kind = Lease.Kind


class PlaceTaken(Conflict):
    """The place is promised to somebody; `reasons` say to whom, until when, and the way out."""

    code = "place_taken"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(dict.fromkeys(reasons))
        super().__init__(" ".join(self.reasons), extra={"reasons": self.reasons})


def layers_of(lease: Lease) -> tuple[Layer, ...]:
    """An operator's contract leaves the rooms bookable: stewardship alone."""
    return BOTH if lease.exclusive else (Layer.STEWARDSHIP,)


def lock_places(lease: Lease) -> dict[int, set[int]]:
    """The leaves of every place of the contract, locked; by space."""
    return lock_leaves(lease.objects_let.values_list("resource__space_id", flat=True))


@dataclass(frozen=True, slots=True)
class Fit:
    """How a contract fits between its neighbours: whom it follows, and what it must end before."""

    leaves: dict[int, set[int]]
    start: datetime
    cut: dict[int, list[int]]  # hold -> leaves on which its claim ends where ours begins
    bounds: dict[int, datetime]  # leaf -> where the next use begins


def fit(lease: Lease) -> Fit:
    """Where the contract fits. Locks the leaves.

    Raises PlaceTaken: somebody holds a leaf with no end, or too late an end, or something begins
    before our term and the margin are over.
    """
    leaves = lock_places(lease)
    every = set().union(*leaves.values())
    start = local_moment(lease.starts_on, 0)
    found = claim_ends.neighbours(every, start, layers_of(lease), besides=lease.hold_id)
    others = _leases_of(found)
    margin = rules_for(lease).days("hand_back_margin_days")
    cut: dict[int, list[int]] = {}
    bounds: dict[int, datetime] = {}
    reasons = []
    for one in found:
        other = others.get(one.hold_id)
        if one.start < start:
            problem = _too_early(one, other, margin, lease)
            cut.setdefault(one.hold_id, []).append(one.leaf_id)
        else:
            problem = _too_late(lease.ends_before, one, other, margin, lease)
            bounds[one.leaf_id] = min(bounds.get(one.leaf_id, one.start), one.start)
        if problem:
            reasons.append(problem)
    if reasons:
        raise PlaceTaken(reasons)
    return Fit(leaves, start, cut, bounds)


def take(lease: Lease) -> Hold:
    """A new hold with the claims of the contract; whoever it follows is bound by its first day."""
    where = fit(lease)
    kind = Hold.Kind.LENDING if lease.kind == Kind.LENDING else Hold.Kind.LEASE
    hold = new_hold(kind, f"U-{lease.number}", label_of(lease))
    for former, leaves in where.cut.items():
        claim_ends.end_at(Hold(pk=former), where.start, leaves=leaves, layers=layers_of(lease))
    wanted = []
    for space, made_of in where.leaves.items():
        ends = [where.bounds[leaf] for leaf in made_of if leaf in where.bounds]
        wanted.append(Wanted(space, where.start, min(ends, default=None)))
    claim(hold, wanted, layers=layers_of(lease))
    claim_ends.reach(hold)
    return hold


def give_up(lease: Lease) -> None:
    """The contract came to nothing: its claims go, and whoever it followed stands on."""
    if lease.hold is None:
        return
    lock_places(lease)
    start = local_moment(lease.starts_on, 0)
    before = _ending_at(lease, start)
    lapse(lease.hold)
    _reach(before)


def hand_back(lease: Lease, moment: datetime) -> None:
    """From the recorded moment on the place is nobody's, unless the next use has begun."""
    lock_places(lease)
    if lease.hold is not None:
        claim_ends.end_at(lease.hold, moment)


def put_off(lease: Lease, starts_on: date) -> None:
    """Begin later: the claims of whoever is still in stand until the new first day."""
    lock_places(lease)
    if lease.hold is None:
        return
    before = _ending_at(lease, local_moment(lease.starts_on, 0))
    claim_ends.begin_at(lease.hold, local_moment(starts_on, 0))
    _reach(before)


def check_end(lease: Lease, ends_before: date | None) -> None:
    """Raises PlaceTaken if the contract cannot last until then, given what comes next."""
    lock_places(lease)
    if lease.hold is None:
        return
    margin = rules_for(lease).days("hand_back_margin_days")
    following = claim_ends.followed_by(lease.hold)
    others = _leases_of(following)
    problems = [
        _too_late(ends_before, one, others.get(one.hold_id), margin, lease) for one in following
    ]
    if reasons := [problem for problem in problems if problem]:
        raise PlaceTaken(reasons)


def label_of(lease: Lease) -> str:
    """What pages below show of it; without the parties, who may be persons. In Polish, since it
    is stored."""
    return {
        Kind.LEASE: "Najem",
        Kind.LENDING: "Użyczenie",
        Kind.LAND_LEASE: "Dzierżawa",
    }[Kind(lease.kind)]


# --- neighbours -----------------------------------------------------------------------------------


def _leases_of(found: Iterable[Neighbour]) -> dict[int, Lease]:
    leases = Lease.objects.filter(hold__in={one.hold_id for one in found})
    return {one.hold_id: one for one in leases if one.hold_id is not None}


def _too_early(one: Neighbour, other: Lease | None, margin: timedelta, lease: Lease) -> str:
    """Why we cannot begin on our first day after this one; empty: we can."""
    if other is None or other.state not in Lease.BINDING:
        if one.end is None:
            return _("Held: “%(label)s”, until further notice.") % {"label": one.label}
        return _("Held until %(day)s: “%(label)s”.") % {
            "day": typography.moment(one.end.astimezone(KRAKOW)),
            "label": one.label,
        }
    if other.ends_before is None:
        return _("Let for an indefinite time under %(number)s. End that contract first.") % {
            "number": other.number
        }
    free = other.ends_before if _same_hands(other, lease) else other.ends_before + margin
    if lease.starts_on < free:
        return _(
            "Let until %(day)s under %(number)s. The next contract may begin on %(free)s at the"
            " earliest."
        ) % {
            "day": typography.day(other.ends_before - dates.DAY),
            "number": other.number,
            "free": typography.day(free),
        }
    return ""


def _too_late(
    end: date | None, one: Neighbour, other: Lease | None, margin: timedelta, lease: Lease
) -> str:
    """Why our term cannot last until `end` before this one begins; empty: it can."""
    begins = one.start.astimezone(KRAKOW).date()
    continues = other is not None and _same_hands(lease, other)
    latest = begins if continues else begins - margin
    if end is not None and end <= latest:
        return ""
    who = other.number if other is not None else f"„{one.label}”"
    return _("Promised from %(day)s: %(who)s. The term may last until %(last)s at most.") % {
        "day": typography.day(begins),
        "who": who,
        "last": typography.day(latest - dates.DAY),
    }


def _same_hands(earlier: Lease, later: Lease) -> bool:
    """The later contract continues the earlier one with somebody who is bound by both."""
    if later.previous_id != earlier.pk:
        return False
    bound = LeaseParty.objects.filter(role__in=LeaseParty.BOUND)
    who = [
        set(bound.filter(lease=one).values_list("organisation_id", "name"))
        for one in (earlier, later)
    ]
    return bool(who[0] & who[1])


def _ending_at(lease: Lease, moment: datetime) -> list[Lease]:
    """Contracts not handed back yet whose claims end where this one's begin."""
    leaves = set().union(*lock_places(lease).values())
    return list(
        Lease.objects.filter(
            state__in=Lease.BINDING,
            hold__claims__space__in=leaves,
            hold__claims__period__endswith=moment,
        )
        .exclude(pk=lease.pk)
        .distinct()
    )


def _reach(leases: Iterable[Lease]) -> None:
    for one in leases:
        if one.hold is not None:
            claim_ends.reach(one.hold)
