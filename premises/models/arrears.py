"""What tenants have not paid, as the finance system says, and the calls to pay."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked


class ArrearsImport(models.Model):
    """The whole state of a unit's arrears on one day. What it does not name, is paid."""

    unit = models.ForeignKey("resources.ManagingUnit", on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("where it comes from"), max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    outstanding = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "as_of", "sha256"],
                name="arrears_import_once",
                violation_error_message=_("This file is imported already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.as_of}"


class Arrear(models.Model):
    """One document not paid in full. `month` (its first day) is the payment period of rent."""

    class Kind(models.TextChoices):
        RENT = "rent", _("rent")
        OTHER = "other", _("other")

    source = models.ForeignKey(ArrearsImport, on_delete=models.CASCADE, related_name="arrears")
    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="arrears")
    document = models.CharField(_("document"), max_length=80)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.RENT)
    month = models.DateField(_("for the month"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("charged (PLN)"), max_digits=12, decimal_places=2)
    outstanding = models.DecimalField(_("not paid (PLN)"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["due_on", "document"]
        constraints = [
            models.UniqueConstraint(fields=["source", "document"], name="arrear_once"),
            models.CheckConstraint(
                name="arrear_within_what_was_charged",
                condition=Q(outstanding__gt=0, outstanding__lte=F("amount")),
                violation_error_message=_(
                    "Not paid is more than nothing, at most what was charged."
                ),
            ),
            models.CheckConstraint(
                name="arrear_of_rent_has_month",
                condition=~Q(kind="rent") | Q(month__isnull=False, month__day=1),
                violation_error_message=_("Rent is for a month: give it."),
            ),
        ]

    def __str__(self) -> str:
        return self.document


@tracked()
class ArrearWarning(models.Model):
    """A call to pay in additional time: without it there is no termination for arrears.

    `extra_until` (the first day after the additional time) follows from the day of delivery and
    the rule then in force. Who paid within it is out of danger: `paid_on`.
    """

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="warnings")
    source = models.ForeignKey(
        ArrearsImport, null=True, on_delete=models.PROTECT, related_name="warnings"
    )
    as_of = models.DateField()
    periods = models.PositiveSmallIntegerField(_("full periods not paid"))
    outstanding = models.DecimalField(_("not paid (PLN)"), max_digits=12, decimal_places=2)
    issued_on = models.DateField(_("issued on"))
    delivered_on = models.DateField(_("received by the tenant on"), null=True, blank=True)
    extra_until = models.DateField(null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    why_withdrawn = models.CharField(_("why withdrawn"), max_length=300, blank=True)
    rule = models.CharField(max_length=300, blank=True, help_text="provision and numbers used")
    issued_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lease"],
                condition=Q(paid_on__isnull=True, withdrawn_on__isnull=True),
                name="arrear_warning_one_open",
                violation_error_message=_("A call to pay is open already."),
            ),
            models.CheckConstraint(
                name="arrear_warning_time_from_delivery",
                condition=Q(delivered_on__isnull=True, extra_until__isnull=True)
                | Q(
                    delivered_on__isnull=False,
                    delivered_on__gte=F("issued_on"),
                    extra_until__isnull=False,
                    extra_until__gt=F("delivered_on"),
                ),
                violation_error_message=_("It cannot be received before it was issued."),
            ),
            models.CheckConstraint(
                name="arrear_warning_withdrawn_says_why",
                condition=Q(withdrawn_on__isnull=True) | ~Q(why_withdrawn=""),
                violation_error_message=_("Say why it is withdrawn."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.issued_on}"
