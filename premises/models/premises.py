from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Premises(models.Model):
    """Commercial premises of the city or the State Treasury: the public facts.

    Whether they are vacant is never typed: it follows from the claims on their space.
    """

    class Heating(models.TextChoices):
        DISTRICT = "district", _("district heating")
        GAS = "gas", _("gas")
        ELECTRIC = "electric", _("electric")
        NONE = "none", _("none")
        UNKNOWN = "unknown", _("not known")

    resource = models.OneToOneField(
        "resources.Resource", primary_key=True, on_delete=models.CASCADE, related_name="premises"
    )
    unit_number = models.CharField(_("number of the premises"), max_length=20, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    height_m = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    rooms_count = models.PositiveSmallIntegerField(null=True, blank=True)
    front = models.BooleanField(null=True, help_text="windows to the street; empty: not known")
    utilities = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    heating = models.CharField(max_length=10, choices=Heating, default=Heating.UNKNOWN)
    technical_state = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 (needs a general repair) to 5 (very good)"
    )
    surveyed_on = models.DateField(null=True, blank=True)
    permitted_use_pl = models.CharField(max_length=300, blank=True)
    permitted_use_en = models.CharField(max_length=300, blank=True)
    planned_works_pl = models.CharField(max_length=300, blank=True)
    planned_works_en = models.CharField(max_length=300, blank=True)
    operating_cost_m2 = models.DecimalField(
        max_digits=7, decimal_places=2, null=True, blank=True, help_text="PLN net a month"
    )

    class Meta:
        verbose_name_plural = "premises"
        constraints = [
            models.CheckConstraint(
                name="premises_technical_state_dated",
                condition=Q(technical_state__isnull=True)
                | Q(technical_state__gte=1, technical_state__lte=5, surveyed_on__isnull=False),
                violation_error_message=_("Say when the state was surveyed (1 to 5)."),
            )
        ]

    def __str__(self) -> str:
        return str(self.resource)


@tracked()
class PremisesPart(models.Model):
    """A part of the premises with its own area: rooms, cellar, a share of common parts."""

    class Kind(models.TextChoices):
        ROOMS = "rooms", _("rooms")
        CELLAR = "cellar", _("cellar")
        UPPER = "upper", _("upper floor")
        COMMON_SHARE = "common_share", _("share of common parts")

    premises = models.ForeignKey(Premises, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=14, choices=Kind)
    area_m2 = models.DecimalField(max_digits=8, decimal_places=2)
    share_numerator = models.PositiveIntegerField(null=True, blank=True)
    share_denominator = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="premises_part_area_positive", condition=Q(area_m2__gt=0)),
            models.CheckConstraint(
                name="premises_part_share_whole",
                condition=Q(share_numerator__isnull=True, share_denominator__isnull=True)
                | Q(share_numerator__gt=0, share_numerator__lte=models.F("share_denominator")),
                violation_error_message=_("A share lies between nothing and the whole."),
            ),
        ]
