from django.db import models

from organisations.models.person import Person


class Notification(models.Model):
    """A message inside the application. `kind` picks the template, `context` fills it.

    The text is made when it is read, so that it is in the reader's language. `url` opens a page
    that asks; following it never decides anything.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notifications")
    kind = models.SlugField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=160, blank=True, help_text="the fact; told once a person")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"],
                condition=~models.Q(key=""),
                name="notification_once_per_key",
            )
        ]
        indexes = [models.Index(fields=["person", "read_at"], name="notification_unread")]
