"""The Civic Centres as documented, with their rooms as far as somebody may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from civic_centres.models import CentreArea, CivicCentre
from resources.models import AccessibilityFact, Resource, Site
from resources.scopes import resources_visible_to


@dataclass(frozen=True, slots=True)
class CentreProfile:
    """One centre: its documented areas, the rooms to ask for, what is known of access."""

    centre: CivicCentre
    areas: tuple[CentreArea, ...]
    rooms: tuple[Resource, ...]
    facts: tuple[AccessibilityFact, ...]

    @property
    def site(self) -> Site:
        return self.centre.site

    @property
    def total_m2(self) -> Decimal:
        return sum((area.area_m2 for area in self.areas), Decimal(0))

    @property
    def functions(self) -> list[str]:
        labels = dict(CivicCentre.Function.choices)
        return [str(labels[code]) for code in self.centre.functions]


def profiles(person: Any, centres: QuerySet[CivicCentre] | None = None) -> list[CentreProfile]:
    """Profiles of all centres, or of those given. Five queries however many there are."""
    rooms = resources_visible_to(person).order_by("title_pl")
    found = (CivicCentre.objects.all() if centres is None else centres).select_related(
        "site__district", "source"
    )
    return [
        _profile(centre)
        for centre in found.prefetch_related(
            "areas",
            "site__accessibility",
            Prefetch("site__resources", queryset=rooms, to_attr="visible_rooms"),
        )
    ]


def _profile(centre: CivicCentre) -> CentreProfile:
    return CentreProfile(
        centre,
        tuple(centre.areas.all()),
        tuple(centre.site.visible_rooms),  # type: ignore[attr-defined]
        tuple(centre.site.accessibility.all()),
    )


def rooms_by_area(profile: CentreProfile) -> Iterable[tuple[CentreArea, Resource | None]]:
    """Each documented space with its room, where it can be asked for and may be seen."""
    rooms = {room.pk: room for room in profile.rooms}
    return [(area, rooms.get(area.resource_id or 0)) for area in profile.areas]
