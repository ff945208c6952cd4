"""What upper apps offer on a district's page: links, registered in config/composition.py."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class DistrictLink:
    """A link with an address made from the district's number."""

    label: str | Promise
    address: Callable[[int], str]


_links: list[DistrictLink] = []


def register(link: DistrictLink) -> None:
    _links.append(link)


def links_for(number: int) -> list[tuple[str | Promise, str]]:
    """(label, address) in the order of registration."""
    return [(link.label, link.address(number)) for link in _links]
