"""Residents per district and date, from the table of registered residents."""

import csv
import re
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from maps.importing.numbers import district_number
from maps.importing.report import ImportReport, Refusal, all_or_nothing, refuse_if_any
from maps.importing.sources import SourceFacts, record_source
from maps.models import District, DistrictResidents

DATED_COLUMN = re.compile(r"^zameldowani(?:_staly)?_(\d{4})_(\d{2})_(\d{2})$")


def import_district_residents(
    path: Path, source: SourceFacts, *, dry_run: bool = False
) -> ImportReport:
    """Registered residents of each date column `zameldowani[_staly]_YYYY_MM_DD` of the CSV.

    `w_tym_kobiety` and `w_tym_mezczyzni` belong to the latest date. Raises ImportRefused.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    dates = {
        column: date(*map(int, match.groups()))
        for column in (rows[0] if rows else {})
        if (match := DATED_COLUMN.match(column))
    }
    known = set(District.objects.values_list("number", flat=True))
    refusals: list[Refusal] = []
    figures: list[tuple[int, date, int, int | None, int | None]] = []
    for position, row in enumerate(rows, start=1):
        number = district_number(row.get("nr")) or 0  # no district has it
        for column, on_date in dates.items():
            sexes = ("w_tym_kobiety", "w_tym_mezczyzni") if on_date == max(dates.values()) else ()
            try:
                total = int(row[column])
                women, men = (int(row[name]) for name in sexes) if sexes else (None, None)
            except (ValueError, KeyError, TypeError):
                refusals.append(
                    Refusal(
                        position,
                        row.get("nazwa") or "",
                        _("A figure of %s cannot be read.") % on_date,
                        _("Write whole numbers."),
                    )
                )
                continue
            fault = None
            if number not in known:
                fault = (_("The district is not loaded."), _("Run import_districts first."))
            elif women is not None and men is not None and women + men != total:
                fault = (
                    _("Women and men add up to %(sum)s, the total is %(total)s.")
                    % {"sum": women + men, "total": total},
                    _("Correct the row."),
                )
            if fault:
                refusals.append(Refusal(position, row.get("nazwa") or "", *fault))
            else:
                figures.append((number, on_date, total, women, men))
    refuse_if_any(refusals)
    report = ImportReport(dry_run=dry_run)
    with all_or_nothing(dry_run=dry_run):
        data_source = record_source(source)
        for number, on_date, total, women, men in figures:
            values = {"total": total, "women": women, "men": men, "source_id": data_source.pk}
            stored, created = DistrictResidents.objects.get_or_create(
                district_id=number,
                kind=DistrictResidents.Kind.REGISTERED,
                on_date=on_date,
                defaults=values,
            )
            if created:
                report.added += 1
            elif all(getattr(stored, name) == value for name, value in values.items()):
                report.unchanged += 1
            else:
                DistrictResidents.objects.filter(pk=stored.pk).update(**values)
                report.changed += 1
    return report
