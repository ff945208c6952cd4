"""A lease, gratuitous loan or land lease: the case, what is let, and its course."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class Lease(models.Model):
    """One contract by which a unit gives space away for a term.

    `number` is given once, per unit and year. A binding contract owns a hold, whose claims stand
    from its first day until the recorded hand-back (premises/leasing/claims.py says why): both
    layers if `exclusive`, stewardship alone for an operator whose rooms stay bookable.

    `starts_on` and `ends_before` (the first day that no longer belongs to the term; empty: for an
    indefinite time) repeat what the versions and a termination say, so that lists and the database
    can ask for them; premises/leasing keeps them. What was agreed stands in LeaseVersion.
    `version` counts the saves: who saves an older one is told what the other person changed.
    """

    class Kind(models.TextChoices):
        LEASE = "lease", _("lease")
        LENDING = "lending", _("gratuitous loan")
        LAND_LEASE = "land_lease", _("land lease")

    class State(models.TextChoices):
        DRAFTING = "drafting", _("in preparation")
        LEGAL_CHECK = "legal_check", _("checked by lawyer and treasurer")
        TO_SIGN = "to_sign", _("to be signed")
        SIGNED = "signed", _("signed")
        HANDOVER_PENDING = "handover_pending", _("waiting for handover")
        ACTIVE = "active", _("in force")
        ARREARS = "arrears", _("in arrears")
        WARNED = "warned", _("called to pay in additional time")
        BREACH = "breach", _("in breach")
        EXPIRING = "expiring", _("before its end")
        RENEWAL_REQUESTED = "renewal_requested", _("asked to be renewed")
        NOTICE_GIVEN = "notice_given", _("notice given")
        TERMINATED_IMMEDIATE = "terminated_immediate", _("terminated without notice")
        ENDED = "ended", _("ended")
        RETURN_PENDING = "return_pending", _("waiting for hand-back")
        HOLDOVER = "holdover", _("used without title")
        RETURNED = "returned", _("handed back")
        SETTLED = "settled", _("settled")
        ABANDONED = "abandoned", _("abandoned")
        ARCHIVED = "archived", _("archived")

    #: Signed, and the place not yet handed back: the database asks for a hold.
    BINDING = (
        State.SIGNED,
        State.HANDOVER_PENDING,
        State.ACTIVE,
        State.ARREARS,
        State.WARNED,
        State.BREACH,
        State.EXPIRING,
        State.RENEWAL_REQUESTED,
        State.NOTICE_GIVEN,
        State.TERMINATED_IMMEDIATE,
        State.ENDED,
        State.RETURN_PENDING,
        State.HOLDOVER,
    )
    #: The tenant is in, and the term runs.
    RUNNING = (
        State.ACTIVE,
        State.ARREARS,
        State.WARNED,
        State.BREACH,
        State.EXPIRING,
        State.RENEWAL_REQUESTED,
        State.NOTICE_GIVEN,
    )
    PREPARED = (State.DRAFTING, State.LEGAL_CHECK, State.TO_SIGN)

    unit = models.ForeignKey(
        "resources.ManagingUnit", on_delete=models.PROTECT, related_name="leases"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=22, choices=State, default=State.DRAFTING)
    state_since = models.DateTimeField()
    exclusive = models.BooleanField(
        _("the tenant has it alone"),
        default=True,
        help_text=_("without it an operator runs the place and its rooms stay bookable"),
    )
    hold = models.OneToOneField(
        "resources.Hold", null=True, blank=True, on_delete=models.PROTECT, related_name="lease"
    )
    officer = models.ForeignKey(
        "organisations.Person",
        verbose_name=_("who looks after it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    previous = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="renewals",
    )
    procedure = models.ForeignKey(
        "premises.AllocationProcedure",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leases",
    )
    application = models.ForeignKey(
        "premises.Application",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leases",
    )
    basis = models.CharField(
        _("how the tenant was chosen and on what basis"), max_length=300, blank=True
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = models.DateField(_("first day"))
    ends_before = models.DateField(_("first day after the term"), null=True, blank=True)
    sign_by = models.DateField(_("to be signed by"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)
    returned_at = models.DateTimeField(_("handed back"), null=True, blank=True)
    renewal_asked_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note of the unit"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    source = models.ForeignKey("records.DataSource", null=True, on_delete=models.PROTECT)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["unit", "state"], name="lease_unit_state"),
            models.Index(fields=["ends_before"], name="lease_ends_before"),
        ]
        constraints = [
            models.CheckConstraint(
                name="lease_binding_has_hold",
                condition=~Q(
                    state__in=[
                        "signed", "handover_pending", "active", "arrears", "warned", "breach",
                        "expiring", "renewal_requested", "notice_given", "terminated_immediate",
                        "ended", "return_pending", "holdover",
                    ]
                )
                | Q(hold__isnull=False),
                violation_error_message=_("A signed contract holds its place."),
            ),
            models.CheckConstraint(
                name="lease_term_ordered",
                condition=Q(ends_before__isnull=True) | Q(starts_on__lt=F("ends_before")),
                violation_error_message=_("The term must end after its first day."),
            ),
            models.CheckConstraint(
                name="lease_returned_when_handed_back",
                condition=~Q(state__in=["returned", "settled"]) | Q(returned_at__isnull=False),
                violation_error_message=_("Say when the place was handed back."),
            ),
            models.CheckConstraint(
                name="lease_continues_another",
                condition=Q(previous__isnull=True) | ~Q(previous=F("pk")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


@tracked()
class LeaseObject(models.Model):
    """A place that a contract gives away; the area as the contract writes it."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="objects_let")
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.PROTECT, related_name="lease_objects"
    )
    area_m2 = models.DecimalField(
        _("area (m²)"), max_digits=9, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lease", "resource"], name="lease_object_once"),
            models.CheckConstraint(
                name="lease_object_area_positive",
                condition=Q(area_m2__isnull=True) | Q(area_m2__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lease}: {self.resource}"


class LeaseStep(models.Model):
    """A step in the course of a contract, which the unit and the tenant read; `actor` as text."""

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    actor = models.CharField(max_length=200, blank=True, help_text="empty: the system")
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=22, choices=Lease.State)
    to_state = models.CharField(max_length=22, choices=Lease.State)
    message = models.TextField(blank=True)
    internal = models.BooleanField(default=False, help_text="not shown to the tenant")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.lease} {self.action}"


@tracked()
class LeaseClash(models.Model):
    """A place not handed back in time although something else is agreed on it next.

    Raised on both cases; nobody's claim is moved by it. It is settled when the place is back, or
    the next use is moved or given up by a recorded decision.
    """

    earlier = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="clashes_ahead")
    hold = models.ForeignKey(
        "resources.Hold",
        on_delete=models.CASCADE,
        related_name="+",
        help_text="of the lease, booking or plan that comes next",
    )
    later = models.ForeignKey(
        Lease, null=True, blank=True, on_delete=models.CASCADE, related_name="clashes_behind"
    )
    next_from = models.DateTimeField(help_text="when the next use begins")
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["next_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "hold"],
                condition=Q(settled_at__isnull=True),
                name="lease_clash_raised_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.earlier}: {self.next_from:%Y-%m-%d}"
