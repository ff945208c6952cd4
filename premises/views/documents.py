"""`/dokumenty/<key>/`: an issued document, for whoever may read what it is about."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from records.documents import may_read
from records.models import IssuedDocument


def _document(request: HttpRequest, key: UUID) -> IssuedDocument:
    """The document, or 404 as if there were none."""
    found = IssuedDocument.objects.select_related("pdf", "template").filter(key=key).first()
    if found is None or not may_read(request.user, found):
        raise Http404
    return found


@require_safe
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """The frozen words as a page, with what proves them."""
    found = _document(request, key)
    # The body was written by records.documents.html, which escapes every value.
    article = mark_safe(found.html)  # noqa: S308 - see above; the row never changes
    return render(request, "premises/document.html", {"document": found, "article": article})


@require_safe
def document_pdf(request: HttpRequest, key: UUID) -> FileResponse:
    return pdf_answer(_document(request, key))


def pdf_answer(found: IssuedDocument) -> FileResponse:
    """The file to save; never shown in the page, never sniffed, kept by no cache in between."""
    stored = found.pdf
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type="application/pdf",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
