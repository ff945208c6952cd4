"""Looking after contracts: conditions and their dates, inspections, reports of use, alerts."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from premises.models.leases import Lease
from records.history import tracked

_ACCEPTED_STAYS = """
RAISE EXCEPTION 'an accepted report never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'accepted_report_stays';
"""


@tracked()
class UpkeepRule(models.Model):
    """A number that upkeep follows, dated, with its basis; of a unit before the city's.

    Several rows of `alert_days` hold at once: one for each threshold.
    """

    class Code(models.TextChoices):
        ALERT_DAYS = "alert_days", _("days before a date when its officer is told")
        HOLDOVER_PERCENT = "holdover_percent", _("use without title, % of the rent")
        RETURN_TIME_PERCENT = "return_time_percent", _("days allowed for hand-back, % of the rent")
        PAYMENT_DAY = "payment_day", _("day of the month by which rent is due")
        USE_REPORT_DAYS = "use_report_days", _("days after the year's end for the report of use")
        INSPECTION_MONTHS = "inspection_months", _("months between inspections")

    code = models.CharField(_("rule"), max_length=24, choices=Code)
    unit = models.ForeignKey(
        "resources.ManagingUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="upkeep_rules",
    )
    number = models.PositiveSmallIntegerField(_("number"))
    valid = DateRangeField(_("from, until"))
    basis = models.CharField(_("provision"), max_length=200, blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct",
        verbose_name=_("legal act"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        ordering = ["code", "unit", "-number", "valid"]
        constraints = [
            *[
                ExclusionConstraint(
                    name=f"upkeep_rule_one_at_a_time_{name}",
                    expressions=[
                        ("code", RangeOperators.EQUAL),
                        *parts,
                        ("valid", RangeOperators.OVERLAPS),
                    ],
                    condition=condition,
                    violation_error_message=_("This rule has a number in that time already."),
                )
                for name, parts, condition in (
                    ("city", [], Q(unit__isnull=True) & ~Q(code="alert_days")),
                    (
                        "unit",
                        [("unit", RangeOperators.EQUAL)],
                        Q(unit__isnull=False) & ~Q(code="alert_days"),
                    ),
                    (
                        "alert_city",
                        [("number", RangeOperators.EQUAL)],
                        Q(unit__isnull=True, code="alert_days"),
                    ),
                    (
                        "alert_unit",
                        [("unit", RangeOperators.EQUAL), ("number", RangeOperators.EQUAL)],
                        Q(unit__isnull=False, code="alert_days"),
                    ),
                )
            ],
            models.CheckConstraint(
                name="upkeep_rule_begins",
                condition=Q(valid__isempty=False) & Q(valid__startswith__isnull=False),
                violation_error_message=_("Say from which day."),
            ),
            models.CheckConstraint(
                name="upkeep_rule_payment_day",
                condition=~Q(code="payment_day") | Q(number__range=(1, 28)),
                violation_error_message=_("Choose a day from 1 to 28: every month has it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.number}"


@tracked()
class LeaseCondition(models.Model):
    """What the decision or the contract asks of the tenant, to be looked at on set days."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("duty of the tenant")
        OPP_STATUS = "opp_status", _("keeps the status of a public benefit organisation")
        WORKS = "works", _("works to be done")
        INSURANCE = "insurance", _("insurance")
        OTHER = "other", _("other")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="decision_conditions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DUTY)
    text = models.CharField(_("what is asked"), max_length=500)
    basis = models.CharField(_("decision or clause"), max_length=200, blank=True)
    every_months = models.PositiveSmallIntegerField(
        _("looked at again every (months)"), null=True, blank=True
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    closed_on = models.DateField(_("no longer asked from"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="lease_condition_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="lease_condition_repeats",
                condition=Q(every_months__isnull=True) | Q(every_months__range=(1, 120)),
                violation_error_message=_("Give 1 to 120 months."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


@tracked()
class Supervision(models.Model):
    """One look at a condition: when it is due, what was found, and by what it is shown."""

    class Outcome(models.TextChoices):
        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")
        PARTLY = "partly", _("met in part")

    condition = models.ForeignKey(LeaseCondition, on_delete=models.CASCADE, related_name="looks")
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    evidence = models.TextField(_("what shows it"), blank=True)
    file = models.ForeignKey(
        "records.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "due_on"], name="supervision_once"),
            models.CheckConstraint(
                name="supervision_done_says_what",
                condition=Q(done_on__isnull=True, outcome="")
                | (Q(done_on__isnull=False) & ~Q(outcome="") & ~Q(evidence="")),
                violation_error_message=_("Say what was found and what shows it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition} {self.due_on}"


@tracked()
class InspectionQuestion(models.Model):
    """A line of the checklist that inspections of a unit (empty: of the city) go through."""

    unit = models.ForeignKey(
        "resources.ManagingUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(
        _("kind of contract"),
        max_length=10,
        choices=Lease.Kind,
        blank=True,
        help_text=_("empty: of every kind"),
    )
    position = models.PositiveSmallIntegerField(default=0)
    text_pl = models.CharField(_("question (Polish)"), max_length=300)
    text_en = models.CharField(_("question (English)"), max_length=300, blank=True)
    basis = models.CharField(_("provision"), max_length=200, blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid = DateRangeField(_("from, until"))

    class Meta:
        ordering = ["unit", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="inspection_question_asks",
                condition=~Q(text_pl="") & Q(valid__isempty=False),
            )
        ]

    def __str__(self) -> str:
        return self.text_pl


@tracked()
class Inspection(models.Model):
    """A visit to the place: planned for a day, then held, with its answers."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="inspections")
    planned_on = models.DateField(_("planned for"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    summary = models.TextField(_("what was found"), blank=True)
    mend_by = models.DateField(_("to be mended by"), null=True, blank=True)
    mended_on = models.DateField(_("mended on"), null=True, blank=True)
    planned_by = models.CharField(max_length=200)
    held_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lease"],
                condition=Q(held_on__isnull=True),
                name="inspection_one_planned",
                violation_error_message=_("An inspection is planned already."),
            ),
            models.CheckConstraint(
                name="inspection_mended_what_was_asked",
                condition=Q(mended_on__isnull=True) | Q(mend_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.planned_on}"


@tracked()
class InspectionAnswer(models.Model):
    """What was found under one question, whose words are kept as they were asked."""

    class Result(models.TextChoices):
        GOOD = "good", _("in order")
        BAD = "bad", _("not in order")
        NOT_APPLICABLE = "not_applicable", _("does not apply")

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        InspectionQuestion, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=300)
    result = models.CharField(_("result"), max_length=14, choices=Result)
    note = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inspection", "question"], name="inspection_answer_once"
            ),
            models.CheckConstraint(
                name="inspection_answer_bad_says_what",
                condition=~Q(result="bad") | ~Q(note=""),
                violation_error_message=_("Say what is not in order."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


@tracked()
class UseReport(models.Model):
    """How the tenant used the place in a year, told by the tenant and accepted by the unit."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        RETURNED = "returned", _("returned with a question")
        ACCEPTED = "accepted", _("accepted")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="use_reports")
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.SENT)
    days_used = models.PositiveSmallIntegerField(_("days on which the place was used"))
    people = models.PositiveIntegerField(_("people who took part"))
    text = models.TextField(_("what was done there"))
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=200)
    question = models.TextField(_("question of the unit"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["lease", "year"], name="use_report_once_a_year"),
            models.CheckConstraint(
                name="use_report_days_of_a_year",
                condition=Q(days_used__lte=366),
                violation_error_message=_("A year has at most 366 days."),
            ),
            models.CheckConstraint(
                name="use_report_returned_says_why",
                condition=~Q(state="returned") | ~Q(question=""),
                violation_error_message=_("Write what the tenant should explain."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="accepted_report_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="accepted"),
                func=_ACCEPTED_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.year}"


class AlertSent(models.Model):
    """That a person was told of a fact at a threshold: a repeat tells nothing twice.

    `fact` names it: "lease:12:end"; `due_on` is its date (a moved date is told anew) and
    `threshold` the days before it, or -1 once it is past.
    """

    person = models.ForeignKey(
        "organisations.Person", on_delete=models.CASCADE, related_name="lease_alerts"
    )
    unit = models.ForeignKey("resources.ManagingUnit", on_delete=models.CASCADE, related_name="+")
    fact = models.CharField(max_length=120)
    due_on = models.DateField()
    threshold = models.SmallIntegerField()
    told_on = models.DateField()

    class Meta:
        ordering = ["-told_on", "fact"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "fact", "due_on", "threshold"], name="alert_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.due_on} T-{self.threshold}"
