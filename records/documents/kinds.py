"""What a document of a kind may say: its placeholders, by name. Filled by the apps above.

A template of a kind may use these names and no others, so that an official cannot reach anything
that the kind was not given. `register` is called from config/composition.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.clock import today
from records.documents.shapes import Signature

Label = str | Promise


class Type(StrEnum):
    """How a value is written, and whether it stands in a sentence or alone between paragraphs."""

    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole"
    PERCENT = "percent"  # of a hundred: 23 is 23 %
    AREA = "area"
    LINES = "lines"
    TREE = "tree"
    TABLE = "table"
    TABLES = "tables"
    PICTURES = "pictures"
    SIGNATURES = "signatures"

    @property
    def is_block(self) -> bool:
        """Stands on a line of its own."""
        return self in _BLOCKS


_BLOCKS = frozenset(
    {Type.LINES, Type.TREE, Type.TABLE, Type.TABLES, Type.PICTURES, Type.SIGNATURES}
)

#: Names that come with a name: {rent_words} beside {rent}.
WORDS = "_words"
_HAS_WORDS = frozenset({Type.MONEY, Type.WHOLE})


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that templates may use: `{name}`.

    `sample` is what the preview shows: a value, or a function that makes one when asked (what
    depends on the clock or on a stored file). An optional one may be missing; it is then empty, and
    `{?name}` at the beginning of a paragraph leaves the paragraph out.
    """

    name: str
    label: Label
    type: Type = Type.TEXT
    sample: Any = ""
    optional: bool = False

    def sample_value(self) -> Any:
        return self.sample() if callable(self.sample) else self.sample


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: contract of lease, handover protocol, notice list."""

    code: str
    name: Label
    placeholders: tuple[Placeholder, ...]
    by_name: Mapping[str, Placeholder] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names: dict[str, Placeholder] = {}
        for one in self.placeholders:
            if one.name in names:
                raise ValueError(f"{self.code}: the name {one.name} stands twice")
            names[one.name] = one
        object.__setattr__(self, "by_name", names)

    def find(self, name: str) -> tuple[Placeholder, bool] | None:
        """The placeholder of a name, and whether its words are meant; None if there is none."""
        if name in self.by_name:
            return self.by_name[name], False
        plain = name.removesuffix(WORDS)
        known = self.by_name.get(plain)
        if plain != name and known is not None and known.type in _HAS_WORDS:
            return known, True
        return None

    def names(self) -> list[str]:
        """Every name that a template of the kind may use."""
        return [
            name
            for one in self.placeholders
            for name in ([one.name, one.name + WORDS] if one.type in _HAS_WORDS else [one.name])
        ]

    def samples(self) -> dict[str, Any]:
        return {one.name: one.sample_value() for one in self.placeholders}


_kinds: dict[str, DocumentKind] = {}


def register(*kinds: DocumentKind) -> None:
    for kind in kinds:
        _kinds[kind.code] = kind


def get(code: str) -> DocumentKind:
    """Raises KeyError for a kind that nobody registered."""
    return _kinds[code]


def every() -> list[DocumentKind]:
    return list(_kinds.values())


def together(*groups: Iterable[Placeholder]) -> tuple[Placeholder, ...]:
    """Groups of placeholders as one; of a name that stands in several, the last counts."""
    return tuple({one.name: one for group in groups for one in group}.values())


#: What every letter and contract of a unit says of the unit and of itself.
HEAD: tuple[Placeholder, ...] = (
    Placeholder("city", _("the city as a party"), sample="Gmina Miejska Kraków"),
    Placeholder("place", _("where it is written"), sample="Kraków"),
    Placeholder("unit", _("name of the unit"), sample="Zarząd Lokali (przykład)"),
    Placeholder("unit_address", _("address of the unit"), sample="ul. Przykładowa 1, Kraków"),
    Placeholder("unit_contact", _("contact of the unit"), sample="lokale@example.org"),
    Placeholder(
        "representative",
        _("who signs for the unit, and on what basis"),
        sample="Dyrektor, na podstawie pełnomocnictwa Prezydenta Miasta Krakowa",
    ),
    Placeholder("number", _("number of the document"), sample="12/2026", optional=True),
    Placeholder("date", _("date of the document"), Type.DATE, sample=today),
    Placeholder(
        "signatures",
        _("places for signatures"),
        Type.SIGNATURES,
        sample=(Signature("Wynajmujący"), Signature("Najemca", "Fundacja Przykład")),
        optional=True,
    ),
)
