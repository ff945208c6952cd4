"""Where a site stands: its point, the district that follows from it, and its resources with it."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from maps.districts import district_of
from records.problems import Invalid
from resources.models import Resource, Site


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's word against the map: this district, for this reason."""

    district: int
    reason: str


@transaction.atomic
def place_site(site: Site, point: Point, *, override: Override | None = None) -> None:
    """Put a site on a point (EPSG:4326) and save it; resources that stood with it move along.

    The district follows from the point; within 30 m of a generalised border it is "to be checked"
    unless an officer overrides it with a reason. Raises Invalid for a point in no district.
    """
    match = district_of(point)
    if match.number is None and override is None:
        raise Invalid(_("The point lies in no district of Kraków."), field="point")
    before = site.point if site.pk else None
    site.point = point
    site.district_id = override.district if override else match.number
    site.district_override_reason = override.reason if override else ""
    site.district_to_be_checked = match.to_be_checked and override is None
    site.save()
    together = Resource.objects.filter(site=site)
    if before is not None:
        together = together.filter(point=before)
    together.update(point=point, district=site.district_id)
