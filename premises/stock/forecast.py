"""What falls vacant when, by district and by size: contracts that end, with nobody to follow.

Reckoned by the dates of contracts as they stand, without prolongations. The public sees premises
that are public, and never who leaves them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from premises.stock.status import FOLLOWED_WITHIN, parameters, states_sql
from records import typography
from records.clock import today
from resources.models import Layer
from resources.scopes import visible_sql

#: Quarters that the forecast looks ahead, the current one included.
QUARTERS = 6
#: Upper ends of the size classes (m²); the last has none. 120 m² is enough for a Civic Centre.
SIZES = (Decimal(60), Decimal(120))


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    def plus(self, quarters: int) -> "Quarter":
        place = self.year * 4 + self.number - 1 + quarters
        return Quarter(place // 4, place % 4 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def words(self) -> str:
        return f"{typography.roman(self.number)} {self.year}"


@dataclass(frozen=True, slots=True)
class Falling:
    """Premises that fall vacant: `on` is the first vacant day."""

    code: str
    title_pl: str
    title_en: str
    district: int | None
    area_m2: Decimal | None
    on: date
    step_free: str
    is_sample: bool
    longitude: float | None
    latitude: float | None

    @property
    def title(self) -> str:
        english = (get_language() or "").startswith("en") and self.title_en
        return self.title_en if english else self.title_pl

    @property
    def size(self) -> int:
        """Which size class: 0, 1 or 2. An area nobody knows counts as the smallest."""
        return sum((self.area_m2 or Decimal(0)) > limit for limit in SIZES)


@dataclass(slots=True)
class Forecast:
    """The premises, and how many of each size in each quarter and district."""

    rows: list[Falling]
    quarters: list[Quarter]
    by_quarter: dict[Quarter, list[int]] = field(default_factory=dict)
    by_district: dict[int, list[int]] = field(default_factory=dict)

    @property
    def busiest(self) -> Quarter | None:
        """The quarter in which most fall vacant, the earliest of equals."""
        counts = {quarter: sum(sizes) for quarter, sizes in self.by_quarter.items()}
        return (
            max(counts, key=lambda one: (counts[one], -one.year, -one.number))
            if any(counts.values())
            else None
        )

    @property
    def last_day(self) -> date:
        return date.fromordinal(self.quarters[-1].plus(1).first_day.toordinal() - 1)


def size_words() -> list[str]:
    """The size classes in words."""
    small, middle = (typography.number(limit) for limit in SIZES)
    return [
        _("up to %(most)s m²") % {"most": small},
        f"{typography.joined(small, middle)} m²",
        _("more than %(least)s m²") % {"least": middle},
    ]


#: Contracts that end within the forecast, with nobody to follow on the same day. Needs the
#: parameters of the states and %(horizon)s.
FALLING_SQL = """
    SELECT state.premises_id, state.until AS falls_on
    FROM ({states}) state
    JOIN resources_resource place ON place.id = state.premises_id
    WHERE state.state IN ('leased', 'lent') AND state.until > %(on)s
      AND state.until < %(horizon)s
      AND NOT EXISTS (
          SELECT FROM resources_spaceleaf leaf
          JOIN resources_claim next ON next.space_id = leaf.leaf_id AND next.layer = {layer}
          WHERE leaf.space_id = place.space_id
            AND lower(next.period) > %(at)s
            AND (lower(next.period) AT TIME ZONE 'Europe/Warsaw')::date
                <= state.until + %(followed_within)s)
"""


def falling_sql() -> str:
    return FALLING_SQL.format(states=states_sql(), layer=int(Layer.STEWARDSHIP))


def falling_parameters() -> dict[str, Any]:
    """For `falling_sql`; the horizon is the end of the last quarter."""
    return {
        **parameters(),
        "horizon": Quarter.of(today()).plus(QUARTERS).first_day,
        "followed_within": FOLLOWED_WITHIN.days,
    }


def forecast(
    person: Any, *, district: int | None = None, size: int | None = None, unit: int | None = None
) -> Forecast:
    """The forecast of what the person may see, narrowed. One query."""
    condition, values = visible_sql(person, "r")
    named: dict[str, Any] = {f"seen_{number}": value for number, value in enumerate(values)}
    for name in named:
        condition = condition.replace("%s", f"%({name})s", 1)
    narrowing = ""
    if district is not None:
        narrowing += " AND r.district_id = %(district)s"
    if unit is not None:
        narrowing += " AND r.unit_id = %(unit)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.code, r.title_pl, r.title_en, r.district_id, r.area_m2, falling.falls_on,
                   r.step_free, r.is_sample, ST_X(r.point), ST_Y(r.point)
            FROM ({falling_sql()}) falling
            JOIN resources_resource r ON r.id = falling.premises_id
            WHERE ({condition}) {narrowing}
            ORDER BY falling.falls_on, r.code
            """,  # noqa: S608 - our own SQL, values as parameters
            {**falling_parameters(), **named, "district": district, "unit": unit},
        )
        rows = [Falling(*row) for row in cursor.fetchall()]
    return summed([row for row in rows if size is None or row.size == size])


def summed(rows: list[Falling]) -> Forecast:
    """Rows with their counts; every quarter of the horizon is there, also an empty one."""
    first = Quarter.of(today())
    quarters = [first.plus(number) for number in range(QUARTERS)]
    made = Forecast(rows, quarters, {quarter: [0] * (len(SIZES) + 1) for quarter in quarters})
    for row in rows:
        made.by_quarter[Quarter.of(row.on)][row.size] += 1
        if row.district is not None:
            made.by_district.setdefault(row.district, [0] * (len(SIZES) + 1))[row.size] += 1
    return made


# --- the chart --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """One size of one quarter as a rectangle; `words` is its number, if there is room for it."""

    css: str
    y: float
    height: float
    words: str
    middle: float


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    centre: float
    blocks: list[Block]
    total: int
    top: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Geometry of the stacked bars, in the units of the drawing (620 x 222)."""

    columns: list[Column]
    lines: list[tuple[float, int]]


_FLOOR, _HEIGHT, _LEFT, _STEP, _WIDTH = 190.0, 160.0, 48.0, 96.0, 62.0


def chart(made: Forecast) -> Chart:
    """Stacked bars, one a quarter; the scale ends at a round number above the highest."""
    counts: Mapping[Quarter, list[int]] = made.by_quarter
    step = _step(max((sum(sizes) for sizes in counts.values()), default=0))
    scale = _HEIGHT / (step * 4)
    columns = []
    for place, quarter in enumerate(made.quarters):
        y, blocks = _FLOOR, []
        for size, count in enumerate(counts[quarter]):
            if count:
                height = count * scale
                y -= height
                blocks.append(
                    Block(
                        f"c{size + 1}",
                        round(y, 1),
                        round(max(height - 1.5, 1), 1),
                        str(count) if height >= 16 else "",
                        round(y + height / 2 + 4, 1),
                    )
                )
        x = _LEFT + place * _STEP
        columns.append(
            Column(
                x,
                x + _WIDTH / 2,
                blocks,
                sum(counts[quarter]),
                round(y - 7, 1),
                quarter.words,
            )
        )
    return Chart(columns, [(round(_FLOOR - n * step * scale, 1), n * step) for n in range(5)])


def _step(highest: int) -> int:
    """The distance of the grid lines: four of them reach the highest bar."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000):
        if step * 4 >= highest:
            return step
    return -(-highest // 4)
