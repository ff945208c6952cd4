"""Loading a unit's own spreadsheet of its stock: upload, what the columns mean, dry run, load.

A file is taken whole or not at all. Rows are known by their stock number; an empty cell leaves what
is there, a dash takes it away. Values of the building (address, owner, year) hold for all premises
in it, so rows that disagree about one building are refused.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premises.models import ColumnMapping, Premises, StockImport, StockImportRow
from premises.stock.columns import BY_CODE, NEEDED_FOR_NEW, check_together, column_called
from premises.stock.kinds import CLEARING
from premises.stock.values import (
    Values,
    accessibility_evidence,
    changed,
    create,
    packed,
    place_of_new,
    values_of,
    with_values,
    write,
)
from records.clock import now
from records.problems import Conflict, Invalid
from records.spreadsheets import DANGEROUS
from resources.importing.report import ImportRefused, Outcome, Report, Row
from resources.importing.sheets import Sheet, read_sheet
from resources.importing.tables import CellError, plain
from resources.models import ManagingUnit, Site

#: At most so many changes are told of one row; the rest is counted.
TOLD = 6


@dataclass(slots=True)
class PlannedRow:
    """What one line would do: to known premises, or (None) as new ones."""

    line: int
    number: str
    premises: Premises | None
    before: Values
    changes: Values


@dataclass(slots=True)
class Plan:
    report: Report = field(default_factory=Report)
    rows: list[PlannedRow] = field(default_factory=list)


# --- the file -------------------------------------------------------------------------------------


@transaction.atomic
def upload(unit: ManagingUnit, name: str, content: bytes, *, by: str) -> StockImport:
    """Read the file and keep its cells, with columns as remembered or guessed. Raises Invalid."""
    sheet = read_sheet(content)
    # What was uploaded and never loaded is of no use once there is a newer file.
    StockImport.objects.filter(unit=unit, state=StockImport.State.UPLOADED).delete()
    return StockImport.objects.create(
        unit=unit,
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        sheet={"header": sheet.header, "rows": sheet.rows, "notes": sheet.notes},
        columns=suggested(unit, sheet.header),
        row_count=len(sheet.rows),
        uploaded_at=now(),
        uploaded_by=by,
    )


def suggested(unit: ManagingUnit, header: Sequence[str]) -> list[str]:
    """Our column for each of theirs: as the unit said last time, else by its name; "" for none."""
    remembered = ColumnMapping.objects.filter(unit=unit).first()
    known: Mapping[str, str] = remembered.columns if remembered else {}
    chosen: list[str] = []
    for cell in header:
        column = column_called(cell)
        code = known.get(plain(cell), column.code if column else "")
        chosen.append(code if code in BY_CODE and code not in chosen else "")
    return chosen


def sheet_of(stock_import: StockImport) -> Sheet:
    """The cells as they were read. Raises Conflict once the file is loaded."""
    if stock_import.sheet is None or stock_import.state != StockImport.State.UPLOADED:
        raise Conflict(_("This file is loaded already."), code="already_loaded")
    kept = stock_import.sheet
    return Sheet(kept["header"], [(line, cells) for line, cells in kept["rows"]], kept["notes"])


@transaction.atomic
def set_columns(stock_import: StockImport, columns: Sequence[str]) -> None:
    """Say what the columns mean; the unit's next file begins with it. Raises Invalid."""
    header = sheet_of(stock_import).header
    if len(columns) != len(header):
        raise Invalid(_("The columns do not belong to this file."), code="columns")
    chosen = [code for code in columns if code]
    for code in chosen:
        if code not in BY_CODE:
            raise Invalid(_("There is no such column."), code="columns")
        if chosen.count(code) > 1:
            raise Invalid(
                _("Two columns mean the same: “%(column)s”.") % {"column": BY_CODE[code].label},
                code="column_twice",
            )
    if "number" not in chosen:
        raise Invalid(
            _("Choose the column with the stock number: rows are known by it."), code="no_number"
        )
    stock_import.columns = list(columns)
    stock_import.save(update_fields=["columns"])
    ColumnMapping.objects.update_or_create(
        unit=stock_import.unit,
        defaults={
            "columns": {plain(c): code for c, code in zip(header, columns, strict=True)},
            "changed_at": now(),
        },
    )


# --- the plan -------------------------------------------------------------------------------------


