"""The rent as arithmetic: a table of rates and facts in, a sum with its tree out. No database.

For each part of area: base rate × multipliers, less reductions, rounded to grosz, not below the
operating cost; that rate × area is rounded to grosz again. VAT is taken from the sum of the parts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from premises.models import Multiplier, Position, Premises, RateSchedule, RateZone, Reduction
from premises.rates import lines
from premises.rates.table import NoRate, RateTable
from records import typography
from records.money import Explanation, Kind, Money, to_grosz

_HUNDRED = Decimal(100)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the premises: its words, where it lies, its area in m²."""

    label: str
    position: str
    area_m2: Decimal
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why somebody may pay less. `spheres` are points of art. 4(1)."""

    spheres: frozenset[str] = frozenset()
    is_opp: bool | None = False
    public_task: bool = False
    renovation: bool = False
    organisations: int = 1

    def has(self, reduction: Reduction) -> bool:
        kind = Reduction.Kind
        return {
            kind.SPHERE: bool(
                self.spheres & frozenset(reduction.spheres) if reduction.spheres else self.spheres
            ),
            kind.OPP: self.is_opp is True,
            kind.PUBLIC_TASK: self.public_task,
            kind.RENOVATION: self.renovation,
            kind.JOINT_USE: self.organisations > 1,
        }[kind(reduction.kind)]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rent depends on beside the table. None and "" are what nobody knows."""

    parts: tuple[Part, ...]
    zone: RateZone | None = None
    standard: str = ""
    technical_state: int | None = None
    surveyed_on: date | None = None
    step_free: str = ""
    operating_cost_m2: Decimal | None = None
    activity: str = ""
    indefinite: bool | None = None
    grounds: Grounds = field(default_factory=Grounds)


@dataclass(frozen=True, slots=True)
class Rent:
    """A month's rent, on which schedule it rests, and what could not be taken into account."""

    money: Money
    schedule: RateSchedule | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Offer:
    """One way to reduce: its lines, the exact rate it leads to, whether it breaks the floor."""

    rate: Decimal
    lines: tuple[Explanation, ...] = ()
    below_floor: bool = False


def reckon(table: RateTable, facts: Facts, vat_rate: Decimal | None) -> Rent:
    """The rent by a schedule. Raises NoRate: no zone, no base rate, no area."""
    if facts.zone is None:
        raise NoRate(_("The premises lie in no rent zone, or their place is not known."))
    if not facts.parts:
        raise NoRate(_("The area of the premises is not known."))
    nodes = tuple(_part(table, facts, part) for part in facts.parts)
    net = sum((node.amount or Decimal(0) for node in nodes), Decimal("0.00"))
    return Rent(Money(net, vat_rate, nodes), table.schedule, tuple(_notes(table, facts)))


def by_offer(facts: Facts, rate_net_m2: Decimal, vat_rate: Decimal | None) -> Rent:
    """The rent by a rate that was bid or fixed for one procedure: PLN net for 1 m²."""
    if not facts.parts:
        raise NoRate(_("The area of the premises is not known."))
    rate = to_grosz(rate_net_m2)
    line = Explanation(_("Rate from the offer"), rate, kind=Kind.RATE)
    nodes = tuple(_sum(part, rate, (line,)) for part in facts.parts)
    net = sum((node.amount or Decimal(0) for node in nodes), Decimal("0.00"))
    return Rent(Money(net, vat_rate, nodes))


def free(facts: Facts, basis: str) -> Rent:
    """A gratuitous loan: no rent; who borrows bears the upkeep."""
    area = sum((part.area_m2 for part in facts.parts), Decimal(0))
    upkeep: tuple[Explanation, ...] = ()
    if facts.operating_cost_m2 is not None and area:
        words = _("Upkeep borne by the borrower: about %(sum)s a month net") % {
            "sum": typography.money(to_grosz(facts.operating_cost_m2 * area))
        }
        upkeep = (Explanation(words, None, _("beside heating, water and waste")),)
    node = Explanation(_("Gratuitous loan: no rent"), Decimal("0.00"), basis, upkeep)
    return Rent(Money(Decimal("0.00"), None, (node,)))


# --- one part of area ----------------------------------------------------------------------------


def _part(table: RateTable, facts: Facts, part: Part) -> Explanation:
    zone = facts.zone
    base = table.base_rate(zone.pk, part.position, facts.standard) if zone else None
    if base is None or zone is None:
        raise NoRate(_("No base rate is set for zone %(zone)s.") % {"zone": zone and zone.code})
    factors = list(_factors(table, facts, part))
    full = base.net_m2
    for multiplier in factors:
        full *= multiplier.factor
    offer = _best(table, facts.grounds, full)
    rate = to_grosz(offer.rate)
    told = [
        lines.base_line(table.schedule, base, zone),
        *(lines.factor_line(one, facts.surveyed_on) for one in factors),
        *offer.lines,
    ]
    floor = _floor(table.schedule, facts, offer)
    changed = len(told) > 1
    if floor is not None and floor > rate:
        if changed:
            told.append(Explanation(_("That is"), rate, kind=Kind.RATE))
        told.append(lines.raised(table.schedule, floor))
        rate = floor
    elif changed:
        words = _("Rate after reductions") if offer.lines else _("Rate")
        told.append(Explanation(words, rate, lines.stays(floor), kind=Kind.RATE))
    return _sum(part, rate, tuple(told))


