from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class ManagingUnit(models.Model):
    """A unit that keeps places and answers requests: a school, a culture house, ZBK, an office.

    `name` is today's name; UnitName keeps all names with their terms. A unit that was merged
    points to its successor and keeps its history.
    """

    class Kind(models.TextChoices):
        SCHOOL = "school", _("school")
        CULTURE = "culture", _("culture house")
        LIBRARY = "library", _("library")
        SPORT = "sport", _("sports facility")
        OFFICE = "office", _("city office")
        PREMISES = "premises", _("manager of premises")
        SOCIAL = "social", _("social services")
        CIVIC_CENTRE = "civic_centre", _("Civic Centre")
        DISTRICT = "district", _("district council")
        OTHER = "other", _("other unit")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200, db_collation="pl-x-icu")
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    legal_personality = models.BooleanField(
        default=False, help_text="an institution of culture has it, a school has not"
    )
    acts_as_lessor = models.BooleanField(default=False)
    power_of_attorney = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=200, blank=True)
    public_email = models.EmailField(blank=True)
    public_phone = models.CharField(max_length=30, blank=True)
    contact_role = models.CharField(
        max_length=120, blank=True, help_text="a role, never a person: 'secretariat'"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    merged_on = models.DateField(null=True, blank=True)
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="managing_unit_merger_has_date",
                condition=models.Q(merged_into__isnull=True, merged_on__isnull=True)
                | models.Q(merged_into__isnull=False, merged_on__isnull=False),
                violation_error_message=_("Give the unit that took over and the date."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """A name of a unit for a term, with the act that gave it."""

    unit = models.ForeignKey(ManagingUnit, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    valid = DateRangeField()
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        ordering = ["valid"]
        constraints = [
            ExclusionConstraint(
                name="unit_name_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The unit already has a name in this time."),
            )
        ]


@tracked()
class StaffRole(models.Model):
    """What a person may do in one unit, for a term.

    A decider decides on behalf of the head: `delegated_by` names who gave the right, and
    `substitutes` the role that is stood in for. What each role may do is in
    resources/permissions.py, as data.
    """

    class Role(models.TextChoices):
        HEAD = "head", _("head of unit")
        DECIDER = "decider", _("decides on requests")
        EDITOR = "editor", _("keeps the inventory")
        VIEWER = "viewer", _("may look")
        LETTINGS_OFFICER = "lettings_officer", _("lettings officer")

    unit = models.ForeignKey(ManagingUnit, on_delete=models.CASCADE, related_name="staff")
    person = models.ForeignKey(
        "organisations.Person", on_delete=models.CASCADE, related_name="staff_roles"
    )
    role = models.CharField(max_length=20, choices=Role)
    valid = DateRangeField(help_text="half-open; no end: until withdrawn")
    delegated_by = models.CharField(max_length=200, blank=True)
    substitutes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="substitutions"
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="staff_role_once_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person already holds the role then."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.unit}: {self.get_role_display()}"
