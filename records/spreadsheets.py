"""Tables that people open in a spreadsheet: CSV and XLSX, with cells that cannot run.

A text that begins like a formula is written with an apostrophe before it, so that what somebody
typed into a form never becomes a formula in an official's spreadsheet.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from records.clock import KRAKOW

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_IN_XML = {number: None for number in range(32) if chr(number) not in "\t\n\r"}

Row = Sequence[object]


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_csv(header: Row, rows: Iterable[Row]) -> bytes:
    """UTF-8 with a BOM, which Excel needs; `;` and decimal commas for Polish readers."""
    polish = (get_language() or "pl").startswith("pl")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if polish else ",", lineterminator="\r\n")
    writer.writerow([_csv_cell(value, comma=polish) for value in header])
    for row in rows:
        writer.writerow([_csv_cell(value, comma=polish) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _csv_cell(value: object, *, comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(KRAKOW):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        text = f"{value}"
        return text.replace(".", ",") if comma else text
    return neutral(str(value))


def as_xlsx(title: str, header: Row, rows: Iterable[Row]) -> bytes:
    """One sheet with a bold first row; numbers and dates stay numbers and dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for column in range(1, len(header) + 1):
        sheet.column_dimensions[chr(64 + column) if column <= 26 else "Z"].width = 22
    bold = []
    for value in header:
        cell = WriteOnlyCell(sheet, value=_xlsx_cell(value))
        cell.font = Font(bold=True)
        bold.append(cell)
    sheet.append(bold)
    for row in rows:
        sheet.append([_xlsx_cell(value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _xlsx_cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(KRAKOW).replace(tzinfo=None)
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return neutral(str(value).translate(_NOT_IN_XML))


def answer(kind: str, name: str, header: Row, rows: Iterable[Row]) -> HttpResponse:
    """A file to save, as "csv" or "xlsx"; `name` is plain ASCII without suffix."""
    if kind == "xlsx":
        content, content_type = as_xlsx(name, header, rows), XLSX_TYPE
    else:
        kind, content, content_type = "csv", as_csv(header, rows), CSV_TYPE
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
