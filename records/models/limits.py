from django.db import models


class RateCount(models.Model):
    """How often somebody did something in one window of time: see records/limits.py.

    The table is unlogged: after a crash everybody starts at nothing, which harms nobody.
    """

    key = models.CharField(max_length=64, primary_key=True, help_text="hash of what, who, when")
    hits = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)
