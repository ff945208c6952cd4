from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked
from resources.models.policy import UserGroup


@tracked()
class Booking(models.Model):
    """A request for a place by the hour, single or a series, from draft to settled.

    The states and who may move between them are data: resources/booking/states.py. The dates are
    BookingSlot rows; what they hold are the claims of `hold`. `wish` keeps the dates as they were
    asked for, so that a draft survives and "request again" can repeat it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        UNDER_REVIEW = "under_review", _("under review")
        RETURNED = "returned", _("returned to be completed")
        PROPOSED_CHANGE = "proposed_change", _("another time proposed")
        WAITLISTED = "waitlisted", _("on the waiting list")
        CONTRACT_PENDING = "contract_pending", _("waiting for the contract")
        CONFIRMED = "confirmed", _("confirmed")
        IN_USE = "in_use", _("in use")
        COMPLETED = "completed", _("carried out")
        SETTLED = "settled", _("settled")
        NO_SHOW = "no_show", _("not used")
        REJECTED = "rejected", _("refused")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed without a contract")
        CANCELLED_BY_USER = "cancelled_by_user", _("cancelled by the organisation")
        CANCELLED_BY_OWNER = "cancelled_by_owner", _("cancelled by the unit")

    class Channel(models.TextChoices):
        ONLINE = "online", _("on this site")
        API = "api", _("by a program")
        PHONE = "phone", _("by telephone")
        PAPER = "paper", _("on paper")

    code = models.CharField(max_length=20, unique=True)
    hold = models.OneToOneField(
        "resources.Hold", null=True, on_delete=models.PROTECT, related_name="booking"
    )
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.PROTECT, related_name="bookings"
    )
    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="bookings"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
    )
    requester_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="who asks, if not in the register",
    )
    requester_contact = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        "organisations.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bookings",
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    is_series = models.BooleanField(default=False)
    wish = models.JSONField(default=dict)
    purpose = models.CharField(_("what the meeting is about"), max_length=300, blank=True)
    participants = models.PositiveIntegerField(_("how many people usually come"), null=True)
    person_in_charge = models.CharField(
        _("person in charge on the spot"), max_length=150, blank=True
    )
    person_in_charge_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    minors = models.BooleanField(_("will there be minors?"), default=False)
    minors_declaration = models.BooleanField(default=False)
    fee_taking = models.BooleanField(_("do participants pay anything?"), default=False)
    equipment = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(_("anything else"), blank=True, max_length=1000)
    show_name = models.BooleanField(default=False, help_text="whether the public sees who meets")
    user_group = models.CharField(max_length=20, choices=UserGroup, blank=True)
    cost_net = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    cost_gross = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    cost_explanation = models.JSONField(default=dict)
    terms = models.ForeignKey(
        "resources.PolicyTerms", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    terms_accepted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateTimeField(
        null=True,
        blank=True,
        help_text="deadline of the present state: the unit's answer, or the applicant's",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True, help_text="told to the applicant")
    attended = models.PositiveIntegerField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    contract_reference = models.CharField(max_length=80, blank=True)
    again_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeated_as"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["unit", "state", "decide_by"], name="booking_desk"),
            models.Index(fields=["organisation", "state"], name="booking_organisation_state"),
            models.Index(fields=["person", "state"], name="booking_person_state"),
        ]
        constraints = [
            models.CheckConstraint(
                name="booking_submitted_says_why_and_how_many",
                # Null is said not to be, since a check that is neither true nor false passes.
                condition=Q(state="draft")
                | (~Q(purpose="") & Q(participants__isnull=False, participants__gt=0)),
                violation_error_message=_("Say what the meeting is about and how many come."),
            ),
            models.CheckConstraint(
                name="booking_refusal_has_reason",
                condition=~Q(state__in=["rejected", "cancelled_by_owner", "returned"])
                | ~Q(reason=""),
                violation_error_message=_("Give the reason in a simple sentence."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


@tracked()
class BookingSlot(models.Model):
    """One date of a booking, in the room asked for or in another of the same unit."""

    class State(models.TextChoices):
        WISHED = "wished", _("wished")
        HELD = "held", _("held")
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        USED = "used", _("used")
        NO_SHOW = "no_show", _("not used")
        CANCELLED_BY_USER = "cancelled_by_user", _("cancelled by the organisation")
        CANCELLED_BY_OWNER = "cancelled_by_owner", _("cancelled by the unit")
        RELEASED = "released", _("released")

    #: States in which the claims of the slot stand.
    HOLDING = (State.HELD, State.PROPOSED, State.CONFIRMED, State.USED, State.NO_SHOW)

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="slots")
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.PROTECT, related_name="slots"
    )
    period = DateTimeRangeField(help_text="the meeting itself, without turnaround")
    state = models.CharField(max_length=20, choices=State, default=State.WISHED)
    replaces = models.DateField(null=True, blank=True, help_text="the date it stands in for")
    reason = models.CharField(max_length=300, blank=True)
    late = models.BooleanField(
        default=False, help_text="cancelled after the term of notice: counts like an absence"
    )

    class Meta:
        ordering = ["period"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "resource", "period"],
                condition=Q(state__in=["held", "proposed", "confirmed"]),
                name="booking_slot_once",
            ),
            models.CheckConstraint(
                name="booking_slot_period_bounded",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["resource", "state"], name="booking_slot_resource")]


class BookingStep(models.Model):
    """A step in the course of a booking, as both sides see it."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    message = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]


class IdempotencyKey(models.Model):
    """An answer already given to a program: the same key with the same body gets it again."""

    person = models.ForeignKey("organisations.Person", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="idempotency_key_once")
        ]
