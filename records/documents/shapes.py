"""What stands in the blocks of a document: tables, pictures, places to sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from records.models import StoredFile


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first cell of a row is its heading. `numeric`: right-aligned."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.caption}: each row needs {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture with what it shows in words, which a reader who cannot see it hears."""

    file: StoredFile
    alt: str
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("a picture in a document needs its description")


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: in what role, and who."""

    role: str
    name: str = ""
    note: str = ""
