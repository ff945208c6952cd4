"""In which state premises are on a day: derived, never typed.

Claims of the stewardship layer, with the contract or the officer's hold behind them, say who holds
the premises. What claims cannot say (a procedure is running) comes from registered sources: SQL
that another part of this app adds to SOURCES. One statement asks them all, so that a list of twenty
thousand premises can be filtered, counted and sorted by state in the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from records import typography
from records.clock import now, today
from records.marks import Badge, Tone
from records.periods import local_moment
from resources.models import Layer

#: Who asks for premises plans for months: this far ahead we say what falls vacant.
FORECAST = timedelta(days=183)
#: Who begins so soon after another leaves no vacancy: the time between is for handing over.
FOLLOWED_WITHIN = timedelta(days=31)


class State(StrEnum):
    """States in the order in which they win where several hold at once."""

    NOT_HANDED_BACK = "not_handed_back"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    RENOVATION = "renovation"
    LEASED = "leased"
    LENT = "lent"
    RESERVED = "reserved"
    IN_PROCEDURE = "in_procedure"
    AVAILABLE = "available"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS: dict[State, str | Promise] = {
    State.AVAILABLE: pgettext_lazy("premises", "vacant"),
    State.RESERVED: pgettext_lazy("premises", "reserved"),
    State.IN_PROCEDURE: pgettext_lazy("premises", "in procedure"),
    State.LEASED: pgettext_lazy("premises", "leased"),
    State.LENT: pgettext_lazy("premises", "lent"),
    State.RENOVATION: pgettext_lazy("premises", "renovation"),
    State.WITHDRAWN: pgettext_lazy("premises", "withdrawn"),
    State.DISPUTED: pgettext_lazy("premises", "in dispute"),
    State.NOT_HANDED_BACK: pgettext_lazy("premises", "not handed back"),
}
_UNTIL: dict[State, str | Promise] = {
    State.RESERVED: gettext_lazy("reserved until %(day)s"),
    State.LEASED: gettext_lazy("let until %(day)s"),
    State.LENT: gettext_lazy("lent until %(day)s"),
    State.RENOVATION: gettext_lazy("in renovation until %(day)s"),
    State.WITHDRAWN: gettext_lazy("withdrawn until %(day)s"),
    State.DISPUTED: gettext_lazy("in dispute until %(day)s"),
}
_WITHOUT_END: dict[State, str | Promise] = {
    State.LEASED: gettext_lazy("let for an indefinite time"),
    State.LENT: gettext_lazy("lent for an indefinite time"),
}
_MARKS = {
    State.AVAILABLE: (Tone.OK, "key"),
    State.RESERVED: (Tone.HOLD, "lock"),
    State.IN_PROCEDURE: (Tone.WAIT, "doc"),
    State.LEASED: (Tone.MUTE, "user"),
    State.LENT: (Tone.MUTE, "people"),
    State.RENOVATION: (Tone.MUTE, "pause"),
    State.WITHDRAWN: (Tone.MUTE, "no"),
    State.DISPUTED: (Tone.STOP, "warn"),
    State.NOT_HANDED_BACK: (Tone.STOP, "undo"),
}
#: Nobody holds such premises: one may seek them.
VACANT = frozenset({State.AVAILABLE, State.IN_PROCEDURE})
#: Somebody uses them by contract.
LET = frozenset({State.LEASED, State.LENT, State.NOT_HANDED_BACK})


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one premises on a day.

    `since` is the first day of the state; for vacant premises the day after the last tenancy, None
    if no earlier tenancy is known. `until` is the first day after the state, None for no known
    end. `promised_from` is the first day on which somebody holds the premises next.
    """

    state: State
    since: date | None = None
    until: date | None = None
    promised_from: date | None = None

    @property
    def is_vacant(self) -> bool:
        return self.state in VACANT

    @property
    def is_let(self) -> bool:
        """Somebody uses them within the term of a contract."""
        return self.state in (State.LEASED, State.LENT)

    @property
    def last_day(self) -> date | None:
        """The last day of the present state, as contracts write it."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def falls_vacant_on(self) -> date | None:
        """The first day on which nobody holds the premises, as far as it is known."""
        if self.is_vacant or self.until is None or self.state is State.NOT_HANDED_BACK:
            return None
        followed = self.promised_from and self.promised_from <= self.until + FOLLOWED_WITHIN
        return None if followed else self.until

    @property
    def ends_soon(self) -> bool:
        return self.is_let and self.until is not None and self.until <= today() + FORECAST

    @property
    def words(self) -> str:
        """The state in a few words with its day, for pages without a column for the day."""
        if self.state is State.AVAILABLE and self.since:
            return _("vacant since %(day)s") % {"day": typography.day(self.since)}
        if self.state is State.NOT_HANDED_BACK and self.since:
            ended = typography.day(self.since - timedelta(days=1))
            return _("not handed back, the term ended on %(day)s") % {"day": ended}
        if self.last_day and self.state in _UNTIL:
            return str(_UNTIL[self.state]) % {"day": typography.day(self.last_day)}
        return str(_WITHOUT_END.get(self.state, self.state.label))

    @property
    def badge(self) -> Badge:
        return Badge(self.words, *self._look)

    @property
    def mark(self) -> Badge:
        """The state alone, for tables in which the day has a column of its own."""
        return Badge(self.state.label, *self._look)

    @property
    def _look(self) -> tuple[Tone, str]:
        return (Tone.WAIT, "clock") if self.ends_soon else _MARKS[self.state]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that knows of states.

    `rows` is a SELECT of premises_id, state (a value of State), since and until (dates, half-open;
    null: not known, no end) of all premises that are in such a state on the day. It may use
    %(on)s (the day) and %(at)s (the moment); other percent signs are doubled. Where a source and
    the claims say the same state, the days of the source are shown.
    """

    code: str
    rows: str


