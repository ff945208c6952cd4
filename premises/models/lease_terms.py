"""What is agreed, dated; how a contract ends; and the numbers of days that the rules set."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked


@tracked()
class LeaseVersion(models.Model):
    """The terms of a contract over [from, until): what applied on a day is exactly one version.

    The original, then a version for each amendment, indexation or prolongation; they never
    overlap (the database excludes it) and the last has no end, since terms outlive the term: the
    charge for use without title follows them. `rent_net` is a month's rent in PLN, and
    `explanation` its tree (records.money.Explanation.as_dict).
    """

    class Reason(models.TextChoices):
        ORIGINAL = "original", _("contract")
        AMENDMENT = "amendment", _("amendment")
        INDEXATION = "indexation", _("indexation")
        PROLONGATION = "prolongation", _("prolongation")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="versions")
    valid = DateRangeField()
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.ORIGINAL)
    annex = models.PositiveSmallIntegerField(_("number of the annex"), default=0)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ends_before = models.DateField(_("first day after the term"), null=True, blank=True)
    rent_net = models.DecimalField(
        _("rent a month, net (PLN)"), max_digits=11, decimal_places=2, default=0
    )
    vat_rate = models.DecimalField(
        _("VAT (%)"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    explanation = models.JSONField(default=list, blank=True)
    payment_day = models.PositiveSmallIntegerField(
        _("rent due by (day of the month)"), null=True, blank=True
    )
    indexed = models.BooleanField(_("indexed every year"), default=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    spheres = models.ManyToManyField(
        "organisations.Sphere", verbose_name=_("spheres of public tasks"), blank=True
    )
    business_allowed = models.BooleanField(_("business allowed"), default=False)
    conditions = models.TextField(_("other conditions"), blank=True)
    note = models.CharField(_("what the change is about"), max_length=300, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["valid"]
        constraints = [
            ExclusionConstraint(
                name="lease_version_one_at_a_time",
                expressions=[
                    ("lease", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Other terms apply in this time already."),
            ),
            models.CheckConstraint(
                name="lease_version_begins",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
                violation_error_message=_("Say from which day the terms apply."),
            ),
            models.CheckConstraint(
                name="lease_version_rent_not_negative", condition=Q(rent_net__gte=0)
            ),
            models.CheckConstraint(
                name="lease_version_payment_day",
                condition=Q(payment_day__isnull=True) | Q(payment_day__range=(1, 31)),
                violation_error_message=_("A day of the month is from 1 to 31."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.get_reason_display()}"


@tracked()
class LeaseRule(models.Model):
    """A number that the course of contracts follows: days, months; dated, with its basis.

    A row of a unit goes before one of the whole city. What a code means stands in
    premises/leasing/rules.py.
    """

    class Code(models.TextChoices):
        SIGN_DAYS = "sign_days", _("days to sign")
        HANDOVER_DAYS = "handover_days", _("days to hand over after signing")
        EXPIRING_DAYS = "expiring_days", _("days before the end when the end is in sight")
        HAND_BACK_MARGIN_DAYS = "hand_back_margin_days", _("days between two tenants")
        RETURN_DAYS = "return_days", _("days to hand back after the end")
        NOTICE_MONTHS = "notice_months", _("months of notice, to the end of a month")
        ARREARS_PERIODS = "arrears_periods", _("full periods unpaid before a warning")
        EXTRA_TIME_MONTHS = "extra_time_months", _("months of additional time to pay")
        DEPOSIT_DAYS = "deposit_days", _("days to return the deposit")
        CLAIMS_MONTHS = "claims_months", _("months for claims after the hand-back")

    code = models.CharField(_("rule"), max_length=24, choices=Code)
    unit = models.ForeignKey(
        "resources.ManagingUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="lease_rules",
    )
    kind = models.CharField(
        _("kind of contract"), max_length=10, choices=Lease.Kind, blank=True,
        help_text=_("empty: of every kind"),
    )  # fmt: skip
    number = models.PositiveSmallIntegerField(_("number"))
    valid = DateRangeField()
    basis = models.CharField(_("provision"), max_length=200, blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct", verbose_name=_("legal act"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    class Meta:
        ordering = ["code", "unit", "kind", "valid"]
        constraints = [
            *[
                ExclusionConstraint(
                    name=f"lease_rule_one_at_a_time_{name}",
                    expressions=[
                        ("code", RangeOperators.EQUAL),
                        ("kind", RangeOperators.EQUAL),
                        *units,
                        ("valid", RangeOperators.OVERLAPS),
                    ],
                    condition=condition,
                    violation_error_message=_("This rule has a number in that time already."),
                )
                for name, units, condition in (
                    ("city", [], Q(unit__isnull=True)),
                    ("unit", [("unit", RangeOperators.EQUAL)], Q(unit__isnull=False)),
                )
            ],
            models.CheckConstraint(
                name="lease_rule_begins",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.number}"


@tracked()
class Termination(models.Model):
    """How a contract is ended before its time: by notice, by agreement, or without notice.

    `ends_before` is the first day on which it no longer binds, computed from the day on which the
    other side got the statement and the rule then in force; an officer may depart from it and says
    why in `ground`.
    """

    class Way(models.TextChoices):
        NOTICE = "notice", _("by notice")
        AGREEMENT = "agreement", _("by agreement")
        IMMEDIATE = "immediate", _("without notice")

    class Side(models.TextChoices):
        LANDLORD = "landlord", _("the city")
        TENANT = "tenant", _("the tenant")
        BOTH = "both", _("both")

    lease = models.OneToOneField(Lease, on_delete=models.CASCADE, related_name="termination")
    way = models.CharField(_("way"), max_length=10, choices=Way)
    side = models.CharField(_("whose will"), max_length=8, choices=Side)
    delivered_on = models.DateField(_("statement received on"))
    ends_before = models.DateField(_("first day after the contract"))
    computed_ends_before = models.DateField(null=True, blank=True)
    ground = models.TextField(_("ground"))
    rule = models.ForeignKey(
        LeaseRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="termination_after_statement",
                condition=Q(ends_before__gte=F("delivered_on")),
                violation_error_message=_("A contract cannot end before the statement arrived."),
            ),
            models.CheckConstraint(name="termination_has_ground", condition=~Q(ground="")),
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.get_way_display()}"
