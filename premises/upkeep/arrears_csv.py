"""Import of arrears from the finance system: all of the table or nothing, errors row by row.

Columns: the contract's number, the document, what for (rent if empty), the month, the day it was
due, the sum charged, the sum not paid. One document stands once.
"""

import hashlib
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from premises.models import Arrear, ArrearsImport, Lease
from premises.upkeep.arrears import note_facts
from records import typography
from records.clock import now, today
from records.problems import Conflict, Invalid
from resources.importing.report import ImportRefused, Outcome, Report, Row
from resources.importing.tables import CellError, Line, plain, read_day, read_table
from resources.models import ManagingUnit

COLUMNS = {
    "contract": ("umowa", "numer umowy", "nr umowy", "contract"),
    "document": ("dokument", "numer dokumentu", "nr dokumentu", "faktura"),
    "kind": ("rodzaj", "tytul", "za co"),
    "month": ("miesiac", "za miesiac", "okres", "month"),
    "due": ("termin", "termin platnosci", "due"),
    "amount": ("kwota", "naliczono", "amount"),
    "outstanding": ("pozostalo", "do zaplaty", "zaleglosc", "outstanding"),
}
REQUIRED = ("contract", "document", "due", "amount", "outstanding")
RENT = {"", "czynsz", "rent", "najem"}
_MONTH = re.compile(r"(\d{4})[-./](\d{1,2})|(\d{1,2})[-./](\d{4})")


@transaction.atomic
def import_arrears(
    content: bytes,
    unit: ManagingUnit,
    *,
    as_of: date,
    source: str,
    file_name: str,
    by: str,
    dry_run: bool = False,
) -> Report:
    """Load a state of arrears. Raises ImportRefused (rows, all of them), Invalid, Conflict (this
    very file for this day is loaded already)."""
    if as_of > today():
        raise Invalid(_("The state of a day to come is not known yet."), field="as_of")
    digest = hashlib.sha256(content).hexdigest()
    if ArrearsImport.objects.filter(unit=unit, as_of=as_of, sha256=digest).exists():
        raise Conflict(_("This file is imported already."), code="imported_already")
    table = read_table(content, COLUMNS)
    report = Report(notes=list(table.notes))
    leases = {plain(one.number): one for one in Lease.objects.filter(unit=unit)}
    found: list[Arrear] = []
    documents: dict[str, int] = {}
    for line in table.lines:
        try:
            row = _read(line, leases)
            _require_new(row.document, documents)
            documents[row.document] = line.number
            found.append(row)
            report.rows.append(
                Row(
                    line.number, f"{row.lease.number}, {row.document}", Outcome.ADDED,
                    typography.money(row.outstanding),
                )
            )  # fmt: skip
        except CellError as error:
            report.refuse(line.number, line["contract"], error.reason, error.remedy)
    if report.refused:
        raise ImportRefused(report)
    made = ArrearsImport.objects.create(
        unit=unit,
        as_of=as_of,
        source=source,
        file_name=file_name[:200],
        sha256=digest,
        rows=len(found),
        outstanding=sum((row.outstanding for row in found), Decimal(0)),
        made_at=now(),
        made_by=by,
        is_sample=unit.is_sample,
    )
    for row in found:
        row.source = made
    Arrear.objects.bulk_create(found)
    note_facts(made)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _require_new(document: str, documents: dict[str, int]) -> None:
    if document in documents:
        raise CellError(
            _("The document stands in row %(row)d already.") % {"row": documents[document]},
            _("Leave one of the rows."),
        )


def _read(line: Line, leases: dict[str, Lease]) -> Arrear:
    if line.fault:
        raise CellError(line.fault, _("Mend the row in your spreadsheet and save it again."))
    lacking = [COLUMNS[name][0] for name in REQUIRED if not line[name]]
    if lacking:
        raise CellError(
            _("It lacks a value in: %(columns)s.") % {"columns": ", ".join(lacking)},
            _("Fill it in, or leave the row out."),
        )
    lease = leases.get(plain(line["contract"]))
    if lease is None:
        raise CellError(
            _("There is no contract “%(number)s” in this unit.") % {"number": line["contract"]},
            _("Write its number as on its page, for example ZL-12-2026."),
        )
    rent = plain(line["kind"]) in RENT
    amount, outstanding = read_sum(line["amount"]), read_sum(line["outstanding"])
    if not 0 < outstanding <= amount:
        raise CellError(
            _("Not paid is %(outstanding)s of %(amount)s charged.")
            % {"outstanding": typography.money(outstanding), "amount": typography.money(amount)},
            _("Write more than nothing and at most what was charged; leave paid rows out."),
        )
    if rent and not line["month"]:
        raise CellError(_("Rent is for a month: give it."), _("Write a month like 2026-03."))
    return Arrear(
        lease=lease,
        document=line["document"][:80],
        kind=Arrear.Kind.RENT if rent else Arrear.Kind.OTHER,
        month=read_month(line["month"]) if line["month"] else None,
        due_on=read_day(line["due"]),
        amount=amount,
        outstanding=outstanding,
    )


def read_sum(text: str) -> Decimal:
    """1 234,50 or 1234.50, with zł or without; to grosz. Raises CellError."""
    bare = re.sub(r"[\s\u00a0\u202f]|zł|PLN", "", text).replace(",", ".")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value != value.quantize(Decimal("0.01")) or abs(value) >= 10**10:
        raise CellError(_("“%(text)s” is no sum.") % {"text": text}, _("Write a sum like 1234,50."))
    return value


def read_month(text: str) -> date:
    """2026-03, 03.2026 or a day of it, as its first day. Raises CellError."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        return read_day(text).replace(day=1)
    year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
    try:
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise CellError(
            _("“%(text)s” is no month.") % {"text": text}, _("Write a month like 2026-03.")
        ) from error
