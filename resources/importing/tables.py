"""Tables as officials' spreadsheets write them: `;`, `,` or tabs, with or without BOM.

Polish Excel saves "CSV" in Windows-1250 and "Unicode text" in UTF-16; all of these are read.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from django.utils.translation import gettext as _

from records.problems import Invalid

MAX_BYTES = 1_000_000
MAX_ROWS = 2_000
MAX_CELL = 500

_DAY = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?")


class CellError(ValueError):
    """A value that cannot be read: (reason, remedy)."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


@dataclass(frozen=True, slots=True)
class Line:
    """One row by our names of columns; `number` as a spreadsheet counts, the header being 1."""

    number: int
    values: Mapping[str, str]
    fault: str = ""

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    lines: list[Line]
    notes: list[str] = field(default_factory=list)


def read_table(content: bytes, columns: Mapping[str, Iterable[str]]) -> Table:
    """The rows of a table with a header. Raises Invalid for a file that is none, or too large.

    `columns` maps our name to the headers that mean it, in lower case without Polish marks. A
    column that nobody knows is passed over and named in the notes.
    """
    if len(content) > MAX_BYTES:
        raise Invalid(
            _("The file is larger than %(most)d kB. Split it.") % {"most": MAX_BYTES // 1000},
            code="too_large",
            field="file",
        )
    text, notes = _decode(content)
    if "\0" in text:
        raise Invalid(
            _("This is no table in text. Save it in your spreadsheet as “CSV UTF-8”."),
            code="no_table",
            field="file",
        )
    header, _line_end, _rest = text.partition("\n")
    delimiter = max(";,\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Invalid(
            _("The table cannot be read: %(error)s.") % {"error": error},
            code="no_table",
            field="file",
        ) from error
    if not rows:
        raise Invalid(_("The file is empty."), code="empty", field="file")
    names = _names(rows[0][1], columns, notes)
    filled = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
    if len(filled) > MAX_ROWS:
        raise Invalid(
            _("At most %(most)d rows at once; these are %(count)d. Split the file.")
            % {"most": MAX_ROWS, "count": len(filled)},
            code="too_many_rows",
            field="file",
        )
    if not filled:
        raise Invalid(_("There is no row below the header."), code="empty", field="file")
    return Table([_line(number, row, names, len(rows[0][1])) for number, row in filled], notes)


def _decode(content: bytes) -> tuple[str, list[str]]:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), []
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1250", errors="replace"), [
            _("The file is in the Windows encoding. Check that Polish letters read right.")
        ]


def plain(text: str) -> str:
    """Lower case, without Polish marks and outer spaces: what headers and names are compared by."""
    table = str.maketrans("ąćęłńóśźż", "acelnoszz")
    return " ".join(text.lower().translate(table).split())


def _names(
    header: list[str], columns: Mapping[str, Iterable[str]], notes: list[str]
) -> dict[int, str]:
    meanings = {alias: name for name, aliases in columns.items() for alias in (name, *aliases)}
    names: dict[int, str] = {}
    unknown = []
    for place, cell in enumerate(header):
        name = meanings.get(plain(cell).replace("_", " "))
        if name is None:
            unknown += [cell.strip()] if cell.strip() else []
        elif name in names.values():
            raise Invalid(
                _("Two columns mean the same: “%(cell)s”.") % {"cell": cell.strip()},
                code="column_twice",
                field="file",
            )
        else:
            names[place] = name
    if unknown:
        notes.append(_("Columns passed over: %(columns)s.") % {"columns": ", ".join(unknown)})
    return names


def _line(number: int, row: list[str], names: Mapping[int, str], width: int) -> Line:
    fault = ""
    if any(cell.strip() for cell in row[width:]):
        fault = _("It has more values than the header has columns.")
    values = {name: row[place].strip() if place < len(row) else "" for place, name in names.items()}
    for value in values.values():
        if value.startswith(("=", "@")):
            fault = _("A cell holds a formula (“%(cell)s”), not a text.") % {"cell": value[:30]}
        elif len(value) > MAX_CELL:
            fault = _("A cell is longer than %(most)d signs.") % {"most": MAX_CELL}
    return Line(number, values, fault)


def read_day(text: str) -> date:
    """7.12.2026, 07-12-2026 or 2026-12-07. Raises CellError."""
    found = _DAY.fullmatch(text)
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise CellError(
            _("“%(text)s” is no date.") % {"text": text}, _("Write a date like 7.12.2026.")
        ) from error


def read_minute(text: str) -> int:
    """17:00, 17.00 or 17 as minutes since midnight; 24:00 is allowed. Raises CellError."""
    found = _CLOCK.fullmatch(text)
    if found:
        hours, minutes = int(found[1]), int(found[2] or 0)
        if minutes < 60 and hours * 60 + minutes <= 24 * 60:
            return hours * 60 + minutes
    raise CellError(
        _("“%(text)s” is no time of day.") % {"text": text}, _("Write a time like 17:00.")
    )


def minute_of(value: time) -> int:
    return value.hour * 60 + value.minute


def read_truth(text: str) -> bool:
    return plain(text) in {"1", "t", "tak", "true", "x", "y", "yes"}
