"""Reading history: what changed on a row, when and by whom, for the panel beside it.

The rows come from the trigger tables of django-pghistory. Actors are text ("person:12"); whoever
knows what such a text means registers a resolver (config/composition.py), since `records` knows no
people.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _
from pghistory.models import Events

#: Texts of actors -> names, for those that a resolver knows.
Resolver = Callable[[set[str]], dict[str, str]]
_resolvers: list[Resolver] = []

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row."""

    at: datetime
    actor: str
    subject: str
    what: str  # insert, update or delete
    changes: tuple[Change, ...]


def register_actors(resolver: Resolver) -> None:
    """Let `resolver` name actors."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def entries_for(*rows: models.Model) -> list[Entry]:
    """The last changes of these rows, newest first; two queries for each, one for the names."""
    found: list[tuple[models.Model, Any]] = []
    for row in rows:
        found += [(row, event) for event in Events.objects.tracks(row).order_by("-pgh_id")[:LIMIT]]
    found.sort(key=lambda pair: pair[1].pgh_created_at, reverse=True)
    names = _names({_actor(event) for _row, event in found})
    return [
        Entry(
            at=event.pgh_created_at,
            actor=names.get(_actor(event), _actor(event)),
            subject=str(type(row)._meta.verbose_name),
            what=event.pgh_label,
            changes=_changes(type(row), event.pgh_diff),
        )
        for row, event in found[:LIMIT]
    ]


def _actor(event: Any) -> str:
    return (event.pgh_context or {}).get("actor", "")


def _names(actors: set[str]) -> dict[str, str]:
    names = {"": _("the system"), "anonymous": _("a visitor")}
    for resolver in _resolvers:
        names.update(resolver(actors))
    return names


def _changes(model: type[models.Model], diff: dict[str, list[Any]] | None) -> tuple[Change, ...]:
    return tuple(
        Change(_label(model, name), _words(before), _words(after))
        for name, (before, after) in (diff or {}).items()
    )


def _label(model: type[models.Model], name: str) -> str:
    try:
        field = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return name
    return str(getattr(field, "verbose_name", name))


def _words(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Iterable) and not isinstance(value, str | dict):
        return ", ".join(map(str, value)) or "–"
    text = str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
