"""What a file says, before it is compared with what is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from resources.collisions import PlaceAndTime
from resources.importing.report import Report
from resources.importing.tables import plain
from resources.models import Resource

#: How far ahead an import reaches: a school year and what is left of the present one.
HORIZON = timedelta(days=400)
#: One entry longer than this is a mistake, or a closure.
LONGEST = timedelta(days=14)
MAX_DATES_IN_ALL = 10_000


@dataclass(slots=True)
class Entry:
    """One item of own use: all its times. `cancelled`: the file says that it is off."""

    position: int
    uid: str
    title: str
    show_title: bool = False
    times: list[PlaceAndTime] = field(default_factory=list)
    cancelled: bool = False


@dataclass(slots=True)
class Reading:
    """The entries of a file and what was wrong with others; `over` entries lie in the past."""

    entries: list[Entry]
    report: Report
    over: int = 0


class Places:
    """The places of a unit by code or name, as people write them."""

    def __init__(self, resources: Sequence[Resource], default: Resource | None = None) -> None:
        self.default = default
        self.names: dict[str, Resource | None] = {}
        for one in resources:
            for name in {plain(one.code), plain(one.title_pl), plain(one.title_en)} - {""}:
                # A name that two places share names neither.
                self.names[name] = None if name in self.names else one

    def find(self, text: str) -> Resource | None:
        """The place that a text names; the default for no text or one that names none."""
        return self.names.get(plain(text)) or self.default

    def named(self, limit: int = 6) -> str:
        """Some names to choose from, for a remedy."""
        return ", ".join(self._titles(limit))

    def _titles(self, limit: int) -> Iterable[str]:
        titles = sorted({one.title_pl for one in self.names.values() if one is not None})
        return [*titles[:limit], "…"] if len(titles) > limit else titles
