"""Protocols being written: begun on a phone, kept there, sent when there is a network.

`save` takes a whole document. If the server's draft is still the version that the writer began
from, the document takes its place; if somebody else saved meanwhile, DraftChanged carries the
server's document, and the writer's device puts both together and asks where they differ. Sending
the same again changes nothing, so an answer that was lost does no harm.
"""

import hashlib
import io
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from organisations.models import Person
from premises import permissions
from premises.models import HandoverPhoto, HandoverProtocol, Lease, MeterReading
from premises.upkeep.protocol_doc import PARTS, Part, Written, document_of, read, row_of
from records.clock import now, today
from records.pictures import MAX_BYTES, store_picture
from records.problems import Conflict, Invalid

Direction = HandoverProtocol.Direction
State = HandoverProtocol.State
MOST_PHOTOS = 60


class DraftChanged(Conflict):
    """Somebody else saved this draft meanwhile, or it is signed; the document says how it is."""

    code = "draft_changed"

    def __init__(self, protocol: HandoverProtocol) -> None:
        who = protocol.changed_by
        signed = protocol.state == State.SIGNED
        words = (
            _("This protocol is signed already.") if signed else _("%(who)s saved it meanwhile.")
        )
        super().__init__(
            words % {"who": who},
            extra={"document": document_of(protocol), "who": who, "signed": signed},
        )


def standing(lease: Lease, direction: str) -> HandoverProtocol | None:
    """The draft if there is one, else the signed one that holds."""
    found = lease.protocols.filter(direction=direction).filter(
        models.Q(state=State.DRAFT) | models.Q(state=State.SIGNED, replaced_by=None)
    )
    return found.order_by("state").first()  # "draft" before "signed"


def fresh(lease: Lease, direction: str) -> dict[str, Any]:
    """What a new protocol begins with: today, and the meters and keys known from the last one."""
    last = (
        lease.protocols.filter(state=State.SIGNED).order_by("-day", "-pk").first()
        or HandoverProtocol.objects.filter(
            state=State.SIGNED,
            lease__objects_let__resource__in=lease.objects_let.values("resource"),
        )
        .order_by("-day", "-pk")
        .first()
    )
    rows: dict[str, list[dict[str, Any]]] = {part.name: [] for part in PARTS}
    if last is not None:
        known = document_of(last)["rows"]
        for name in ("meter", "keys", "thing"):
            rows[name] = [{**row, "key": str(uuid.uuid4())} for row in known[name]]
        for row in rows["meter"]:
            row["value"] = ""  # read anew
    for kind, unit in (("electricity", "kWh"), ("water", "m3")) if not rows["meter"] else ():
        rows["meter"].append({"key": str(uuid.uuid4()), "kind": kind, "unit": unit, "value": "",
                              "number": "", "place": ""})  # fmt: skip
    if not rows["keys"]:
        rows["keys"].append({"key": str(uuid.uuid4()), "what": _("entrance door"), "count": 1})
    for role in ("landlord", "tenant"):
        rows["who"].append(
            {"key": str(uuid.uuid4()), "role": role, "name": "", "capacity": "", "refused": False}
        )
    return {
        "key": str(uuid.uuid4()), "version": 0, "day": today().isoformat(), "condition": "",
        "accessibility": "", "remarks": "", "rows": rows, "photos": [], "direction": direction,
    }  # fmt: skip


@transaction.atomic
def save(lease: Lease, direction: str, document: Mapping[str, Any], by: Person) -> HandoverProtocol:
    """Keep the document as the draft. Raises DraftChanged, Problems (field by field), Forbidden."""
    permissions.require(by, "lease.edit", lease)
    written = read(document)
    Lease.objects.select_for_update(no_key=True).get(pk=lease.pk)
    key = _uuid(document.get("key"))
    found = standing(lease, direction)
    if found is None or (found.state == State.SIGNED and found.key != key and _corrects(document)):
        return _begin(lease, direction, key, written, by, corrects=found, document=document)
    if found.state == State.SIGNED:
        raise DraftChanged(found)
    if _same(found, key, document):
        return found
    if found.key != key or found.version != document.get("version"):
        raise DraftChanged(found)
    _write(found, written)
    found.day, found.version = written.day, found.version + 1
    for name, text in written.texts.items():
        setattr(found, name, text)
    found.changed_at, found.changed_by = now(), str(by)
    found.save()
    return found


def _corrects(document: Mapping[str, Any]) -> bool:
    return bool(_why(document))


def _why(document: Mapping[str, Any]) -> str:
    return str(document.get("why_replaced", "")).strip()[:300]


