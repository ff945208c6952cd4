"""Any hours on end between two days, as SQL: where they begin first."""

from datetime import timedelta
from itertools import chain, combinations
from typing import Any

from records.clock import today
from records.periods import MINUTES_A_DAY, local_moment
from resources.search.allowed import UNWRITTEN, kinds_of
from resources.search.criteria import Gap
from resources.search.probes import (
    BY_TIME,
    TimeSql,
    by_tenure,
    days_text,
    free_probe,
    vacant_from,
)


def gap_sql(gap: Gap, values: dict[str, Any]) -> TimeSql:
    """Any hours on end as SQL; `free_from` is where the first such hours begin. One query."""
    values.update(
        gap_minutes=gap.minutes,
        gap_from=gap.from_minute,
        gap_to=gap.to_minute,
        gap_start=local_moment(gap.first_day, 0),
        gap_day=gap.first_day,
        gap_last_day=gap.last_day,
        today=today(),
        gap_end=local_moment(gap.last_day, MINUTES_A_DAY),
    )
    # The lateral row is fenced (OFFSET 0), else the planner would call the function once for the
    # condition and once more for the column.
    rule = {
        name: f"coalesce(policy.{name}, {int(getattr(UNWRITTEN, name))})"
        for name in (
            "grid_minutes",
            "min_lead_hours",
            "max_lead_days",
            "min_minutes",
            "max_minutes",
        )
    }
    shut = _shut_days(gap, values)
    joins = f"""LEFT JOIN resources_bookingpolicy policy ON policy.id = r.policy_id
        CROSS JOIN LATERAL (SELECT CASE WHEN {BY_TIME} THEN coalesce(
            {_at_opening(gap, rule, shut)}, resources_first_gap(
            r.id, r.space_id, r.turnaround_minutes, {rule["grid_minutes"]},
            greatest(%(gap_start)s::timestamptz,
                %(now)s::timestamptz + make_interval(hours => {rule["min_lead_hours"]})),
            least(%(gap_last_day)s::date, %(today)s::date + {rule["max_lead_days"]}),
            {shut}, %(gap_from)s, %(gap_to)s, %(gap_minutes)s, %(now)s))
        ELSE {vacant_from("greatest(%(gap_start)s::timestamptz, %(now)s)", "%(gap_minutes)s")}
        END AS free_from OFFSET 0) g"""
    return TimeSql(
        joins=joins,
        policy=by_tenure(
            f"(%(gap_minutes)s BETWEEN {rule['min_minutes']} AND {rule['max_minutes']} "
            f"AND mod(%(gap_minutes)s, {rule['grid_minutes']}) = 0 "
            f"AND coalesce(g.free_from <= %(now)s::timestamptz "
            f"+ make_interval(days => {rule['max_lead_days']}), true))",
            "true",
        ),
        free="(r.space_id IS NOT NULL AND g.free_from < %(gap_end)s::timestamptz)",
        free_from="g.free_from",
        bands=[(gap.from_minute, gap.to_minute)],
    )


def _at_opening(gap: Gap, rule: dict[str, str], shut: str) -> str:
    """SQL: the start of the first day's hours where that is free already; NULL: look closer.

    Most places are, and this costs a third of the function that finds any gap.
    """
    minute = f"ceil(h.opens::float8 / {rule['grid_minutes']})::int * {rule['grid_minutes']}"
    probe = free_probe("tstzrange(s.starts, s.ends + r.turnaround_minutes * interval '1 minute')")
    return f"""(SELECT s.starts FROM (
                SELECT max(greatest(o.opens, %(gap_from)s)) AS opens,
                    min(least(o.closes, %(gap_to)s)) AS closes, count(*) AS rules
                FROM resources_openingrule o
                WHERE o.resource_id = r.id AND o.weekday = {gap.first_day.isoweekday()}
                    AND o.valid @> %(gap_day)s::date
                    AND greatest(o.opens, %(gap_from)s) < least(o.closes, %(gap_to)s)
            ) h
            CROSS JOIN LATERAL (
                SELECT m.starts, m.starts + make_interval(mins => %(gap_minutes)s) AS ends
                FROM (SELECT resources_local_moment(%(gap_day)s::date, {minute}) AS starts) m
            ) s
            WHERE h.rules = 1 AND NOT {shut} @> %(gap_day)s::date
                AND %(gap_start)s::timestamptz >=
                    %(now)s::timestamptz + make_interval(hours => {rule["min_lead_hours"]})
                AND s.ends <= resources_local_moment(%(gap_day)s::date, h.closes)
                AND {probe})"""


def first_hour() -> Gap:
    """What "first free" means where no time is asked for: an hour within sixty days."""
    return Gap(60, today(), today() + timedelta(days=60))


def _shut_days(gap: Gap, values: dict[str, Any]) -> str:
    """SQL: the days on which the place is closed by the calendar, as a multirange."""
    days = [
        gap.first_day + timedelta(days=n) for n in range((gap.last_day - gap.first_day).days + 1)
    ]
    by_day = kinds_of(days)
    kinds = sorted(set(chain.from_iterable(by_day.values())))
    cases = []
    for size in range(len(kinds), 0, -1):
        for number, chosen in enumerate(combinations(kinds, size)):
            name = f"shut_{size}_{number}"
            values[name] = days_text(day for day in days if by_day[day] & set(chosen))
            values[f"{name}_kinds"] = list(chosen)
            cases.append(
                f"WHEN r.observes @> %({name}_kinds)s::varchar[] THEN %({name})s::datemultirange"
            )
    if not cases:
        return "'{}'::datemultirange"
    return f"CASE {' '.join(cases)} ELSE '{{}}'::datemultirange END"
