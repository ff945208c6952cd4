from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalAct(models.Model):
    """An act, order or resolution that a dated row rests on.

    Rates, rules, criteria and calendars change by such acts, so they are rows that name one, and
    never constants in code. `is_sample` marks acts invented for the sample city.
    """

    class Kind(models.TextChoices):
        ACT = "act", _("act of parliament")
        RESOLUTION = "resolution", _("resolution of the City Council")
        ORDER = "order", _("order of the Mayor")
        INTERNAL_RULES = "internal_rules", _("rules of the managing unit")

    code = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=80, blank=True, help_text="for example XXXIV/445/08")
    title = models.CharField(max_length=400)
    issued_on = models.DateField(null=True, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_until = models.DateField(
        null=True, blank=True, help_text="first day on which it no longer binds"
    )
    url = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="legal_act_in_force_ordered",
                condition=models.Q(in_force_from__isnull=True)
                | models.Q(in_force_until__isnull=True)
                | models.Q(in_force_from__lt=models.F("in_force_until")),
                violation_error_message=_("An act must come into force before it ceases to bind."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()
