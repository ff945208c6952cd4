"""Query string -> criteria and back: the one parser of the page and of the API.

Every parameter is named in PARAMETERS with how it is read. What is wrong is told for all
parameters at once, each by name; a parameter that nobody knows is refused, so that a slip of the
pen never widens a search unseen. `query_of` writes the canonical query string of criteria:
`parse(query_of(c)) == c`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from records.problems import Invalid, Problem, Problems
from resources.search import values
from resources.search.criteria import (
    DEFAULT_RADIUS_M,
    MOST_DATES,
    MOST_GAP_DAYS,
    MOST_RADIUS_M,
    MOST_RESULTS,
    Criteria,
    Gap,
    Place,
    Series,
    Slot,
    Sort,
    StepFree,
    Time,
)
from resources.search.values import Refused

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string: its name and how one value is read (or refused)."""

    name: str
    read: Callable[[str], Any]
    repeatable: bool = False


PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter("kind", values.code),
        Parameter("q", values.text),
        Parameter("bbox", values.bbox),
        Parameter("near", values.point),
        Parameter("radius", values.whole(1, MOST_RADIUS_M)),
        Parameter("within", values.polygon),
        Parameter("district", values.whole(1, 18), repeatable=True),
        Parameter("area_group", values.code),
        Parameter("at", values.interval),
        Parameter("weekly", values.weekly, repeatable=True),
        Parameter("gap_hours", values.hours),
        Parameter("from", values.day),
        Parameter("until", values.day),
        Parameter("between", values.between),
        Parameter("capacity", values.whole(1, 100_000)),
        Parameter("area_min", values.whole(1, 1_000_000)),
        Parameter("area_max", values.whole(1, 1_000_000)),
        Parameter("step_free", values.choice(StepFree)),
        Parameter("equipment", values.code, repeatable=True),
        Parameter("free_of_charge", values.truth),
        Parameter("open_to", values.code),
        Parameter("unit", values.code, repeatable=True),
        Parameter("unit_kind", values.code),
        Parameter("vacant", values.truth),
        Parameter("sort", values.choice(Sort)),
        Parameter("limit", values.whole(1, MOST_RESULTS)),
        Parameter("offset", values.whole(0, 1_000_000)),
        Parameter("near_misses", values.whole(0, 20)),
    )
}


def parse(query: Query) -> Criteria:
    """Criteria of a query string given as name -> values; Problems names what is wrong."""
    problems: list[Problem] = []
    given: dict[str, Any] = {}
    for name, texts in query.items():
        parameter = PARAMETERS.get(name)
        if parameter is None:
            problems.append(_refusal(name, _("There is no such parameter."), "unknown_parameter"))
            continue
        try:
            given[name] = _read(parameter, texts)
        except Refused as refused:
            problems.append(_refusal(name, str(refused)))
    bad = {problem.field for problem in problems}
    time = _together(_time, given, bad, problems)
    _together(_check_pairs, given, bad, problems)
    if problems:
        raise Problems(problems)
    return Criteria(
        kind=given.get("kind", ""),
        text=given.get("q", ""),
        place=Place(
            bbox=given.get("bbox"),
            near=given.get("near"),
            radius=given.get("radius", DEFAULT_RADIUS_M),
            within=given.get("within", ""),
            districts=given.get("district", ()),
            area_group=given.get("area_group", ""),
        ),
        time=time,
        capacity=given.get("capacity"),
        area_min=given.get("area_min"),
        area_max=given.get("area_max"),
        step_free=given.get("step_free", StepFree.ANY),
        equipment=given.get("equipment", ()),
        free_of_charge=given.get("free_of_charge", False),
        open_to=given.get("open_to", ""),
        units=given.get("unit", ()),
        unit_kind=given.get("unit_kind", ""),
        vacant=given.get("vacant", False),
        sort=given.get("sort", Sort.FIT),
        limit=given.get("limit", Criteria().limit),
        offset=given.get("offset", 0),
        near_misses=given.get("near_misses", 0),
    )


def _refusal(name: str, message: str, code: str = "bad_parameter") -> Invalid:
    return Invalid(f"{name}: {message}", code=code, field=name)


def _read(parameter: Parameter, texts: Sequence[str]) -> Any:
    if not parameter.repeatable and len(texts) > 1:
        raise Refused(_("Give it once."))
    read = [parameter.read(text.strip()) for text in texts]
    return tuple(sorted(set(read))) if parameter.repeatable else read[0]


def _together(
    check: Callable[[dict[str, Any], set[str | None]], Any],
    given: dict[str, Any],
    bad: set[str | None],
    problems: list[Problem],
) -> Any:
    """Runs a check of parameters that depend on each other; `bad` ones are told already."""
    try:
        return check(given, bad)
    except Problem as problem:
        problems.append(problem)
        return None


