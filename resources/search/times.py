"""The time of a search as SQL: open, free, by the rules, and from when.

What depends on the calendar and on wall clocks is worked out here, once per search, and handed to
the database as ranges. The database then looks into the index of the exclusion constraint itself,
once per place (probes.py).

A series skips public holidays for everybody. Days on which a place is closed by the calendar it
observes are skipped for that place, as long as half of the dates remain. Places differ in what
they observe and in their turnaround, which take few values; so the dates of each class are made
here and joined as a small table `t`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from records.clock import KRAKOW, now
from records.models import CalendarPeriod
from records.periods import MINUTES_A_DAY, Period, local_moment, local_period
from resources.search.allowed import kinds_of, policy_sql
from resources.search.criteria import Criteria, Gap, Series, Slot, Weekly
from resources.search.gaps import gap_sql
from resources.search.probes import BY_TIME, TimeSql, by_tenure, days_text, free_probe, open_on

HOLIDAY = CalendarPeriod.Kind.PUBLIC_HOLIDAY.value
#: Values that CHECK resource_turnaround_known allows.
TURNAROUNDS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)

#: The table of classes: what a place observes of the kinds that matter, and its turnaround.
_CLASSES = """LEFT JOIN unnest({columns}) AS t ({names})
    ON t.turnaround = r.turnaround_minutes AND t.observes = {observes}"""


def time_sql(criteria: Criteria, values: dict[str, Any]) -> TimeSql:
    """The time of the criteria; adds its parameters to `values`. One query if there is a time."""
    values["now"] = now()
    match criteria.time:
        case Slot(period):
            return _slot(period, values)
        case Series() as series:
            return _series(series, values)
        case Gap() as gap:
            return gap_sql(gap, values)
    return TimeSql()


# --- once ----------------------------------------------------------------------------------------


def _slot(period: Period, values: dict[str, Any]) -> TimeSql:
    day = period.start.astimezone(KRAKOW).date()
    values.update(
        starts=period.start, ends=period.end, day=day, closed_kinds=sorted(kinds_of([day])[day])
    )
    padded = (
        "tstzrange(%(starts)s::timestamptz, "
        "%(ends)s::timestamptz + r.turnaround_minutes * interval '1 minute')"
    )
    minutes = _minutes_around(day, period)
    bands = [minutes] if minutes else []
    open_then = "false"
    if minutes:
        values.update(from_minute=minutes[0], to_minute=minutes[1])
        open_then = open_on("%(day)s::date", day.isoweekday(), "%(from_minute)s", "%(to_minute)s")
        if values["closed_kinds"]:
            open_then = f"(NOT r.observes && %(closed_kinds)s::varchar[] AND {open_then})"
    return TimeSql(
        policy=by_tenure(policy_sql([(day, period)], values), "true"),
        free=by_tenure(f"({open_then} AND {free_probe(padded)})", free_probe(padded)),
        free_from="%(starts)s::timestamptz",
        bands=bands,
    )


def _minutes_around(day: date, period: Period) -> tuple[int, int] | None:
    """The minutes that opening hours of `day` must span to hold the period; None if it leaves it.

    In the hour that the clocks repeat, the second 02:30 lies after every minute before 03:00.
    """
    if period.end.timestamp() > local_moment(day, MINUTES_A_DAY).timestamp():
        return None
    start = period.start.astimezone(KRAKOW)
    end = period.end.astimezone(KRAKOW)
    first = start.hour * 60 + start.minute
    if start.fold:
        first = start.hour * 60 + 59
    last = end.hour * 60 + end.minute + bool(end.second)
    if end.fold:
        last = end.hour * 60 + 60
    if end.date() > day:
        last = MINUTES_A_DAY
    return first, last


# --- every week ----------------------------------------------------------------------------------


def series_dates(series: Series) -> list[tuple[date, Weekly]]:
    """The dates of a series without public holidays. One query."""
    occurrences = series.occurrences()
    kinds = kinds_of(day for day, _one in occurrences)
    return [(day, one) for day, one in occurrences if HOLIDAY not in kinds[day]]


def remaining_dates(
    dates: Sequence[tuple[date, Weekly]], closed: Iterable[date]
) -> list[tuple[date, Weekly]] | None:
    """The dates without those on which the place is closed; None if less than half would remain."""
    closed = set(closed)
    remaining = [(day, one) for day, one in dates if day not in closed]
    return remaining if remaining and 2 * len(remaining) >= len(dates) else None


def _series(series: Series, values: dict[str, Any]) -> TimeSql:
    occurrences = series.occurrences()
    kinds = kinds_of(day for day, _one in occurrences)
    dates = [(day, one) for day, one in occurrences if HOLIDAY not in kinds[day]]
    relevant = sorted({kind for day, _one in dates for kind in kinds[day]})
    rows: list[tuple[Any, ...]] = []
    for observed in range(2 ** len(relevant)):
        names = {kind for bit, kind in enumerate(relevant) if observed >> bit & 1}
        remaining = remaining_dates(dates, (day for day in kinds if kinds[day] & names))
        periods = _periods(remaining)
        if remaining and periods:
            rows += _class_rows(observed, series.weekly, remaining, periods)
    values["series_from"], values["series_until"] = _whole_span(dates)
    joins = _class_join(rows, series.weekly, relevant, values)
    opened = " AND ".join(_open_on_days(number, one) for number, one in enumerate(series.weekly))
    asked = _periods(dates) or []
    return TimeSql(
        joins=joins,
        policy=by_tenure(
            policy_sql(
                [(day, period) for (day, _one), period in zip(dates, asked, strict=False)], values
            ),
            "true",
        ),
        free=by_tenure(
            f"(t.wanted IS NOT NULL AND {opened} AND {free_probe('t.wanted')})",
            free_probe("tstzrange(%(series_from)s::timestamptz, %(series_until)s::timestamptz)"),
        ),
        free_from=f"CASE WHEN {BY_TIME} THEN t.starts ELSE %(series_from)s::timestamptz END",
        bands=sorted({(one.from_minute, one.to_minute) for one in series.weekly}),
    )


def _periods(dates: Sequence[tuple[date, Weekly]] | None) -> list[Period] | None:
    """The periods of the dates; None where the clocks skip one of them altogether."""
    try:
        return [local_period(day, one.from_minute, one.to_minute) for day, one in dates or ()]
    except ValueError:
        return None


def _whole_span(dates: Sequence[tuple[date, Weekly]]) -> tuple[datetime, datetime]:
    """From the first start to the last end: what somebody with a contract would occupy."""
    if not dates:
        return now(), now() + timedelta(minutes=1)
    starts = [local_moment(day, one.from_minute) for day, one in dates]
    ends = [local_moment(day, one.to_minute) for day, one in dates]
    return min(starts), max(*ends, min(starts) + timedelta(minutes=1))


def _class_rows(
    observed: int,
    weekly: Sequence[Weekly],
    remaining: Sequence[tuple[date, Weekly]],
    periods: Sequence[Period],
) -> list[tuple[Any, ...]]:
    """Rows of `t` for one class: a row per turnaround, with the days of each weekly time."""
    days = [days_text(day for day, one in remaining if one == wanted) for wanted in weekly]
    starts = min(period.start for period in periods)
    return [
        (observed, turnaround, _ranges_text(periods, timedelta(minutes=turnaround)), starts, *days)
        for turnaround in TURNAROUNDS
    ]


def _class_join(
    rows: Sequence[tuple[Any, ...]],
    weekly: Sequence[Weekly],
    relevant: Sequence[str],
    values: dict[str, Any],
) -> str:
    names = ["observes", "turnaround", "wanted", "starts"]
    types = ["int", "int", "tstzmultirange", "timestamptz"]
    names += [f"days{number}" for number in range(len(weekly))]
    types += ["datemultirange"] * len(weekly)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _name in names]
    for name, column in zip(names, columns, strict=True):
        values[f"t_{name}"] = column
    return _CLASSES.format(
        columns=", ".join(f"%(t_{n})s::{t}[]" for n, t in zip(names, types, strict=True)),
        names=", ".join(names),
        observes=_observed_bits(relevant),
    )


def _observed_bits(kinds: Sequence[str]) -> str:
    """SQL: bits of the kinds that the place observes. The names are of our own enumeration."""
    bits = [
        f"({CalendarPeriod.Kind(kind).value!r} = ANY(r.observes))::int * {2**bit}"
        for bit, kind in enumerate(kinds)
    ]
    return "(" + (" + ".join(bits) or "0") + ")"


def _open_on_days(number: int, one: Weekly) -> str:
    """SQL: whether the place is open at a weekly time on all its days of `t`.

    Nearly always one rule spans the time on all days, which one look tells. Only where several
    rules of the weekday touch the time is each day read by itself.
    """
    minutes = f"int4range({one.from_minute}, {one.to_minute})"
    rules = f"""FROM resources_openingrule o
            WHERE o.resource_id = r.id AND o.weekday = {one.weekday}
                AND int4range(o.opens, o.closes)"""
    each_day = open_on("day.day", one.weekday, str(one.from_minute), str(one.to_minute))
    return f"""(isempty(t.days{number})
        OR coalesce((SELECT range_agg(o.valid) {rules} @> {minutes}) @> t.days{number}, false)
        OR ((SELECT count(*) {rules} && {minutes}) > 1 AND (
            SELECT bool_and({each_day}) FROM unnest(t.days{number}) span
            CROSS JOIN LATERAL (SELECT lower(span) + n AS day
                FROM generate_series(0, upper(span) - lower(span) - 1) n) day)))"""


def _ranges_text(periods: Iterable[Period], margin: timedelta) -> str:
    padded = (period.padded(margin) for period in periods)
    return "{" + ",".join(f"[{p.start.isoformat()},{p.end.isoformat()})" for p in padded) + "}"
