"""Holds and claims of the sample city in bulk, kept apart by a diary in memory.

resources/claims.py is the way to hold a place; it asks the database for each hold, which would
take minutes here. The diary knows every claim of the city that is being built, so what is written
does not overlap, and the database's exclusion constraints check it once more.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from resources.models import Claim, Hold, Layer, Resource, SpaceLeaf

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
    count: int = 0
    _holds: list[Hold] = field(default_factory=list)
    _claims: list[tuple[Hold, int, int, Moments]] = field(default_factory=list)

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

    def free_of(self, resource: Resource, periods: Iterable[Moments]) -> list[Moments]:
        """Those of the periods in which the resource is free."""
        return [period for period in periods if self.is_free(resource, period)]

    def take(
        self,
        *,
        kind: str,
        label: str,
        made_at: datetime,
        resources: Sequence[Resource],
        periods: Sequence[Moments],
        layers: Sequence[Layer] = (Layer.OCCUPANCY,),
        code: str = "",
        expires_at: datetime | None = None,
        binding: bool = True,
    ) -> Hold:
        """A hold with its claims. Raises ValueError when something is in the way."""
        self.count += 1
        hold = Hold(
            kind=kind,
            code=code or f"PRZYKLAD-{self.count:05}",
            label=label,
            binding=binding,
            expires_at=expires_at,
            created_at=made_at,
        )
        self._holds.append(hold)
        for resource in resources if binding else ():
            leaves = self.leaves[resource.space_id]
            for period in periods:
                start, end = self.padded(resource, period)
                seconds = start.timestamp(), _seconds(end)
                for layer in layers:
                    if not self.diary.is_free(leaves, layer, *seconds):
                        raise ValueError(f"{resource.code} is taken at {start:%Y-%m-%d %H:%M}")
                    self.diary.take(leaves, layer, *seconds)
                    self._claims += [(hold, leaf, layer, (start, end)) for leaf in leaves]
        return hold

    def write(self) -> None:
        Hold.objects.bulk_create(self._holds)
        Claim.objects.bulk_create(
            (
                Claim(hold=hold, space_id=leaf, layer=layer, period=period)
                for hold, leaf, layer, period in self._claims
            ),
            batch_size=5000,
        )
        self._holds.clear()
        self._claims.clear()


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else FAR
