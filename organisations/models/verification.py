from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models.organisation import Organisation
from records.history import tracked


@tracked()
class Verification(models.Model):
    """One check of an organisation: level, evidence, by whom, until when it may be relied on."""

    class Level(models.TextChoices):
        REGISTER_MATCH = "register_match", _("entry in a public register")
        DOCUMENT = "document", _("document")
        IN_PERSON = "in_person", _("in person")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="verifications"
    )
    level = models.CharField(max_length=20, choices=Level)
    evidence = models.CharField(max_length=300)
    verified_at = models.DateTimeField()
    verified_by = models.CharField(max_length=200)
    valid_until = models.DateField()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-verified_at"]
