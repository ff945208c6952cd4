"""Kinds of values in the stock's columns: read from a cell, written to one, kept as JSON.

The same kinds read an import, a bulk edit and an undo, and write an export, so that what goes out
comes back in unchanged.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from records import typography
from resources.importing.tables import CellError, plain, read_day

#: In a cell: take the value away. (An empty cell leaves it as it is.)
CLEARING = frozenset({"-", "–", "—", "brak"})

Label = str | Promise


class Kind(Protocol):
    """How a column's values are read and written."""

    @property
    def empty(self) -> Any:
        """The value of a cleared cell."""

    def read(self, text: str) -> Any:
        """The value of a filled cell. Raises CellError."""

    def write(self, value: Any) -> object:
        """The value as a cell: text, number or date; None for nothing."""

    def show(self, value: Any) -> str:
        """The value for a page, in the reader's language; "" for nothing."""

    def pack(self, value: Any) -> Any:
        """The value as JSON."""

    def unpack(self, kept: Any) -> Any: ...


@dataclass(frozen=True)
class Text:
    most: int
    empty: str = ""

    def read(self, text: str) -> str:
        if len(text) > self.most:
            raise CellError(
                _("The text has %(count)d signs.") % {"count": len(text)},
                _("Write at most %(most)d.") % {"most": self.most},
            )
        return text

    def write(self, value: str) -> object:
        return value or None

    def show(self, value: str) -> str:
        return value

    def pack(self, value: str) -> Any:
        return value

    def unpack(self, kept: Any) -> str:
        return str(kept)


@dataclass(frozen=True)
class Whole:
    least: int
    most: int
    empty: None = None
    words: dict[str, int] = field(default_factory=dict)

    def read(self, text: str) -> int:
        known = self.words.get(plain(text))
        if known is not None:
            return known
        if not re.fullmatch(r"[+-]?\d{1,9}(?:[.,]0+)?", text):
            raise CellError(
                _("“%(text)s” is no whole number.") % {"text": text[:40]}, self._between()
            )
        value = int(re.split("[.,]", text)[0])
        if not self.least <= value <= self.most:
            raise CellError(_("%(value)d is out of range.") % {"value": value}, self._between())
        return value

    def _between(self) -> str:
        return _("Write a whole number from %(least)d to %(most)d.") % {
            "least": self.least,
            "most": self.most,
        }

    def write(self, value: int | None) -> object:
        return value

    def show(self, value: int | None) -> str:
        return "" if value is None else str(value)

    def pack(self, value: int | None) -> Any:
        return value

    def unpack(self, kept: Any) -> int | None:
        return kept


@dataclass(frozen=True)
class Number:
    """A decimal number with so many places, as 86,40 or 86.4 or 1 234,50 m²."""

    places: int
    least: Decimal
    most: Decimal
    empty: None = None

    def read(self, text: str) -> Decimal:
        digits = re.sub(r"(?i)(m2|m²|m|zł|pln)$", "", re.sub(r"[\s\u00a0\u202f]", "", text))
        if not re.fullmatch(r"[+-]?\d{1,12}([.,]\d{0,12})?", digits):
            raise CellError(
                _("“%(text)s” is no number.") % {"text": text[:40]}, _("Write it like 86,40.")
            )
        value = Decimal(digits.replace(",", "."))
        if not self.least <= value <= self.most:
            raise CellError(
                _("%(value)s is out of range.") % {"value": typography.number(value)},
                _("Write a number from %(least)s to %(most)s.")
                % {
                    "least": typography.number(self.least),
                    "most": typography.number(self.most),
                },
            )
        rounded = round(value, self.places)
        if abs(rounded - value) > Decimal("1e-9"):
            raise CellError(
                _("“%(text)s” has too many places.") % {"text": text[:40]},
                _("Write at most %(places)d places.") % {"places": self.places},
            )
        return rounded

    def write(self, value: Decimal | None) -> object:
        return value

    def show(self, value: Decimal | None) -> str:
        return "" if value is None else typography.number(value)

    def pack(self, value: Decimal | None) -> Any:
        return None if value is None else str(round(value, self.places))

    def unpack(self, kept: Any) -> Decimal | None:
        return None if kept is None else Decimal(kept)


@dataclass(frozen=True)
class Day:
    empty: None = None

    def read(self, text: str) -> date:
        return read_day(text)

    def write(self, value: date | None) -> object:
        return value

    def show(self, value: date | None) -> str:
        return "" if value is None else typography.day(value)

    def pack(self, value: date | None) -> Any:
        return value.isoformat() if value else None

    def unpack(self, kept: Any) -> date | None:
        return date.fromisoformat(kept) if kept else None


