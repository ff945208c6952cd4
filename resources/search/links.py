"""Links of the search page: a change of the criteria as an address."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from resources.search.criteria import Criteria
from resources.search.parsing import parameters_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A change of the search: what it is called, where it leads, and how many it would bring."""

    words: str
    address: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Addresses:
    """Writes addresses of the page. `near_label` is the name of the point that is searched near."""

    near_label: str = ""

    def of(self, criteria: Criteria) -> str:
        return f"{reverse('search')}?{self.query(criteria)}"

    def query(self, criteria: Criteria) -> str:
        """The canonical query of the page: that of the API and the name of the point."""
        pairs = [pair for pair in parameters_of(criteria) if pair != ("limit", str(PAGE_SIZE))]
        if criteria.place.near and self.near_label:
            pairs.append(("address", self.near_label))
        return urlencode(pairs, safe="/,:")
