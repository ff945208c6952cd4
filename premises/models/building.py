from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Building(models.Model):
    """What a site is as a building: who owns it, how old, whether protected.

    Whether it has a lift is an accessibility fact of the site (Feature.LIFT): three-valued, with
    who says so and when, so it is not kept here a second time.
    """

    class Ownership(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal")
        STATE_TREASURY = "state_treasury", _("State Treasury")
        CO_OWNED = "co_owned", _("co-owned")
        HOUSING_COMMUNITY = "housing_community", _("housing community")
        OTHER = "other", _("other owner")

    site = models.OneToOneField(
        "resources.Site", primary_key=True, on_delete=models.CASCADE, related_name="building"
    )
    ownership = models.CharField(_("owner of the building"), max_length=20, choices=Ownership)
    city_share_numerator = models.PositiveIntegerField(
        null=True, blank=True, help_text="the city's share, where it is one of several owners"
    )
    city_share_denominator = models.PositiveIntegerField(null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(_("built in"), null=True, blank=True)
    heritage = models.CharField(
        _("protection of monuments"),
        max_length=160,
        blank=True,
        help_text="form of protection, if any",
    )
    storeys = models.PositiveSmallIntegerField(_("storeys"), null=True, blank=True)

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.CheckConstraint(
                name="building_share_whole",
                condition=Q(city_share_numerator__isnull=True, city_share_denominator__isnull=True)
                | Q(
                    city_share_numerator__gt=0,
                    city_share_numerator__lte=F("city_share_denominator"),
                ),
                violation_error_message=_("A share lies between nothing and the whole."),
            ),
            models.CheckConstraint(
                name="building_year_likely",
                condition=Q(built_year__isnull=True)
                | Q(built_year__gte=1200, built_year__lte=2200),
                violation_error_message=_("Write the year with four digits."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.site)
