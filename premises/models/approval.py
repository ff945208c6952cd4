from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Approved(models.Model):
    """What one person prepares and another approves; only what is approved counts.

    Rows that came with the product or from a file are prepared by nobody. The database refuses an
    approval by whoever prepared it.
    """

    prepared_by = models.ForeignKey(
        "organisations.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "organisations.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | Q(prepared_by__isnull=True)
                | ~Q(approved_by=F("prepared_by")),
                violation_error_message=_("Another person has to approve it."),
            ),
            models.CheckConstraint(
                name="%(class)s_approved_at_a_moment",
                condition=Q(approved_by__isnull=True) | Q(approved_at__isnull=False),
            ),
        ]

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None
