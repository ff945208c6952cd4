"""Templates of documents in versions, and the documents that were issued from them."""

import uuid

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("pl", _("Polish")), ("en", _("English"))]

#: Of a published version only the end of its validity may still be set, by its successor.
_KEEP_PUBLISHED = """
IF (to_jsonb(OLD) - 'valid') IS DISTINCT FROM (to_jsonb(NEW) - 'valid')
   OR lower(OLD.valid) IS DISTINCT FROM lower(NEW.valid) THEN
    RAISE EXCEPTION 'a published version of a template never changes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'published_version_stays';
END IF;
RETURN NEW;
"""


class DocumentTemplate(models.Model):
    """One version of the text of a document, in one language, as an official wrote it.

    `kind` names what the text may say: the placeholders of a registered kind
    (records/documents/kinds.py); `code` names the text, of which a kind may have several. `owner`
    is the code of the unit whose text it is, kept as text because `records` knows no units; empty:
    the city's model, which units start from. The unit's own goes before the city's. A draft has no
    `valid`; a published version never changes, the next one ends it.
    """

    owner = models.SlugField(max_length=40, blank=True, help_text="code of the unit; empty: city")
    code = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=40)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(_("name of the template"), max_length=160)
    body = models.TextField(_("text"))
    note = models.CharField(
        _("what changed and why"), max_length=300, blank=True, help_text="for those who come after"
    )
    is_model = models.BooleanField(
        default=False, help_text="delivered with the system; the city's lawyers have to confirm it"
    )
    legal_act = models.ForeignKey(
        "records.LegalAct", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid = DateRangeField(null=True, blank=True, help_text="half-open; empty: a draft")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200, help_text="actor as text: person:12")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=200, blank=True)
    edit = models.PositiveIntegerField(default=1, help_text="grows with each change of a draft")

    class Meta:
        ordering = ["owner", "code", "language", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code", "language", "version"],
                name="document_template_version_once",
                violation_error_message=_("This version is already there."),
            ),
            models.UniqueConstraint(
                fields=["owner", "code", "language"],
                condition=Q(published_at=None),
                name="document_template_one_draft",
                violation_error_message=_("There is already a draft of this template."),
            ),
            ExclusionConstraint(
                name="document_template_one_in_force",
                expressions=[
                    ("owner", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("language", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another version is in force on these days."),
            ),
            models.CheckConstraint(
                name="document_template_published_is_dated",
                condition=Q(published_at=None, valid=None)
                | Q(published_at__isnull=False, valid__startswith__isnull=False),
                violation_error_message=_("A published version has a first day."),
            ),
            models.CheckConstraint(
                name="document_template_has_text",
                condition=~Q(body="") & ~Q(title=""),
                violation_error_message=_("Give the name and the text."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_version_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func=_KEEP_PUBLISHED,
            ),
            pgtrigger.Protect(
                name="published_version_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False, old__is_model=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}) v{self.version}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class IssuedDocument(models.Model):
    """A document as it left the house: frozen words, frozen file, and the values that made it.

    `about` says of what: the label of a model and its key (what stands above knows it, and says who
    may read it: records/documents/readers.py). It never changes; a correction is another document
    that names it in `replaces`.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="issued")
    language = models.CharField(max_length=5, choices=LANGUAGES)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=80, blank=True)
    about_kind = models.CharField(max_length=80, help_text="app_label.model, in lower case")
    about_key = models.BigIntegerField()
    about_label = models.CharField(max_length=300, blank=True)
    values = models.JSONField(help_text="what stood in the placeholders, as text and numbers")
    html = models.TextField(help_text="the body alone: <article lang=…>")
    pdf = models.OneToOneField(
        "records.StoredFile", on_delete=models.PROTECT, related_name="document"
    )
    sha256 = models.CharField(max_length=64, help_text="of the HTML; the PDF's is on its file")
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["about_kind", "about_key"], name="document_about")]
        constraints = [
            models.CheckConstraint(
                name="issued_document_replaces_another",
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="issued_document_stays", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="issued_document_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__is_sample=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
