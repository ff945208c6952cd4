"""Own use from a calendar (iCalendar, RFC 5545): events with their repetitions and exceptions.

Times are kept by the wall clock of the event's own zone and turned into Kraków's; floating times
are Kraków's. An event without an end to its repetition is read up to the horizon and says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from records.clock import KRAKOW, now, today
from records.periods import Period, local_moment
from records.problems import Invalid
from resources.collisions import PlaceAndTime
from resources.importing.entries import HORIZON, LONGEST, Entry, Places, Reading
from resources.importing.recurrence import Rule, RuleError
from resources.importing.report import Report
from resources.models import Resource
from resources.own_use import MAX_DATES

MAX_BYTES = 2_000_000
MAX_EVENTS = 2_000
#: A repetition is walked from its first day; one that began before this is taken up from here.
EARLIEST = date(2000, 1, 1)


class EventError(ValueError):
    """An event that is not read: (reason, remedy)."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def read(content: bytes, places: Places) -> Reading:
    """The entries of a calendar, one for each UID. Raises Invalid for a file that is none."""
    events = _events(content)
    report, over = Report(), 0
    entries: list[Entry] = []
    for found in _by_uid(events, report):
        try:
            entry = _entry(found, places, report)
        except EventError as error:
            report.refuse(found.position, found.title, error.reason, error.remedy)
            continue
        except RuleError as error:
            remedy = _("Enter it as a weekly series, or as single events.")
            report.refuse(found.position, found.title, str(error), remedy)
            continue
        if entry.times or entry.cancelled:
            entries.append(entry)
        else:
            over += 1
    return Reading(entries, report, over)


