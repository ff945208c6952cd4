import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


def storage_path(stored: "StoredFile", _filename: str) -> str:
    """Files lie under their identifier, never under a name that somebody typed."""
    return f"{stored.key.hex[:2]}/{stored.key.hex}"


class StoredFile(models.Model):
    """A file kept for a row: re-encoded pictures, plans, documents.

    Private unless `public`; whoever serves it checks the row it belongs to. `sha256` proves that
    the bytes are the ones received.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=storage_path)
    name = models.CharField(max_length=200, help_text="shown when downloaded")
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    public = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stored_file_not_empty",
                condition=models.Q(size__gt=0),
                violation_error_message=_("The file is empty."),
            )
        ]

    def __str__(self) -> str:
        return self.name
