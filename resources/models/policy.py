from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class UserGroup(models.TextChoices):
    """Who uses a place, as price lists tell them apart."""

    PUBLIC_TASK = "public_task", _("organisation carrying out a public task of the city")
    NGO_FREE = "ngo_free", _("organisation that takes no fee from participants")
    NGO_FEE = "ngo_fee", _("organisation that takes a fee from participants")
    INFORMAL_GROUP = "informal_group", _("informal group")
    COMMERCIAL = "commercial", _("firm")


@tracked()
class BookingPolicy(models.Model):
    """The rules of a unit for using its places by the hour, from `valid_from` on.

    Rules in force are not overwritten: a change makes a new row that `replaces` the old one, and
    the places point to the new one (resources/rules.py).
    """

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.CASCADE, related_name="policies"
    )
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True, help_text="empty: from the beginning")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT
    )
    min_lead_hours = models.PositiveIntegerField(default=24, help_text="how long before, at least")
    max_lead_days = models.PositiveIntegerField(default=365, help_text="and at most")
    grid_minutes = models.PositiveSmallIntegerField(default=15)
    min_minutes = models.PositiveIntegerField(default=30)
    max_minutes = models.PositiveIntegerField(default=480)
    free_hours_per_week = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="free of charge for an organisation; empty: no limit",
    )
    max_pending = models.PositiveSmallIntegerField(
        default=5, help_text="requests of one organisation that may wait at the same time"
    )
    auto_approve_participants = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="single requests of verified organisations up to so many people; empty: never",
    )
    reply_working_days = models.PositiveSmallIntegerField(default=3, help_text="single request")
    series_reply_days = models.PositiveSmallIntegerField(default=14, help_text="calendar days")
    return_days = models.PositiveSmallIntegerField(default=7)
    proposal_days = models.PositiveSmallIntegerField(default=5)
    contract_days = models.PositiveSmallIntegerField(default=14)
    contract_after_days = models.PositiveIntegerField(
        null=True, blank=True, default=92, help_text="a series longer than this needs a contract"
    )
    cancel_hours = models.PositiveIntegerField(default=48)
    owner_cancel_days = models.PositiveSmallIntegerField(default=3)
    no_show_limit = models.PositiveSmallIntegerField(default=2)
    no_show_window_days = models.PositiveIntegerField(default=365)
    ban_days = models.PositiveIntegerField(default=90)
    minors_declaration = models.BooleanField(default=True)
    insurance_required = models.BooleanField(default=False)
    documents = ArrayField(models.CharField(max_length=120), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="booking_policy_lengths_ordered",
                condition=Q(min_minutes__gt=0) & Q(min_minutes__lte=F("max_minutes")),
                violation_error_message=_("The shortest meeting is longer than the longest one."),
            ),
            models.CheckConstraint(
                name="booking_policy_grid",
                condition=Q(grid_minutes__in=[5, 10, 15, 30, 60]),
                violation_error_message=_("Choose 5, 10, 15, 30 or 60 minutes."),
            ),
            models.CheckConstraint(
                name="booking_policy_lead_ordered",
                condition=Q(min_lead_hours__lt=F("max_lead_days") * 24),
                violation_error_message=_("Nobody could ask in time: mend the lead times."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PolicyTerms(models.Model):
    """The terms of use as a text, by version. A request keeps the version that was accepted."""

    policy = models.ForeignKey(BookingPolicy, on_delete=models.CASCADE, related_name="terms")
    version = models.CharField(max_length=20)
    valid_from = models.DateField()
    text_pl = models.TextField()
    text_en = models.TextField(blank=True)
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT
    )

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="policy_terms_version_once"),
            models.UniqueConstraint(
                fields=["policy", "valid_from"], name="policy_terms_one_from_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.version
