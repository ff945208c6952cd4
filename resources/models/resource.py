from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maps.crs import CITY, METRIC, WEB_MERCATOR, WGS84
from maps.models.geometry import stored_transform, within
from records.history import tracked
from records.models import CalendarPeriod
from resources.models.accessibility import ThreeValued

#: Minutes between meetings that a place may ask for. Few: search asks once for each.
TURNAROUNDS = [0, 5, 10, 15, 20, 30, 45, 60, 90, 120]


class Equipment(models.Model):
    """What a place may offer beside its walls: a dictionary."""

    code = models.SlugField(max_length=40, unique=True)
    name_pl = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name_pl


@tracked(exclude=("search_text", "point_2178", "point_3857"))
class Resource(models.Model):
    """The spine: whatever the city shares, of whatever kind, has one row here.

    Search reads this row, the leaf spaces and their claims, and nothing of the upper apps. The
    kind's own facts stand in a one-to-one table of the app that knows the kind (Room, Premises).
    `step_free` and `search_text` are derived by triggers (migration 0002).
    """

    class Tenure(models.TextChoices):
        TIME = "time", _("by the hour")
        CONTRACT = "contract", _("by contract")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("for officials")
        DRAFT = "draft", _("draft")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class OpenTo(models.TextChoices):
        NGO = "ngo", _("NGOs")
        INFORMAL_GROUP = "informal_group", _("informal groups")
        COMMERCIAL = "commercial", _("firms")

    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, help_text="a registered kind: resources/kinds.py")
    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="resources"
    )
    site = models.ForeignKey(
        "resources.Site",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resources",
        help_text="empty for what has no place, such as a newsletter",
    )
    space = models.OneToOneField(
        "resources.Space", null=True, on_delete=models.PROTECT, related_name="resource"
    )
    part_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text="the hall, for a sector",
    )
    title_pl = models.CharField(_("name (Polish)"), max_length=160, db_collation="pl-x-icu")
    title_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    description_pl = models.TextField(_("description (Polish)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    point = models.PointField(srid=WGS84, null=True, blank=True)
    point_2178 = stored_transform("point", models.PointField, METRIC)
    point_3857 = stored_transform("point", models.PointField, WEB_MERCATOR)
    district = models.ForeignKey(
        "maps.District", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tenure = models.CharField(max_length=10, choices=Tenure)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.DRAFT)
    capacity = models.PositiveIntegerField(
        null=True, blank=True, help_text="people, in the largest layout; empty: not known"
    )
    area_m2 = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    step_free = models.CharField(
        max_length=7, choices=ThreeValued, default=ThreeValued.UNKNOWN, editable=False
    )
    open_to = ArrayField(models.CharField(max_length=20, choices=OpenTo), default=list)
    turnaround_minutes = models.PositiveSmallIntegerField(
        _("time between meetings (minutes)"), default=0
    )
    observes = ArrayField(
        models.CharField(max_length=20, choices=CalendarPeriod.Kind),
        default=list,
        blank=True,
        help_text="kinds of calendar days on which the place is closed",
    )
    policy = models.ForeignKey(
        "resources.BookingPolicy", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    price_list = models.ForeignKey(
        "resources.PriceList", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_role = models.CharField(_("whom to ask"), max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.CharField(max_length=200, blank=True, help_text="a role, not a person")
    review_months = models.PositiveSmallIntegerField(default=12)
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["title_pl"]
        indexes = [
            models.Index(fields=["kind", "visibility"], name="resource_kind_visibility"),
            GistIndex(fields=["point_2178"], name="resource_point_2178_gist"),
            GistIndex(fields=["point_3857"], name="resource_point_3857_gist"),
            GinIndex(
                fields=["search_text"], opclasses=["gin_trgm_ops"], name="resource_search_trgm"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="resource_turnaround_known",
                condition=Q(turnaround_minutes__in=TURNAROUNDS),
                violation_error_message=_("Choose one of the offered times."),
            ),
            within(
                "point",
                CITY,
                name="resource_point_in_city_envelope",
                message=_("The point lies outside Kraków."),
            ),
            models.CheckConstraint(
                name="resource_area_positive",
                condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0),
                violation_error_message=_("The area must be more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.title_pl


class ResourceEquipment(models.Model):
    """A piece of equipment that belongs to a place."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="equipment")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT)
    quantity = models.PositiveSmallIntegerField(default=1)
    note_pl = models.CharField(max_length=120, blank=True)
    note_en = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "equipment"], name="resource_equipment_once"
            ),
            models.CheckConstraint(
                name="resource_equipment_at_least_one", condition=Q(quantity__gt=0)
            ),
        ]
