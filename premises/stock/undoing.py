"""Undoing the last import of a unit's stock, whole, or not at all where rows changed since."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from premises.models import Premises, StockImport, StockImportRow
from premises.stock.columns import BY_CODE
from premises.stock.importing import NEW_SITE
from premises.stock.values import (
    Values,
    accessibility_evidence,
    changed,
    unpacked,
    values_of,
    with_values,
    write,
)
from records.clock import now
from records.problems import Conflict
from resources.importing.report import ImportRefused, Outcome, Report, Row
from resources.importing.tables import CellError
from resources.models import Claim, ManagingUnit, Resource, Site, Space


def last_import(unit: ManagingUnit) -> StockImport | None:
    """The import that may be undone: the last loaded one, unless it is undone already."""
    last = (
        StockImport.objects.filter(unit=unit, loaded_at__isnull=False)
        .order_by("-loaded_at", "-pk")
        .first()
    )
    return last if last and last.state == StockImport.State.LOADED else None


@transaction.atomic
def undo(stock_import: StockImport, *, by: str, role: str) -> Report:
    """Put back what was before the import.

    Raises ImportRefused with the rows that somebody changed since, or that are in use by now;
    then nothing is undone. Raises Conflict for an import that is not the last.
    """
    unit = ManagingUnit.objects.select_for_update().get(pk=stock_import.unit_id)
    last = last_import(unit)
    if last is None or last.pk != stock_import.pk:
        raise Conflict(_("Only the last import can be undone."), code="not_the_last")
    rows = list(last.rows.order_by("-line"))
    ids = [row.premises_id for row in rows if row.premises_id]
    list(Premises.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
    sites: dict[int, Site] = {}
    known = {one.pk: one for one in with_values(Premises.objects.filter(pk__in=ids))}
    for one in known.values():
        if one.resource.site is not None:
            one.resource.site = sites.setdefault(one.resource.site.pk, one.resource.site)
    report = Report()
    todo = []
    for row in rows:
        premises = known.get(row.premises_id) if row.premises_id else None
        now_is = values_of(premises) if premises else None
        if why := _changed_since(row, now_is):
            report.refuse(row.line, row.number, why, _("Change it by hand on its page."))
        else:
            todo.append((row, premises, now_is))
    for row, premises, now_is in todo:
        if premises is not None and now_is is not None:
            _undo_row(row, premises, now_is, report, role)
    if report.refused:
        raise ImportRefused(report)
    last.state, last.undone_at, last.undone_by = StockImport.State.UNDONE, now(), by
    last.save()
    return report


def _changed_since(row: StockImportRow, now_is: Values | None) -> str:
    """Why the row cannot be put back: what differs from what the import left. "" when nothing."""
    if now_is is None:
        return _("The premises are gone.")
    left = unpacked({code: value for code, value in row.after.items() if code != NEW_SITE})
    differ = [code for code in left if now_is[code] != left[code]]
    if not differ:
        return ""
    kinds = {code: BY_CODE[code].kind for code in differ}
    return _("Changed since: %(changes)s.") % {
        "changes": "; ".join(
            f"{BY_CODE[code].label}: {kind.show(left[code]) or '–'} → "
            f"{kind.show(now_is[code]) or '–'}"
            for code, kind in kinds.items()
        )
    }


def _undo_row(
    row: StockImportRow, premises: Premises, now_is: Values, report: Report, role: str
) -> None:
    try:
        if row.before is None:
            _remove(premises, row.after.get(NEW_SITE))
            report.rows.append(Row(row.line, row.number, Outcome.REMOVED))
        else:
            back = changed(now_is, unpacked(row.before))
            write(premises, back, role=role, evidence=accessibility_evidence(imported=True))
            report.rows.append(Row(row.line, row.number, Outcome.CHANGED))
    except CellError as error:
        report.refuse(row.line, row.number, error.reason, error.remedy)


def _remove(premises: Premises, new_site: Any) -> None:
    """Delete premises that the import added. Raises CellError when they are in use."""
    resource = premises.resource
    space_id = resource.space_id
    in_use = CellError(
        _("The premises are in use: somebody holds them, or a case speaks of them."),
        _("Withdraw them instead."),
    )
    if Claim.objects.filter(space__leaf_rows__space=space_id).exists():
        raise in_use
    try:
        with transaction.atomic():
            Resource.objects.filter(pk=resource.pk).delete()
            if space_id is not None:
                Space.objects.filter(pk=space_id).delete()
    except ProtectedError as error:
        raise in_use from error
    if new_site and not Resource.objects.filter(site=new_site).exists():
        Site.objects.filter(pk=new_site).delete()
