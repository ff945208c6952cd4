from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """The one owner of claims: a booking, closure, own use, lease, gratuitous loan or plan.

    Whatever stands behind it has a one-to-one to its hold; pages show `label` and never look into
    an upper app's table. A hold that does not bind (a waiting-list entry, a lapsed request) keeps
    its record and owns no claims, which the database checks. With `expires_at` it binds until then.
    """

    class Kind(models.TextChoices):
        BOOKING = "booking", _("booking")
        CLOSURE = "closure", _("closure")
        OWN_USE = "own_use", _("own use of the unit")
        LEASE = "lease", _("lease")
        LENDING = "lending", _("gratuitous loan")
        PLAN = "plan", _("reservation of a plan")

    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=40, unique=True)
    label = models.CharField(max_length=200)
    binding = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "binding"], name="hold_id_binding_unique"),
            models.CheckConstraint(
                name="hold_only_binding_expires",
                condition=Q(binding=True) | Q(expires_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(expires_at__isnull=False), name="hold_expiring"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class Layer(models.IntegerChoices):
    """What a claim excludes. An exclusive tenure writes both layers."""

    OCCUPANCY = 1, _("occupancy")
    STEWARDSHIP = 2, _("stewardship")


class Claim(models.Model):
    """One leaf space over one period [start, end) in one layer. Two of a layer never overlap.

    The period already contains the turnaround of the leaf. `expires_at` repeats the hold's (a
    trigger keeps it so), so that search may pass over what has lapsed without a join.
    Written only by resources/claims.py, which locks the leaves first: the exclusion constraint
    alone deadlocks under contention.
    """

    hold = models.ForeignKey(
        Hold, on_delete=models.CASCADE, related_name="claims", db_constraint=False
    )
    hold_binding = models.BooleanField(default=True, editable=False)
    space = models.ForeignKey(
        "resources.Space",
        on_delete=models.CASCADE,
        related_name="claims",
        db_constraint=False,  # replaced by a key over (space_id, leaf): see migration
        db_index=False,  # the exclusion constraints' indexes begin with the space
    )
    leaf = models.BooleanField(default=True, editable=False)
    layer = models.PositiveSmallIntegerField(choices=Layer, default=Layer.OCCUPANCY)
    period = DateTimeRangeField()
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            *[
                ExclusionConstraint(
                    name=f"claim_{layer.name.lower()}_no_overlap",
                    expressions=[
                        ("space", RangeOperators.EQUAL),
                        ("period", RangeOperators.OVERLAPS),
                    ],
                    condition=Q(layer=layer.value),
                    violation_error_message=_("This time is already taken."),
                )
                for layer in Layer
            ],
            models.CheckConstraint(name="claim_only_on_leaf", condition=Q(leaf=True)),
            models.CheckConstraint(
                name="claim_only_of_binding_hold", condition=Q(hold_binding=True)
            ),
            models.CheckConstraint(
                name="claim_period_starts_and_is_not_empty",
                condition=Q(period__isempty=False) & Q(period__startswith__isnull=False),
                violation_error_message=_("A period must start before it ends."),
            ),
        ]


class HeldPeriod(models.Model):
    """A place and a time as a person named them, behind the claims of a closure or of own use.

    Claims stand on leaves, carry the turnaround, and are cut where a closure leaves a meeting in
    place; pages and imports need what was meant. (A booking has its slots for that.)
    """

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="held_periods")
    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.CASCADE, related_name="held_periods"
    )
    period = DateTimeRangeField(help_text="half-open, without turnaround")

    class Meta:
        ordering = ["period"]
        constraints = [
            models.UniqueConstraint(
                fields=["hold", "resource", "period"], name="held_period_once_per_hold"
            ),
            models.CheckConstraint(
                name="held_period_bounded",
                condition=Q(period__isempty=False)
                & Q(period__startswith__isnull=False)
                & Q(period__endswith__isnull=False),
                violation_error_message=_("A period must start before it ends."),
            ),
        ]
        indexes = [GistIndex(fields=["resource", "period"], name="held_period_resource_gist")]
