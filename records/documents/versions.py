"""Templates in versions: a draft is edited, a published version stays, the next one ends it."""

import datetime as dt
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext as _

from records import typography
from records.clock import now, today
from records.documents.checks import require_sound
from records.documents.kinds import get
from records.models import DocumentTemplate
from records.problems import Conflict, Invalid, NotFound


def in_force(code: str, language: str, on: dt.date, *, owner: str = "") -> DocumentTemplate:
    """The published version valid on the day; the owner's own goes before the city's.

    Raises NotFound if there is neither.
    """
    found = (
        DocumentTemplate.objects.filter(
            code=code, language=language, owner__in={owner, ""}, valid__contains=on
        )
        .order_by("-owner")
        .first()
    )
    if found is None:
        raise NotFound(
            _("No template “%(code)s” (%(language)s) is in force on %(day)s.")
            % {"code": code, "language": language, "day": typography.day(on)},
            code="no_template",
        )
    return found


def versions(owner: str, code: str, language: str) -> QuerySet[DocumentTemplate]:
    """All versions of one text, newest first; the draft, if there is one, stands first."""
    return DocumentTemplate.objects.filter(owner=owner, code=code, language=language).order_by(
        "-version"
    )


@transaction.atomic
def start_draft(source: DocumentTemplate, *, owner: str, actor: str) -> DocumentTemplate:
    """The draft of the owner's next version, begun from `source`; the one there is, if there is."""
    chain = versions(owner, source.code, source.language)
    draft = chain.filter(published_at=None).first()
    if draft is not None:
        return draft
    latest = chain.aggregate(latest=Max("version"))["latest"] or 0
    try:
        with transaction.atomic():
            return DocumentTemplate.objects.create(
                owner=owner,
                code=source.code,
                kind=source.kind,
                language=source.language,
                version=latest + 1,
                title=source.title,
                body=source.body,
                legal_act=source.legal_act,
                created_at=now(),
                created_by=actor,
            )
    except IntegrityError:  # somebody has just begun it
        return chain.get(published_at=None)


def save_draft(
    draft: DocumentTemplate, *, title: str, body: str, note: str, edit: int, actor: str
) -> None:
    """Save what an official wrote. `edit` is the state they began from.

    Raises Problems by line for a text that cannot stand, Conflict if somebody else has saved since.
    """
    body = body.replace("\r\n", "\n").strip() + "\n"
    if not title.strip():
        raise Invalid(_("Give the template a name."), field="title")
    require_sound(body, get(draft.kind))
    changed = DocumentTemplate.objects.filter(pk=draft.pk, published_at=None, edit=edit).update(
        title=title.strip(), body=body, note=note.strip(), edit=F("edit") + 1, created_by=actor
    )
    if not changed:
        raise Conflict(
            _("Somebody else has saved or published this template while you were writing."),
            code="edited_meanwhile",
        )
    draft.refresh_from_db()


@transaction.atomic
def publish(
    draft: DocumentTemplate, *, first_day: dt.date, actor: str, edit: int
) -> DocumentTemplate:
    """Put the draft in force from a day on, not earlier than today; the version before ends there.

    Raises Conflict for a draft that changed meanwhile, Invalid for a day in the past or before the
    first day of the version that it follows.
    """
    if first_day < today():
        raise Invalid(
            _("A version can come into force today at the earliest: documents may exist already."),
            field="first_day",
        )
    chain = list(
        versions(draft.owner, draft.code, draft.language).select_for_update().order_by("version")
    )
    current = next((one for one in chain if one.pk == draft.pk and one.edit == edit), None)
    if current is None or current.is_published:
        raise Conflict(
            _("Somebody else has saved or published this template while you were writing."),
            code="edited_meanwhile",
        )
    require_sound(current.body, get(current.kind))
    for before, valid in ((one, one.valid) for one in chain if one.valid is not None):
        if valid.upper is not None:
            continue
        if first_day <= valid.lower:
            raise Invalid(
                _("Version %(number)d comes into force on %(day)s. Choose a later day.")
                % {"number": before.version, "day": typography.day(valid.lower)},
                field="first_day",
            )
        DocumentTemplate.objects.filter(pk=before.pk).update(valid=(valid.lower, first_day))
    DocumentTemplate.objects.filter(pk=current.pk).update(
        valid=(first_day, None), published_at=now(), published_by=actor, edit=F("edit") + 1
    )
    current.refresh_from_db()
    return current


def discard(draft: DocumentTemplate) -> None:
    """Throw the draft away. Raises Conflict for what is published."""
    gone, _rows = DocumentTemplate.objects.filter(pk=draft.pk, published_at=None).delete()
    if not gone:
        raise Conflict(_("A published version stays."), code="published")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the comparison: "same", "added" or "removed"; `skipped` equal lines before it."""

    what: str
    text: str
    skipped: int = 0


def diff(old: str, new: str, *, context: int = 2) -> list[DiffLine]:
    """What became of the text, line by line, with a few equal lines around each change."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    found: list[DiffLine] = []
    reached = 0
    for group in matcher.get_grouped_opcodes(context):
        skipped = group[0][1] - reached
        for line in _lines(group, before, after):
            found.append(DiffLine(line.what, line.text, skipped))
            skipped = 0
        reached = group[-1][2]
    return found


def _lines(
    group: list[tuple[str, int, int, int, int]], before: list[str], after: list[str]
) -> Iterator[DiffLine]:
    for tag, a1, a2, b1, b2 in group:
        if tag == "equal":
            yield from (DiffLine("same", text) for text in before[a1:a2])
            continue
        yield from (DiffLine("removed", text) for text in before[a1:a2])
        yield from (DiffLine("added", text) for text in after[b1:b2])
