from django.db import models
from django.db.models import Q


class UnmetDemand(models.Model):
    """Somebody looked for a place or asked for one, and did not get it.

    Holds no person, address or text: a 1 km cell or a district, a time of the week, a size, a kind
    and a reason. `fingerprint` is a keyed hash that changes every day; it drops repeats within the
    day and cannot be traced back afterwards.
    """

    class Origin(models.TextChoices):
        SEARCH = "search"
        REFUSED = "refused"
        ABANDONED = "abandoned"

    origin = models.CharField(max_length=10, choices=Origin)
    recorded_on = models.DateField()
    kind = models.CharField(max_length=20, blank=True)
    cell = models.CharField(max_length=32, blank=True, help_text="code of the 1 km grid cell")
    district = models.ForeignKey(
        "maps.District", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_day = models.DateField(null=True, blank=True)
    weekdays = models.CharField(max_length=7, blank=True, help_text="ISO digits, for example 25")
    from_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    to_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    occurrences = models.PositiveSmallIntegerField(default=1)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    area_m2 = models.PositiveIntegerField(null=True, blank=True)
    step_free = models.BooleanField(default=False)
    free_of_charge = models.BooleanField(default=False)
    reason = models.SlugField(max_length=40, help_text="the criterion that failed first")
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recorded_on", "fingerprint"], name="unmet_demand_once_a_day"
            ),
            models.CheckConstraint(
                name="unmet_demand_minutes_ordered",
                condition=Q(from_minute__isnull=True) | Q(from_minute__lt=models.F("to_minute")),
            ),
        ]
