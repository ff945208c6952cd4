"""The kinds of resources, registered by the app that knows them.

Search, cards and the resource page work on the spine; a kind adds its words, its mark on the map
and what its page says beyond the spine. config/composition.py lists who registers what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from resources.models import Resource


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    `panel` is a template included in the resource page with what `facts(resource, request)`
    returns as `panel`; `answer` another one, for the question that its page answers first.
    `wanted` completes the sentence "I am looking for …".
    """

    code: str
    name: str | Promise
    plural: str | Promise
    wanted: str | Promise
    shape: str  # on the map: circle, diamond or pentagon
    panel: str = ""
    answer: str = ""
    facts: Callable[[Resource, HttpRequest], dict[str, Any]] | None = field(default=None)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind. Raises ValueError when its code is taken by another."""
    if _kinds.get(kind.code, kind) != kind:
        raise ValueError(f"kind {kind.code} is already registered")
    _kinds[kind.code] = kind


def get(code: str) -> Kind:
    """The kind with this code; KeyError if nobody registered it."""
    return _kinds[code]


def every() -> list[Kind]:
    """All kinds in the order of registration."""
    return list(_kinds.values())
