"""The search against a slow oracle in Python, on random small cities around the clock changes.

The oracle asks resources.availability date by date and the rules of booking one by one; the search
asks the database once. Both must name the same places. What is found can be claimed.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records import clock
from records.clock import KRAKOW
from records.models import CalendarPeriod
from records.periods import Period, local_period
from resources import claims
from resources.availability import Timetable, timetables
from resources.booking import policy as rules
from resources.models import BookingPolicy, Resource
from resources.search.criteria import Criteria, Gap, Series, Slot, Weekly
from resources.search.results import search
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.moment("2026-10-20 12:00")
#: Weeks in which the clocks go back (25 October 2026) and forward (28 March 2027).
WEEKS = (date(2026, 10, 21), date(2027, 3, 24))
TIME_RULES = (
    rules.asked_early_enough,
    rules.asked_not_too_early,
    rules.starts_and_ends_on_the_grid,
    rules.long_enough,
    rules.not_too_long,
)

hours = st.integers(0, 24)
spans = st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1])
opening = st.lists(spans, max_size=2).map(
    # Rules of a day must not overlap; touching is fine.
    lambda found: (
        [(60 * a, 60 * b) for a, b in found[:1]]
        + [(60 * b, 60 * d) for (_a, b), (_c, d) in pairwise(found) if b < d]
    )
)


@st.composite
def rooms(draw):
    """Fields of a room: hours, turnaround, what it observes, its rules, its claims."""
    week = draw(st.sampled_from(WEEKS))
    starts = draw(st.lists(st.integers(0, 7 * 96), min_size=0, max_size=5, unique=True))
    return {
        "hours": {day: draw(opening) for day in range(1, 8)},
        "turnaround_minutes": draw(st.sampled_from([0, 15, 60])),
        "observes": draw(
            st.lists(st.sampled_from(CalendarPeriod.Kind.values), unique=True, max_size=3)
        ),
        "rules": {
            "min_lead_hours": draw(st.sampled_from([0, 24, 60])),
            "max_lead_days": draw(st.sampled_from([5, 200])),
            "grid_minutes": draw(st.sampled_from([15, 30])),
            "min_minutes": draw(st.sampled_from([15, 60])),
            "max_minutes": draw(st.sampled_from([90, 1440])),
        },
        "claims": [(week, start, draw(st.integers(1, 12))) for start in starts],
        "sectors": draw(st.sampled_from([(), (), ("A", "B")])),
    }


@st.composite
def times(draw):
    week = draw(st.sampled_from(WEEKS))
    day = week + timedelta(days=draw(st.integers(0, 6)))
    kind = draw(st.sampled_from(["slot", "series", "gap"]))
    if kind == "slot":
        # In UTC, so that both halves of the repeated hour are drawn.
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
            minutes=15 * draw(st.integers(0, 95))
        )
        end = start + timedelta(minutes=15 * draw(st.integers(1, 12)))
        return Slot(Period(start.astimezone(KRAKOW), end.astimezone(KRAKOW)))
    start, end = draw(spans)
    if kind == "series":
        weekly = tuple(
            Weekly(weekday, 60 * start, 60 * end)
            for weekday in sorted(draw(st.sets(st.integers(1, 7), min_size=1, max_size=3)))
        )
        return Series(weekly, week, week + timedelta(days=draw(st.integers(6, 20))))
    length = draw(st.integers(1, 4 * (end - start)))
    return Gap(15 * length, week, week + timedelta(days=draw(st.integers(0, 9))), 60 * start,
               60 * end)  # fmt: skip


calendars = st.lists(
    st.tuples(
        st.sampled_from(CalendarPeriod.Kind.values), st.sampled_from(WEEKS), st.integers(0, 13)
    ),
    max_size=4,
    unique=True,
)


def build(fields: dict) -> None:
    fields = dict(fields)
    taken = fields.pop("claims")
    room = factories.room(**fields)
    held: set[int] = set()
    for week, start, length in sorted(taken, key=lambda one: one[1]):
        quarters = set(range(start, start + length))
        if quarters & held:
            continue
        held |= quarters
        begin = datetime(week.year, week.month, week.day, tzinfo=UTC) + timedelta(
            minutes=15 * start
        )
        factories.occupy(room, begin, begin + timedelta(minutes=15 * length))


def allowed(room: Resource, periods: list[Period]) -> bool:
    asked = rules.Asked(periods=tuple(periods), purpose="x", participants=1)
    facts = rules.Facts(
        policy=room.policy or BookingPolicy(), places=(room,), now=clock.now(), group="ngo_free"
    )
    return not any(list(rule(asked, facts)) for rule in TIME_RULES)


def holidays() -> set[date]:
    days = set()
    for one in CalendarPeriod.objects.filter(kind="public_holiday"):
        days |= {
            one.days.lower + timedelta(days=n)
            for n in range((one.days.upper - one.days.lower).days)
        }
    return days


def fits(room: Resource, known: Timetable, time: Slot | Series) -> bool:
    """What the oracle says of a slot or a series."""
    if isinstance(time, Slot):
        return allowed(room, [time.period]) and known.judge(time.period).is_free
    off = holidays()
    kept = [(day, one) for day, one in time.occurrences() if day not in off]
    try:
        asked = [local_period(day, one.from_minute, one.to_minute) for day, one in kept]
    except ValueError:  # the clocks skip it
        return False
    if not asked or not allowed(room, asked):
        return False
    open_days = [
        period
        for (day, _one), period in zip(kept, asked, strict=True)
        if day not in known.closed_days
    ]
    if not open_days or 2 * len(open_days) < len(kept):
        return False
    return all(known.judge(period).is_free for period in open_days)


def first_gap(room: Resource, known: Timetable, gap: Gap) -> datetime | None:
    """The first start on the grid that works, tried one by one."""
    grid = timedelta(minutes=room.policy.grid_minutes)
    day = gap.first_day
    while day <= gap.last_day:
        try:
            window = local_period(day, gap.from_minute, gap.to_minute)
        except ValueError:
            window = None
        start = window.start.astimezone(UTC) if window else None
        while start and start + timedelta(minutes=gap.minutes) <= window.end.astimezone(UTC):
            end = start + timedelta(minutes=gap.minutes)
            period = Period(start.astimezone(KRAKOW), end.astimezone(KRAKOW))
            if known.judge(period).is_free and allowed(room, [period]):
                return period.start
            start += grid
        day += timedelta(days=1)
    return None


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(city=st.lists(rooms(), min_size=1, max_size=3), calendar=calendars, wish=times())
def test_the_search_says_what_the_oracle_says(city, calendar, wish):
    with clock.frozen(NOW), transaction.atomic():
        for fields in city:
            build(fields)
        made: set[tuple[str, date]] = set()
        for kind, week, offset in calendar:
            day = week + timedelta(days=offset)
            if (kind, day) not in made:
                made.add((kind, day))
                factories.calendar_days(kind, day, day)
        everything = list(Resource.objects.select_related("policy").order_by("pk"))
        known = timetables(everything, WEEKS[0] - timedelta(days=2), WEEKS[1] + timedelta(days=40))
        found = search(Criteria(time=wish), AnonymousUser())
        if isinstance(wish, Gap):
            expected = {
                room.pk: start
                for room in everything
                if (start := first_gap(room, known[room.pk], wish))
            }
            assert {hit.resource_id: hit.free_from for hit in found.hits} == expected
        else:
            expected = {room.pk for room in everything if fits(room, known[room.pk], wish)}
            assert {hit.resource_id for hit in found.hits} == expected
        _claimable(found.hits, wish, {room.pk: room for room in everything})
        transaction.set_rollback(True)


def _claimable(hits, wish, by_id) -> None:
    """What was found can be held, each place by itself."""
    for hit in hits:
        room = by_id[hit.resource_id]
        start = hit.free_from
        if isinstance(wish, Slot):
            period = wish.period
        elif isinstance(wish, Gap):
            period = Period(start, (start.astimezone(UTC) + timedelta(minutes=wish.minutes)))
        else:
            continue
        with transaction.atomic():
            hold = claims.new_hold("booking", f"oracle-{room.pk}", "oracle")
            claims.claim(hold, [claims.Wanted.of(room, period)])
            transaction.set_rollback(True)
