"""The query string, parameter by parameter: what is read, what is refused, what is written back."""

from contextlib import suppress
from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.clock import KRAKOW
from records.periods import Period
from records.problems import Problems
from resources.search.criteria import (
    Criteria,
    Gap,
    Place,
    Series,
    Slot,
    Sort,
    StepFree,
    Weekly,
)
from resources.search.parsing import PARAMETERS, parse, query_of
from tests.factories import moment


def read(query: str) -> Criteria:
    return parse(parse_qs(query, keep_blank_values=True, strict_parsing=bool(query)))


def refused(query: str) -> list[str]:
    """Names of the parameters that are told to be wrong."""
    with pytest.raises(Problems) as caught:
        read(query)
    return [problem.field for problem in caught.value.problems]


SLOT = Slot(Period(moment("2027-01-05 17:00"), moment("2027-01-05 19:00")))
DAYS = "from=2027-01-05&until=2027-06-29"

READ = {
    "nothing": ("", Criteria()),
    "kind": ("kind=premises", Criteria(kind="premises")),
    "text": ("q=%20sala++taneczna ", Criteria(text="sala taneczna")),
    "bbox": ("bbox=19.9,50,20.1,50.1", Criteria(place=Place(bbox=(19.9, 50.0, 20.1, 50.1)))),
    "near": ("near=19.94,50.06", Criteria(place=Place(near=(19.94, 50.06)))),
    "radius": (
        "near=19.94,50.06&radius=300",
        Criteria(place=Place(near=(19.94, 50.06), radius=300)),
    ),
    "districts": ("district=18&district=4", Criteria(place=Place(districts=(4, 18)))),
    "group": ("area_group=nowa-huta", Criteria(place=Place(area_group="nowa-huta"))),
    "capacity": ("capacity=25", Criteria(capacity=25)),
    "area": ("area_min=40&area_max=90", Criteria(area_min=40, area_max=90)),
    "step free": ("step_free=yes_or_unknown", Criteria(step_free=StepFree.YES_OR_UNKNOWN)),
    "equipment": ("equipment=piano&equipment=loop", Criteria(equipment=("loop", "piano"))),
    "free of charge": ("free_of_charge=true", Criteria(free_of_charge=True)),
    "not only free": ("free_of_charge=false", Criteria()),
    "sort": ("sort=size", Criteria(sort=Sort.SIZE)),
    "page": ("limit=500&offset=20", Criteria(limit=500, offset=20)),
    "local time": ("at=2027-01-05T17:00/2027-01-05T19:00", Criteria(time=SLOT)),
    "offset": ("at=2027-01-05T16:00%2B00:00/2027-01-05T19:00%2B01:00", Criteria(time=SLOT)),
    "plus that was not escaped": (
        "at=2027-01-05T17:00+01:00/2027-01-05T19:00+01:00",
        Criteria(time=SLOT),
    ),
    "zulu": ("at=2027-01-05T16:00Z/2027-01-05T18:00Z", Criteria(time=SLOT)),
    "weekly": (
        f"weekly=TU,17:00,19:00&weekly=th,9:30,24:00&{DAYS}",
        Criteria(
            time=Series(
                (Weekly(2, 1020, 1140), Weekly(4, 570, 1440)), date(2027, 1, 5), date(2027, 6, 29)
            )
        ),
    ),
    "gap": (
        f"gap_hours=1.5&{DAYS}",
        Criteria(time=Gap(90, date(2027, 1, 5), date(2027, 6, 29))),
    ),
    "gap between": (
        f"gap_hours=2&between=17:00-21:00&{DAYS}",
        Criteria(time=Gap(120, date(2027, 1, 5), date(2027, 6, 29), 1020, 1260)),
    ),
}

