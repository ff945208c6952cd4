"""Holds and claims of the sample city in bulk, kept apart by a diary in memory.

resources/claims.py is the way to hold a place; it asks the database for each hold, which would
take minutes here. The diary knows every claim of the city that is being built, so what is written
does not overlap, and the database's exclusion constraints check it once more.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from config.sample.copying import copy_rows
from resources.models import Claim, HeldPeriod, Hold, Layer, Resource, SpaceLeaf

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"  # without look-alikes
FAR = 1e12  # later than any moment: the end of what has none
Moments = tuple[datetime, datetime | None]


@dataclass(slots=True)
class Diary:
    """For each leaf and layer the taken spans in order, as seconds since 1970."""

    spans: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)

    def is_free(self, leaves: Iterable[int], layer: int, start: float, end: float) -> bool:
        for leaf in leaves:
            spans = self.spans.get((leaf, layer), [])
            at = bisect_left(spans, (start, start))
            if at and spans[at - 1][1] > start:
                return False
            if at < len(spans) and spans[at][0] < end:
                return False
        return True

    def take(self, leaves: Iterable[int], layer: int, start: float, end: float) -> None:
        for leaf in leaves:
            spans = self.spans.setdefault((leaf, layer), [])
            spans.insert(bisect_left(spans, (start, end)), (start, end))


@dataclass(slots=True)
class Holds:
    """Holds and claims waiting to be written; write() puts them into the database."""

    diary: Diary = field(default_factory=Diary)
    leaves: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _codes: set[str] = field(default_factory=set)
    _holds: list[Hold] = field(default_factory=list)
    _claims: list[tuple[Hold, int, int, Moments]] = field(default_factory=list)

    def new_code(self, prefix: str, throw: Random, groups: tuple[int, ...]) -> str:
        """A code that no other hold of the city has, such as P-7KX2MD or Z-7KQ2-M9XD."""
        while True:
            parts = ["".join(throw.choice(SIGNS) for _sign in range(size)) for size in groups]
            code = "-".join([prefix, *parts])
            if code not in self._codes:
                self._codes.add(code)
                return code

    def read_leaves(self) -> None:
        """Learn which leaves each space has; call it when the spaces are written."""
        leaves: dict[int, list[int]] = {}
        for space, leaf in SpaceLeaf.objects.order_by("leaf_id").values_list("space_id", "leaf_id"):
            leaves.setdefault(space, []).append(leaf)
        self.leaves = {space: tuple(found) for space, found in leaves.items()}

    def padded(self, resource: Resource, period: Moments) -> Moments:
        """A meeting with the turnaround after it, as it is claimed."""
        start, end = period
        return start, end + timedelta(minutes=resource.turnaround_minutes) if end else None

    def is_free(self, resource: Resource, period: Moments, layer: Layer = Layer.OCCUPANCY) -> bool:
        start, end = self.padded(resource, period)
        leaves = self.leaves[resource.space_id]
        return self.diary.is_free(leaves, layer, start.timestamp(), _seconds(end))

    def take(
        self,
        *,
        kind: str,
        code: str,
        label: str,
        made_at: datetime,
        times: Sequence[tuple[Resource, Moments]] = (),
        layers: Sequence[Layer] = (Layer.OCCUPANCY,),
        padded: bool = True,
        expires_at: datetime | None = None,
    ) -> Hold:
        """A hold with its claims; without times it does not bind.

        Raises ValueError when something is in the way.
        """
        hold = Hold(
            kind=kind,
            code=code,
            label=label,
            binding=bool(times),
            expires_at=expires_at,
            created_at=made_at,
        )
        self._holds.append(hold)
        for resource, period in times:
            leaves = self.leaves[resource.space_id]
            start, end = self.padded(resource, period) if padded else period
            seconds = start.timestamp(), _seconds(end)
            for layer in layers:
                if not self.diary.is_free(leaves, layer, *seconds):
                    raise ValueError(f"{resource.code} is taken at {start:%Y-%m-%d %H:%M}")
                self.diary.take(leaves, layer, *seconds)
                self._claims += [(hold, leaf, layer, (start, end)) for leaf in leaves]
        return hold

    def write(self) -> None:
        Hold.objects.bulk_create(self._holds)
        copy_rows(
            Claim,
            ("hold", "hold_binding", "space", "leaf", "layer", "period"),
            (
                (hold.pk, True, leaf, True, int(layer), period)
                for hold, leaf, layer, period in self._claims
            ),
        )
        self._holds.clear()
        self._claims.clear()


def hold_periods(held: Iterable[tuple[Hold, Resource, Moments]]) -> None:
    """What was meant by holds that are written already."""
    copy_rows(
        HeldPeriod,
        ("hold", "resource", "period"),
        ((hold.pk, resource.pk, period) for hold, resource, period in held),
    )


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else FAR
