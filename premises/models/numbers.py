from django.db import models
from django.db.models import Q


class NumberSeries(models.Model):
    """The last number given in a series of one unit and year. Written by premises/numbers.py only.

    A row of its own per series, so that giving a number waits only for whoever numbers the same
    thing in the same unit, never for a table.
    """

    unit = models.ForeignKey("resources.ManagingUnit", on_delete=models.CASCADE, related_name="+")
    series = models.SlugField(max_length=40, help_text="what is numbered: notice, lease, case")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "series", "year"], name="number_series_once"),
            models.CheckConstraint(name="number_series_begun", condition=Q(last__gt=0)),
        ]
