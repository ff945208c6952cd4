from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Centroid, Transform
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import gettext_lazy as _

from maps.crs import METRIC, REGION, WGS84
from maps.models.geometry import stored_transform, valid, within
from records.models import DataSource


class PopulationCell(models.Model):
    """A 1 km cell of the census grid with its residents by sex and three age groups.

    The cell is an exact square in EPSG:3035, named by its lower left corner ("CRS3035RES1000m
    N3045000E5035000"); in other systems it is turned a little. An empty figure is statistical
    secrecy: unknown, never zero. Cells around the city are kept too: people live near the border.
    """

    code = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    cell = models.PolygonField(srid=WGS84)
    cell_2178 = stored_transform("cell", models.PolygonField, METRIC)
    centroid_2178 = models.GeneratedField(
        expression=Centroid(Transform("cell", METRIC)),
        output_field=models.PointField(srid=METRIC),
        db_persist=True,
        editable=False,
    )
    residents = models.PositiveIntegerField()
    male = models.PositiveIntegerField(null=True)
    female = models.PositiveIntegerField(null=True)
    age_0_14 = models.PositiveIntegerField(null=True)
    age_15_64 = models.PositiveIntegerField(null=True)
    age_65_plus = models.PositiveIntegerField(null=True)
    share_in_city = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        help_text=_("part of the cell's area inside the districts; empty: districts not loaded"),
    )
    source = models.ForeignKey(DataSource, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code"]
        indexes = [
            GistIndex(fields=["cell_2178"], name="population_cell_2178_gist"),
            GistIndex(fields=["centroid_2178"], name="population_centroid_2178_gist"),
        ]
        constraints = [
            models.UniqueConstraint(name="population_cell_once", fields=["code", "year"]),
            valid("cell", name="population_cell_valid", message=_("The cell is not valid.")),
            within(
                "cell",
                REGION,
                name="population_cell_inside_region",
                message=_("The cell lies outside the region around Kraków."),
            ),
            models.CheckConstraint(
                name="population_cell_sexes_add_up",
                condition=models.Q(male__isnull=True)
                | models.Q(female__isnull=True)
                | models.Q(residents=models.F("male") + models.F("female")),
            ),
            models.CheckConstraint(
                name="population_cell_ages_add_up",
                condition=models.Q(age_0_14__isnull=True)
                | models.Q(age_15_64__isnull=True)
                | models.Q(age_65_plus__isnull=True)
                | models.Q(
                    residents=models.F("age_0_14") + models.F("age_15_64") + models.F("age_65_plus")
                ),
            ),
            models.CheckConstraint(
                name="population_cell_share_0_to_1",
                condition=models.Q(share_in_city__isnull=True)
                | models.Q(share_in_city__range=(0, 1)),
            ),
        ]

    def __str__(self) -> str:
        return self.code
