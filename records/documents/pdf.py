"""A document as PDF/UA-1: tagged, with language, title, alternative texts and table headings.

WeasyPrint fetches nothing: the style sheet is given as text, and of all addresses only
`zasoby-file:KEY` is answered, for the pictures that the document itself holds.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from records.documents.blocks import PICTURE_SCHEME
from records.models import StoredFile

STYLE = Path(__file__).with_name("document.css")
_PICTURE = re.compile(rf'src="{PICTURE_SCHEME}([0-9a-f-]{{36}})"')


class OwnFiles(URLFetcher):
    """Answers for the stored files it was given; any other address stops the rendering."""

    def __init__(self, files: Iterable[StoredFile]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self.files = {f"{PICTURE_SCHEME}{one.key}": one for one in files}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 - theirs
        stored = self.files.get(url)
        if stored is None:
            raise FatalURLFetchingError(f"a document fetches nothing from {url}")
        with stored.file.open("rb") as file:
            return URLFetcherResponse(url, file.read(), {"Content-Type": stored.content_type})


def pictures_in(article: str) -> list[StoredFile]:
    """The stored pictures that the document shows."""
    keys = set(_PICTURE.findall(article))
    return list(StoredFile.objects.filter(key__in=keys, content_type__startswith="image/"))


def page(
    article: SafeString, *, title: str, language: str, author: str = "", subject: str = ""
) -> SafeString:
    """The whole HTML document around the body."""
    return format_html(
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="author" content="{}"><meta name="description" content="{}">'
        '<meta name="generator" content="Zasoby"></head>\n<body>\n{}\n</body></html>\n',
        language,
        title,
        author,
        subject,
        article,
    )


def render(
    article: SafeString, *, title: str, language: str, author: str = "", subject: str = ""
) -> bytes:
    """The PDF of a body that html.py wrote."""
    source = page(article, title=title, language=language, author=author, subject=subject)
    # No base address: nothing relative resolves.
    document = HTML(string=str(source), url_fetcher=OwnFiles(pictures_in(article)))
    pdf: bytes = document.write_pdf(
        stylesheets=[_style()], finisher=_scopes, pdf_variant="pdf/ua-1"
    )
    return pdf


@cache
def _style() -> CSS:
    return CSS(string=STYLE.read_text(encoding="utf-8"))


def _scopes(document: Document, _pdf: Any) -> None:
    """Say of each heading cell whether it heads a column or a row.

    WeasyPrint links cells to their headings by identifiers, which not every reader follows; the
    attribute Scope is what PDF/UA-1 (ISO 14289-1, 7.5) names first.
    """
    for page_ in document.pages:
        for box in page_._page_box.descendants():  # noqa: SLF001 - no public way to the tags
            tag = getattr(box, "mark", None)
            if tag is None or box.element_tag != "th":
                continue
            row = box.element.attrib.get("scope") == "row"
            tag["A"]["Scope"] = "/Row" if row else "/Column"
