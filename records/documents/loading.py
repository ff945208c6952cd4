"""The models of documents that come with the product: fixtures/document_templates.

They are the city's (no owner), marked as models that its lawyers have to confirm. Loading again
changes nothing that is the same; a changed text becomes the next version from today on. What an
official has written or published themselves stays.
"""

from datetime import date
from pathlib import Path

from django.db import transaction

from records.clock import now, today
from records.dictionaries import FIXTURES, Loaded, read_csv
from records.documents.checks import require_sound
from records.documents.kinds import get
from records.documents.versions import versions
from records.models import DocumentTemplate

FOLDER = FIXTURES / "document_templates"
#: The first version holds for documents of any date: the sample city has contracts of past years.
ALWAYS = date(2000, 1, 1)
NOTE = "Wzór dostarczony z systemem, do potwierdzenia przez prawników miasta."


@transaction.atomic
def load_document_templates(folder: Path = FOLDER, *, actor: str = "command:load") -> Loaded:
    """Raises Problems by line for a text that its kind does not allow."""
    loaded = Loaded("document templates")
    for row in read_csv("index.csv", folder):
        body = (folder / f"{row['code']}.{row['language']}.txt").read_text(encoding="utf-8")
        require_sound(body, get(row["kind"]))
        loaded.count(is_new=_put(row, body, actor))
    return loaded


def _put(row: dict[str, str], body: str, actor: str) -> bool:
    """Whether a version was added. A version of today, not used yet, is written anew."""
    chain = versions("", row["code"], row["language"]).exclude(published_at=None)
    latest = chain.first()
    if latest is not None and (not latest.is_model or latest.body == body):
        return False
    first_day, number = ALWAYS, 1
    if latest is not None and latest.valid is not None:
        number = latest.version + 1
        first_day = today()
        if latest.valid.lower >= first_day:
            if latest.issued.exists():
                return False
            number, first_day = latest.version, latest.valid.lower
            latest.delete()
        else:
            DocumentTemplate.objects.filter(pk=latest.pk).update(
                valid=(latest.valid.lower, first_day)
            )
    DocumentTemplate.objects.create(
        code=row["code"],
        kind=row["kind"],
        language=row["language"],
        version=number,
        title=row["title"],
        body=body,
        note=NOTE,
        is_model=True,
        valid=(first_day, None),
        created_at=now(),
        created_by=actor,
        published_at=now(),
        published_by=actor,
    )
    return True
