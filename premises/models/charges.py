"""The register of charges, which the finance system reads: no invoices are made here."""

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked

#: What went to the finance system stays; rows of the sample city go with it.
_EXPORTED_STAYS = """
IF TG_OP = 'DELETE' AND EXISTS (
    SELECT 1 FROM premises_lease WHERE id = OLD.lease_id AND is_sample
) THEN
    RETURN OLD;
END IF;
RAISE EXCEPTION 'a charge that went to the finance system never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'exported_charge_stays';
"""
_EXPORT_STAYS = """
IF TG_OP = 'DELETE' AND OLD.is_sample THEN
    RETURN OLD;
END IF;
RAISE EXCEPTION 'an export never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_export_stays';
"""


class ChargeExport(models.Model):
    """A batch that went to the finance system, byte for byte as it went."""

    unit = models.ForeignKey("resources.ManagingUnit", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=40)
    until = models.DateField(help_text="charges due before this day, as far as not sent before")
    content = models.TextField(help_text="the CSV, UTF-8, lines end with CR LF")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="charge_export_numbered_once"),
            models.CheckConstraint(name="charge_export_not_empty", condition=Q(rows__gt=0)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="charge_export_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_EXPORT_STAYS,
            )
        ]

    def __str__(self) -> str:
        return self.number


@tracked()
class Charge(models.Model):
    """What a contract charges for a part of one month, with how it was reckoned.

    One row per contract, kind, subject, month, VAT rate and `sequence`. The first (0) may be
    reckoned anew until it went to the finance system; after that a change of what the contract
    says becomes a row of its own with the difference, which may be negative. A repeat of the
    reckoning makes nothing twice.
    """

    class Kind(models.TextChoices):
        RENT = "rent", _("rent")
        HOLDOVER = "holdover", _("use without title")
        UTILITY = "utility", _("utilities")
        DEPOSIT = "deposit", _("security deposit")
        OTHER = "other", _("other")

    lease = models.ForeignKey(Lease, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    subject = models.CharField(
        max_length=40, blank=True, help_text="of a kind: the utility, the security, the reason"
    )
    month = models.DateField(help_text="its first day")
    period = DateRangeField(_("for the days"), help_text="within the month, half-open")
    sequence = models.PositiveSmallIntegerField(default=0)
    net = models.DecimalField(_("net (PLN)"), max_digits=12, decimal_places=2)
    vat_rate = models.DecimalField(
        _("VAT (%)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    vat = models.DecimalField(_("VAT (PLN)"), max_digits=12, decimal_places=2)
    gross = models.DecimalField(_("gross (PLN)"), max_digits=12, decimal_places=2)
    due_on = models.DateField(_("due on"))
    explanation = models.JSONField(default=list, help_text="records.money.Explanation.as_dict")
    note = models.CharField(_("for what"), max_length=300, blank=True)
    export = models.ForeignKey(
        ChargeExport, null=True, blank=True, on_delete=models.PROTECT, related_name="charges"
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["month", "kind", "subject", "vat_rate", "sequence"]
        indexes = [models.Index(fields=["due_on"], name="charge_due_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["lease", "kind", "subject", "month", "vat_rate", "sequence"],
                nulls_distinct=False,
                name="charge_once",
            ),
            models.CheckConstraint(name="charge_sums_up", condition=Q(gross=F("net") + F("vat"))),
            models.CheckConstraint(
                name="charge_for_a_month",
                condition=Q(month__day=1) & Q(period__isempty=False),
            ),
            models.CheckConstraint(
                name="charge_negative_only_to_correct",
                condition=Q(net__gte=0) | Q(sequence__gt=0),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="exported_charge_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__export__isnull=False),
                func=_EXPORTED_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.get_kind_display()} {self.month:%Y-%m}"

    @property
    def days(self) -> tuple[date, date]:
        """[first, before)."""
        return self.period.lower, self.period.upper


@tracked()
class HoldoverBase(models.Model):
    """A month's worth of a place whose contract has no rent, for the charge without title."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="holdover_bases")
    month_net = models.DecimalField(_("a month, net (PLN)"), max_digits=11, decimal_places=2)
    valid_from = models.DateField(_("from"))
    basis = models.CharField(_("how it was reckoned, on what basis"), max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["lease", "valid_from"], name="holdover_base_once"),
            models.CheckConstraint(name="holdover_base_positive", condition=Q(month_net__gt=0)),
            models.CheckConstraint(name="holdover_base_says_how", condition=~Q(basis="")),
        ]

    def __str__(self) -> str:
        return f"{self.lease}: {self.month_net}"
