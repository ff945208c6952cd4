"""Closures of many units from one table: polling stations, a day off by an order.

Columns: the unit's code or name, a place (empty: all places of the unit by the hour), the first and
the last day, hours (empty: whole days), a note. What stands in the way stays and is named in the
report: each unit decides about its own meetings at its desk.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Person
from records.clock import now
from records.problems import Conflict, Invalid
from records.typography import day, day_range, period
from resources import closures
from resources.closures import Plan
from resources.importing.entries import Places
from resources.importing.report import ImportRefused, Outcome, Report, Row
from resources.importing.tables import (
    CellError,
    Line,
    plain,
    read_day,
    read_minute,
    read_table,
)
from resources.models import HeldPeriod, Hold, ManagingUnit, Resource

COLUMNS = {
    "unit": ("jednostka", "kod jednostki", "placowka", "szkola"),
    "room": ("sala", "miejsce", "pomieszczenie", "place"),
    "first": ("od dnia", "data", "dzien", "from", "date", "pierwszy dzien"),
    "last": ("do dnia", "ostatni dzien", "to"),
    "opens": ("od", "od godziny", "start"),
    "closes": ("do", "do godziny", "end"),
    "note": ("uwagi", "opis"),
}


def import_closures(
    content: bytes, *, reason: str, public_note: str = "", by: Person, dry_run: bool = False
) -> Report:
    """Close what the table says, all of it or nothing. Raises ImportRefused or Invalid.

    A row that is closed already stays unchanged, so the same file may be loaded twice.
    """
    table = read_table(content, COLUMNS)
    report = Report(notes=list(table.notes))
    units = _Units()
    with transaction.atomic():
        for line in table.lines:
            try:
                report.rows.append(_take(line, units, reason, public_note, by))
            except CellError as error:
                report.refuse(line.number, line["unit"], error.reason, error.remedy)
            except (Invalid, Conflict) as problem:
                report.refuse(line.number, line["unit"], str(problem.message), "")
        if report.refused:
            raise ImportRefused(report)
        if dry_run:
            transaction.set_rollback(True)
    return report


class _Units:
    """Units by code or name, with their places, read once."""

    def __init__(self) -> None:
        self.by_name: dict[str, ManagingUnit | None] = {}
        for unit in ManagingUnit.objects.filter(merged_into=None):
            for name in {plain(unit.code), plain(unit.name), plain(unit.short_name)} - {""}:
                # A name that two units share names neither.
                self.by_name[name] = None if name in self.by_name else unit
        self._places: dict[int, list[Resource]] = {}
        for place in (
            Resource.objects.filter(tenure=Resource.Tenure.TIME, space__isnull=False)
            .exclude(visibility=Resource.Visibility.WITHDRAWN)
            .select_related("policy", "unit")
        ):
            self._places.setdefault(place.unit_id, []).append(place)

    def find(self, text: str) -> ManagingUnit:
        unit = self.by_name.get(plain(text))
        if unit is None:
            raise CellError(
                _("There is no unit “%(unit)s”.") % {"unit": text},
                _("Write its code or its full name, as on its desk."),
            )
        return unit

    def places(self, unit: ManagingUnit, text: str) -> list[Resource]:
        every = self._places.get(unit.pk, [])
        if not text:
            # A hall's parts are closed with it.
            every = [one for one in every if one.part_of_id is None]
            if not every:
                raise CellError(_("This unit has no places by the hour."), _("Leave the row out."))
            return every
        found = Places(every).names.get(plain(text))
        if found is None:
            raise CellError(
                _("There is no place “%(place)s” in this unit.") % {"place": text},
                _("Leave the place empty to close all, or write one of: %(places)s.")
                % {"places": Places(every).named()},
            )
        return [found]


def _take(line: Line, units: _Units, reason: str, public_note: str, by: Person) -> Row:
    if line.fault:
        raise CellError(line.fault, _("Mend the row in your spreadsheet and save it again."))
    for name in ("unit", "first"):
        if not line[name]:
            raise CellError(
                _("It lacks a value in: %(columns)s.") % {"columns": COLUMNS[name][0]},
                _("Fill it in, or leave the row out."),
            )
    unit = units.find(line["unit"])
    first = read_day(line["first"])
    last = read_day(line["last"]) if line["last"] else first
    opens, closes = _hours(line)
    plan = Plan(
        unit=unit,
        resources=units.places(unit, line["room"]),
        periods=closures.days_as_periods(first, last, opens=opens, closes=closes),
        reason=reason,
        public_note=line["note"] or public_note,
    )
    subject = f"{unit.name}, {_span(first, last)}"
    if _is_closed(plan):
        return Row(line.number, subject, Outcome.UNCHANGED)
    preview = closures.preview(plan, by)
    with transaction.atomic():
        closures.close(plan, answers={}, seen=preview.seen, by=by)
    stays = [
        f"{period(one.collision.slot.period)} {one.collision.label}"
        for one in preview.meetings
        if one.collision.slot is not None
    ]
    detail = _("Stays, for the unit to decide: %(what)s") % {"what": "; ".join(stays[:5])}
    return Row(line.number, subject, Outcome.ADDED, detail if stays else "", dates=len(stays))


def _hours(line: Line) -> tuple[int | None, int | None]:
    if bool(line["opens"]) != bool(line["closes"]):
        raise CellError(_("It gives one hour of two."), _("Give both hours, or none."))
    if not line["opens"]:
        return None, None
    return read_minute(line["opens"]), read_minute(line["closes"])


def _span(first: date, last: date) -> str:
    return day(first) if first == last else day_range(first, last)


def _is_closed(plan: Plan) -> bool:
    """Whether each place is within a standing closure for each of the periods to come."""
    wanted = [one for one in plan.periods if one.end > now()]
    held = list(
        HeldPeriod.objects.filter(
            resource__in=plan.resources,
            hold__kind=Hold.Kind.CLOSURE,
            hold__binding=True,
        )
    )
    return all(
        any(
            row.resource_id == place.pk
            and row.period.lower <= one.start
            and one.end <= row.period.upper
            for row in held
        )
        for place in plan.resources
        for one in wanted
    )
