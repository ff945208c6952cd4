"""What the search costs: SQL against a floor without availability, and what Django adds to it."""

import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections, transaction
from django.test import Client

from maps.layers import Layer, register
from records.clock import now, today
from records.periods import Period, local_period
from resources import claims
from resources.models import Claim, Resource
from resources.search import statements
from resources.search.criteria import Criteria, Gap, Place, Series, Slot, StepFree, Weekly
from resources.search.parsing import query_of

WARSAW = ZoneInfo("Europe/Warsaw")
PAGE = 200
PLACES = ("viewport", "1.5 km", "whole city")
LAYER_FEATURES = 5000
WRITERS, ROUNDS = 16, 60


@dataclass
class Timings:
    """Milliseconds by what was measured."""

    ms: dict[str, list[float]] = field(default_factory=dict)

    def take(self, name: str, function: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = function()
        self.ms.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        return result

    def p50(self, name: str) -> float:
        return statistics.median(self.ms[name])

    def p95(self, name: str) -> float:
        return sorted(self.ms[name])[int(len(self.ms[name]) * 0.95)]


def searches(place: str, number: int) -> Iterator[dict[str, Criteria]]:
    """The same wish in each way of time, `number` times at random."""
    dice = random.Random(7)
    for _ in range(number):
        longitude, latitude = 19.83 + 0.32 * dice.random(), 50.0 + 0.11 * dice.random()
        where = {
            "viewport": Place(
                bbox=(longitude - 0.02, latitude - 0.012, longitude + 0.02, latitude + 0.012)
            ),
            "1.5 km": Place(near=(longitude, latitude), radius=1500),
            "whole city": Place(),
        }[place]
        wish = Criteria(
            kind="room",
            place=where,
            capacity=dice.choice([10, 20, 30, 50]),
            step_free=StepFree.YES,
            limit=PAGE,
        )
        day = today() + timedelta(days=dice.randrange(2, 40))
        tuesday = day + timedelta(days=(1 - day.weekday()) % 7)
        yield {
            "floor": wish,
            "slot": wish.but(time=Slot(local_period(day, 17 * 60, 19 * 60))),
            "series": wish.but(
                time=Series((Weekly(2, 17 * 60, 19 * 60),), tuesday, tuesday + timedelta(days=63))
            ),
            "gap": wish.but(time=Gap(120, day, day + timedelta(days=13))),
        }


def measure(place: str, number: int) -> Timings:
    """SQL and pages for one kind of place. The SQL is timed as the product writes it."""
    timings = Timings()
    client = Client(headers={"user-agent": "bench"})
    rows: list[float] = []
    for turn, wishes in enumerate(searches(place, number + 2)):
        into = timings if turn >= 2 else Timings()  # the first ones fill the caches
        for name, criteria in wishes.items():
            found = statements.parts(criteria, AnonymousUser())
            sql = (statements.floor if name == "floor" else statements.hits)(found, criteria)
            got = into.take(name, partial(_fetch, sql, found.values))
            if name == "floor":
                rows.append(got[0][1] if got else 0)
        slot = wishes["slot"]
        found = statements.parts(slot, AnonymousUser())
        sql = statements.features(found, slot)
        into.take("features", partial(_fetch, sql, found.values))
        into.take("api", partial(_get, client, f"/api/v1/search?{query_of(slot)}"))
        page = query_of(slot.but(limit=100))
        into.take("page", partial(_get, client, f"/?{page}"))
    timings.ms["rows"] = rows[2:]
    return timings


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _get(client: Client, address: str) -> bytes:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{response.status_code} for {address}")
    return response.content


_LAYER = f"""SELECT point AS geom, code, title_pl AS title, kind, capacity
    FROM resources_resource ORDER BY id LIMIT {LAYER_FEATURES}"""


def measure_layer(number: int) -> Timings:
    """A layer of 5,000 features through HTTP, against its rows streamed by PostgreSQL."""
    register(
        Layer(
            code="pomiar",
            label="bench",
            rows=_LAYER,
            properties=("code", "title", "kind", "capacity"),
        )
    )
    timings, client = Timings(), Client()
    sql = f"SELECT ST_AsGeoJSON(f, 'geom', 6) FROM ({_LAYER}) f"
    for turn in range(number + 2):
        into = timings if turn >= 2 else Timings()
        into.take("sql", lambda: _stream(sql))
        into.take("layer", lambda: _get(client, "/warstwy/pomiar.geojson?zoom=12"))
    return timings


def _stream(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sum(len(text) for (text,) in cursor.fetchall())


@dataclass
class Race:
    """Rounds in which all writers want overlapping times of one room at once."""

    slowest_ms: float
    double: int
    lost: int


def race(writers: int = WRITERS, rounds: int = ROUNDS) -> Race:
    """Real connections through resources.claims; each round must have exactly one winner."""
    rooms = list(Resource.objects.order_by("pk")[:rounds])
    day = today() + timedelta(days=3650)
    starts = threading.Barrier(writers)
    won: list[int] = [0] * rounds
    slowest = [0.0] * writers
    lock = threading.Lock()

    def write(number: int) -> None:
        dice = random.Random(number)
        try:
            for turn, room in enumerate(rooms):
                begin = 600 + dice.choice([0, 15, 30])
                period = local_period(day, begin, begin + 120)
                starts.wait()
                began = time.perf_counter()
                taken = _claim(room, period, f"race-{turn}-{number}-{now().timestamp()}")
                slowest[number] = max(slowest[number], time.perf_counter() - began)
                with lock:
                    won[turn] += taken
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    span = (datetime(day.year, day.month, day.day, tzinfo=WARSAW), None)
    Claim.objects.filter(period__overlap=span).delete()
    return Race(
        slowest_ms=max(slowest) * 1000,
        double=sum(max(0, count - 1) for count in won),
        lost=sum(count == 0 for count in won),
    )


@claims.retrying
def _claim(room: Resource, period: Period, code: str) -> bool:
    try:
        with transaction.atomic():
            hold = claims.new_hold("booking", code, "bench")
            claims.claim(hold, [claims.Wanted.of(room, period)])
    except claims.SlotTaken:
        return False
    return True


# --- the report ----------------------------------------------------------------------------------


def _row(name: str, value: str, goal: str = "", *, met: bool | None = None) -> str:
    mark = "" if met is None else ("  met" if met else "  NOT MET")
    return f"  {name:<44}{value:>16}  {goal:<14}{mark}".rstrip()


def _ratio(name: str, value: float, most: float) -> str:
    return _row(name, f"{value:.2f} x", f"<= {most:g} x", met=value <= most)


def report(place: str, timings: Timings, *, goals: bool) -> list[str]:
    """Lines of the report; ratios with goals for what has them."""
    rows = statistics.median(timings.ms["rows"])
    lines = [f"{place} (median {rows:.0f} rooms before time is asked)"]
    words = {
        "floor": "SQL without availability (floor)",
        "slot": "SQL, one slot",
        "series": "SQL, ten weeks",
        "gap": "SQL, first gap in 14 days",
        "features": f"SQL of the API's page of {PAGE}",
        "api": "API through Django",
        "page": "HTML page",
    }
    for name, label in words.items():
        value = f"{timings.p50(name):.1f} / {timings.p95(name):.0f} ms"
        lines.append(_row(label, value, "p50 / p95"))
    if goals:
        floor = timings.p50("floor")
        lines += [
            _ratio("one slot to the floor", timings.p50("slot") / floor, 6),
            _ratio("first gap to the floor", timings.p50("gap") / floor, 10),
            _ratio("ten weeks to one slot", timings.p50("series") / timings.p50("slot"), 1.3),
            _ratio("API to its SQL", timings.p50("api") / timings.p50("features"), 4),
        ]
    return lines


def run(*, number: int, say: Callable[[str], None]) -> None:
    """Everything, printed as it comes."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": "100000000/m"}
    settings.ALLOWED_HOSTS = ["testserver"]
    for place in PLACES:
        whole = place == "whole city"
        timings = measure(place, max(3, number // 12) if whole else number)
        for line in report(place, timings, goals=not whole):
            say(line)
    layer = measure_layer(max(5, number // 4))
    say(f"layer of {LAYER_FEATURES} features")
    say(_row("streamed SQL", f"{layer.p50('sql'):.1f} ms", "p50"))
    say(_row("through HTTP", f"{layer.p50('layer'):.1f} ms", "p50"))
    say(_ratio("layer to its SQL", layer.p50("layer") / layer.p50("sql"), 1.5))
    raced = race()
    say(f"race of {WRITERS} writers, {ROUNDS} rounds")
    say(_row("slowest", f"{raced.slowest_ms:.0f} ms", "<= 250 ms", met=raced.slowest_ms <= 250))
    say(_row("double / lost", f"{raced.double} / {raced.lost}", "0 / 0",
             met=not (raced.double or raced.lost)))  # fmt: skip
