"""Own use from a table: one row a time, or a weekly series with `repeat_until`."""

import hashlib
from datetime import date

from django.utils.translation import gettext as _

from records.clock import now, today
from records.periods import local_period, weekly_dates
from resources.availability import ClosedDay, calendar_days
from resources.collisions import PlaceAndTime
from resources.importing.entries import HORIZON, Entry, Places, Reading
from resources.importing.report import Report
from resources.importing.tables import (
    CellError,
    Line,
    plain,
    read_day,
    read_minute,
    read_table,
    read_truth,
)
from resources.models import Resource

#: Our name -> how headers say it, without Polish marks and underscores.
COLUMNS = {
    "room": ("sala", "miejsce", "pomieszczenie", "place", "location"),
    "title": ("tytul", "nazwa", "zajecia", "temat", "subject"),
    "date": ("data", "dzien", "od dnia", "from", "start date"),
    "opens": ("od", "od godziny", "poczatek", "start", "start time"),
    "closes": ("do", "do godziny", "koniec", "end", "end time"),
    "repeat_until": ("powtarzaj do", "co tydzien do", "do dnia", "repeat until", "until"),
    "show_title": ("pokaz tytul", "publiczne", "show title", "public"),
    "uid": ("identyfikator", "id"),
}
DaysOff = dict[date, list[ClosedDay]]

REQUIRED = ("room", "title", "date", "opens", "closes")


def read(content: bytes, places: Places) -> Reading:
    """The entries of a table. Rows with the same `uid` are one entry. Raises Invalid.

    Without a `uid` a row is known again by its place, title, day and hours, so that the same file
    loaded twice changes nothing.
    """
    table = read_table(content, COLUMNS)
    report = Report(notes=list(table.notes))
    entries: dict[str, Entry] = {}
    over = 0
    off = calendar_days(today(), today() + HORIZON, _observed(places))
    for line in table.lines:
        try:
            entry = _entry(line, places, off)
        except CellError as error:
            report.refuse(line.number, line["title"], error.reason, error.remedy)
            continue
        if not entry.times:
            over += 1
        same = entries.setdefault(entry.uid, entry)
        if same is not entry:
            same.times += entry.times
    return Reading([one for one in entries.values() if one.times], report, over)


def _observed(places: Places) -> set[str]:
    return {kind for one in places.names.values() if one is not None for kind in one.observes}


def _entry(line: Line, places: Places, off: DaysOff) -> Entry:
    if line.fault:
        raise CellError(line.fault, _("Mend the row in your spreadsheet and save it again."))
    missing = [name for name in REQUIRED if not line[name] and not _has_default(name, places)]
    if missing:
        columns = ", ".join(COLUMNS[name][0] for name in missing)
        raise CellError(
            _("It lacks a value in: %(columns)s.") % {"columns": columns},
            _("Fill it in, or leave the row out."),
        )
    resource = _place(line["room"], places)
    first = read_day(line["date"])
    opens, closes = read_minute(line["opens"]), read_minute(line["closes"])
    if opens >= closes:
        raise CellError(
            _("It ends before it begins."),
            _("Check the hours; a time after midnight is a new row."),
        )
    last = read_day(line["repeat_until"]) if line["repeat_until"] else first
    if last < first or last > today() + HORIZON:
        raise CellError(
            _("The last day %(day)s is out of range.") % {"day": f"{last:%d.%m.%Y}"},
            _("Give a day after the first one and within %(days)d days from today.")
            % {"days": HORIZON.days},
        )
    days = [
        day
        for day in weekly_dates({first.isoweekday()}, first, last)
        if first == last or not _is_off(day, resource, off)
    ]
    periods = [local_period(day, opens, closes) for day in days]
    return Entry(
        position=line.number,
        uid=line["uid"] or _fingerprint(resource, line, first, opens, closes),
        title=line["title"][:160],
        show_title=read_truth(line["show_title"]),
        times=[PlaceAndTime(resource, one) for one in periods if one.start > now()],
    )


def _has_default(name: str, places: Places) -> bool:
    return name == "room" and places.default is not None


def _place(text: str, places: Places) -> Resource:
    """A table that names a place means it: a wrong name never falls back to the default."""
    found = places.names.get(plain(text)) if text else places.default
    if found is None:
        raise CellError(
            _("There is no place “%(place)s” in this unit.") % {"place": text},
            _("Write one of: %(places)s.") % {"places": places.named()},
        )
    return found


def _is_off(day: date, resource: Resource, off: DaysOff) -> bool:
    return any(one.kind in resource.observes for one in off.get(day, ()))


def _fingerprint(resource: Resource, line: Line, first: date, opens: int, closes: int) -> str:
    text = "|".join([resource.code, line["title"], str(first), str(opens), str(closes)])
    return "csv:" + hashlib.sha256(text.encode()).hexdigest()[:24]
