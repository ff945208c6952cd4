from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.history import tracked


@tracked()
class CivicCentre(models.Model):
    """A place of the Civic Centre network, as documented. Its rooms are resources of its site."""

    class Function(models.TextChoices):
        SUPPORT = "support", _("support")
        INCUBATION = "incubation", _("incubation")
        COWORKING = "coworking", _("coworking")

    site = models.OneToOneField(
        "resources.Site", primary_key=True, on_delete=models.PROTECT, related_name="civic_centre"
    )
    name = models.CharField(max_length=200)
    functions = ArrayField(models.CharField(max_length=20, choices=Function), default=list)
    task_from = models.DateField(null=True, blank=True)
    task_until = models.DateField(null=True, blank=True, help_text="last day of the public task")
    operator_note_pl = models.CharField(max_length=300, blank=True)
    operator_note_en = models.CharField(max_length=300, blank=True)
    source = models.ForeignKey("records.DataSource", on_delete=models.PROTECT)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="civic_centre_task_ordered",
                condition=models.Q(task_from__isnull=True)
                | models.Q(task_until__isnull=True)
                | models.Q(task_from__lte=models.F("task_until")),
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class CentreArea(models.Model):
    """A space of a centre as its source lists it: rooms, and the parts that serve them.

    Rooms that can be asked for are resources; corridors, toilets and closets are only listed.
    """

    centre = models.ForeignKey(CivicCentre, on_delete=models.CASCADE, related_name="areas")
    label = models.CharField(max_length=120)
    area_m2 = models.DecimalField(max_digits=7, decimal_places=2)
    resource = models.OneToOneField(
        "resources.Resource",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="centre_area",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "label"], name="centre_area_label_once"),
            models.CheckConstraint(name="centre_area_positive", condition=models.Q(area_m2__gt=0)),
        ]

    def __str__(self) -> str:
        return self.label
