"""Papers of a commission and files of applications, as downloads."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from premises.commission import papers
from premises.models import AllocationProcedure


def pdf_of(
    procedure: AllocationProcedure,
    key: Any,
    *,
    only: tuple[str, ...] = (papers.PROTOCOL, papers.LIST),
) -> FileResponse:
    """A paper as a file; 404 for one that is not of this procedure or not among `only`."""
    for one in papers.issued(procedure):
        if str(one.key) == str(key) and one.template.code in only:
            return FileResponse(
                one.pdf.file.open("rb"),
                as_attachment=True,
                filename=one.pdf.name,
                content_type="application/pdf",
            )
    raise Http404


#: What a file begins with -> what it is called; anything else is bytes.
_KINDS = ((b"%PDF-", "application/pdf"), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def as_attachment(data: bytes, name: str) -> HttpResponse:
    """Bytes for the reader's disk, never shown in the page."""
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), "")
    response = HttpResponse(data, content_type=kind or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
