"""The week of a place as an accessible table: hours down, days across, words in every cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from records.clock import KRAKOW
from records.periods import Period, local_moment, local_period
from records.typography import day_range, time_range
from resources.availability import Busy, Timetable, busy_reason
from resources.place.shown_names import shown_names

HOUR = 60
HALF_HOUR = 30
TAKEN = "taken:"
#: Hours shown when the place is closed all week, so that the table keeps its shape.
USUAL_HOURS = (9 * HOUR, 17 * HOUR)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of one state within a day: where it begins (row), how many rows, and its words."""

    row: int
    rows: int
    state: str  # free, taken, shut or want
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week: its blocks from top to bottom, and its free periods for the list."""

    date: date
    is_today: bool
    blocks: tuple[Block, ...]
    free: tuple[Period, ...]
    wanted: tuple[Period, ...]
    closed_as: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its hour, on how many rows that stands (0: on an earlier one), what begins here."""

    label: str
    hour_rows: int
    cells: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class WeekTable:
    """Seven days; `rows` for the wide table, `days` for the list on a phone."""

    first_day: date
    last_day: date
    days: tuple[Day, ...]
    rows: tuple[Row, ...]

    @property
    def in_half_hours(self) -> bool:
        return any(row.hour_rows == 0 for row in self.rows)

    @property
    def days_label(self) -> str:
        return day_range(self.first_day, self.last_day)