REFUSED = {
    "unknown": ("colour=red", ["colour"]),
    "misspelt": ("capasity=25", ["capasity"]),
    "several at once": ("capacity=x&foo=1&sort=best", ["capacity", "foo", "sort"]),
    "empty": ("capacity=", ["capacity"]),
    "twice": ("capacity=3&capacity=4", ["capacity"]),
    "negative": ("capacity=-1", ["capacity"]),
    "too large": ("capacity=1000000", ["capacity"]),
    "no number": ("area_min=many", ["area_min"]),
    "other digits": ("capacity=%D9%A3", ["capacity"]),
    "area the wrong way": ("area_min=90&area_max=40", ["area_max"]),
    "kind with spaces": ("kind=a+b", ["kind"]),
    "nul": ("kind=room%00", ["kind"]),
    "text without letters": ("q=!!!", ["q"]),
    "three numbers": ("bbox=19.9,50,20.1", ["bbox"]),
    "box the wrong way": ("bbox=20.1,50,19.9,50.1", ["bbox"]),
    "box with swapped axes": ("bbox=50.0,19.9,50.1,20.1", ["bbox"]),
    "not finite": ("near=nan,50", ["near"]),
    "infinite": ("near=inf,50", ["near"]),
    "no degrees": ("near=200,50", ["near"]),
    "swapped axes": ("near=50.06,19.94", ["near"]),
    "radius alone": ("radius=300", ["radius"]),
    "radius beside a bad point": ("near=x&radius=300", ["near"]),
    "district": ("district=19", ["district"]),
    "no polygon": ("within=POINT(1+1)", ["within"]),
    "broken wkt": ("within=POLYGON((1+1", ["within"]),
    "broken geojson": ('within={"type":"Polygon"', ["within"]),
    "geojson of nonsense": ('within={"type":"Polygon","coordinates":5}', ["within"]),
    "polygon that crosses itself": (
        "within=POLYGON((19+50,20+51,20+50,19+51,19+50))",
        ["within"],
    ),
    "empty polygon": ("within=POLYGON+EMPTY", ["within"]),
    "no slash": ("at=2027-01-05T17:00", ["at"]),
    "end before start": ("at=2027-01-05T19:00/2027-01-05T17:00", ["at"]),
    "no time": ("at=soon/later", ["at"]),
    "far future": ("at=9999-01-05T19:00/9999-12-31T23:59", ["at"]),
    "weekly without days": ("weekly=TU,17:00,19:00", ["from"]),
    "weekly without end": ("weekly=TU,17:00,19:00&from=2027-01-05", ["until"]),
    "no weekday": (f"weekly=XX,17:00,19:00&{DAYS}", ["weekly"]),
    "weekly the wrong way": (f"weekly=TU,19:00,17:00&{DAYS}", ["weekly"]),
    "61 dates": ("weekly=TU,17:00,19:00&from=2027-01-05&until=2028-02-29", ["weekly"]),
    "no date": ("weekly=TU,17:00,19:00&from=2027-01-06&until=2027-01-11", ["weekly"]),
    "days the wrong way": (
        "weekly=TU,17:00,19:00&from=2027-06-29&until=2027-01-05",
        ["until"],
    ),
    "no day": ("gap_hours=1&from=2027-02-30&until=2027-03-01", ["from"]),
    "days without time": (DAYS, ["from"]),
    "between without gap": ("between=17:00-21:00", ["between"]),
    "two times": (f"at=2027-01-05T17:00/2027-01-05T19:00&gap_hours=1&{DAYS}", ["gap_hours"]),
    "367 days": ("gap_hours=1&from=2027-01-01&until=2028-01-02", ["until"]),
    "gap longer than its hours": (f"gap_hours=5&between=17:00-21:00&{DAYS}", ["gap_hours"]),
    "gap of no length": (f"gap_hours=0&{DAYS}", ["gap_hours"]),
    "gap by minutes": (f"gap_hours=0.3&{DAYS}", ["gap_hours"]),
    "limit": ("limit=501", ["limit"]),
    "no results": ("limit=0", ["limit"]),
    "step free": ("step_free=maybe", ["step_free"]),
    "free of charge": ("free_of_charge=1", ["free_of_charge"]),
    "distance from nowhere": ("sort=distance", ["sort"]),
}


@pytest.mark.parametrize(("query", "criteria"), READ.values(), ids=READ)
def test_read(query, criteria):
    assert read(query) == criteria


@pytest.mark.parametrize(("query", "names"), REFUSED.values(), ids=REFUSED)
def test_refused(query, names):
    assert refused(query) == names


def test_every_parameter_is_read_and_refused_somewhere():
    def named(table) -> set[str]:
        queries = (row[0] for row in table.values())
        return {name for query in queries for name in parse_qs(query, keep_blank_values=True)}

    assert set(PARAMETERS) - named(READ) == {
        "within",
        "open_to",
        "unit",
        "unit_kind",
        "vacant",
        "near_misses",
    }
    assert named(REFUSED) >= {"kind", "q", "bbox", "near", "within", "at", "weekly", "gap_hours"}


def test_sixty_dates_are_not_too_many():
    series = read("weekly=TU,17:00,19:00&from=2027-01-05&until=2028-02-22").time
    assert len(series.occurrences()) == 60