def _time(given: dict[str, Any], bad: set[str | None]) -> Time | None:
    """The one time asked for. Raises Invalid where the parameters do not belong together."""
    ways = [name for name in ("at", "weekly", "gap_hours") if name in given]
    if len(ways) > 1:
        raise _refusal(ways[1], _("Ask for one time: at, weekly or gap_hours."))
    way = ways[0] if ways else ""
    if "between" in given and way != "gap_hours" and "gap_hours" not in bad:
        raise _refusal("between", _("It belongs to gap_hours."))
    days = [name for name in ("from", "until") if name in given]
    if way in ("", "at"):
        if days and not bad & {"weekly", "gap_hours"}:
            raise _refusal(days[0], _("It belongs to weekly or gap_hours."))
        return Slot(given["at"]) if way else None
    for name in ("from", "until"):
        if name not in given and name not in bad:
            raise _refusal(name, _("Say from which day until which day to look."))
    if bad & {"from", "until", "between"}:
        return None
    first, last = given["from"], given["until"]
    if first > last:
        raise _refusal("until", _("The last day lies before the first."))
    return _series(given, first, last) if way == "weekly" else _gap(given, first, last)


def _series(given: dict[str, Any], first: Any, last: Any) -> Series:
    series = Series(given["weekly"], first, last)
    count = len(series.occurrences())
    if count == 0:
        raise _refusal("weekly", _("There is no such weekday between these days."))
    if count > MOST_DATES:
        raise _refusal(
            "weekly",
            _("These are {count} dates; ask for at most {most} at once.").format(
                count=count, most=MOST_DATES
            ),
        )
    return series


def _gap(given: dict[str, Any], first: Any, last: Any) -> Gap:
    if (last - first).days + 1 > MOST_GAP_DAYS:
        raise _refusal("until", _("Look at most {days} days far.").format(days=MOST_GAP_DAYS))
    from_minute, to_minute = given.get("between", (0, 1440))
    minutes = given["gap_hours"]
    if minutes > to_minute - from_minute:
        raise _refusal("gap_hours", _("So many hours do not fit between these times of day."))
    return Gap(minutes, first, last, from_minute, to_minute)


def _check_pairs(given: dict[str, Any], bad: set[str | None]) -> None:
    if "radius" in given and "near" not in given and "near" not in bad:
        raise _refusal("radius", _("It belongs to near: say around which point."))
    if given.get("sort") == Sort.DISTANCE and "near" not in given and "near" not in bad:
        raise _refusal("sort", _("To sort by distance, say near which point."))
    if given.get("area_min", 0) > given.get("area_max", float("inf")):
        raise _refusal("area_max", _("It is less than area_min."))


def parameters_of(criteria: Criteria) -> list[tuple[str, str]]:
    """The canonical parameters, in a fixed order; what says nothing is left out."""
    plain = Criteria()
    place = criteria.place
    pairs: list[tuple[str, str]] = []

    def add(name: str, value: Any, *, when: object = True) -> None:
        if when:
            pairs.append((name, str(value)))

    add("kind", criteria.kind, when=criteria.kind)
    add("q", criteria.text, when=criteria.text)
    add("bbox", values.write_numbers(place.bbox or ()), when=place.bbox)
    add("near", values.write_numbers(place.near or ()), when=place.near)
    add("radius", place.radius, when=place.near and place.radius != DEFAULT_RADIUS_M)
    add("within", place.within, when=place.within)
    for number in place.districts:
        add("district", number)
    add("area_group", place.area_group, when=place.area_group)
    pairs += time_parameters(criteria.time)
    add("capacity", criteria.capacity, when=criteria.capacity)
    add("area_min", criteria.area_min, when=criteria.area_min)
    add("area_max", criteria.area_max, when=criteria.area_max)
    add("step_free", criteria.step_free, when=criteria.step_free != StepFree.ANY)
    for code in criteria.equipment:
        add("equipment", code)
    add("free_of_charge", "true", when=criteria.free_of_charge)
    add("open_to", criteria.open_to, when=criteria.open_to)
    for code in criteria.units:
        add("unit", code)
    add("unit_kind", criteria.unit_kind, when=criteria.unit_kind)
    add("vacant", "true", when=criteria.vacant)
    add("sort", criteria.sort, when=criteria.sort != Sort.FIT)
    add("limit", criteria.limit, when=criteria.limit != plain.limit)
    add("offset", criteria.offset, when=criteria.offset)
    add("near_misses", criteria.near_misses, when=criteria.near_misses)
    return pairs


def time_parameters(time: Time | None) -> list[tuple[str, str]]:
    """The canonical parameters of a time."""
    match time:
        case Slot(period):
            return [("at", values.write_interval(period))]
        case Series(weekly, first, last):
            repeated = [("weekly", values.write_weekly(one)) for one in weekly]
            return [*repeated, ("from", first.isoformat()), ("until", last.isoformat())]
        case Gap(minutes, first, last, from_minute, to_minute):
            pairs = [
                ("gap_hours", values.write_hours(minutes)),
                ("from", first.isoformat()),
                ("until", last.isoformat()),
            ]
            if (from_minute, to_minute) != (0, 1440):
                pairs.append(("between", values.write_between(from_minute, to_minute)))
            return pairs
    return []


def query_of(criteria: Criteria) -> str:
    """The canonical query string, without a leading question mark; "" asks for everything."""
    return urlencode(parameters_of(criteria), safe="/,:")
