"""Who may read an issued document: asked of whoever knows what it is about.

`records` knows no people and no leases. An app above registers, for the model that its documents
are about, a function (person, key of the row) -> bool. What nobody registered, nobody reads.
"""

from collections.abc import Callable
from typing import Any

from django.db import models

from records.models import IssuedDocument

Reader = Callable[[Any, int], bool]
_readers: dict[str, Reader] = {}


def register(model: type[models.Model], reader: Reader) -> None:
    _readers[model._meta.label_lower] = reader


def may_read(person: Any, document: IssuedDocument) -> bool:
    reader = _readers.get(document.about_kind)
    return reader is not None and reader(person, document.about_key)


def documents_about(row: models.Model) -> models.QuerySet[IssuedDocument]:
    """What was issued about a row, newest first. Whoever shows the list has checked the row."""
    return IssuedDocument.objects.filter(
        about_kind=row._meta.label_lower, about_key=row.pk
    ).select_related("pdf")