def week_table(known: Timetable, wanted: Sequence[Period] = (), *, today: date) -> WeekTable:
    """The week that `known` covers (seven days), with the visitor's wanted periods marked.

    Rows are hours, or half-hours when something begins or ends within one. A block's text gives
    its exact times, so rounding to rows hides nothing.
    """
    days = list(known.days())
    grid = _Grid.over(known, wanted)
    shown = tuple(grid.day(day, is_today=day == today) for day in days)
    rows = tuple(
        Row(
            label=f"{minute // HOUR}:00",
            hour_rows=HOUR // grid.step if minute % HOUR == 0 else 0,
            cells=tuple(block for day in shown for block in day.blocks if block.row == number),
        )
        for number, minute in enumerate(range(grid.first, grid.last, grid.step))
    )
    return WeekTable(days[0], days[-1], shown, rows)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of one week: from minute `first` to `last` in steps, and what is drawn on them."""

    known: Timetable
    wanted: Sequence[Period]
    names: dict[int, str]
    first: int
    last: int
    step: int

    @classmethod
    def over(cls, known: Timetable, wanted: Sequence[Period]) -> "_Grid":
        openings = [(day, one) for day in known.days() for one in known.opening(day)]
        minutes = [(_minute(day, one.start), _minute(day, one.end)) for day, one in openings]
        minutes = minutes or [USUAL_HOURS]
        moments = [m for _day, one in openings for m in (one.start, one.end)]
        moments += [m for busy in known.busy for m in (busy.start, busy.end) if m]
        moments += [m for one in wanted for m in (one.start, one.end)]
        on_the_hour = all(moment.astimezone(KRAKOW).minute == 0 for moment in moments)
        return cls(
            known,
            wanted,
            shown_names(known.busy),
            first=min(opens for opens, _closes in minutes) // HOUR * HOUR,
            last=-(-max(closes for _opens, closes in minutes) // HOUR) * HOUR,
            step=HOUR if on_the_hour else HALF_HOUR,
        )

    @property
    def count(self) -> int:
        return (self.last - self.first) // self.step

    def day(self, day: date, *, is_today: bool) -> Day:
        own = tuple(one for one in self.wanted if one.start.astimezone(KRAKOW).date() == day)
        closed = self.known.closed_days.get(day)
        if closed:
            block = Block(0, self.count, "shut", closed.name)
            return Day(day, is_today, (block,), (), own, closed.name)
        cells = self._cells(day, own)
        blocks = tuple(self._block(day, own, *run) for run in _runs(cells))
        shut = _("closed") if all(cell == "shut" for cell in cells) else ""
        return Day(day, is_today, blocks, tuple(self.known.free(day)), own, shut)

    def _cells(self, day: date, own: Sequence[Period]) -> list[str]:
        """The state of each row, painted in the order opening, claims, free, wanted time."""
        cells = ["shut"] * self.count
        midnight, next_midnight = local_moment(day, 0), local_moment(day, 1440)
        for one in self.known.opening(day):
            self._paint(cells, self._rows(day, one.start, one.end, whole=True), "between")
        for busy in self.known.busy:
            if busy.overlaps(midnight, next_midnight):
                rows = self._rows(day, busy.start, busy.end or next_midnight)
                # A turnaround past closing is nobody's news.
                self._paint(cells, rows, f"{TAKEN}{busy.hold_id}", unless="shut")
        for one in self.known.free(day):
            self._paint(cells, self._rows(day, one.start, one.end), "free", over="between")
        for one in own:
            if self.known.judge(one).is_free:
                self._paint(cells, self._rows(day, one.start, one.end), "want")
        return cells

    @staticmethod
    def _paint(
        cells: list[str], rows: range, state: str, *, over: str = "", unless: str = ""
    ) -> None:
        """Set rows to a state: only those that are `over` now, or all that are not `unless`."""
        for row in rows:
            if (not over or cells[row] == over) and cells[row] != unless:
                cells[row] = state

    def _rows(self, day: date, start: datetime, end: datetime, *, whole: bool = False) -> range:
        """Rows that a period touches, or with `whole` those that lie wholly inside it."""
        a, b = _minute(day, start) - self.first, _minute(day, end) - self.first
        if whole:
            top, bottom = -(-a // self.step), b // self.step
        else:
            top, bottom = a // self.step, -(-b // self.step)
        return range(max(top, 0), min(bottom, self.count))

    def _block(self, day: date, own: Sequence[Period], row: int, rows: int, state: str) -> Block:
        minute = self.first + row * self.step
        if state == "shut":
            return Block(row, rows, "shut", _("closed"))
        if state == "between":
            return Block(row, rows, "taken", _("time between meetings"))
        if state == "want":
            mine = _nearest(own, day, minute)
            text = _("{span} free").format(span=time_range(mine.start, mine.end))
            return Block(row, rows, "want", text, _("Your time"))
        if state.startswith(TAKEN):
            busy = self._busy(int(state.removeprefix(TAKEN)), day)
            return Block(row, rows, "taken", busy_reason(busy), self.names.get(busy.hold_id, ""))
        # Where the visitor's own time cuts a free period in two, each part says its own hours.
        run = local_period(day, minute, minute + rows * self.step)
        spans = [
            time_range(max(one.start, run.start), min(one.end, run.end))
            for one in self.known.free(day)
            if one.overlaps(run)
        ]
        return Block(row, rows, "free", _("free {span}").format(span=", ".join(spans)))

    def _busy(self, hold_id: int, day: date) -> Busy:
        midnight, next_midnight = local_moment(day, 0), local_moment(day, 1440)
        return next(
            one
            for one in self.known.busy
            if one.hold_id == hold_id and one.overlaps(midnight, next_midnight)
        )


def _minute(day: date, moment: datetime) -> int:
    """Minutes of the wall clock from the midnight of `day`, at least 0 and at most 1440."""
    local = moment.astimezone(KRAKOW)
    if local.date() < day:
        return 0
    if local.date() > day:
        return 1440
    return local.hour * 60 + local.minute


def _runs(cells: Sequence[str]) -> list[tuple[int, int, str]]:
    """(row, rows, state) of each run of equal cells."""
    runs: list[tuple[int, int, str]] = []
    for row, state in enumerate(cells):
        if runs and runs[-1][2] == state:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1, state)
        else:
            runs.append((row, 1, state))
    return runs


def _nearest(periods: Sequence[Period], day: date, minute: int) -> Period:
    """The period that begins nearest to a minute of the day; a run has at least one."""
    return min(periods, key=lambda one: abs(_minute(day, one.start) - minute))


def monday_of(day: date) -> date:
    """The Monday of the week that `day` lies in."""
    return day - timedelta(days=day.isoweekday() - 1)