def _begin(
    lease: Lease, direction: str, key: uuid.UUID, written: Written, by: Person, *,
    corrects: HandoverProtocol | None, document: Mapping[str, Any],
) -> HandoverProtocol:  # fmt: skip
    try:
        with transaction.atomic():
            made = HandoverProtocol.objects.create(
                lease=lease, direction=direction, key=key, day=written.day, **written.texts,
                replaces=corrects,
                why_replaced=_why(document) if corrects else "",
                created_at=now(), created_by=str(by), changed_at=now(), changed_by=str(by),
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("This protocol belongs to another contract."), code="key_taken") from error
    _write(made, written)
    return made


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise Invalid(_("The draft lacks its key."), code="no_key") from error


def _same(found: HandoverProtocol, key: uuid.UUID, document: Mapping[str, Any]) -> bool:
    """The server has exactly this already: the answer was lost on the way."""
    there = document_of(found)
    sent = {**document_of_sent(document), "version": there["version"], "key": str(key)}
    return found.key == key and there == sent


def document_of_sent(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, written as the server writes its own."""
    written = read(document)
    return {
        "day": written.day.isoformat(),
        **written.texts,
        "rows": {part.name: [row_of(part, row) for row in written.rows[part.name]]
                 for part in PARTS},
        "photos": [{"key": str(key), "alt": alt} for key, alt in written.alts.items()],
    }  # fmt: skip


def _write(protocol: HandoverProtocol, written: Written) -> None:
    """Make the rows what the document says: changed ones written, absent ones removed.

    Photos are sent one by one; here they only get their words, and go if the document that knew
    them leaves them out.
    """
    for part in PARTS:
        rows = getattr(protocol, part.rows_of)
        there = {row.key: row for row in rows.all()}
        wanted = written.rows[part.name]
        rows.exclude(key__in=[row.key for row in wanted]).delete()  # type: ignore[attr-defined]
        for row in wanted:
            known = there.get(row.key)  # type: ignore[attr-defined]
            row.pk, row.protocol = (known.pk if known else None), protocol  # type: ignore[attr-defined]
            if known is None or _differs(part, known, row):
                row.save()
    for photo in protocol.handoverphoto_rows.filter(key__in=written.alts):
        if photo.alt != written.alts[photo.key]:
            photo.alt = written.alts[photo.key]
            photo.save(update_fields=["alt"])


def _differs(part: Part, known: Any, row: Any) -> bool:
    names = (*part.fields, "position")
    return any(getattr(known, name) != getattr(row, name) for name in names)


# --- photos ---------------------------------------------------------------------------------------


@transaction.atomic
def add_photo(
    protocol: HandoverProtocol, key: uuid.UUID, upload: io.BufferedIOBase, alt: str, by: Person
) -> HandoverPhoto:
    """Keep a photo of a draft, written anew. The same photo sent again is the one there.

    Raises Conflict (signed, another picture under this key, too many), Invalid (no picture).
    """
    permissions.require(by, "lease.edit", protocol.lease)
    locked = HandoverProtocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
    data = upload.read(MAX_BYTES + 1)
    digest = hashlib.sha256(data).hexdigest()
    known = locked.handoverphoto_rows.filter(key=key).first()
    if known is not None:
        if known.sent_sha256 != digest:
            raise Conflict(_("Another photo was sent under this key."), code="photo_key_taken")
        return known
    if locked.state == State.SIGNED:
        raise DraftChanged(locked)
    count = locked.handoverphoto_rows.count()
    if count >= MOST_PHOTOS:
        raise Conflict(
            _("A protocol holds at most %(most)d photos.") % {"most": MOST_PHOTOS},
            code="too_many_photos",
        )
    file = store_picture(io.BytesIO(data), name=f"{key}", actor=f"person:{by.pk}", public=False)
    return HandoverPhoto.objects.create(
        protocol=locked, key=key, position=count, file=file, alt=alt.strip()[:300],
        sent_sha256=digest,
    )  # fmt: skip


@transaction.atomic
def remove_photo(protocol: HandoverProtocol, key: uuid.UUID, by: Person) -> None:
    permissions.require(by, "lease.edit", protocol.lease)
    locked = HandoverProtocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
    if locked.state == State.SIGNED:
        raise DraftChanged(locked)
    locked.handoverphoto_rows.filter(key=key).delete()


def readings_of(lease: Lease) -> list[tuple[MeterReading, MeterReading | None]]:
    """Meters at the hand-back beside what they showed at the handover, by kind and number."""

    def of(direction: str) -> list[MeterReading]:
        return list(
            MeterReading.objects.filter(
                protocol__lease=lease, protocol__direction=direction,
                protocol__state=State.SIGNED, protocol__replaced_by=None,
            )
        )  # fmt: skip

    before = {(one.kind, one.number): one for one in of(Direction.IN)}
    return [(one, before.get((one.kind, one.number))) for one in of(Direction.OUT)]
