"""What opened offers say. Until the opening there is nothing to read but ciphertext."""

from typing import Any

from django.utils.translation import gettext as _

from premises.commission import envelope
from premises.models import ApplicationDocument, OpenedContent, OpenedFile, SubmittedApplication
from records.problems import Conflict


def content_of(submission: SubmittedApplication) -> dict[str, Any] | None:
    """What was opened; None for what is closed, withdrawn or damaged."""
    row = OpenedContent.objects.filter(pk=submission.pk).first()
    return dict(row.content) if row is not None and row.content is not None else None


def content_in(submission: SubmittedApplication) -> dict[str, Any] | None:
    """The same for a submission read with `select_related("opened")`, sealed or not: no query."""
    if submission.content is not None:
        return dict(submission.content)
    row = getattr(submission, "opened", None)
    return dict(row.content) if row is not None and row.content is not None else None


def file_bytes(document: ApplicationDocument) -> bytes:
    """The file as it was uploaded. Raises Conflict while it is sealed, or if it is damaged."""
    with document.file.file.open("rb") as stored:
        data: bytes = stored.read()
    if not document.sealed:
        return data
    row = OpenedFile.objects.filter(pk=document.pk).first()
    if row is None:
        raise Conflict(_("This offer has not been opened."), code="sealed")
    if row.content_key is None:
        raise Conflict(_("This file did not open: it is damaged."), code="damaged")
    return envelope.open_with(bytes(row.content_key), data)


def file_name(document: ApplicationDocument) -> str:
    """The name that the applicant gave it, which lies in the opened content."""
    if not document.sealed or document.submission is None:
        return document.name
    content = content_of(document.submission) or {}
    for one in content.get("documents", []):
        if one.get("sha256") == document.sha256:
            return str(one.get("name", document.name))
    return document.name
