"""Make the unit's own use what a file says: compare, report, and then all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from records.clock import KRAKOW, now, today
from records.problems import Conflict, Invalid
from records.typography import day, time_range
from resources import own_use
from resources.claims import lock_leaves, retrying
from resources.collisions import Collision, PlaceAndTime
from resources.importing import own_use_csv, own_use_ical
from resources.importing.entries import HORIZON, MAX_DATES_IN_ALL, Entry, Places, Reading
from resources.importing.report import ImportRefused, Outcome, Report, Row
from resources.models import ManagingUnit, OwnUse, Resource


@dataclass(frozen=True, slots=True)
class Options:
    """How to take a file.

    `default`: the place of events that name none. `leave_out`: pass over dates that are taken
    instead of refusing the row. `complete`: the file is the whole timetable, so that what an
    earlier file of the same sort brought and this one lacks is removed.
    """

    default: Resource | None = None
    leave_out: bool = False
    complete: bool = False


def import_own_use(
    unit: ManagingUnit,
    resources: Sequence[Resource],
    content: bytes,
    *,
    by: str,
    options: Options | None = None,
    dry_run: bool = False,
) -> Report:
    """Take a CSV table or an iCal calendar as own use of the unit's places.

    Raises ImportRefused, with every row that needs mending, and Invalid for an unreadable file;
    then nothing was changed. With `dry_run` nothing is changed either.
    """
    options = options or Options()
    places = Places(resources, options.default)
    is_calendar = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR"
    reading = (own_use_ical if is_calendar else own_use_csv).read(content, places)
    origin = OwnUse.Origin.ICAL if is_calendar else OwnUse.Origin.CSV
    if sum(len(one.times) for one in reading.entries) > MAX_DATES_IN_ALL:
        raise Invalid(
            _("At most %(most)d dates at once. Split the file.") % {"most": MAX_DATES_IN_ALL},
            code="too_many_dates",
            field="file",
        )
    job = _Import(unit, origin, by, options)
    report = _apply(job, resources, reading, dry_run=dry_run)
    if reading.over:
        report.notes.append(
            _("Passed over because they are over: %(count)d.") % {"count": reading.over}
        )
    return report


@dataclass(frozen=True, slots=True)
class _Import:
    """Whose file is being taken, of what sort, by whom and how."""

    unit: ManagingUnit
    origin: str
    by: str
    options: Options


@retrying
def _apply(
    job: _Import, resources: Sequence[Resource], reading: Reading, *, dry_run: bool
) -> Report:
    report = Report(list(reading.report.rows), list(reading.report.notes))
    with transaction.atomic():
        # All at once: entries follow each other on the same leaves.
        lock_leaves(one.space_id for one in resources if one.space_id is not None)
        there = {
            one.external_uid: one
            for one in OwnUse.objects.filter(unit=job.unit)
            .exclude(external_uid="")
            .select_related("hold")
            .prefetch_related("hold__held_periods__resource")
        }
        report.rows += _remove(job, reading, there)
        fresh = []
        for entry in reading.entries:
            known = there.get(entry.uid)
            if entry.cancelled:
                report.rows.append(_called_off(entry, known))
            elif known is not None and _is_as_said(known, entry):
                report.rows.append(_row(entry, Outcome.UNCHANGED))
            else:
                fresh.append((entry, known))
        # First away with the old times: two entries may have changed places.
        for _entry, known in fresh:
            if known is not None:
                own_use.remove(known)
        report.rows += [_take(job, entry, known) for entry, known in fresh]
        report.rows.sort(key=lambda row: (row.position is None, row.position or 0))
        if report.refused:
            raise ImportRefused(report)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _remove(job: _Import, reading: Reading, there: dict[str, OwnUse]) -> list[Row]:
    """What an earlier file brought, is still to come, and this whole timetable lacks."""
    if not job.options.complete:
        return []
    said = {one.uid for one in reading.entries}
    gone = [
        one
        for uid, one in there.items()
        if uid not in said and one.origin == job.origin and _future(one)
    ]
    for one in gone:
        own_use.remove(one)
    return [Row(None, one.title, Outcome.REMOVED) for one in gone]


def _future(one: OwnUse) -> set[tuple[int, float, float]]:
    return {
        (held.resource_id, held.period.lower.timestamp(), held.period.upper.timestamp())
        for held in one.hold.held_periods.all()
        if held.period.lower > now()
    }


def _key(one: PlaceAndTime) -> tuple[int, float, float]:
    return (one.resource.pk, one.period.start.timestamp(), one.period.end.timestamp())


def _is_as_said(known: OwnUse, entry: Entry) -> bool:
    return (known.title, known.show_title) == (entry.title, entry.show_title) and _future(
        known
    ) == {_key(one) for one in entry.times}


def _row(entry: Entry, outcome: Outcome, detail: str = "", remedy: str = "") -> Row:
    return Row(entry.position, entry.title, outcome, detail, remedy, dates=len(entry.times))


def _called_off(entry: Entry, known: OwnUse | None) -> Row:
    detail = _("Called off in the calendar.")
    if known is None or not _future(known):
        return _row(entry, Outcome.UNCHANGED, detail)
    own_use.remove(known)
    return _row(entry, Outcome.REMOVED, detail)


def _take(job: _Import, entry: Entry, known: OwnUse | None) -> Row:
    """Write one entry; returns its row of the report. A savepoint undoes what is refused."""
    entry.times = list({_key(one): one for one in entry.times}.values())
    try:
        with transaction.atomic():
            left_out = _write(job, entry, known)
    except own_use.OwnUseCollides as refused:
        remedy = _("Choose “leave out dates that are taken”, or change the hours.")
        return _row(entry, Outcome.REFUSED, _in_the_way(refused.collisions), remedy)
    except (Conflict, Invalid) as refused:
        return _row(entry, Outcome.REFUSED, str(refused.message))
    detail = _("Left out: %(what)s") % {"what": _in_the_way(left_out)} if left_out else ""
    return _row(entry, Outcome.ADDED if known is None else Outcome.CHANGED, detail)


def _write(job: _Import, entry: Entry, known: OwnUse | None) -> list[Collision]:
    leave_out = job.options.leave_out
    if known is not None:
        own_use.check(entry.times)
        return own_use.replace(
            known, entry.title, entry.times, show_title=entry.show_title, leave_out=leave_out
        )
    _made, left_out = own_use.add(
        job.unit,
        entry.title,
        entry.times,
        by=job.by,
        show_title=entry.show_title,
        leave_out=leave_out,
        origin=job.origin,
        external_uid=entry.uid,
    )
    return left_out


def _in_the_way(found: Sequence[Collision], limit: int = 3) -> str:
    """The first few of what stands in the way, in words."""
    words = [
        f"{day(one.start)} "
        + (time_range(one.start, one.end.astimezone(KRAKOW)) if one.end else "")
        + f" {one.label}"
        for one in found[:limit]
    ]
    rest = len(found) - limit
    return "; ".join(words) + (_(" and %(count)d more") % {"count": rest} if rest > 0 else "")


def horizon_day() -> str:
    """The last day that an import reads, for the page that explains it."""
    return day(today() + HORIZON)
