"""Running a search: what fits, in order, with the number of all that fit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from resources.search import references, statements
from resources.search.criteria import Criteria


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that fits: its id, number in the order (from 1), metres away, and free from when."""

    resource_id: int
    place: int
    distance_m: float | None
    free_from: datetime | None


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits and the number of all."""

    hits: list[Hit]
    matched: int


@dataclass(frozen=True, slots=True)
class Features:
    """One page of hits as GeoJSON texts, written by the database, and the number of all."""

    texts: list[str]
    matched: int


def search(criteria: Criteria, person: Any) -> Hits:
    """What fits, for this person. Raises Problems for names that nobody has."""
    references.check(criteria)
    found = statements.parts(criteria, person)
    rows = _rows(statements.hits(found, criteria), found.values)
    return Hits(
        [Hit(pk, place, distance, free_from) for pk, place, _n, distance, free_from in rows],
        rows[0][2] if rows else _count(found, criteria),
    )


def features(criteria: Criteria, person: Any, *, base_url: str = "") -> Features:
    """The same as GeoJSON; `base_url` stands before the code in the feature's url."""
    references.check(criteria)
    found = statements.parts(criteria, person)
    found.values.update(language=get_language() or "pl", base=base_url)
    rows = _rows(statements.features(found, criteria), found.values)
    return Features(
        [text for _matched, text in rows], rows[0][0] if rows else _count(found, criteria)
    )


def _count(found: statements.Parts, criteria: Criteria) -> int:
    """The number of all, where the page is past the last of them."""
    if not criteria.offset:
        return 0
    return int(_rows(statements.count(found), found.values)[0][0])


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