#: Sources beside the claims; whoever knows more of premises adds to it at import.
SOURCES: list[Source] = [
    Source(
        "procedures",
        """
        SELECT lot.resource_id AS premises_id, 'in_procedure' AS state,
               NULL::date AS since, NULL::date AS until
        FROM premises_lot lot
        JOIN premises_allocationprocedure procedure ON procedure.id = lot.procedure_id
        WHERE lot.live AND procedure.state IN ('approved', 'notice_published', 'call_open',
            'call_closed', 'evaluation', 'ranked', 'decided')
        """,
    )
]

# The claim of a contract stands until the recorded hand-back, past the end of its term. Of a day to
# come we expect that by then the keys are back.
_CLAIMS = f"""
    SELECT p.resource_id AS premises_id,
           CASE WHEN overdue.it THEN 'not_handed_back' ELSE
           CASE hold.kind WHEN 'lease' THEN 'leased' WHEN 'lending' THEN 'lent'
                WHEN 'officer' THEN CASE officer.reason WHEN 'renovation' THEN 'renovation'
                    WHEN 'dispute' THEN 'disputed' ELSE 'withdrawn' END
                ELSE 'reserved' END END AS state,
           CASE WHEN overdue.it THEN lease.ends_before
                ELSE (lower(claim.period) AT TIME ZONE 'Europe/Warsaw')::date END AS since,
           CASE WHEN overdue.it THEN NULL
                WHEN lease.returned_at IS NULL AND lease.ends_before IS NOT NULL
                THEN lease.ends_before
                ELSE (upper(claim.period) AT TIME ZONE 'Europe/Warsaw')::date END AS until
    FROM premises_premises p
    JOIN resources_resource r ON r.id = p.resource_id
    JOIN resources_spaceleaf leaf ON leaf.space_id = r.space_id
    JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
        AND claim.layer = {int(Layer.STEWARDSHIP)} AND claim.period @> %(at)s::timestamptz
        AND (claim.expires_at IS NULL OR claim.expires_at > %(at)s)
    JOIN resources_hold hold ON hold.id = claim.hold_id
    LEFT JOIN premises_officerhold officer ON officer.hold_id = hold.id
    LEFT JOIN premises_lease lease ON lease.hold_id = hold.id
    CROSS JOIN LATERAL (SELECT lease.returned_at IS NULL
                               AND coalesce(lease.ends_before <= %(on)s, false) AS it) overdue
    WHERE NOT (overdue.it AND lease.ends_before > %(today)s)
"""  # noqa: S608 - a constant is put in