def plan(stock_import: StockImport) -> Plan:
    """What loading would do, row by row; nothing is written."""
    sheet = sheet_of(stock_import)
    unit = stock_import.unit
    made = Plan(Report(notes=list(sheet.notes)))
    passed = [
        cell for cell, code in zip(sheet.header, stock_import.columns, strict=True) if not code
    ]
    if passed:
        made.report.notes.append(
            _("Columns passed over: %(columns)s.") % {"columns": ", ".join(filter(None, passed))}
        )
    stock = _Stock(unit)
    for line, cells in sheet.rows:
        said = {code: cell for code, cell in zip(stock_import.columns, cells, strict=True) if code}
        _plan_row(made, stock, line, said)
    missing = len(stock.known) - sum(row.premises is not None for row in made.rows)
    if missing > 0 and not made.report.refused:
        made.report.notes.append(
            ngettext(
                "%(count)d premises of yours are not in the file; they stay as they are.",
                "%(count)d premises of yours are not in the file; they stay as they are.",
                missing,
            )
            % {"count": missing}
        )
    return made


class _Stock:
    """The unit's premises by number, read once, with one row for each building among them."""

    def __init__(self, unit: ManagingUnit) -> None:
        self.unit = unit
        self.known: dict[str, Premises | None] = {}
        sites: dict[int, Site] = {}
        for row in with_values(Premises.objects.filter(resource__unit=unit)):
            site = row.resource.site
            if site is not None:
                # Rows that change one building must not overwrite each other's change.
                row.resource.site = sites.setdefault(site.pk, site)
            if row.number:
                self.known[row.number] = None if row.number in self.known else row
        self.elsewhere = dict(
            Premises.objects.filter(numbered_by=unit)
            .exclude(resource__unit=unit)
            .values_list("number", "resource__unit__name")
        )
        self.lines: dict[str, int] = {}
        self.buildings: dict[object, dict[str, tuple[Any, int]]] = {}

    def find(self, number: str) -> Premises | None:
        """The premises of this number; None for new ones. Raises CellError."""
        if number in self.elsewhere:
            raise CellError(
                _("These premises are kept by %(unit)s now.") % {"unit": self.elsewhere[number]},
                _("Leave the row out."),
            )
        if number in self.known and self.known[number] is None:
            raise CellError(
                _("Two of your premises bear this number."),
                _("Give one of them another number on its page."),
            )
        return self.known.get(number)

    def agree(self, building: object, line: int, said: Mapping[str, Any]) -> None:
        """Raises CellError when another row says something else of the same building."""
        known = self.buildings.setdefault(building, {})
        for code, value in said.items():
            before = known.setdefault(code, (value, line))
            if before[0] != value:
                raise CellError(
                    _("Row %(line)d says otherwise of the same building: %(column)s “%(value)s”.")
                    % {
                        "line": before[1],
                        "column": BY_CODE[code].label,
                        "value": BY_CODE[code].kind.show(before[0]),
                    },
                    _("Write the same in both rows."),
                )


def _plan_row(made: Plan, stock: _Stock, line: int, said: Mapping[str, str]) -> None:
    number = said.get("number", "").strip()
    faults: list[tuple[str, str]] = []
    wanted: Values = {}
    for code, cell in said.items():
        try:
            if cell:
                wanted[code] = _read(code, cell)
        except CellError as error:
            faults.append((f"{BY_CODE[code].label}: {error.reason}", error.remedy))
    if not number:
        faults.append((_("It has no stock number."), _("Fill it in, or leave the row out.")))
    if number in stock.lines:
        faults.append(
            (
                _("Row %(line)d has the same number.") % {"line": stock.lines[number]},
                _("Leave one of them out."),
            )
        )
    stock.lines.setdefault(number, line)
    if not faults:
        try:
            row = _planned(stock, line, number, wanted)
            made.rows.append(row)
            made.report.rows.append(_told(row))
        except CellError as error:
            faults.append((error.reason, error.remedy))
    for reason, remedy in faults:
        made.report.refuse(line, number, reason, remedy)


def _read(code: str, cell: str) -> Any:
    """The value of a filled cell. An apostrophe before a dangerous sign is that of our own exports:
    what follows is text."""
    kind = BY_CODE[code].kind
    if cell[:1] == "'" and cell[1:].startswith(DANGEROUS):
        return kind.read(cell[1:])
    if plain(cell) in CLEARING:
        return kind.empty
    if cell.startswith(("=", "@")):
        raise CellError(
            _("A cell holds a formula (“%(cell)s”), not a text.") % {"cell": cell[:30]},
            _("Save the values of the table, not its formulas."),
        )
    return kind.read(cell)


