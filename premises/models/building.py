from django.db import models
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Building(models.Model):
    """What a site is as a building: who owns it, how old, whether protected."""

    class Ownership(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal")
        STATE_TREASURY = "state_treasury", _("State Treasury")
        CO_OWNED = "co_owned", _("co-owned")
        HOUSING_COMMUNITY = "housing_community", _("housing community")
        OTHER = "other", _("other owner")

    site = models.OneToOneField(
        "resources.Site", primary_key=True, on_delete=models.CASCADE, related_name="building"
    )
    ownership = models.CharField(max_length=20, choices=Ownership)
    built_year = models.PositiveSmallIntegerField(null=True, blank=True)
    heritage = models.CharField(max_length=160, blank=True, help_text="form of protection, if any")
    storeys = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.site)
