"""A protocol as one document of plain values: what the form, the device and the server exchange.

    {"version": 3, "day": "2026-11-23", "condition": "…", "accessibility": "…", "remarks": "…",
     "rows": {"meter": [{"key": "<uuid>", "kind": "water", …}], "keys": […], "thing": […],
              "defect": […], "who": […]},
     "photos": [{"key": "<uuid>", "alt": "…"}]}

Every row carries the key that the device gave it, so the same row sent twice is one row.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from premises.models import (
    Defect,
    HandoverProtocol,
    InventoryLine,
    KeyItem,
    MeterReading,
    Signatory,
)
from records.problems import Invalid, Problem, Problems

TEXTS = ("condition", "accessibility", "remarks")
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a protocol: its name, its model and the fields that a row has."""

    name: str
    model: type[models.Model]
    fields: tuple[str, ...]

    @property
    def rows_of(self) -> str:
        return f"{self.model._meta.model_name}_rows"


PARTS = (
    Part("meter", MeterReading, ("kind", "number", "place", "value", "unit")),
    Part("keys", KeyItem, ("what", "count")),
    Part("thing", InventoryLine, ("what", "count", "condition")),
    Part("defect", Defect, ("where", "what", "mends", "by")),
    Part("who", Signatory, ("role", "name", "capacity", "refused")),
)
BY_NAME = {part.name: part for part in PARTS}


def document_of(protocol: HandoverProtocol) -> dict[str, Any]:
    """Seven queries, or none for what is prefetched."""
    return {
        "key": str(protocol.key),
        "version": protocol.version,
        "day": protocol.day.isoformat(),
        **{name: getattr(protocol, name) for name in TEXTS},
        "rows": {
            part.name: [row_of(part, row) for row in getattr(protocol, part.rows_of).all()]
            for part in PARTS
        },
        "photos": [
            {"key": str(row.key), "alt": row.alt} for row in protocol.handoverphoto_rows.all()
        ],
    }


def row_of(part: Part, row: Any) -> dict[str, Any]:
    return {"key": str(row.key), **{name: _plain(getattr(row, name)) for name in part.fields}}


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was read and is sound: rows as unsaved models by part."""

    day: date
    texts: dict[str, str]
    rows: dict[str, list[models.Model]]
    alts: dict[uuid.UUID, str]


def read(document: Mapping[str, Any]) -> Written:
    """What a device or form sent. Raises Problems that name the fields ("meter-<key>-value")."""
    problems: list[Problem] = []
    day = date.min
    try:
        day = date.fromisoformat(str(document.get("day", "")))
    except ValueError:
        problems.append(Invalid(_("Give the day like 7.12.2026."), field="day"))
    rows: dict[str, list[models.Model]] = {}
    given = document.get("rows")
    for part in PARTS:
        listed = given.get(part.name, []) if isinstance(given, Mapping) else []
        listed = [one for one in listed if isinstance(one, Mapping)][:MOST_ROWS]
        rows[part.name] = [
            _read_row(part, one, position, problems) for position, one in enumerate(listed)
        ]
    alts = {
        _key(one): str(one.get("alt", "")).strip()[:300]
        for one in document.get("photos") or []
        if isinstance(one, Mapping)
    }
    texts = {name: str(document.get(name, "")).strip()[:5000] for name in TEXTS}
    if problems:
        raise Problems(problems)
    return Written(day, texts, rows, alts)


def _key(row: Mapping[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(str(row.get("key", "")))
    except ValueError as error:
        raise Invalid(_("A row lacks its key."), code="no_key") from error


def _read_row(
    part: Part, row: Mapping[str, Any], position: int, problems: list[Problem]
) -> models.Model:
    key = _key(row)
    made = part.model(key=key, position=position)
    for name in part.fields:
        if name not in row:
            continue
        field = part.model._meta.get_field(name)
        try:
            setattr(made, name, _read_value(field, row[name]))
        except ValidationError as error:
            problems += [
                Invalid(str(words), field=f"{part.name}-{key}-{name}") for words in error.messages
            ]
    return made


def _read_value(field: Any, value: Any) -> Any:
    if isinstance(field, models.BooleanField):
        return value in (True, "true", "on", "1")
    text = str(value).strip()
    if isinstance(field, models.DecimalField):
        bare = text.replace(",", ".").replace("\u00a0", "").replace(" ", "")
        try:
            value = Decimal(bare) if bare else None
        except InvalidOperation as error:
            raise ValidationError(_("Write the reading in digits, like 4512,5.")) from error
        return field.clean(value, None)
    if isinstance(field, models.DateField | models.PositiveSmallIntegerField):
        if not text and field.null:
            return None
        return field.clean(text or 0, None)
    if field.choices and not text:
        return field.get_default()
    if len(text) > field.max_length:
        text = text[: field.max_length]
    return field.clean(text, None) if text else ""
