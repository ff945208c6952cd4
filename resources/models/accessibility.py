from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class ThreeValued(models.TextChoices):
    """Unknown is a value of its own: it never reads as "fine"."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown")


class Feature(models.TextChoices):
    """What a person needs to know before coming (act of 19.07.2019 on ensuring accessibility)."""

    STEP_FREE_ENTRANCE = "step_free_entrance", _("step-free entrance")
    STEP_FREE_ROUTE = "step_free_route", _("step-free way to the room")
    LIFT = "lift", _("lift")
    ACCESSIBLE_TOILET = "accessible_toilet", _("accessible toilet")
    DISABLED_PARKING = "disabled_parking", _("parking space for disabled people")
    INDUCTION_LOOP = "induction_loop", _("induction loop")
    SIGN_LANGUAGE = "sign_language", _("sign language interpreter")
    LAYOUT_INFORMATION = "layout_information", _("tactile or spoken information on the layout")
    ASSISTANCE_DOG = "assistance_dog", _("entry with an assistance dog")
    EVACUATION = "evacuation", _("evacuation of people with disabilities")
    QUIET_ROOM = "quiet_room", _("quiet room")


@tracked()
class AccessibilityFact(models.Model):
    """One feature of a site or of a resource: yes, no or unknown, with who says so and when.

    A resource is reached through its site, so both count: resources/accessibility.py combines them
    (no beats unknown beats yes).
    """

    class Evidence(models.TextChoices):
        INSPECTION = "inspection", _("inspection on site")
        DECLARATION = "declaration", _("declared by the unit")
        PLAN = "plan", _("building plan")
        IMPORTED = "imported", _("imported")

    site = models.ForeignKey(
        "resources.Site",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="accessibility",
    )
    resource = models.ForeignKey(
        "resources.Resource",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="accessibility",
    )
    feature = models.CharField(max_length=30, choices=Feature)
    value = models.CharField(max_length=7, choices=ThreeValued)
    detail_pl = models.CharField(max_length=200, blank=True)
    detail_en = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=12, choices=Evidence, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(max_length=200, blank=True, help_text="a role, not a person")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accessibility_fact_of_site_or_resource",
                condition=Q(site__isnull=True, resource__isnull=False)
                | Q(site__isnull=False, resource__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["site", "feature"],
                condition=Q(site__isnull=False),
                name="accessibility_fact_once_per_site",
            ),
            models.UniqueConstraint(
                fields=["resource", "feature"],
                condition=Q(resource__isnull=False),
                name="accessibility_fact_once_per_resource",
            ),
            models.CheckConstraint(
                name="accessibility_fact_known_has_date",
                condition=Q(value="unknown") | Q(checked_on__isnull=False),
                violation_error_message=_("Say when this was checked."),
            ),
        ]
