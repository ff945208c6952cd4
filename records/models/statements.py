"""What the city must tell people about itself: privacy notices, the accessibility declaration."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivacyNotice(models.Model):
    """Who administers a person's data, why and how long: one version of one notice.

    The administrator differs by case, so a notice belongs to a procedure (`code`: "account",
    "booking", "organisation") and optionally to a unit, named as text because `records` knows
    no units; the unit's own notice goes before the city's. What somebody was shown must stay as it
    was, so a published version never changes; a correction is the next version.
    """

    code = models.SlugField(max_length=60)
    unit_label = models.CharField(
        max_length=200, blank=True, help_text="the unit whose notice it is; empty: the city's"
    )
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    text_pl = models.TextField(help_text="paragraphs apart by an empty line; ## begins a heading")
    text_en = models.TextField()

    class Meta:
        ordering = ["code", "unit_label", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "unit_label", "version"],
                name="privacy_notice_version_once",
                violation_error_message=_("This version is already there."),
            ),
            models.CheckConstraint(
                name="privacy_notice_has_text",
                condition=~models.Q(text_pl="") & ~models.Q(text_en=""),
                violation_error_message=_("Give the text in both languages."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="published_notice_stays", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.unit_label} v{self.version}".replace("  ", " ")


class AccessibilityStatement(models.Model):
    """One state of the accessibility declaration; the latest review is the one in force.

    Content: act of 4.04.2019 on digital accessibility, art. 10; form: technical conditions 2.0 of
    31.07.2024. It is reviewed by 31 March of each year and after each major rebuild.
    """

    class Status(models.TextChoices):
        FULL = "full", _("conforming")
        PARTIAL = "partial", _("partially conforming")
        NONE = "none", _("not conforming")

    class Method(models.TextChoices):
        SELF = "self", _("self-assessment by the public body")
        AUDIT = "audit", _("audit by an outside body")

    entity = models.CharField(max_length=200)
    published_on = models.DateField(help_text="the site's first publication")
    updated_on = models.DateField(help_text="its last major change")
    status = models.CharField(max_length=10, choices=Status)
    gaps_pl = models.TextField(blank=True, help_text="what is not accessible and why, one a line")
    gaps_en = models.TextField(blank=True)
    method = models.CharField(max_length=10, choices=Method)
    auditor = models.CharField(max_length=200, blank=True)
    prepared_on = models.DateField()
    reviewed_on = models.DateField()
    contact_name = models.CharField(max_length=200)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40)
    architecture_pl = models.TextField(help_text="how to get into the building of the entity")
    architecture_en = models.TextField()
    communication_pl = models.TextField(help_text="sign language, induction loops, other ways")
    communication_en = models.TextField()
    is_sample = models.BooleanField(default=False, help_text="its contact data are invented")

    class Meta:
        ordering = ["-reviewed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="accessibility_statement_gaps_named",
                condition=models.Q(status="full") | (~models.Q(gaps_pl="") & ~models.Q(gaps_en="")),
                violation_error_message=_("Name what is not accessible, in both languages."),
            ),
            models.CheckConstraint(
                name="accessibility_statement_reviewed_after_prepared",
                condition=models.Q(reviewed_on__gte=models.F("prepared_on")),
                violation_error_message=_("A review cannot be older than the declaration."),
            ),
            models.CheckConstraint(
                name="accessibility_statement_auditor_named",
                condition=~models.Q(method="audit") | ~models.Q(auditor=""),
                violation_error_message=_("Name the body that made the audit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity}, {self.reviewed_on}"