def _sum(part: Part, rate: Decimal, told: tuple[Explanation, ...]) -> Explanation:
    label = _("%(part)s, %(area)s × %(rate)s") % {
        "part": part.label,
        "area": typography.area(part.area_m2),
        "rate": typography.money(rate),
    }
    return Explanation(label, to_grosz(rate * part.area_m2), parts=told)


def _factors(table: RateTable, facts: Facts, part: Part) -> Iterator[Multiplier]:
    """The multipliers that hold for the part, in the schedule's order."""
    kind = Multiplier.Kind
    term = {None: "", True: "indefinite", False: "fixed"}[facts.indefinite]
    values = {
        kind.POSITION: part.position,
        kind.FLOOR: "" if part.floor is None else str(part.floor),
        kind.STANDARD: facts.standard,
        kind.TECHNICAL_STATE: str(facts.technical_state or ""),
        kind.ACCESSIBILITY: facts.step_free,
        kind.ACTIVITY: facts.activity,
        kind.TERM: term,
    }
    return (one for one in table.multipliers if one.value == values[kind(one.kind)] != "")


def _floor(schedule: RateSchedule, facts: Facts, offer: _Offer) -> Decimal | None:
    if not schedule.floor_at_operating_cost or offer.below_floor:
        return None
    return facts.operating_cost_m2


# --- reductions ----------------------------------------------------------------------------------


def _best(table: RateTable, grounds: Grounds, full: Decimal) -> _Offer:
    """The way that leads to the lowest rate: all that cumulate together, or one that does not."""
    held = [one for one in table.reductions if grounds.has(one)]
    together = [one for one in held if one.cumulable]
    offers = [_Offer(full)]
    if together:
        offers.append(_together(table.schedule, together, full))
    offers += [_alone(table.schedule, one, full) for one in held if not one.cumulable]
    # The first of equals: nothing before something, together before alone.
    return min(offers, key=lambda offer: offer.rate)


def _together(schedule: RateSchedule, reductions: Sequence[Reduction], full: Decimal) -> _Offer:
    percents = [one.percent or Decimal(0) for one in reductions]
    if schedule.combining == schedule.Combining.SUM:
        share = _ONE - min(sum(percents, Decimal(0)), _HUNDRED) / _HUNDRED
    else:
        share = _ONE
        for percent in percents:
            share *= _ONE - percent / _HUNDRED
    told = [lines.reduction_line(one) for one in reductions]
    least = _least_share(schedule)
    if share < least:
        share = least
        told.append(lines.capped_line(schedule))
    return _Offer(full * share, tuple(told), any(one.below_floor for one in reductions))


def _alone(schedule: RateSchedule, one: Reduction, full: Decimal) -> _Offer:
    line = lines.reduction_line(one)
    if one.fixed_net_m2 is not None:
        return _Offer(one.fixed_net_m2, (line,), one.below_floor)
    share = _ONE - (one.percent or Decimal(0)) / _HUNDRED
    if share < _least_share(schedule):
        return _Offer(
            full * _least_share(schedule), (line, lines.capped_line(schedule)), one.below_floor
        )
    return _Offer(full * share, (line,), one.below_floor)


def _least_share(schedule: RateSchedule) -> Decimal:
    most = schedule.most_reduced_percent
    return Decimal(0) if most is None else _ONE - most / _HUNDRED


# --- what nobody knows ---------------------------------------------------------------------------


def _notes(table: RateTable, facts: Facts) -> Iterator[str]:
    """What the schedule looks at and nobody knows."""
    kind = Multiplier.Kind
    if facts.technical_state is None and table.looks_at(kind.TECHNICAL_STATE):
        yield _("The technical state is not known, so it does not change the rate.")
    if facts.step_free in ("", "unknown") and table.looks_at(kind.ACCESSIBILITY):
        yield _("Whether the entrance is step-free is not known, so it does not change the rate.")
    if any(part.position in ("", Position.UNKNOWN) for part in facts.parts):
        yield _("The position in the building is not known; the general rate of the zone is used.")
    if facts.standard in ("", Premises.Standard.UNKNOWN) and table.looks_at(kind.STANDARD):
        yield _("The standard is not known, so it does not change the rate.")
    if table.schedule.floor_at_operating_cost and facts.operating_cost_m2 is None:
        yield _("The operating cost is not known; the rent may not be lower than it.")
    if facts.grounds.is_opp is None and any(one.kind == "opp" for one in table.reductions):
        yield _("Whether this is a public benefit organisation is not known; nothing is reduced.")
