"""A spreadsheet as somebody saved it, CSV or XLSX: its header and its cells as text.

For imports with a step in which people say what their columns mean; where the headers are ours,
`tables.read_table` is enough.
"""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from records.problems import Invalid
from resources.importing.tables import raw_rows

MAX_BYTES = 8_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 120
MAX_CELL = 2_000
#: An XLSX is a zip: what it may grow to, so that a bomb is refused before it is read.
MAX_UNPACKED = 120_000_000
ZIP = b"PK\x03\x04"


@dataclass(slots=True)
class Sheet:
    """`rows` are (line as a spreadsheet counts, cells as text in the order of the header)."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)


def read_sheet(content: bytes) -> Sheet:
    """The first sheet of a workbook, or a table in text. Raises Invalid for what is none of them,
    is empty, or is larger than we read at once."""
    if len(content) > MAX_BYTES:
        raise _refused("too_large", _("The file is larger than 8 MB. Split it."))
    notes: list[str] = []
    rows = _workbook(content) if content.startswith(ZIP) else raw_rows(content, notes)
    if not rows:
        raise _refused("empty", _("The file is empty."))
    header = [cell.strip() for cell in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise _refused("too_wide", _("The table has more than 120 columns."))
    width = len(header)
    filled = [(number, cells) for number, cells in rows[1:] if any(cell.strip() for cell in cells)]
    if not header or not filled:
        raise _refused("empty", _("There is no row below the header."))
    if len(filled) > MAX_ROWS:
        raise _refused(
            "too_many_rows",
            _("At most %(most)d rows at once; these are %(count)d. Split the file.")
            % {"most": MAX_ROWS, "count": len(filled)},
        )
    return Sheet(
        header,
        [
            (number, [cell.strip()[:MAX_CELL] for cell in [*cells, *[""] * width][:width]])
            for number, cells in filled
        ],
        notes,
    )


def _refused(code: str, message: str) -> Invalid:
    return Invalid(message, code=code, field="file")


def _workbook(content: bytes) -> list[tuple[int, list[str]]]:
    if _unpacked_size(content) > MAX_UNPACKED:
        raise _refused("too_large", _("The workbook is too large. Split it."))
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = []
        # Dimensions written into the file may be wrong: only the rows themselves count.
        sheet.reset_dimensions()
        for number, row in enumerate(
            sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1
        ):
            if number > MAX_ROWS * 2:
                break
            cells = [_text(value) for value in row]
            if number == 1 or any(cells):
                rows.append((number, cells))
    except Exception as error:
        # openpyxl raises whatever the bytes provoke
        raise _unreadable() from error
    return rows


def _unpacked_size(content: bytes) -> int:
    """What the members say they unpack to; zipfile never reads more than they say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _unreadable() from error


def _unreadable() -> Invalid:
    return _refused("no_table", _("This workbook cannot be read. Save it again as XLSX or CSV."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)
