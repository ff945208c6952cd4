"""A request in a line, as somebody at a desk would say it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from records.clock import KRAKOW, today
from records.periods import Period
from records.typography import day, joined, time_range
from resources.models import Booking, BookingSlot, Resource

#: ISO weekday -> its name as a heading of a column.
SHORT_WEEKDAY = {
    1: pgettext_lazy("short weekday", "Mon"),
    2: pgettext_lazy("short weekday", "Tue"),
    3: pgettext_lazy("short weekday", "Wed"),
    4: pgettext_lazy("short weekday", "Thu"),
    5: pgettext_lazy("short weekday", "Fri"),
    6: pgettext_lazy("short weekday", "Sat"),
    7: pgettext_lazy("short weekday", "Sun"),
}
#: ISO weekday -> the day as something that repeats.
EVERY_WEEKDAY = {
    1: gettext_lazy("Mondays"),
    2: gettext_lazy("Tuesdays"),
    3: gettext_lazy("Wednesdays"),
    4: gettext_lazy("Thursdays"),
    5: gettext_lazy("Fridays"),
    6: gettext_lazy("Saturdays"),
    7: gettext_lazy("Sundays"),
}
#: ISO weekday -> the day alone.
WEEKDAY = {
    1: pgettext_lazy("weekday alone", "Monday"),
    2: pgettext_lazy("weekday alone", "Tuesday"),
    3: pgettext_lazy("weekday alone", "Wednesday"),
    4: pgettext_lazy("weekday alone", "Thursday"),
    5: pgettext_lazy("weekday alone", "Friday"),
    6: pgettext_lazy("weekday alone", "Saturday"),
    7: pgettext_lazy("weekday alone", "Sunday"),
}


def title_of(resource: Resource) -> str:
    """The name of a place in the reader's language."""
    english = (get_language() or "pl").startswith("en")
    return resource.title_en or resource.title_pl if english else resource.title_pl


def short_day(value: date | datetime) -> str:
    """28.11, or with the year where it is not this one."""
    local = value.astimezone(KRAKOW).date() if isinstance(value, datetime) else value
    if local.year != today().year:
        return day(local)
    if (get_language() or "pl").startswith("en"):
        return date_format(local, "j M")
    return f"{local.day}.{local.month:02}"


def weekday_and_day(value: datetime) -> str:
    """sob. 28.11"""
    local = value.astimezone(KRAKOW)
    return f"{SHORT_WEEKDAY[local.isoweekday()]} {short_day(local)}"


def times_of(slots: Sequence[BookingSlot]) -> str:
    """sob. 28.11, 11:00-15:00; of a series: wtorki 17:00-19:00."""
    if not slots:
        return _("no date left")
    if len(slots) == 1:
        period = slots[0].period
        return f"{weekday_and_day(period.lower)}, {hours_of(period.lower, period.upper)}"
    patterns = Counter(_pattern(slot) for slot in slots)
    # What replacements brought in once or twice is said by their number instead.
    most = max(patterns.values())
    usual = sorted(pattern for pattern, count in patterns.items() if count * 3 >= most)
    return ", ".join(
        f"{EVERY_WEEKDAY[weekday]} {joined(start, end)}" for weekday, start, end in usual[:3]
    ) + (" …" if len(usual) > 3 else "")


def _pattern(slot: BookingSlot) -> tuple[int, str, str]:
    start, end = slot.period.lower.astimezone(KRAKOW), slot.period.upper.astimezone(KRAKOW)
    return start.isoweekday(), f"{start:%H:%M}", f"{end:%H:%M}"


def hours_of(start: datetime, end: datetime, *, compact: bool = False) -> str:
    """17:00-19:00 of one day, or 17-19 where space is short and the hours are full."""
    local_start, local_end = start.astimezone(KRAKOW), end.astimezone(KRAKOW)
    whole_days = local_start.time() == local_end.time() and f"{local_start:%H:%M}" == "00:00"
    if whole_days:
        return _("all day")
    if local_start.date() == local_end.date() or f"{local_end:%H:%M}" == "00:00":
        closing = "24:00" if f"{local_end:%H:%M}" == "00:00" else f"{local_end:%H:%M}"
        opening = f"{local_start:%H:%M}"
        if compact and opening.endswith(":00") and closing.endswith(":00"):
            return joined(opening[:2].lstrip("0") or "0", closing[:2].lstrip("0"))
        return joined(opening, closing)
    return time_range(local_start, local_end)


def when_and_where(period: Period, resource: Resource) -> str:
    """sob. 28.11, 11:00-15:00, Sala Lustrzana"""
    when = f"{weekday_and_day(period.start)}, {hours_of(period.start, period.end)}"
    return f"{when}, {title_of(resource)}"


def place_and_time(booking: Booking, slots: Sequence[BookingSlot]) -> str:
    """Sala Wiklinowa, cykl: wtorki 17:00-19:00"""
    title = title_of(booking.resource)
    times = times_of(slots)
    if booking.is_series:
        return _("%(place)s, series: %(times)s") % {"place": title, "times": times}
    return f"{title}, {times}"


def count_and_changes(booking: Booking, slots: Sequence[BookingSlot]) -> str:
    """25 terminów, 4 zmienione; for a single one what it is about and how many come."""
    if not booking.is_series:
        people = ngettext("%(count)d person", "%(count)d people", booking.participants or 0) % {
            "count": booking.participants or 0
        }
        return f"{booking.purpose}, {people}" if booking.participants else booking.purpose
    text = ngettext("%(count)d date", "%(count)d dates", len(slots)) % {"count": len(slots)}
    changed = sum(slot.replaces is not None for slot in slots)
    if changed:
        text += ", " + ngettext("%(count)d changed", "%(count)d changed", changed) % {
            "count": changed
        }
    return text


def joined_hours(spans: Iterable[tuple[int, int]]) -> str:
    """8:00-12:00, 15:00-20:00 from minutes of the day; empty where there are none."""
    return ", ".join(
        joined(f"{opens // 60}:{opens % 60:02}", f"{closes // 60}:{closes % 60:02}")
        for opens, closes in sorted(spans)
    )
