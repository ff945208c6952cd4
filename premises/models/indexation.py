"""Yearly indexation of rents: the index, the rule that applies it, and each run of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from premises.models.approval import Approved
from premises.models.procedure_kinds import Tenure
from premises.models.tenure_rules import DatedRule, one_in_force
from records.history import tracked


@tracked()
class ConsumerPriceIndex(models.Model):
    """Mean yearly change of consumer prices as Statistics Poland announces it, in per cent."""

    year = models.PositiveSmallIntegerField(unique=True, help_text="the year that it measures")
    percent = models.DecimalField(max_digits=6, decimal_places=2, help_text="3.6: prices rose so")
    announced_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="place in Monitor Polski")
    source = models.ForeignKey("records.DataSource", on_delete=models.PROTECT, related_name="+")
    confirmed = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False, help_text="invented")

    class Meta:
        ordering = ["-year"]
        verbose_name_plural = "consumer price indices"
        constraints = [
            models.CheckConstraint(
                name="cpi_plausible", condition=Q(percent__gt=-50, percent__lt=1000)
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.percent} %"


@tracked()
class IndexationRule(DatedRule):
    """From which month rents follow the index of the year before, and within which bounds."""

    name_pl = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    tenure = models.CharField(max_length=12, choices=Tenure, default=Tenure.LEASE)
    effective_month = models.PositiveSmallIntegerField(help_text="1 to 12")
    floor_percent = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="not less than"
    )
    cap_percent = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="not more than"
    )

    class Meta(DatedRule.Meta):
        ordering = ["order", "code"]
        constraints = [
            *Approved.Meta.constraints,
            *one_in_force("indexation_rule"),
            models.CheckConstraint(
                name="indexation_rule_month", condition=Q(effective_month__range=(1, 12))
            ),
            models.CheckConstraint(
                name="indexation_rule_bounds",
                condition=Q(floor_percent__isnull=True)
                | Q(cap_percent__isnull=True)
                | Q(floor_percent__lte=F("cap_percent")),
                violation_error_message=_("The least is more than the most."),
            ),
        ]


@tracked()
class IndexationRun(models.Model):
    """One application of a rule to the contracts of a unit from one day on.

    Prepared by one person, approved by another, before the day from which it works.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("preview")
        APPROVED = "approved", _("being carried out")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="indexation_runs"
    )
    rule = models.ForeignKey(IndexationRule, on_delete=models.PROTECT, related_name="runs")
    index = models.ForeignKey(ConsumerPriceIndex, on_delete=models.PROTECT, related_name="runs")
    effective_on = models.DateField()
    percent = models.DecimalField(
        max_digits=6, decimal_places=2, help_text="after the rule's floor and cap"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEW)
    created_by = models.ForeignKey(
        "organisations.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "organisations.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="indexation_run_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | Q(created_by__isnull=True)
                | ~Q(approved_by=F("created_by")),
                violation_error_message=_("Another person has to approve it."),
            ),
            models.CheckConstraint(
                name="indexation_run_approved_before_it_works",
                condition=Q(state__in=["preview", "cancelled"]) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="indexation_run_never_retroactive",
                condition=Q(approved_at__isnull=True) | Q(approved_at__date__lte=F("effective_on")),
                violation_error_message=_("Rents are not indexed for days that have passed."),
            ),
            models.UniqueConstraint(
                fields=["unit", "rule", "effective_on"],
                condition=~Q(state="cancelled"),
                name="indexation_run_once",
                violation_error_message=_("This indexation was begun already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.effective_on}"


class IndexationLine(models.Model):
    """One contract of a run: the rent before and after, and whether it was written.

    Sums are PLN net a month. `explanation` is the frozen tree as records.money writes it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("written")
        LEFT_OUT = "left_out", _("left out")

    run = models.ForeignKey(IndexationRun, on_delete=models.CASCADE, related_name="lines")
    lease = models.ForeignKey(
        "premises.Lease", on_delete=models.PROTECT, related_name="indexation_lines"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why_left_out = models.CharField(max_length=40, blank=True)
    net_before = models.DecimalField(max_digits=12, decimal_places=2)
    net_after = models.DecimalField(max_digits=12, decimal_places=2)
    explanation = models.JSONField(default=list)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lease__number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "lease"], name="indexation_line_lease_once"),
            models.CheckConstraint(
                name="indexation_line_left_out_says_why",
                condition=~Q(state="left_out") | ~Q(why_left_out=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "id"],
                condition=Q(state="waiting"),
                name="indexation_line_waiting",
            )
        ]