@pytest.mark.parametrize(
    ("corners", "fine"), [pytest.param(200, True, id="200"), pytest.param(201, False, id="201")]
)
def test_corners_of_a_polygon(corners, fine):
    from math import cos, pi, sin  # noqa: PLC0415

    ring = [
        f"{20 + cos(2 * pi * n / corners) / 50:.6f} {50 + sin(2 * pi * n / corners) / 50:.6f}"
        for n in range(corners)
    ]
    query = f"within=POLYGON(({','.join([*ring, ring[0]])}))"
    if fine:
        assert read(query).place.within.startswith("POLYGON")
    else:
        assert refused(query) == ["within"]


def test_a_polygon_is_the_same_as_wkt_and_as_geojson():
    wkt = read("within=POLYGON((19.9 50,20 50,20 50.1,19.9 50))")
    geojson = read(
        'within={"type":"Polygon","coordinates":[[[19.9,50],[20,50],[20,50.1],[19.9,50]]]}'
    )
    assert wkt == geojson


class TestClockChanges:
    def test_a_time_that_the_clocks_skip_moves_forward(self):
        slot = read("at=2027-03-28T02:30/2027-03-28T05:00").time
        assert slot.period.start == moment("2027-03-28 03:30")

    def test_both_times_of_the_repeated_hour_can_be_written(self):
        query = "at=2027-10-31T02:30%2B02:00/2027-10-31T02:30%2B01:00"
        criteria = read(query)
        assert criteria.time.period.length.total_seconds() == 3600
        assert read(query_of(criteria)) == criteria


codes = st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
minutes = st.integers(0, 1440)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])
moments = st.datetimes(
    min_value=moment("2026-01-01 00:00").replace(tzinfo=None),
    max_value=moment("2028-12-31 00:00").replace(tzinfo=None),
    timezones=st.just(KRAKOW),
    allow_imaginary=False,
).map(lambda value: value.replace(microsecond=0))


@st.composite
def times(draw):
    match draw(st.sampled_from(["none", "slot", "series", "gap"])):
        case "none":
            return None
        case "slot":
            pair = st.tuples(moments, moments)
            start, end = draw(pair.filter(lambda two: two[0].timestamp() < two[1].timestamp()))
            return Slot(Period(start, end))
        case "series":
            first = draw(days)
            weekly = draw(
                st.sets(st.builds(lambda d, s: Weekly(d, *s), st.integers(1, 7), spans), min_size=1)
            )
            last = date.fromordinal(first.toordinal() + draw(st.integers(6, 60)))
            series = Series(tuple(sorted(weekly)), first, last)
            return series if len(series.occurrences()) <= 60 else None
    first = draw(days)
    start, end = draw(spans.filter(lambda pair: pair[1] - pair[0] >= 15))
    length = draw(st.integers(1, (end - start) // 15)) * 15
    last = date.fromordinal(first.toordinal() + draw(st.integers(0, 365)))
    return Gap(length, first, last, start, end)


degrees = st.tuples(st.floats(19.8, 20.2), st.floats(49.97, 50.1)).map(
    lambda pair: (round(pair[0], 6), round(pair[1], 6))
)
places = st.one_of(
    st.just(Place()),
    st.builds(Place, near=degrees, radius=st.integers(1, 50_000)),
    st.builds(
        lambda corner, size: Place(
            bbox=(*corner, round(corner[0] + size, 6), round(corner[1] + size, 6))
        ),
        degrees,
        st.floats(0.001, 0.1),
    ),
    st.builds(Place, districts=st.sets(st.integers(1, 18), min_size=1).map(sorted).map(tuple)),
    st.builds(Place, area_group=codes),
)
searches = st.builds(
    Criteria,
    kind=st.just("") | codes,
    text=st.just("") | st.from_regex(r"[a-zł]{1,9}( [a-zł]{1,9})?", fullmatch=True),
    place=places,
    time=times(),
    capacity=st.none() | st.integers(1, 100_000),
    step_free=st.sampled_from(StepFree),
    equipment=st.sets(codes, max_size=3).map(sorted).map(tuple),
    units=st.sets(codes, max_size=3).map(sorted).map(tuple),
    free_of_charge=st.booleans(),
    vacant=st.booleans(),
    sort=st.sampled_from([Sort.FIT, Sort.SIZE, Sort.FREE_FROM]),
    limit=st.integers(1, 500),
    offset=st.integers(0, 1000),
)


@settings(max_examples=300, deadline=None)
@given(searches)
def test_what_is_written_is_read_back(criteria):
    assert read(query_of(criteria)) == criteria


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(PARAMETERS)), st.text(max_size=40), max_size=4))
def test_nothing_but_problems_is_raised(query):
    with suppress(Problems):
        parse({name: [text] for name, text in query.items()})
