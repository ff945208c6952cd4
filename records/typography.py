"""How numbers, sums, dates and ranges are written for a reader, in Polish and English.

Polish: 1 234,50 zł and 86,40 m² with no-break spaces, 7.12.2026 in tables, "7 grudnia 2026" in
sentences, XVIII Nowa Huta. English: PLN 1,234.50, 86.40 m², 7 Dec 2026. A range never breaks at
its dash: U+2060 stands on both sides. The language is the active one; aware times are shown in
local time of Kraków. Plain text, no HTML.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext

NBSP = "\u00a0"
JOINER = "\u2060"
RANGE_DASH = f"{JOINER}–{JOINER}"

Moment = TypeVar("Moment", dt.date, dt.time)

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _polish() -> bool:
    return (get_language() or "pl").startswith("pl")


def _local(value: Moment) -> Moment:
    """An aware datetime as local time; dates and times as they are."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _as_date(value: dt.date) -> dt.date:
    value = _local(value)
    return value.date() if isinstance(value, dt.datetime) else value


def joined(start: str, end: str) -> str:
    """Two texts as a range that does not break at its dash."""
    return f"{start}{RANGE_DASH}{end}"


def number(value: Decimal | float, places: int | None = None) -> str:
    """A number with grouped thousands; `places` rounds half up, None keeps what is there."""
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    if _polish():
        text = text.replace(",", NBSP).replace(".", ",")
    return text.replace("-", "−")


def money(value: Decimal | float) -> str:
    """A sum in złoty with grosze: 1 234,50 zł or PLN 1,234.50."""
    text = number(value, 2)
    return f"{text}{NBSP}zł" if _polish() else f"PLN{NBSP}{text}"


def area(value: Decimal | float, places: int = 2) -> str:
    """Square metres: 86,40 m²."""
    return f"{number(value, places)}{NBSP}m²"


def distance(metres: float) -> str:
    """722 m below a kilometre, 1,4 km from there on."""
    if metres < 1000:
        return f"{number(metres, 0)}{NBSP}m"
    return f"{number(metres / 1000, 1)}{NBSP}km"


def percent(share: Decimal | float, places: int = 0) -> str:
    """A share of one as per cent: 0.64 is "64 %" (Polish) or "64%" (English)."""
    text = number(Decimal(str(share)) * 100, places)
    return f"{text}{NBSP}%" if _polish() else f"{text}%"


def day(value: dt.date) -> str:
    """A date for tables: 7.12.2026 or 7 Dec 2026."""
    date = _as_date(value)
    if _polish():
        return f"{date.day}.{date.month:02}.{date.year}"
    return format_date(date, "j M Y").replace(" ", NBSP)


def day_short(value: dt.date) -> str:
    """A date whose year is plain from around it: 7.12 or 7 Dec."""
    date = _as_date(value)
    if _polish():
        return f"{date.day}.{date.month:02}"
    return format_date(date, "j M").replace(" ", NBSP)


def day_long(value: dt.date) -> str:
    """A date for sentences: 7 grudnia 2026 or 7 December 2026."""
    return format_date(_as_date(value), "j E Y").replace(" ", NBSP)


def day_month(value: dt.date) -> str:
    """A date in a heading whose year is plain from around it: 7 grudnia or 7 December."""
    return format_date(_as_date(value), "j E").replace(" ", NBSP)


def weekday(value: dt.date) -> str:
    """The name of the day in lower case in Polish: wtorek; Tuesday in English."""
    name = format_date(_as_date(value), "l")
    return name.lower() if _polish() else name


def on_weekdays(iso_weekdays: Iterable[int]) -> str:
    """Days of the week as when something repeats: we wtorki i czwartki; on Tuesdays and Thursdays.

    ISO numbers, Monday is 1; said in the order of the week.
    """
    names = {
        1: gettext("on Mondays"),
        2: gettext("on Tuesdays"),
        3: gettext("on Wednesdays"),
        4: gettext("on Thursdays"),
        5: gettext("on Fridays"),
        6: gettext("on Saturdays"),
        7: gettext("on Sundays"),
    }
    said = [names[one] for one in sorted(set(iso_weekdays))]
    # The preposition stands once, and in Polish it depends on the first day: we wtorki, w środy.
    said[1:] = [one.split(" ", 1)[1] for one in said[1:]]
    if len(said) == 1:
        return said[0]
    return gettext("%(days)s and %(last)s") % {"days": ", ".join(said[:-1]), "last": said[-1]}


def clock_time(value: dt.time | dt.datetime) -> str:
    """17:00."""
    return format_date(_local(value), "H:i") if isinstance(value, dt.datetime) else f"{value:%H:%M}"


def moment(value: dt.datetime) -> str:
    """A point in time: 23.11.2026, godz. 14:05 or 23 Nov 2026, 14:05."""
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": clock_time(value)}


def time_range(start: dt.time | dt.datetime, end: dt.time | dt.datetime) -> str:
    """17:00–19:00."""
    return joined(clock_time(start), clock_time(end))


def day_range(first: dt.date, last: dt.date) -> str:
    """Both days included: 5.01–29.06.2027, 5–12.01.2027, 5 Jan–29 Jun 2027."""
    first, last = _as_date(first), _as_date(last)
    if first == last:
        return day(first)
    if first.year != last.year:
        return joined(day(first), day(last))
    same_month = first.month == last.month
    if _polish():
        return joined(f"{first.day}" if same_month else f"{first.day}.{first.month:02}", day(last))
    start = f"{first.day}" if same_month else format_date(first, "j M").replace(" ", NBSP)
    return joined(start, day(last))


def period(value: Any) -> str:
    """A half-open range of dates or times, as psycopg gives it.

    [5.01.2027, 30.06.2027) reads 5.01–29.06.2027; an open end reads "from 5.01.2027"; hours of one
    day read 5.01.2027, 17:00–19:00. An empty range reads as "never".
    """
    if getattr(value, "isempty", False):
        return gettext("never")
    start, end = value.lower, value.upper
    if start is None and end is None:
        return gettext("always")
    timed = isinstance(end if start is None else start, dt.datetime)
    write = moment if timed else day
    if end is None:
        return gettext("from %(start)s") % {"start": write(start)}
    last = end if timed else end - dt.timedelta(days=1)
    if start is None:
        return gettext("until %(end)s") % {"end": write(last)}
    return _hours(start, last) if timed else day_range(start, last)


def _hours(start: dt.datetime, end: dt.datetime) -> str:
    """Hours of one day after its date; hours over a night as two moments."""
    if _as_date(start) == _as_date(end):
        return f"{day(start)}, {time_range(start, end)}"
    return joined(moment(start), moment(end))


def roman(value: int) -> str:
    """1 to 39 in Roman numerals, as Kraków numbers its districts."""
    if not 1 <= value <= 39:
        raise ValueError(f"no Roman numeral here for {value}")
    text = ""
    for worth, sign in _ROMAN:
        while value >= worth:
            text += sign
            value -= worth
    return text


def district(number_: int, name: str) -> str:
    """XVIII Nowa Huta: never the name alone."""
    return f"{roman(number_)}{NBSP}{name}"
