"""Batches of charges for the finance system: made once, given again byte for byte.

Columns are Polish and fixed: a program reads them. Semicolons, decimal commas, UTF-8 with a mark,
as spreadsheets and the usual import of finance systems take them.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.models import Charge, ChargeExport, LeaseParty
from premises.numbers import next_number
from records.clock import now, today
from records.problems import Conflict
from records.spreadsheets import as_csv
from resources.models import ManagingUnit

HEADER = (
    "pozycja", "umowa", "kontrahent", "nip", "rodzaj", "czego_dotyczy", "od", "do", "netto",
    "stawka_vat", "vat", "brutto", "termin", "korekta", "opis",
)  # fmt: skip

#: Words of the file, which stay as they are when words of the pages change.
KINDS = {
    Charge.Kind.RENT: "czynsz",
    Charge.Kind.HOLDOVER: "bezumowne korzystanie",
    Charge.Kind.UTILITY: "media",
    Charge.Kind.DEPOSIT: "kaucja",
    Charge.Kind.OTHER: "inne",
}


def waiting(unit: ManagingUnit, until: date) -> QuerySet[Charge]:
    """Charges due before `until` that finance does not have yet."""
    return Charge.objects.filter(lease__unit=unit, export=None, due_on__lt=until).order_by(
        "lease__number", "month", "kind", "subject", "vat_rate", "sequence"
    )


@transaction.atomic
def export(unit: ManagingUnit, until: date, actor: str) -> ChargeExport:
    """Send what waits. Raises Conflict if nothing does.

    Of two at once, the second gets the rest.
    """
    rows = list(waiting(unit, until).select_for_update(of=("self",)).select_related("lease"))
    if not rows:
        raise Conflict(_("No charge waits to be sent."), code="nothing_to_export")
    content = as_text(rows)
    made = ChargeExport.objects.create(
        unit=unit,
        number=f"{next_number(unit, 'charge_export', today().year)}/{today().year}",
        until=until,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        rows=len(rows),
        gross=sum((row.gross for row in rows), Decimal(0)),
        made_at=now(),
        made_by=actor,
        is_sample=unit.is_sample,
    )
    Charge.objects.filter(pk__in=[row.pk for row in rows]).update(export=made)
    return made


def as_text(rows: Sequence[Charge]) -> str:
    """The CSV of charges whose contracts are loaded. Two queries for any number of rows."""
    parties: dict[int, list[LeaseParty]] = {}
    bound = LeaseParty.objects.filter(
        lease__in={row.lease_id for row in rows}, role__in=LeaseParty.BOUND
    ).select_related("organisation")
    for party in bound:
        parties.setdefault(party.lease_id, []).append(party)
    with override("pl"):
        lines = [_line(row, parties.get(row.lease_id, [])) for row in rows]
        return as_csv(HEADER, lines).decode()


def _line(row: Charge, parties: list[LeaseParty]) -> list[object]:
    first = row.period.lower
    then = [one for one in parties if first in one.valid] or parties
    nips = [(one.organisation.nip if one.organisation else one.nip) for one in then]
    return [
        row.pk,
        row.lease.number,
        " / ".join(str(one) for one in then),
        next((nip for nip in nips if nip), ""),
        KINDS[Charge.Kind(row.kind)],
        row.subject,
        first,
        row.period.upper - timedelta(days=1),
        row.net,
        row.vat_rate if row.vat_rate is not None else "np.",
        row.vat,
        row.gross,
        row.due_on,
        "tak" if row.sequence else "nie",
        row.note,
    ]