@dataclass(frozen=True)
class Choice:
    """One of several words; read by code or by its Polish or English label."""

    choices: tuple[tuple[Any, Label], ...]
    empty: Any
    also: dict[str, Any] = field(default_factory=dict)

    def read(self, text: str) -> Any:
        known = _meanings(self.choices) | self.also
        if plain(text) in known:
            return known[plain(text)]
        raise CellError(
            _("“%(text)s” is not one of the choices.") % {"text": text[:40]},
            _("Write one of: %(choices)s.")
            % {"choices": ", ".join(str(label) for _value, label in self.choices)},
        )

    def write(self, value: Any) -> object:
        return None if value == self.empty else self.show(value)

    def show(self, value: Any) -> str:
        return str(dict(self.choices).get(value, value if value is not None else ""))

    def pack(self, value: Any) -> Any:
        return value if value is None or isinstance(value, bool) else str(value)

    def unpack(self, kept: Any) -> Any:
        return kept


@dataclass(frozen=True)
class Several:
    """Several words, divided by commas or semicolons."""

    choices: tuple[tuple[str, Label], ...]

    @property
    def empty(self) -> list[str]:
        return []

    def read(self, text: str) -> list[str]:
        known = _meanings(self.choices)
        chosen = []
        for part in re.split(r"[,;]", text):
            if not part.strip():
                continue
            if plain(part) not in known:
                raise CellError(
                    _("“%(text)s” is not one of the choices.") % {"text": part.strip()[:40]},
                    _("Write some of: %(choices)s.")
                    % {"choices": ", ".join(str(label) for _value, label in self.choices)},
                )
            chosen.append(known[plain(part)])
        order = [code for code, _label in self.choices]
        return sorted(set(chosen), key=order.index)

    def write(self, value: list[str]) -> object:
        return self.show(value) or None

    def show(self, value: list[str]) -> str:
        labels = dict(self.choices)
        return ", ".join(str(labels.get(code, code)) for code in value)

    def pack(self, value: list[str]) -> Any:
        return list(value)

    def unpack(self, kept: Any) -> list[str]:
        return list(kept)


@dataclass(frozen=True)
class Numbers:
    """Numbers of a public register, divided by commas, semicolons or lines."""

    check: Callable[[str], str]

    @property
    def empty(self) -> list[str]:
        return []

    def read(self, text: str) -> list[str]:
        try:
            found = [self.check(part) for part in re.split(r"[,;\n]", text) if part.strip()]
        except ValidationError as error:
            raise CellError(" ".join(error.messages), "") from error
        return list(dict.fromkeys(found))

    def write(self, value: list[str]) -> object:
        return self.show(value) or None

    def show(self, value: list[str]) -> str:
        return ", ".join(value)

    def pack(self, value: list[str]) -> Any:
        return list(value)

    def unpack(self, kept: Any) -> list[str]:
        return list(kept)


@dataclass(frozen=True)
class Share:
    """A share of common parts, as 125/1000."""

    empty: None = None

    def read(self, text: str) -> tuple[int, int]:
        found = re.fullmatch(r"(\d{1,9})\s*/\s*(\d{1,9})", text)
        if found and 0 < int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
        raise CellError(
            _("“%(text)s” is no share.") % {"text": text[:40]}, _("Write it like 125/1000.")
        )

    def write(self, value: tuple[int, int] | None) -> object:
        return self.show(value) or None

    def show(self, value: tuple[int, int] | None) -> str:
        return f"{value[0]}/{value[1]}" if value else ""

    def pack(self, value: tuple[int, int] | None) -> Any:
        return self.show(value) or None

    def unpack(self, kept: Any) -> tuple[int, int] | None:
        return self.read(kept) if kept else None


def _meanings(choices: Iterable[tuple[Any, Label]]) -> dict[str, Any]:
    """Plain words -> value: the codes, and the labels in both languages."""
    found: dict[str, Any] = {}
    for language in ("en", "pl"):
        with override(language):
            found |= {plain(str(label)): value for value, label in choices}
    return found | {plain(str(value)): value for value, _label in choices if value is not None}


def of_choices(choices: Any, *, empty: str, also: dict[str, str] | None = None) -> Choice:
    """A kind over TextChoices."""
    return Choice(tuple(choices.choices), empty, {plain(k): v for k, v in (also or {}).items()})


TRUTH = Choice(
    ((True, gettext_lazy("yes")), (False, gettext_lazy("no"))),
    None,
    {"t": True, "x": True, "1": True, "n": False, "0": False},
)
#: Three-valued facts of accessibility: what is not known is a word of its own.
FACT = Choice(
    (
        ("yes", gettext_lazy("yes")),
        ("no", gettext_lazy("no")),
        ("unknown", gettext_lazy("no data")),
    ),
    "unknown",
    {"t": "yes", "x": "yes", "1": "yes", "n": "no", "0": "no"},
)
