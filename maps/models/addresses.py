from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, METRIC, WGS84
from maps.models.districts import District
from maps.models.geometry import stored_transform, within
from records.models import DataSource


class Address(models.Model):
    """An address point of the city's register, or of the invented sample.

    `street_plain` is what names are matched on (maps.names.plain_street): unaccented, lower case,
    without "ul.", titles and first names, so that "Batorego" finds "ul. Stefana Batorego".
    `approximate` says that the point may lie tens of metres beside the entrance.
    """

    source = models.ForeignKey(DataSource, on_delete=models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=80, help_text=_("identifier in the source"))
    street = models.CharField(max_length=120)
    street_plain = models.CharField(max_length=120)
    number = models.CharField(max_length=20)
    postcode = models.CharField(max_length=6, blank=True)
    locality = models.CharField(max_length=80)
    point = models.PointField(srid=WGS84)
    point_2178 = stored_transform("point", models.PointField, METRIC)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="addresses")
    approximate = models.BooleanField(default=False)

    class Meta:
        ordering = ["street_plain", "number"]
        indexes = [
            GistIndex(fields=["point_2178"], name="address_point_2178_gist"),
            GinIndex(
                OpClass("street_plain", name="gin_trgm_ops"), name="address_street_plain_trgm"
            ),
            models.Index(
                OpClass("street_plain", name="varchar_pattern_ops"),
                "number",
                name="address_street_plain_prefix",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="address_once_per_source", fields=["source", "source_ref"]
            ),
            within(
                "point",
                CITY,
                name="address_inside_city_envelope",
                message=_("The address lies outside Kraków: check the coordinate system."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}".strip()
