from django.db import models


class DataSource(models.Model):
    """Where facts come from: publisher, licence, the date of the data and of getting it.

    Kraków's terms of re-use ask for both dates. `is_sample` marks invented demonstration data;
    pages must say so wherever such a row is shown.
    """

    code = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    state_on = models.DateField(null=True, blank=True, help_text="date the data describe")
    fetched_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
