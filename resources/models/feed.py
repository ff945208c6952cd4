import uuid

from django.db import models
from django.db.models import Q


class Feed(models.Model):
    """A calendar address that opens without signing in: signed, and dead once revoked."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANISATION = "organisation"
        RESOURCE = "resource"
        UNIT = "unit"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    person = models.ForeignKey(
        "organisations.Person", on_delete=models.CASCADE, related_name="feeds"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    resource = models.ForeignKey(
        "resources.Resource", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey(
        "resources.ManagingUnit", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="feed_subject_fits_kind",
                condition=Q(
                    kind="person",
                    organisation__isnull=True,
                    resource__isnull=True,
                    unit__isnull=True,
                )
                | Q(kind="organisation", organisation__isnull=False)
                | Q(kind="resource", resource__isnull=False)
                | Q(kind="unit", unit__isnull=False),
            )
        ]
