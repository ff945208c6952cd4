"""How long the same parties have had the same place: what successive contracts sum to.

Up to three years needs no council, but contracts that follow one another with the same party on
the same place add up (art. 18(2)(9)(a) of the municipal act): the sum is what the rules ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from organisations.models import Organisation
from premises.leasing import dates
from premises.models import Lease, LeaseParty
from records.clock import KRAKOW
from resources.models import Resource, SpaceLeaf

#: Never signed, so never anybody's term.
_NOT_SIGNED = (*Lease.PREPARED, Lease.State.ABANDONED)


@dataclass(frozen=True, slots=True)
class Term:
    """One contract's part of the sum: [first, before), cut where the next is planned to begin."""

    number: str
    first: date
    before: date


def terms(parties: Iterable[Organisation | str], resource: Resource, before: date) -> list[Term]:
    """Contracts of any of these parties over any part of the place, begun before a day, in order.

    Parties are organisations of the register, or names of those outside it. A contract handed back
    early counts until then; one that runs beyond the day, or for an indefinite time, until the day.
    """
    found = _contracts(list(parties), [resource.space_id], before).order_by("starts_on")
    return [Term(one.number, one.starts_on, _before(one, before)) for one in found]


def _contracts(
    wanted: list[Organisation | str], spaces: list[int | None], before: date
) -> QuerySet[Lease]:
    """Signed contracts of any of the parties over any leaf of the spaces, begun before a day."""
    organisations = [one.pk for one in wanted if isinstance(one, Organisation)]
    names = [one for one in wanted if isinstance(one, str) and one]
    bound = LeaseParty.objects.filter(
        Q(organisation__in=organisations) | Q(name__in=names), role__in=LeaseParty.BOUND
    )
    return (
        Lease.objects.filter(
            pk__in=bound.values("lease"),
            objects_let__resource__space__leaf_rows__leaf__in=SpaceLeaf.objects.filter(
                space__in=spaces
            ).values("leaf"),
            starts_on__lt=before,
        )
        .exclude(state__in=_NOT_SIGNED)
        .distinct()
    )


def _before(lease: Lease, before: date) -> date:
    ends = [before]
    if lease.ends_before:
        ends.append(lease.ends_before)
    if lease.returned_at:
        ends.append(lease.returned_at.astimezone(KRAKOW).date())
    return max(min(ends), lease.starts_on)


def months(
    parties: Iterable[Organisation | str] | Organisation, resource: Resource, before: date
) -> int:
    """Months for which the parties have had the place before a day, a begun month as a whole one.

    Touching and overlapping terms are counted once and together; gaps are not counted.
    """
    wanted = [parties] if isinstance(parties, Organisation) else parties
    whole = days = 0
    for first, until in _merged(terms(wanted, resource, before)):
        more_months, more_days = dates.months_between(first, until)
        whole += more_months
        days += more_days
    return whole + -(-days * 12 // 365)


def _merged(found: list[Term]) -> list[tuple[date, date]]:
    spans: list[tuple[date, date]] = []
    for one in found:
        if spans and one.first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.before))
        elif one.before > one.first:
            spans.append((one.first, one.before))
    return spans


def months_of_places(
    parties: Iterable[Organisation | str], places: Iterable[Resource], before: date
) -> dict[int, int]:
    """`months` of several places at once, by resource id; one query where nothing was let before.

    Most places were never held by the same party: only those that were are counted one by one.
    """
    wanted, every = list(parties), list(places)
    held = set(
        _contracts(wanted, [one.space_id for one in every], before)
        .values_list("objects_let__resource__space__leaf_rows__leaf", flat=True)
        .distinct()
        .order_by()
    )
    leaves: dict[int, set[int]] = {}
    if held:
        rows = SpaceLeaf.objects.filter(space__in=[one.space_id for one in every])
        for space, leaf in rows.values_list("space_id", "leaf_id"):
            leaves.setdefault(space, set()).add(leaf)
    return {
        one.pk: months(wanted, one, before) if leaves.get(one.space_id or 0, set()) & held else 0
        for one in every
    }
