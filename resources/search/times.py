"""The time of a search as SQL: open, free, by the rules, and from when.

What depends on the calendar and on wall clocks is worked out here, once per search, and handed to
the database as ranges. The database then looks into the index of the exclusion constraint itself,
once per place: a scalar subquery `(SELECT 1 … LIMIT 1) IS NULL`, because NOT EXISTS becomes a hash
anti-join that reads the whole index (docs/performance.md). The index is partial, so `layer = 1`
stands there as a literal.

A series skips public holidays for everybody. Days on which a place is closed by the calendar it
observes are skipped for that place, as long as half of the dates remain. Places differ in what
they observe and in their turnaround, which take few values; so the dates of each class are made
here and joined as a small table `t`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain, combinations
from typing import Any

from records.clock import KRAKOW, now, today
from records.models import CalendarPeriod
from records.periods import MINUTES_A_DAY, Period, local_moment, local_period
from resources.models import BookingPolicy, Resource
from resources.search.criteria import Criteria, Gap, Series, Slot, Weekly

HOLIDAY = CalendarPeriod.Kind.PUBLIC_HOLIDAY.value
#: Values that CHECK resource_turnaround_known allows.
TURNAROUNDS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
#: Values that CHECK booking_policy_grid allows.
GRIDS = (5, 10, 15, 30, 60)
BY_TIME = f"r.tenure = '{Resource.Tenure.TIME.value}'"
BY_CONTRACT = f"r.tenure = '{Resource.Tenure.CONTRACT.value}'"

#: The table of classes: what a place observes of the kinds that matter, and its turnaround.
_CLASSES = """LEFT JOIN unnest({columns}) AS t ({names})
    ON t.turnaround = r.turnaround_minutes AND t.observes = {observes}"""


@dataclass(frozen=True, slots=True)
class TimeSql:
    """Joins, conditions and the moment a place is free from, for `r`.

    `policy` holds where the rules of the unit allow asking for it, `free` where the place is open
    and nothing is claimed; together they are the criterion of time. `bands` are the minutes of
    the day that are asked for, for prices.
    """

    joins: str = ""
    policy: str = "true"
    free: str = "true"
    free_from: str = "NULL::timestamptz"
    bands: list[tuple[int, int]] = field(default_factory=list)


def time_sql(criteria: Criteria, values: dict[str, Any]) -> TimeSql:
    """The time of the criteria; adds its parameters to `values`. One query if there is a time."""
    values["now"] = now()
    match criteria.time:
        case Slot(period):
            return _slot(period, values)
        case Series() as series:
            return _series(series, values)
        case Gap() as gap:
            return _gap(gap, values)
    return TimeSql()


def free_probe(wanted: str) -> str:
    """SQL: whether nothing in the occupancy layer overlaps `wanted` on any leaf of the place."""
    return f"""(SELECT 1 FROM resources_spaceleaf l
        JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
            AND c.period && {wanted}
            AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
        WHERE l.space_id = r.space_id LIMIT 1) IS NULL"""


def vacant_from(since: str, minutes: str = "0") -> str:
    """SQL: the first moment from `since` on that no claim covers (NULL: none in sight)."""
    return f"""(SELECT min(lower(piece)) FROM unnest(
        tstzmultirange(tstzrange({since}, NULL)) - coalesce((
            SELECT range_agg(c.period) FROM resources_spaceleaf l
            JOIN resources_claim c ON c.space_id = l.leaf_id AND c.layer = 1
                AND c.period && tstzrange({since}, NULL)
                AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
            WHERE l.space_id = r.space_id), '{{}}'::tstzmultirange)
        ) piece
        WHERE upper_inf(piece)
            OR upper(piece) - lower(piece) >= make_interval(mins => {minutes}))"""


def _by_tenure(by_time: str, by_contract: str) -> str:
    return f"(r.space_id IS NOT NULL AND CASE WHEN {BY_TIME} THEN {by_time} ELSE {by_contract} END)"


# --- once ----------------------------------------------------------------------------------------


def _slot(period: Period, values: dict[str, Any]) -> TimeSql:
    day = period.start.astimezone(KRAKOW).date()
    values.update(
        starts=period.start, ends=period.end, day=day, closed_kinds=sorted(_kinds_of([day])[day])
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
        open_then = _open_on("%(day)s::date", day.isoweekday(), "%(from_minute)s", "%(to_minute)s")
        if values["closed_kinds"]:
            open_then = f"(NOT r.observes && %(closed_kinds)s::varchar[] AND {open_then})"
    return TimeSql(
        policy=_by_tenure(_policy([(day, period)], values), "true"),
        free=_by_tenure(f"({open_then} AND {free_probe(padded)})", free_probe(padded)),
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


def _open_on(day: str, weekday: int, from_minute: str, to_minute: str) -> str:
    """SQL: whether the opening rules of one weekday, joined, span the minutes."""
    return f"""coalesce((SELECT range_agg(int4range(o.opens, o.closes))
        FROM resources_openingrule o
        WHERE o.resource_id = r.id AND o.weekday = {weekday} AND o.valid @> {day}
        ) @> int4range({from_minute}, {to_minute}), false)"""


# --- every week ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateClass:
    """What remains of a series for places that observe certain kinds of days."""

    observed: int  # bits over the kinds that matter
    dates: tuple[tuple[date, Weekly], ...]


def series_dates(series: Series) -> list[tuple[date, Weekly]]:
    """The dates of a series without public holidays. One query."""
    occurrences = series.occurrences()
    kinds = _kinds_of(day for day, _one in occurrences)
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
    kinds = _kinds_of(day for day, _one in occurrences)
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
        policy=_by_tenure(
            _policy(
                [(day, period) for (day, _one), period in zip(dates, asked, strict=False)], values
            ),
            "true",
        ),
        free=_by_tenure(
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
    days = [_days_text(day for day, one in remaining if one == wanted) for wanted in weekly]
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
    each_day = _open_on("day.day", one.weekday, str(one.from_minute), str(one.to_minute))
    return f"""(isempty(t.days{number})
        OR coalesce((SELECT range_agg(o.valid) {rules} @> {minutes}) @> t.days{number}, false)
        OR ((SELECT count(*) {rules} && {minutes}) > 1 AND (
            SELECT bool_and({each_day}) FROM unnest(t.days{number}) span
            CROSS JOIN LATERAL (SELECT lower(span) + n AS day
                FROM generate_series(0, upper(span) - lower(span) - 1) n) day)))"""


def _ranges_text(periods: Iterable[Period], margin: timedelta) -> str:
    padded = (period.padded(margin) for period in periods)
    return "{" + ",".join(f"[{p.start.isoformat()},{p.end.isoformat()})" for p in padded) + "}"


def _days_text(days: Iterable[date]) -> str:
    return "{" + ",".join(f"[{day},{day + timedelta(days=1)})" for day in days) + "}"


# --- any hours -----------------------------------------------------------------------------------


def _gap(gap: Gap, values: dict[str, Any]) -> TimeSql:
    values.update(
        gap_minutes=gap.minutes,
        gap_from=gap.from_minute,
        gap_to=gap.to_minute,
        gap_start=local_moment(gap.first_day, 0),
        gap_last_day=gap.last_day,
        today=today(),
        gap_end=local_moment(gap.last_day, MINUTES_A_DAY),
    )
    # The lateral row is fenced (OFFSET 0), else the planner would call the function once for the
    # condition and once more for the column.
    rule = {
        name: f"coalesce(policy.{name}, {int(getattr(_UNWRITTEN, name))})"
        for name in (
            "grid_minutes",
            "min_lead_hours",
            "max_lead_days",
            "min_minutes",
            "max_minutes",
        )
    }
    joins = f"""LEFT JOIN resources_bookingpolicy policy ON policy.id = r.policy_id
        CROSS JOIN LATERAL (SELECT CASE WHEN {BY_TIME} THEN resources_first_gap(
            r.id, r.space_id, r.turnaround_minutes, {rule["grid_minutes"]},
            greatest(%(gap_start)s::timestamptz,
                %(now)s::timestamptz + make_interval(hours => {rule["min_lead_hours"]})),
            least(%(gap_last_day)s::date, %(today)s::date + {rule["max_lead_days"]}),
            {_shut_days(gap, values)}, %(gap_from)s, %(gap_to)s, %(gap_minutes)s, %(now)s)
        ELSE {vacant_from("greatest(%(gap_start)s::timestamptz, %(now)s)", "%(gap_minutes)s")}
        END AS free_from OFFSET 0) g"""
    return TimeSql(
        joins=joins,
        policy=_by_tenure(
            f"(%(gap_minutes)s BETWEEN {rule['min_minutes']} AND {rule['max_minutes']} "
            f"AND coalesce(g.free_from <= %(now)s::timestamptz "
            f"+ make_interval(days => {rule['max_lead_days']}), true))",
            "true",
        ),
        free="(r.space_id IS NOT NULL AND g.free_from < %(gap_end)s::timestamptz)",
        free_from="g.free_from",
        bands=[(gap.from_minute, gap.to_minute)],
    )


def first_hour() -> Gap:
    """What "first free" means where no time is asked for: an hour within sixty days."""
    return Gap(60, today(), today() + timedelta(days=60))


def _shut_days(gap: Gap, values: dict[str, Any]) -> str:
    """SQL: the days on which the place is closed by the calendar, as a multirange."""
    days = [
        gap.first_day + timedelta(days=n) for n in range((gap.last_day - gap.first_day).days + 1)
    ]
    by_day = _kinds_of(days)
    kinds = sorted(set(chain.from_iterable(by_day.values())))
    cases = []
    for size in range(len(kinds), 0, -1):
        for number, chosen in enumerate(combinations(kinds, size)):
            name = f"shut_{size}_{number}"
            values[name] = _days_text(day for day in days if by_day[day] & set(chosen))
            values[f"{name}_kinds"] = list(chosen)
            cases.append(
                f"WHEN r.observes @> %({name}_kinds)s::varchar[] THEN %({name})s::datemultirange"
            )
    if not cases:
        return "'{}'::datemultirange"
    return f"CASE {' '.join(cases)} ELSE '{{}}'::datemultirange END"


# --- rules and calendar --------------------------------------------------------------------------


#: The rules of a place whose unit has given none.
_UNWRITTEN = BookingPolicy()


def _policy(wanted: Sequence[tuple[date, Period]], values: dict[str, Any]) -> str:
    """SQL: whether the rules of the unit let somebody ask now for these periods.

    Few rules serve many places, so they are judged first, as a set of ids. The same is asked of a
    request by resources/booking/policy.py.
    """
    if not wanted or any(period.start <= values["now"] for _day, period in wanted):
        return "false"
    lengths = [period.length.total_seconds() / 60 for _day, period in wanted]
    # Clocks move by whole hours and every grid divides the hour, so the moments tell the minutes.
    seconds = [
        int(moment.timestamp()) for _day, period in wanted for moment in (period.start, period.end)
    ]
    starts = sorted(_wall(period.start) for _day, period in wanted)
    lead = [(start - _wall(values["now"])).total_seconds() / 3600 for start in starts]
    asked = _Asked(
        lead_hours=lead[0],
        lead_days=lead[-1] / 24,
        shortest=min(lengths),
        longest=max(lengths),
        grids=[grid for grid in GRIDS if not any(second % (grid * 60) for second in seconds)],
    )
    values.update(asdict(asked))
    unwritten = "r.policy_id IS NULL OR " if asked.allowed_by(_UNWRITTEN) else ""
    return f"""({unwritten}r.policy_id IN (
        SELECT id FROM resources_bookingpolicy
        WHERE min_lead_hours <= %(lead_hours)s AND max_lead_days >= %(lead_days)s
            AND min_minutes <= %(shortest)s AND max_minutes >= %(longest)s
            AND grid_minutes = ANY(%(grids)s::int[])))"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What rules compare: notice in hours and days, lengths in minutes, fitting grids."""

    lead_hours: float
    lead_days: float
    shortest: float
    longest: float
    grids: list[int]

    def allowed_by(self, policy: BookingPolicy) -> bool:
        return (
            policy.min_lead_hours <= self.lead_hours
            and policy.max_lead_days >= self.lead_days
            and policy.min_minutes <= self.shortest
            and policy.max_minutes >= self.longest
            and policy.grid_minutes in self.grids
        )


def _wall(moment: datetime) -> datetime:
    """Local time without a zone: notice is counted by the wall clock."""
    return moment.astimezone(KRAKOW).replace(tzinfo=None)


def _kinds_of(days: Iterable[date]) -> dict[date, set[str]]:
    """The kinds of calendar days, for each day. One query."""
    days = list(days)
    kinds: dict[date, set[str]] = {day: set() for day in days}
    if not days:
        return kinds
    last = max(days) + timedelta(days=1)
    for period in CalendarPeriod.objects.filter(days__overlap=(min(days), last)):
        for day, found in kinds.items():
            if period.days.lower <= day < period.days.upper:
                found.add(period.kind)
    return kinds