def states_sql() -> str:
    """SELECT premises_id, state, since, until of all premises that are not simply available.

    One row each, the winning state. Needs the parameters of `parameters()`.
    """
    rows = " UNION ALL ".join(
        f"SELECT premises_id, state, since, until, {weight} AS weight FROM ({sql}) source_{weight}"  # noqa: S608 - SQL of registered sources
        for weight, sql in enumerate([*(source.rows for source in SOURCES), _CLAIMS])
    )
    return f"""
        SELECT DISTINCT ON (said.premises_id)
               said.premises_id, said.state, said.since, said.until
        FROM ({rows}) said
        ORDER BY said.premises_id, array_position(%(order)s::text[], said.state::text),
                 said.weight, said.until DESC NULLS FIRST
    """  # noqa: S608 - SQL of registered sources


def moment_of(on: date | None) -> datetime:
    """The moment by which a day is judged: now for today, else noon."""
    return now() if on is None or on == today() else local_moment(on, 12 * 60)


def parameters(on: date | None = None) -> dict[str, Any]:
    return {
        "on": on or today(),
        "today": today(),
        "at": moment_of(on),
        "order": [str(state) for state in State],
    }


def statuses(ids: Iterable[int], on: date | None = None) -> dict[int, Status]:
    """The state of each of these premises (ids of their resources) on a day (today). Two queries
    however many they are."""
    wanted = list(ids)
    values = {**parameters(on), "ids": wanted}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({states_sql()}) state WHERE premises_id = ANY(%(ids)s)",  # noqa: S608
            values,
        )
        said = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_BEFORE_AND_AFTER, values)
        around = {row[0]: row[1:] for row in cursor.fetchall()}
    return {pk: _status(said.get(pk), around.get(pk, (None, None))) for pk in wanted}


_BEFORE_AND_AFTER = f"""
    SELECT r.id,
           max(coalesce((upper(claim.period) AT TIME ZONE 'Europe/Warsaw')::date,
                        lease.ends_before))
               FILTER (WHERE hold.kind IN ('lease', 'lending') AND (
                   upper(claim.period) <= %(at)s
                   OR upper(claim.period) IS NULL AND lease.ends_before <= %(on)s)),
           (min(lower(claim.period)) FILTER (WHERE lower(claim.period) > %(at)s)
               AT TIME ZONE 'Europe/Warsaw')::date
    FROM resources_resource r
    JOIN resources_spaceleaf leaf ON leaf.space_id = r.space_id
    JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
        AND claim.layer = {int(Layer.STEWARDSHIP)}
        AND (claim.expires_at IS NULL OR claim.expires_at > %(at)s)
    JOIN resources_hold hold ON hold.id = claim.hold_id
    LEFT JOIN premises_lease lease ON lease.hold_id = hold.id
    WHERE r.id = ANY(%(ids)s) GROUP BY r.id
"""  # noqa: S608 - a constant is put in


def _status(said: Sequence[Any] | None, around: Sequence[date | None]) -> Status:
    ended, promised = around
    if said is None:
        return Status(State.AVAILABLE, since=ended, promised_from=promised)
    state, since, until = said
    if State(state) is State.IN_PROCEDURE:
        since = ended
    return Status(State(state), since=since, until=until, promised_from=promised)


def state_of_row(column: str, pk: str, on: date | None = None) -> RawSQL:
    """The state or another column of `states_sql` as an expression for a queryset; `pk` is the
    column of the outer query that holds the premises' id. Null: simply available."""
    sql = f"(SELECT state.{column} FROM ({states_sql()}) state WHERE state.premises_id = {pk})"  # noqa: S608 - names in our own SQL
    return _positional(sql, parameters(on))


def in_states(states: Iterable[State], on: date | None = None) -> RawSQL:
    """Ids of premises in one of these states other than available, for `pk__in`."""
    values = {**parameters(on), "states": [str(state) for state in states]}
    return _positional(
        f"SELECT premises_id FROM ({states_sql()}) state WHERE state = ANY(%(states)s)",  # noqa: S608
        values,
    )


def _positional(sql: str, values: dict[str, Any]) -> RawSQL:
    """Named parameters as RawSQL takes them: in their order, with %s."""
    order: list[Any] = []

    class _Taking(dict[str, str]):
        def __missing__(self, name: str) -> str:
            order.append(values[name])
            return "%s"

    return RawSQL(sql.replace("%%", "%%%%") % _Taking(), order)  # noqa: S611 - our own SQL