def _events(content: bytes) -> list[Event]:
    if len(content) > MAX_BYTES:
        raise Invalid(
            _("The file is larger than %(most)d kB. Split it.") % {"most": MAX_BYTES // 1000},
            code="too_large",
            field="file",
        )
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise Invalid(
            _("This is no calendar. Export it from your program as iCal (.ics)."),
            code="no_calendar",
            field="file",
        ) from error
    events: list[Any] = [event for one in calendars for event in one.walk("VEVENT")]
    if not events:
        raise Invalid(_("The calendar holds no events."), code="empty", field="file")
    if len(events) > MAX_EVENTS:
        raise Invalid(
            _("At most %(most)d events at once; these are %(count)d. Split the file.")
            % {"most": MAX_EVENTS, "count": len(events)},
            code="too_many_rows",
            field="file",
        )
    return events


@dataclass(slots=True)
class _Found:
    """An event with its place in the file, and its changed dates by their original start (UTC)."""

    position: int
    uid: str
    title: str
    event: Event
    changed: dict[datetime, Event] = field(default_factory=dict)


def _by_uid(events: Iterable[Event], report: Report) -> list[_Found]:
    """One item for each UID."""
    masters: dict[str, _Found] = {}
    changed: list[_Found] = []
    for position, event in enumerate(events, start=1):
        uid = str(event.get("UID", "")).strip()[:255]
        one = _Found(position, uid, str(event.get("SUMMARY", "")).strip()[:160], event)
        if not uid:
            report.refuse(position, one.title, _("It has no UID."), _("Export the calendar anew."))
        elif event.get("RECURRENCE-ID") is not None:
            changed.append(one)
        elif uid in masters:
            report.refuse(
                position,
                one.title,
                _("The UID stands in event %(position)d already.")
                % {"position": masters[uid].position},
                _("Leave one of the two."),
            )
        else:
            masters[uid] = one
    for one in changed:
        original = one.event["RECURRENCE-ID"]
        try:
            start = _moment(getattr(original, "dt", None), original.params).astimezone(UTC)
        except EventError as error:
            report.refuse(one.position, one.title, error.reason, error.remedy)
            continue
        if one.uid in masters:
            masters[one.uid].changed[start] = one.event
        else:
            # An exported week may hold nothing but the changed date.
            masters[one.uid] = one
    return list(masters.values())


def _entry(found: _Found, places: Places, report: Report) -> Entry:
    event = found.event
    if event.errors:
        name, problem = event.errors[0]
        raise EventError(
            _("Its %(name)s cannot be read: %(problem)s") % {"name": name, "problem": problem},
            _("Mend the event in the calendar and export it anew."),
        )
    entry = Entry(found.position, found.uid, found.title or _("own use"))
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        entry.cancelled = True
        return entry
    place = _place(event, places)
    start, length = _start_and_length(event)
    starts = list(islice(_starts(event, start, report, found.title), MAX_DATES + 1))
    if len(starts) > MAX_DATES:
        raise EventError(
            _("It repeats on more than %(most)d dates before %(day)s.")
            % {"most": MAX_DATES, "day": f"{today() + HORIZON:%d.%m.%Y}"},
            _("Give the repetition an end, or enter it in parts."),
        )
    entry.times = [
        PlaceAndTime(place, _period(one, length))
        for one in starts
        if _in_krakow(one).astimezone(UTC) not in found.changed
    ]
    for changed in found.changed.values():
        if str(changed.get("STATUS", "")).upper() != "CANCELLED":
            begins, lasts = _start_and_length(changed)
            entry.times.append(PlaceAndTime(_place(changed, places), _period(begins, lasts)))
    entry.times = [one for one in entry.times if one.period.start > now()]
    return entry


def _place(event: Event, places: Places) -> Resource:
    text = str(event.get("LOCATION", "")).strip()
    found = places.find(text)
    if found is None:
        raise EventError(
            _("There is no place “%(place)s” in this unit.") % {"place": text}
            if text
            else _("It does not say where it takes place."),
            _("Choose a place for the whole calendar, or write one of: %(places)s.")
            % {"places": places.named()},
        )
    return found


def _property(event: Event, name: str) -> Any:
    """A property of the event; the package types it as any of all kinds there are."""
    return event[name]


def _start_and_length(event: Event) -> tuple[datetime | date, timedelta]:
    """The start as written (a date for a whole day) and the length by the wall clock."""
    if event.get("DTSTART") is None:
        raise EventError(_("It has no beginning."), _("Give the event a date."))
    begins = _property(event, "DTSTART")
    start = begins.dt
    _moment(start, begins.params)
    if event.get("DTEND") is not None:
        ends = _property(event, "DTEND")
        end = ends.dt
        _moment(end, ends.params)
        if isinstance(start, datetime) != isinstance(end, datetime):
            raise EventError(
                _("It begins at an hour and ends on a day."), _("Give both the same form.")
            )
        length = _apart(start, end)
    elif event.get("DURATION") is not None:
        length = _property(event, "DURATION").dt
    else:
        length = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
    if length <= timedelta(0):
        raise EventError(_("It ends when it begins, or before."), _("Give the event a length."))
    if length > LONGEST:
        raise EventError(
            _("It lasts longer than %(days)d days.") % {"days": LONGEST.days},
            _("Enter it as a closure."),
        )
    return start, length


def _apart(start: date, end: date) -> timedelta:
    if isinstance(start, datetime) and isinstance(end, datetime):
        if start.tzinfo is not None and end.tzinfo is not None and start.tzinfo != end.tzinfo:
            return end.astimezone(UTC) - start.astimezone(UTC)
        return end.replace(tzinfo=None) - start.replace(tzinfo=None)
    return end - start


def _moment(value: Any, params: Any) -> datetime:
    """A date or time of the file as a moment. Raises EventError for an unknown zone."""
    if not isinstance(value, date):
        raise EventError(_("Its date cannot be read."), _("Export the calendar anew."))
    if isinstance(value, datetime) and value.tzinfo is None and params.get("TZID"):
        raise EventError(
            _("Its time zone “%(zone)s” is not known.") % {"zone": str(params["TZID"])[:60]},
            _("Set the calendar's time zone to Europe/Warsaw and export it anew."),
        )
    return _in_krakow(value)


def _in_krakow(value: datetime | date) -> datetime:
    if not isinstance(value, datetime):
        return local_moment(value, 0)
    if value.tzinfo is None:
        return local_moment(value.date(), value.hour * 60 + value.minute)
    return datetime.fromtimestamp(value.timestamp(), KRAKOW)


def _period(start: datetime | date, length: timedelta) -> Period:
    """From a start as written; the end by the same wall clock."""
    if isinstance(start, datetime):
        end: datetime | date = (start.replace(tzinfo=None) + length).replace(tzinfo=start.tzinfo)
    else:
        end = start + max(length, timedelta(days=1))
    try:
        return Period(_in_krakow(start), _in_krakow(end))
    except ValueError as error:
        raise EventError(
            _("It ends when it begins, or before."), _("Give the event a length.")
        ) from error


def _starts(
    event: Event, start: datetime | date, report: Report, title: str
) -> Iterator[datetime | date]:
    """The starts as written, up to the horizon, without those that the event itself excludes."""
    excluded_days, excluded = _excluded(event)
    first = start.date() if isinstance(start, datetime) else start
    days: Iterable[date] = [first]
    rules = event.get("RRULE")
    if isinstance(rules, list):
        raise RuleError(_("It repeats by more than one rule."))
    if rules is not None:
        if first < EARLIEST:
            raise RuleError(_("It repeats since before %(year)d.") % {"year": EARLIEST.year})
        rule = Rule.from_parts(rules, _until(rules, start))
        if rule.count is None and rule.until is None:
            report.notes.append(
                _("“%(title)s” repeats without an end: read until %(day)s.")
                % {"title": title, "day": f"{today() + HORIZON:%d.%m.%Y}"}
            )
        days = rule.days(first, today() + HORIZON)
    written = [_at(day, start) for day in days if day >= today() - timedelta(days=1)]
    for one in sorted({*written, *_added(event)}, key=_in_krakow):
        if _in_krakow(one).date() in excluded_days or _in_krakow(one).astimezone(UTC) in excluded:
            continue
        yield one


def _at(day: date, start: datetime | date) -> datetime | date:
    """The same wall-clock time on another day."""
    if not isinstance(start, datetime):
        return day
    clock = time(start.hour, start.minute, start.second)
    return datetime.combine(day, clock, start.tzinfo)


def _until(parts: Any, start: datetime | date) -> date | None:
    values = parts.get("UNTIL")
    if not values:
        return None
    until = values[0] if isinstance(values, list) else values
    if not isinstance(until, datetime):
        return until
    zone = start.tzinfo if isinstance(start, datetime) and start.tzinfo else KRAKOW
    local = until.astimezone(zone) if until.tzinfo else until
    # On the last day the occurrence counts only if it begins by then.
    begins = time(start.hour, start.minute) if isinstance(start, datetime) else time(0)
    return local.date() if local.time() >= begins else local.date() - timedelta(days=1)


def _listed(event: Event, name: str) -> Iterator[tuple[Any, Any]]:
    found = event.get(name)
    if found is None:
        return
    for group in found if isinstance(found, list) else [found]:
        for one in group.dts:
            yield one.dt, group.params


def _excluded(event: Event) -> tuple[set[date], set[datetime]]:
    days, moments = set(), set()
    for value, params in _listed(event, "EXDATE"):
        if isinstance(value, datetime):
            moments.add(_moment(value, params).astimezone(UTC))
        else:
            days.add(value)
    return days, moments


def _added(event: Event) -> Iterator[datetime | date]:
    for value, params in _listed(event, "RDATE"):
        if isinstance(value, tuple):
            raise RuleError(_("It adds dates with a length of their own (RDATE)."))
        _moment(value, params)
        yield value
