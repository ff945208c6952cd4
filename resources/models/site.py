from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, METRIC, WGS84
from maps.models.geometry import stored_transform, within
from records.history import tracked


@tracked()
class Site(models.Model):
    """A building or place with an address: what stands on the map and holds resources.

    The district follows from the point; an officer may override it with a reason. A point close
    to a generalised border is `district_to_be_checked`.
    """

    class Kind(models.TextChoices):
        BUILDING = "building", _("building")
        PLACE = "place", _("place")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200, db_collation="pl-x-icu")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BUILDING)
    address = models.CharField(_("address"), max_length=200, blank=True)
    postcode = models.CharField(max_length=6, blank=True)
    point = models.PointField(srid=WGS84)
    point_2178 = stored_transform("point", models.PointField, METRIC)
    footprint = models.PolygonField(srid=WGS84, null=True, blank=True)
    position_note = models.CharField(
        max_length=200, blank=True, help_text="for example: approximate, unverified"
    )
    district = models.ForeignKey(
        "maps.District", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    district_override_reason = models.CharField(max_length=200, blank=True)
    district_to_be_checked = models.BooleanField(default=False)
    directions_pl = models.TextField(blank=True)
    directions_en = models.TextField(blank=True)
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        indexes = [GistIndex(fields=["point_2178"], name="site_point_2178_gist")]
        constraints = [
            within(
                "point",
                CITY,
                name="site_point_in_city_envelope",
                message=_("The point lies outside Kraków."),
            ),
            models.CheckConstraint(
                name="site_footprint_valid",
                condition=Q(footprint__isnull=True) | Q(footprint__isvalid=True),
                violation_error_message=_("The outline crosses itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
