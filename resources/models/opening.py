from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class MinuteRange(Func):
    """int4range of minutes of the local day."""

    function = "int4range"
    output_field = IntegerRangeField()


@tracked()
class OpeningRule(models.Model):
    """When a place is offered: a weekday, from one minute of the local day to another.

    Minutes since local midnight, so that 24:00 can be said and a rule holds across clock changes.
    Opening hours bind the meeting itself; the turnaround may run past closing.
    """

    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.CASCADE, related_name="opening_rules"
    )
    weekday = models.PositiveSmallIntegerField(help_text="ISO: Monday is 1")
    opens = models.PositiveSmallIntegerField(help_text="minutes since midnight")
    closes = models.PositiveSmallIntegerField(help_text="minutes since midnight, at most 1440")
    valid = DateRangeField()

    class Meta:
        ordering = ["weekday", "opens"]
        # Search asks for one weekday of each place; the index of the exclusion is slower at that.
        indexes = [
            models.Index(fields=["resource", "weekday"], name="opening_rule_resource_weekday")
        ]
        constraints = [
            models.CheckConstraint(
                name="opening_rule_weekday", condition=Q(weekday__gte=1, weekday__lte=7)
            ),
            models.CheckConstraint(
                name="opening_rule_opens_before_it_closes",
                condition=Q(opens__lt=models.F("closes")) & Q(closes__lte=1440),
                violation_error_message=_("A place must open before it closes."),
            ),
            ExclusionConstraint(
                name="opening_rule_no_overlap",
                expressions=[
                    ("resource", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (MinuteRange("opens", "closes"), RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These hours overlap with others of the same day."),
            ),
        ]


@tracked()
class Closure(models.Model):
    """A time in which places of a unit are not offered: repair, exam, election. Owns a hold."""

    class Reason(models.TextChoices):
        REPAIR = "repair", _("repair")
        EXAM = "exam", _("exam")
        ELECTION = "election", _("election")
        BREAK = "break", _("break")
        EVENT = "event", _("event of the unit")
        OTHER = "other", _("other reason")

    hold = models.OneToOneField("resources.Hold", on_delete=models.CASCADE, related_name="closure")
    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="closures"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    public_note = models.CharField(max_length=160, blank=True)
    internal_note = models.CharField(max_length=300, blank=True)
    created_by = models.CharField(max_length=200)


@tracked()
class OwnUse(models.Model):
    """The unit's own timetable: lessons, rehearsals. Typed in or imported. Owns a hold."""

    class Origin(models.TextChoices):
        TYPED = "typed", _("typed in")
        CSV = "csv", _("table (CSV)")
        ICAL = "ical", _("calendar (iCal)")

    hold = models.OneToOneField("resources.Hold", on_delete=models.CASCADE, related_name="own_use")
    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="own_uses"
    )
    title = models.CharField(max_length=160)
    show_title = models.BooleanField(default=False, help_text="whether the public sees the title")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.TYPED)
    external_uid = models.CharField(max_length=255, blank=True)
    created_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "external_uid"],
                condition=~Q(external_uid=""),
                name="own_use_external_uid_once_per_unit",
            )
        ]
