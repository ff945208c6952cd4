from datetime import datetime

from django.db import models


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, at: datetime) -> "OutgoingMailQuerySet":
        """Mails that a delivery round at `at` should try, the longest waiting first."""
        return self.filter(sent_at=None, gave_up_at=None, not_before__lte=at).order_by(
            "not_before", "pk"
        )


class OutgoingMail(models.Model):
    """A mail that will be delivered: written in the same transaction as the fact it tells.

    The worker delivers it after commit, at least once. A repeat after a crash carries the same
    Message-ID, by which the reader's mail system tells that it has it. See records/mail.py.
    """

    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField(max_length=254)
    reply_to = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="no attempt earlier; moves with each failure")
    sent_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="outgoing_mail_due",
                condition=models.Q(sent_at=None, gave_up_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outgoing_mail_sent_or_given_up",
                condition=models.Q(sent_at=None) | models.Q(gave_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