def _planned(stock: _Stock, line: int, number: str, wanted: Values) -> PlannedRow:
    premises = stock.find(number)
    if premises is None:
        lacking = [BY_CODE[code].label for code in NEEDED_FOR_NEW if not wanted.get(code)]
        if lacking:
            raise CellError(
                _("The number is new, and the row lacks: %(columns)s.")
                % {"columns": ", ".join(map(str, lacking))},
                _("Fill them in, or check the number."),
            )
        before: Values = {code: column.kind.empty for code, column in BY_CODE.items()}
        after = before | wanted | {"title": wanted.get("title") or number}
        site, _point = place_of_new(wanted)
        building: object = site.pk if site else plain(wanted["address"])
    else:
        before = values_of(premises)
        after = before | wanted
        building = premises.resource.site_id
    stock.agree(building, line, {c: v for c, v in wanted.items() if BY_CODE[c].shared})
    wrong = [one for one in check_together(after) if one not in check_together(before)]
    if premises is None:
        wrong = check_together(after)
    if wrong:
        code, what = wrong[0]
        raise CellError(f"{BY_CODE[code].label}: {what}", "")
    changes = changed(before, wanted)
    if "number" in changes and premises is not None:
        del changes["number"]
    return PlannedRow(line, number, premises, before, changes)


def _told(row: PlannedRow) -> Row:
    if row.premises is None:
        detail = str(row.changes["address"])
        return Row(row.line, row.number, Outcome.ADDED, detail)
    outcome = Outcome.CHANGED if row.changes else Outcome.UNCHANGED
    return Row(row.line, row.number, outcome, words_of_changes(row.before, row.changes))


def words_of_changes(before: Values, changes: Values) -> str:
    """What changes, column by column: "floor: 0 → 1; heating: gas → –"."""
    words = []
    for code, value in list(changes.items())[:TOLD]:
        kind = BY_CODE[code].kind
        shown = (kind.show(before[code]) or "–", kind.show(value) or "–")
        words.append(f"{BY_CODE[code].label}: {shown[0]} → {shown[1]}")
    if len(changes) > TOLD:
        words.append(_("and %(count)d more") % {"count": len(changes) - TOLD})
    return "; ".join(words)


# --- loading and undoing --------------------------------------------------------------------------


@transaction.atomic
def load(stock_import: StockImport, *, by: str, role: str) -> Report:
    """Load the whole file. Raises ImportRefused with every reason, and then nothing is loaded."""
    unit = ManagingUnit.objects.select_for_update().get(pk=stock_import.unit_id)
    stock_import = StockImport.objects.select_for_update().get(pk=stock_import.pk)
    stock_import.unit = unit
    # Edits of single premises wait until the file is in, and then see its version.
    list(
        Premises.objects.filter(resource__unit=unit)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    made = plan(stock_import)
    if made.report.refused:
        raise ImportRefused(made.report)
    evidence = accessibility_evidence(imported=True)
    rows = []
    for row in made.rows:
        if not row.changes:
            continue
        try:
            rows.append(_load_row(stock_import, row, role=role, evidence=evidence))
        except CellError as error:
            made.report.refuse(row.line, row.number, error.reason, error.remedy)
    if made.report.refused:
        raise ImportRefused(made.report)
    StockImportRow.objects.bulk_create(rows)
    stock_import.state, stock_import.sheet = StockImport.State.LOADED, None
    stock_import.loaded_at, stock_import.loaded_by = now(), by
    stock_import.save()
    return made.report


def _load_row(
    stock_import: StockImport, row: PlannedRow, *, role: str, evidence: str
) -> StockImportRow:
    if row.premises is not None:
        write(row.premises, row.changes, role=role, evidence=evidence)
        before: Values | None = packed({code: row.before[code] for code in row.changes})
        after, premises = packed(row.changes), row.premises
    else:
        site, _point = place_of_new(row.changes)
        premises = create(stock_import.unit, row.changes, role=role, evidence=evidence)
        fresh = with_values(Premises.objects.filter(pk=premises.pk)).get()
        before, after = None, packed(values_of(fresh))
        if site is None:
            after[NEW_SITE] = fresh.resource.site_id
    return StockImportRow(
        stock_import=stock_import,
        line=row.line,
        number=row.number,
        premises=premises,
        before=before,
        after=after,
    )


#: In `after` of an added row: the building that came with it.
NEW_SITE = "_site"
