from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarPeriod(models.Model):
    """Days on which places may be closed: public holidays, school breaks, elections.

    They change by law every year, so they are rows. A place says which kinds it observes; its
    opening rules are then read without these days. They are no claims: a day off is not a use.
    """

    class Kind(models.TextChoices):
        PUBLIC_HOLIDAY = "public_holiday", _("public holiday")
        SCHOOL_BREAK = "school_break", _("school break")
        ELECTION = "election", _("election day")

    kind = models.CharField(max_length=20, choices=Kind)
    days = DateRangeField(help_text="half-open: the last day is not included")
    name_pl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT
    )
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["days"]
        constraints = [
            ExclusionConstraint(
                name="calendar_period_no_overlap_in_kind",
                expressions=[("kind", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                violation_error_message=_("This kind of day is already entered for these dates."),
            ),
            models.CheckConstraint(
                name="calendar_period_bounded",
                condition=models.Q(days__isempty=False)
                & models.Q(days__startswith__isnull=False)
                & models.Q(days__endswith__isnull=False),
                violation_error_message=_("Give the first and the last day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_pl} {self.days.lower}"
