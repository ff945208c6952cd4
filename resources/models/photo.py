from django.db import models
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class ResourcePhoto(models.Model):
    """A picture or a floor plan, with the words that stand for it."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo")
        PLAN = "plan", _("floor plan")

    resource = models.ForeignKey(
        "resources.Resource", on_delete=models.CASCADE, related_name="photos"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PHOTO)
    file = models.ForeignKey("records.StoredFile", on_delete=models.PROTECT, related_name="+")
    alt_pl = models.CharField(_("what the picture shows (Polish)"), max_length=300)
    alt_en = models.CharField(_("what the picture shows (English)"), max_length=300, blank=True)
    credit = models.CharField(_("author"), max_length=120, blank=True)
    taken_on = models.DateField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="resource_photo_described",
                condition=~models.Q(alt_pl=""),
                violation_error_message=_("Describe the picture for people who cannot see it."),
            )
        ]
