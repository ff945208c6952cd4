"""Who comes before whom, and why: pure arithmetic over finished cards or over rates.

A total is the sum over the criteria of the mean of all cards times the weight, rounded half up to
0.01, as it is published: two that read the same are equal. Between equals the criteria decide that
have a `tie_rank`, in its order, by their means (rounded alike). Whoever is still equal stays in a
tie that the commission must break by a draw, which it tells; nothing is decided by accident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    weight: Decimal
    tie_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One application: the points of each finished card by criterion, or a rate."""

    key: int
    cards: tuple[Mapping[str, Decimal], ...] = ()
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A place in the list. `decided_by`: the criterion that put it before the next one with an
    equal total; "draw" where the commission drew lots; empty: the total."""

    key: int
    place: int
    total: Decimal
    means: Mapping[str, Decimal] = field(default_factory=dict)
    passes: bool = True
    tied_with: tuple[int, ...] = ()
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The list, and groups of applications that nothing told apart (each needs a draw)."""

    lines: tuple[Line, ...]
    undecided: tuple[tuple[int, ...], ...] = ()


def rounded(value: Fraction) -> Decimal:
    """Half up to 0.01, away from zero below it; exact until then."""
    scaled = value * 100
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-2)


def mean(points: Sequence[Decimal]) -> Fraction:
    return sum((Fraction(one) for one in points), Fraction(0)) / len(points)


def rank(
    entries: Sequence[Entry],
    criteria: Sequence[Criterion] = (),
    *,
    least_total: Decimal | None = None,
    draw: Sequence[int] = (),
) -> Listing:
    """Order the entries. `draw`: keys in the order drawn; it only ever parts a full tie.

    `least_total` is the threshold of points, or the starting rate: below it a line does not pass
    (it still has its place). Raises ValueError for an entry without cards and without a rate, or a
    card that lacks a criterion.
    """
    tie_codes = [
        one.code
        for one in sorted(
            (one for one in criteria if one.tie_rank is not None), key=lambda c: c.tie_rank or 0
        )
    ]
    judged = [_judged(one, criteria) for one in entries]
    drawn = {key: place for place, key in enumerate(draw)}

    def order(item: tuple[int, Decimal, Mapping[str, Decimal]]) -> tuple[Decimal, ...]:
        _key, total, means = item
        return (-total, *(-means[code] for code in tie_codes))

    judged.sort(key=lambda item: (order(item), drawn.get(item[0], len(drawn)), item[0]))
    undecided: list[tuple[int, ...]] = []
    for _order, group in groupby(judged, key=order):
        keys = [item[0] for item in group]
        if len(keys) > 1 and not set(keys) <= set(drawn):
            undecided.append(tuple(sorted(keys)))
    lines = []
    for index, (key, total, means) in enumerate(judged):
        equals = tuple(item[0] for item in judged if item[1] == total and item[0] != key)
        lines.append(
            Line(
                key=key,
                place=index + 1,
                total=total,
                means=means,
                passes=least_total is None or total >= least_total,
                tied_with=equals,
                decided_by=_decided_by(judged, index, tie_codes),
            )
        )
    return Listing(tuple(lines), tuple(undecided))


def _judged(
    entry: Entry, criteria: Sequence[Criterion]
) -> tuple[int, Decimal, Mapping[str, Decimal]]:
    if entry.rate is not None:
        return entry.key, entry.rate.quantize(CENT, ROUND_HALF_UP), {}
    if not entry.cards:
        raise ValueError(f"application {entry.key} has no card")
    exact: dict[str, Fraction] = {}
    for one in criteria:
        if any(one.code not in card for card in entry.cards):
            raise ValueError(f"a card of application {entry.key} lacks {one.code}")
        exact[one.code] = mean([card[one.code] for card in entry.cards])
    total = sum((exact[one.code] * Fraction(one.weight) for one in criteria), Fraction(0))
    return entry.key, rounded(total), {code: rounded(value) for code, value in exact.items()}


def _decided_by(
    judged: Sequence[tuple[int, Decimal, Mapping[str, Decimal]]], index: int, codes: Sequence[str]
) -> str:
    """What put this line before the next one, when their totals are equal."""
    if index + 1 >= len(judged) or judged[index][1] != judged[index + 1][1]:
        return ""
    mine, other = judged[index][2], judged[index + 1][2]
    return next((code for code in codes if mine[code] != other[code]), "draw")
