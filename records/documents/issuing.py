"""Making documents: a preview that leaves no trace, and an issued one that never changes."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from records.clock import now, today
from records.documents import html, pdf
from records.documents.checks import require_sound, used_names
from records.documents.kinds import DocumentKind, get
from records.documents.values import check_names, frozen, missing
from records.documents.versions import in_force
from records.models import DocumentTemplate, IssuedDocument, StoredFile
from records.problems import Invalid


@dataclass(frozen=True, slots=True)
class Preview:
    """A document that nobody issued: its title and the body as HTML."""

    title: str
    article: SafeString
    language: str

    def pdf(self) -> bytes:
        return pdf.render(self.article, title=self.title, language=self.language)


def preview(
    body: str, kind_code: str, language: str, values: Mapping[str, Any] | None = None
) -> Preview:
    """The text with the kind's sample values, or with those given. Raises Problems by line."""
    kind = get(kind_code)
    require_sound(body, kind)
    filled = kind.samples() if values is None else values
    check_names(kind, filled)
    return Preview(
        html.title(body, kind, filled, language), html.body(body, kind, filled, language), language
    )


def issue(
    template_code: str,
    language: str,
    values: Mapping[str, Any],
    *,
    about: models.Model,
    actor: str,
    number: str = "",
    owner: str = "",
    on: dt.date | None = None,
    replaces: IssuedDocument | None = None,
    is_sample: bool = False,
) -> IssuedDocument:
    """Issue a document about a row: frozen words, a private tagged PDF and the values.

    `owner` is the unit's code: its own template goes before the city's. `actor` is the text of
    records.history ("person:12"). Raises NotFound where no template is in force on the day, and
    Invalid naming the values that the text needs and that are not given. One transaction; the file
    goes if it is rolled back.
    """
    template = in_force(template_code, language, on or today(), owner=owner)
    kind = get(template.kind)
    check_names(kind, values)
    _require_values(kind, values, template)
    article = html.body(template.body, kind, values, language)
    title = html.title(template.body, kind, values, language)
    content = pdf.render(
        article,
        title=title,
        language=language,
        author=str(values.get("unit", "")),
        subject=str(about),
    )
    with transaction.atomic():
        return IssuedDocument.objects.create(
            template=template,
            language=language,
            title=title[:300],
            number=number,
            about_kind=about._meta.label_lower,
            about_key=about.pk,
            about_label=str(about)[:300],
            values={name: frozen(value) for name, value in values.items()},
            html=article,
            pdf=_kept(content, name=file_name(title, number), actor=actor),
            sha256=hashlib.sha256(article.encode()).hexdigest(),
            replaces=replaces,
            issued_at=now(),
            issued_by=actor,
            is_sample=is_sample,
        )


def file_name(title: str, number: str = "") -> str:
    """What the file is called on the reader's disk."""
    return f"{slugify(f'{title} {number}'.translate(_POLISH))[:80] or 'dokument'}.pdf"


_POLISH = str.maketrans({"ł": "l", "Ł": "L", "/": "-", "\u00a0": " ", "⁠": ""})


def _require_values(
    kind: DocumentKind, values: Mapping[str, Any], template: DocumentTemplate
) -> None:
    lacking = missing(kind, values, used_names(template.body, kind))
    if lacking:
        raise Invalid(
            _("The document “%(title)s” lacks: %(names)s.")
            % {
                "title": template.title,
                "names": ", ".join(f"{one.label} {{{one.name}}}" for one in lacking),
            },
            code="document_lacks_values",
            extra={"names": [one.name for one in lacking]},
        )


def _kept(content: bytes, *, name: str, actor: str) -> StoredFile:
    stored = StoredFile(
        name=name,
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        public=False,
        created_at=now(),
        created_by=actor,
    )
    stored.file.save("", ContentFile(content), save=False)
    try:
        stored.save()
    except Exception:
        stored.file.delete(save=False)
        raise
    return stored
