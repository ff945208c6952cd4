from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, METRIC, WGS84
from maps.models.geometry import stored_transform, valid, within
from records.models import DataSource


class District(models.Model):
    """One of the 18 districts (dzielnice) of Kraków, keyed by its number.

    Districts have no TERYT code: the number, or its Roman numeral, is the key. They are not the
    four cadastral units, two of which bear the same names (see AreaGroup).

    `boundary` is part of a coverage: the importer refuses overlaps and gaps. `outline` is the
    same coverage simplified for screens. `generalised` says that the border may lie some metres
    beside the true one, so that points near it are "to be checked" (maps.districts).
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    roman = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80, unique=True)
    boundary = models.MultiPolygonField(srid=WGS84)
    boundary_2178 = stored_transform("boundary", models.MultiPolygonField, METRIC)
    outline = models.MultiPolygonField(srid=WGS84, spatial_index=False)
    label_point = models.PointField(srid=WGS84, spatial_index=False)
    official_area_km2 = models.DecimalField(max_digits=8, decimal_places=4)
    area_stated_on = models.DateField(help_text=_("date of the official area"))
    generalised = models.BooleanField()
    source = models.ForeignKey(DataSource, on_delete=models.PROTECT, related_name="+")
    state_on = models.DateField(help_text=_("date that the boundary describes"))

    class Meta:
        ordering = ["number"]
        indexes = [GistIndex(fields=["boundary_2178"], name="district_boundary_2178_gist")]
        constraints = [
            models.CheckConstraint(
                name="district_number_1_to_18", condition=models.Q(number__range=(1, 18))
            ),
            models.CheckConstraint(
                name="district_area_positive", condition=models.Q(official_area_km2__gt=0)
            ),
            valid(
                "boundary",
                name="district_boundary_valid",
                message=_("The boundary crosses or touches itself."),
            ),
            within(
                "boundary",
                CITY,
                name="district_inside_city_envelope",
                message=_("The boundary lies outside Kraków: check the coordinate system."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roman} {self.name}"


class DistrictResidents(models.Model):
    """Residents of a district on a date, by the definition that `kind` names.

    Permanently registered people, census residents and the residents of yearly balances are three
    different numbers; a page that shows one says which.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered for permanent residence")

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="residents")
    kind = models.CharField(max_length=20, choices=Kind)
    on_date = models.DateField()
    total = models.PositiveIntegerField()
    women = models.PositiveIntegerField(null=True, blank=True)
    men = models.PositiveIntegerField(null=True, blank=True)
    source = models.ForeignKey(DataSource, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["district", "-on_date"]
        constraints = [
            models.UniqueConstraint(
                name="district_residents_once", fields=["district", "kind", "on_date"]
            ),
            models.CheckConstraint(
                name="district_residents_sexes_add_up",
                condition=models.Q(women__isnull=True, men__isnull=True)
                | models.Q(total=models.F("women") + models.F("men")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id}: {self.total} ({self.on_date})"


class AreaGroup(models.Model):
    """A named set of districts, or a unit of another division that must not be taken for one.

    "Nowa Huta" means district XVIII to some and districts XIV to XVIII to others; a group says
    which. The four cadastral units of the land register share names with districts but not
    borders: they are named here as not loaded, so that search can say so instead of guessing.
    """

    class Kind(models.TextChoices):
        DISTRICT_SET = "district_set", _("set of districts")
        CADASTRAL_UNIT = "cadastral_unit", _("cadastral unit")

    slug = models.SlugField(max_length=60, primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    name_pl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    register_code = models.CharField(
        max_length=20, blank=True, help_text=_("code in the land register, e.g. 126103_9")
    )
    districts = models.ManyToManyField(District, related_name="area_groups", blank=True)
    loaded = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="area_group_cadastral_unit_has_code",
                condition=~models.Q(kind="cadastral_unit") | ~models.Q(register_code=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_pl
