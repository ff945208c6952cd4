"""What secures a contract and what is paid beside the rent."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked


@tracked()
class UtilityTerm(models.Model):
    """How one utility is paid, for a time."""

    class Kind(models.TextChoices):
        HEATING = "heating", _("heating")
        WATER = "water", _("cold water")
        HOT_WATER = "hot_water", _("hot water")
        SEWAGE = "sewage", _("sewage")
        WASTE = "waste", _("waste")
        ELECTRICITY = "electricity", _("electricity")
        GAS = "gas", _("gas")
        INTERNET = "internet", _("internet")
        OPERATING = "operating", _("operating charge")
        OTHER = "other", _("other charge")

    class Method(models.TextChoices):
        METER = "meter", _("by meter")
        FLAT_PER_M2 = "flat_per_m2", _("flat, per m²")
        FLAT_PER_PERSON = "flat_per_person", _("flat, per person")
        FLAT = "flat", _("flat")
        DIRECT = "direct", _("straight to the supplier")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="utilities")
    kind = models.CharField(_("utility"), max_length=12, choices=Kind)
    method = models.CharField(_("how it is counted"), max_length=16, choices=Method)
    rate_net = models.DecimalField(
        _("rate, net (PLN)"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    advance_net = models.DecimalField(
        _("advance a month, net (PLN)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    settled_every_months = models.PositiveSmallIntegerField(
        _("settled every (months)"), null=True, blank=True
    )
    valid = DateRangeField(_("from, until"))

    class Meta:
        ordering = ["kind", "valid"]
        constraints = [
            models.CheckConstraint(
                name="utility_term_not_negative",
                condition=(Q(rate_net__isnull=True) | Q(rate_net__gte=0))
                & (Q(advance_net__isnull=True) | Q(advance_net__gte=0)),
            ),
            models.CheckConstraint(
                name="utility_term_begins",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_method_display()}"


@tracked()
class Security(models.Model):
    """What secures the city's claims: paid or given, then returned or set off."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("security deposit")
        BANK_GUARANTEE = "bank_guarantee", _("bank guarantee")
        NOTARIAL_SUBMISSION = "notarial_submission", _("notarial submission to enforcement")
        PROMISSORY_NOTE = "promissory_note", _("promissory note")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="securities")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    amount = models.DecimalField(
        _("amount (PLN)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField(_("due by"), null=True, blank=True)
    given_on = models.DateField(_("paid or given on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (last day)"), null=True, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    set_off = models.DecimalField(
        _("of it set off (PLN)"), max_digits=11, decimal_places=2, default=0
    )
    reference = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "securities"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="security_set_off_within",
                condition=Q(set_off=0)
                | Q(set_off__gt=0, amount__isnull=False, set_off__lte=F("amount")),
                violation_error_message=_("No more can be set off than was secured."),
            ),
            models.CheckConstraint(
                name="security_returned_after_given",
                condition=Q(returned_on__isnull=True)
                | Q(given_on__isnull=False, returned_on__gte=F("given_on")),
                violation_error_message=_("Only what was given can be returned, and later."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@tracked()
class Insurance(models.Model):
    """A policy that the contract asks for."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="insurances")
    scope = models.CharField(_("what it covers"), max_length=200)
    insurer = models.CharField(_("insurer"), max_length=200, blank=True)
    policy_number = models.CharField(_("number of the policy"), max_length=80, blank=True)
    sum_insured = models.DecimalField(
        _("sum insured (PLN)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    valid = DateRangeField(_("from, until"), null=True, blank=True)
    checked_on = models.DateField(_("seen on"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.scope
