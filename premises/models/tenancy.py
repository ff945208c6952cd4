from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Tenancy(models.Model):
    """That premises are held by contract, as their manager's records say it.

    The least that the map needs: which premises, from when, until when. It owns a hold that claims
    both layers, so let premises are neither booked nor let again, and whether they are vacant is
    read from the claims. `tenant` is for the manager; the public sees the term only.
    """

    class Kind(models.TextChoices):
        LEASE = "lease", _("lease")
        LENDING = "lending", _("gratuitous loan")

    hold = models.OneToOneField("resources.Hold", on_delete=models.PROTECT, related_name="tenancy")
    premises = models.ForeignKey(
        "premises.Premises", on_delete=models.PROTECT, related_name="tenancies"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    term = DateRangeField(help_text="half-open; no end: for an indefinite time")
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tenancies",
    )
    tenant = models.CharField(max_length=200, blank=True, help_text="if not in the register")
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["term"]
        verbose_name_plural = "tenancies"
        constraints = [
            models.CheckConstraint(
                name="tenancy_term_begins",
                condition=Q(term__isempty=False) & Q(term__startswith__isnull=False),
                violation_error_message=_("Give the first day of the contract."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.premises}: {self.get_kind_display()}"
