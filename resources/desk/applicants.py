"""Finding who phones: organisations by name, short name or number, tolerant of typing."""

import re
from typing import Any

from django.db.models import F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Greatest

from organisations.models import Organisation
from organisations.scopes import organisations_visible_to

ENOUGH_ALIKE = 0.4
LIMIT = 8


class PlainText(Func):
    """Lower case without Polish marks, as the database writes names for comparing."""

    function = "plain_text"
    output_field = TextField()


class WordSimilarity(Func):
    """How well some part of the second text matches the first, 0 to 1 (pg_trgm)."""

    function = "word_similarity"
    output_field = FloatField()


def find_organisations(person: Any, text: str, limit: int = LIMIT) -> list[Organisation]:
    """Organisations that the person may see and that the text may mean, best first.

    Digits are a KRS, NIP or REGON number, whole or its beginning (at least four).
    """
    visible = organisations_visible_to(person)
    digits = re.sub(r"[\s-]", "", text)
    if digits.isdecimal():
        if len(digits) < 4:
            return []
        number = digits.lstrip("0")
        return list(
            visible.filter(
                Q(krs__startswith=digits)
                | Q(krs=number.zfill(10))
                | Q(nip__startswith=digits)
                | Q(regon__startswith=digits)
            ).order_by("name")[:limit]
        )
    if len(text.strip()) < 2:
        return []
    wanted = PlainText(Value(text.strip()))
    return list(
        visible.annotate(
            alike=Greatest(
                WordSimilarity(wanted, PlainText(F("name"))),
                WordSimilarity(wanted, PlainText(F("short_name"))),
            )
        )
        .filter(alike__gte=ENOUGH_ALIKE)
        .order_by("-alike", "name")[:limit]
    )
