"""Values of placeholders: what may be given, how it is written, and how it is kept.

`written` makes text for a sentence, `frozen` makes JSON that says the same for the record of an
issued document. Blocks (tables, trees, pictures) become HTML in blocks.py.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import singledispatch
from types import NoneType
from typing import Any

from django.utils.translation import gettext as _

from records import typography
from records.amounts import number_in_words, sum_in_words
from records.documents.kinds import DocumentKind, Placeholder, Type
from records.documents.shapes import Picture, Signature, Table
from records.money import Explanation, Money
from records.problems import Invalid


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Sequence | Mapping) and len(value) == 0)


def given(values: Mapping[str, Any], name: str) -> bool:
    """Whether there is a value under the name: zero is one, an empty text is none."""
    return not _empty(values.get(name))


def missing(kind: DocumentKind, values: Mapping[str, Any], used: set[str]) -> list[Placeholder]:
    """Placeholders that the text uses, that are not optional, and that have no value."""
    return [
        one
        for one in kind.placeholders
        if one.name in used and not one.optional and not given(values, one.name)
    ]


def check_names(kind: DocumentKind, values: Mapping[str, Any]) -> None:
    """ValueError for values under names that the kind does not have: a mistake of the caller."""
    unknown = sorted(set(values) - set(kind.by_name))
    if unknown:
        raise ValueError(f"{kind.code} has no placeholder {', '.join(unknown)}")


def written(placeholder: Placeholder, value: Any, language: str, *, words: bool = False) -> str:
    """The value as it stands in a sentence, in the active language; empty for none."""
    if _empty(value):
        return ""
    if words:
        return _in_words(placeholder, value, language)
    write = _WRITERS.get(placeholder.type)
    if write is None:
        raise ValueError(f"{placeholder.name} ({placeholder.type}) does not stand in a sentence")
    return write(value)


def _percent(value: Any) -> str:
    """With as many places as were given: 23 %, 8,5 %."""
    rate = _decimal(value).normalize()
    return typography.percent(rate / 100, max(0, -int(rate.as_tuple().exponent)))


def _in_words(placeholder: Placeholder, value: Any, language: str) -> str:
    try:
        if placeholder.type is Type.MONEY:
            return sum_in_words(_decimal(value), language)
        return number_in_words(int(value), language)
    except ValueError as error:
        raise Invalid(
            _("“%(label)s” is too large to be written in words.") % {"label": placeholder.label}
        ) from error


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Money):
        return value.gross
    return value if isinstance(value, Decimal) else Decimal(str(value))


_WRITERS: dict[Type, Callable[[Any], str]] = {
    Type.TEXT: str,
    Type.DATE: typography.day_long,
    Type.MOMENT: typography.moment,
    Type.MONEY: lambda value: typography.money(_decimal(value)),
    Type.AREA: lambda value: typography.area(_decimal(value)),
    Type.NUMBER: lambda value: typography.number(_decimal(value)),
    Type.WHOLE: lambda value: typography.number(_decimal(value)),
    Type.PERCENT: _percent,
}


@singledispatch
def frozen(value: Any) -> Any:
    """The value as JSON keeps it: numbers exact as text, days as ISO, files by key and hash."""
    return str(value)


@frozen.register(NoneType)
@frozen.register(bool)
@frozen.register(int)
@frozen.register(str)
def _as_it_is(value: Any) -> Any:
    return value


@frozen.register
def _day(value: dt.date) -> str:
    return value.isoformat()


@frozen.register
def _explanation(value: Explanation) -> Any:
    return value.as_dict()


@frozen.register
def _money(value: Money) -> Any:
    return {
        "net": str(value.net),
        "vat_rate": None if value.vat_rate is None else str(value.vat_rate),
        "gross": str(value.gross),
        "explanation": [one.as_dict() for one in value.explanation],
    }


@frozen.register
def _table(value: Table) -> Any:
    return {
        "caption": str(value.caption),
        "columns": [str(one) for one in value.columns],
        "rows": [[str(cell) for cell in row] for row in value.rows],
    }


@frozen.register
def _picture(value: Picture) -> Any:
    return {
        "file": str(value.file.key),
        "sha256": value.file.sha256,
        "alt": value.alt,
        "caption": value.caption,
    }


@frozen.register
def _signature(value: Signature) -> Any:
    return {"role": str(value.role), "name": value.name, "note": value.note}


@frozen.register(list)
@frozen.register(tuple)
def _list(value: Any) -> Any:
    return [frozen(one) for one in value]
