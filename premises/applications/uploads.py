"""Files of an application: PDF, a picture or a Word document; private, and known by their content.

What a file is, its bytes say and not its name. Pictures are written anew (records/pictures.py).
Documents with macros, encrypted ones and zip bombs are refused.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Organisation
from premises.models import Application, ApplicationDocument, DocumentType
from premises.permissions import require
from records.clock import now
from records.models import StoredFile
from records.pictures import store_picture
from records.problems import Conflict, Invalid

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 30
#: Unpacked, a Word document of 20 MB is seldom over a hundred.
MAX_UNPACKED = 150 * 1024 * 1024
MAX_MEMBERS = 5000
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def store_document(upload: BinaryIO, *, name: str, actor: str) -> StoredFile:
    """Keep a file privately. Raises Invalid, which says what may be sent."""
    data = upload.read(MAX_BYTES + 1)
    if not data:
        raise Invalid(_("The file is empty."), field="file")
    if len(data) > MAX_BYTES:
        raise Invalid(_("The file is larger than 20 MB. Send a smaller one."), field="file")
    if data.startswith(b"%PDF-"):
        return store_bytes(data, PDF, name=_clean(name, ".pdf"), actor=actor)
    if data.startswith(b"PK\x03\x04"):
        _require_plain_docx(data)
        return store_bytes(data, DOCX, name=_clean(name, ".docx"), actor=actor)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF")):
        return store_picture(io.BytesIO(data), name=name[:200], actor=actor, public=False)
    raise Invalid(
        _("Send a PDF, a picture (JPEG, PNG, WebP) or a Word file (.docx)."), field="file"
    )


def store_bytes(data: bytes, content_type: str, *, name: str, actor: str) -> StoredFile:
    stored = StoredFile(
        name=name[:200],
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        public=False,
        created_at=now(),
        created_by=actor,
    )
    stored.file.save("", ContentFile(data), save=False)
    stored.save()
    return stored


def _clean(name: str, ending: str) -> str:
    """The name that is shown: its ending tells what the file is."""
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].strip() or "dokument"
    plain = "".join(sign for sign in plain if sign.isprintable())
    stem = plain.rsplit(".", 1)[0] if "." in plain else plain
    return f"{stem[:190]}{ending}"


def _require_plain_docx(data: bytes) -> None:
    problem = Invalid(_("This is not a Word file we can read. Send a PDF instead."), field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise problem from error
    names = {one.filename for one in members}
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise problem
    if any(one.flag_bits & 1 for one in members):
        raise problem
    if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_UNPACKED:
        raise Invalid(_("The file is too large when unpacked. Send a PDF instead."), field="file")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs")) for name in names):
        raise Invalid(_("Files with macros are not taken. Send a PDF instead."), field="file")


@transaction.atomic
def add(
    application: Application,
    document_type: DocumentType,
    upload: BinaryIO,
    *,
    name: str,
    by: Any,
    organisation: Organisation | None = None,
) -> ApplicationDocument:
    """Keep a file with the draft (or with the answer to a call for correction).

    Raises Invalid for what cannot be taken, Conflict when it is too late or there are too many.
    """
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    require_editable(locked, by)
    if locked.documents.filter(submission=None).count() >= MAX_FILES:
        raise Conflict(_("There are many files already. Put several pages into one."), code="many")
    party = organisation or locked.organisation
    if not is_party(locked, party):
        raise Conflict(_("This organisation takes no part in the application."), code="no_party")
    stored = store_document(upload, name=name, actor=f"person:{by.pk}")
    return ApplicationDocument.objects.create(
        application=locked,
        type=document_type,
        organisation=party,
        file=stored,
        name=stored.name,
        sha256=stored.sha256,
        uploaded_at=now(),
        uploaded_by=str(by),
        is_sample=locked.is_sample,
    )


def is_party(application: Application, organisation: Organisation) -> bool:
    return (
        organisation.pk == application.organisation_id
        or application.co_applicants.filter(organisation=organisation).exists()
    )


def require_editable(application: Application, by: Any) -> None:
    """Files change with a draft, and with the answer to a call for correction."""
    if application.state == Application.State.CORRECTION_REQUESTED:
        require(by, "application.correct", application)
    elif application.state == Application.State.DRAFT:
        require(by, "application.edit", application)
    else:
        require(by, "application.view", application)
        raise Conflict(_("It is sent already: its files stay as they are."), code="wrong_state")


@transaction.atomic
def remove(document: ApplicationDocument, *, by: Any) -> None:
    """Take a file out of a draft. What has gone with a submission stays."""
    application = Application.objects.select_for_update(no_key=True).get(pk=document.application_id)
    require_editable(application, by)
    if document.submission_id is not None:
        raise Conflict(_("It is sent already: its files stay as they are."), code="wrong_state")
    forget_files(ApplicationDocument.objects.filter(pk=document.pk, submission=None))


def forget_files(documents: Iterable[ApplicationDocument]) -> None:
    """Delete rows and, once that is certain, bytes that no other row keeps."""
    documents = list(documents)
    stored = {one.file_id for one in documents}
    for one in documents:
        one.delete()
    forget_stored(stored)


def forget_stored(ids: Iterable[int]) -> None:
    """Delete stored files that no document keeps, with their bytes after the commit."""
    kept = set(
        ApplicationDocument.objects.filter(file__in=list(ids)).values_list("file_id", flat=True)
    )
    gone = StoredFile.objects.filter(pk__in=set(ids) - kept)
    paths = list(gone.values_list("file", flat=True))
    gone.delete()

    def drop() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(drop)
