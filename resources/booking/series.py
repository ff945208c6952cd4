"""A wish against reality, date by date: what is free, what is not, and what to take instead.

A choice for a date that is not free is "skip", "wait" (for a single date: join the waiting list) or
an option. An option travels through forms and the
API as a token, `CODE@2027-02-03T17:00/2027-02-03T19:00` in local time, and is judged again when it
comes back: nothing in it is trusted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from records.clock import KRAKOW
from records.periods import Period
from records.problems import Conflict, Invalid
from resources.alternatives import Alternative, Why, alternatives
from resources.availability import DateVerdict, Timetable, Verdict, timetables
from resources.booking.wishes import Wish, parse_moment
from resources.models import Resource

SKIP = "skip"
WAIT = "wait"
DAYS_AROUND = 7

#: Wished date's key (its local start, `2027-02-02T17:00`) -> "skip", "wait" or an option's token.
Choices = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slot:
    """One date as it will be: where and when, and for which date it stands in."""

    resource: Resource
    period: Period
    replaces: date | None = None


def date_key(period: Period) -> str:
    return f"{period.start.astimezone(KRAKOW):%Y-%m-%dT%H:%M}"


def token(resource: Resource, period: Period) -> str:
    start, end = (
        f"{moment.astimezone(KRAKOW):%Y-%m-%dT%H:%M}" for moment in (period.start, period.end)
    )
    return f"{resource.code}@{start}/{end}"


def parse_token(text: str) -> tuple[str, Period]:
    """The code of a place and a period. Raises Invalid."""
    code, _at, span = text.partition("@")
    start, _slash, end = span.partition("/")
    try:
        return code, Period(
            parse_moment(start, field="choices"), parse_moment(end, field="choices")
        )
    except ValueError as error:
        raise Invalid(
            _("This replacement is not among the offered ones."),
            code="bad_choice",
            field="choices",
        ) from error


@dataclass(slots=True)
class WishedDate:
    """One date of the wish, its verdict, the options where it is not free, and the choice."""

    verdict: DateVerdict
    wanted: Resource
    options: list[Alternative] = field(default_factory=list)
    choice: str = ""  # "" where free; else "skip", "wait" or a token
    slot: Slot | None = None

    @property
    def period(self) -> Period:
        return self.verdict.period

    @property
    def key(self) -> str:
        return date_key(self.period)

    @property
    def is_free(self) -> bool:
        return self.verdict.is_free

    def tokens(self) -> Iterator[tuple[str, Alternative]]:
        for option in self.options:
            yield token(option.resource, option.period), option


@dataclass(frozen=True, slots=True)
class Plan:
    """A wish judged: all its dates in order."""

    dates: tuple[WishedDate, ...]

    @property
    def free(self) -> list[WishedDate]:
        return [one for one in self.dates if one.is_free]

    @property
    def disputed(self) -> list[WishedDate]:
        return [one for one in self.dates if not one.is_free]

    @property
    def undecided(self) -> list[WishedDate]:
        """Dates that are not free and for which nothing was chosen that is still to be had."""
        return [one for one in self.disputed if not one.choice]

    @property
    def waits(self) -> bool:
        """Whether the applicant would rather wait for the time than take another one."""
        return any(one.choice == WAIT for one in self.disputed)

    @property
    def slots(self) -> list[Slot]:
        """What would be asked for with the present choices, in order of time."""
        found = [one.slot for one in self.dates if one.slot is not None]
        return sorted(found, key=lambda slot: slot.period)

    @property
    def replaced(self) -> int:
        return sum(1 for slot in self.slots if slot.replaces)

    @property
    def skipped(self) -> int:
        return sum(1 for one in self.dates if one.slot is None)


def judge(
    resource: Resource,
    wish: Wish,
    choices: Choices,
    *,
    rooms: Sequence[Resource],
    ignoring: int | None = None,
    grid_minutes: int = 15,
    preselect: bool = True,
) -> Plan:
    """Judge every date of the wish in four queries.

    `rooms` may stand in for the wanted one; claims of hold `ignoring` do not count. Where a date
    is not free and nothing was chosen, the first option is preselected (or left open with
    `preselect` off, as for programs, which must choose themselves). A choice that is not free any
    more is dropped. Raises Invalid for a wish without dates.
    """
    periods = wish.dates()
    days = [period.start.astimezone(KRAKOW).date() for period in periods]
    known = timetables(
        [resource, *rooms],
        min(days) - timedelta(days=DAYS_AROUND),
        max(days) + timedelta(days=DAYS_AROUND),
    )
    dates = [
        WishedDate(known[resource.pk].judge(period, ignoring=ignoring), resource)
        for period in periods
    ]
    taken = [(resource.pk, one.period) for one in dates if one.is_free]
    for one in dates:
        if one.is_free:
            one.slot = Slot(resource, one.period)
            continue
        one.options = [
            option
            for option in alternatives(
                resource,
                one.period,
                rooms=rooms,
                ignoring=ignoring,
                grid_minutes=grid_minutes,
                known=known,
            )
            if not _clashes(option.resource, option.period, taken)
        ]
        one.slot = _chosen(one, choices.get(one.key, ""), known, taken, ignoring)
        if one.slot is None and not one.choice and preselect:
            _preselect(one)
        if one.slot is not None:
            taken.append((one.slot.resource.pk, one.slot.period))
    return Plan(tuple(dates))


def _preselect(one: WishedDate) -> None:
    if not one.options:
        one.choice = SKIP
        return
    first = one.options[0]
    one.slot = _replacement(one, first.resource, first.period)
    one.choice = token(first.resource, first.period)


def _replacement(one: WishedDate, resource: Resource, period: Period) -> Slot:
    return Slot(resource, period, replaces=one.period.start.astimezone(KRAKOW).date())


def _chosen(
    one: WishedDate,
    choice: str,
    known: Mapping[int, Timetable],
    taken: Sequence[tuple[int, Period]],
    ignoring: int | None,
) -> Slot | None:
    """The slot that was chosen for a date, if it is still to be had."""
    if choice in (SKIP, WAIT):
        one.choice = choice
        return None
    if not choice:
        return None
    code, period = parse_token(choice)
    place = next((table for table in known.values() if table.resource.code == code), None)
    near = abs(period.start - one.period.start) <= timedelta(days=DAYS_AROUND)
    if place is None or not near or period.length != one.period.length:
        raise Invalid(
            _("This replacement is not among the offered ones."),
            code="bad_choice",
            field="choices",
        )
    if not place.judge(period, ignoring=ignoring).is_free or _clashes(
        place.resource, period, taken
    ):
        return None
    if choice not in dict(one.tokens()):
        one.options.insert(0, Alternative(place.resource, period, _why(one, place, period)))
    one.choice = choice
    return _replacement(one, place.resource, period)


def _why(one: WishedDate, place: Timetable, period: Period) -> Why:
    if place.resource.pk != one.wanted.pk:
        return Why.OTHER_ROOM
    same_day = period.start.date() == one.period.start.date()
    return Why.SAME_DAY if same_day else Why.OTHER_DAY


def _clashes(resource: Resource, period: Period, taken: Sequence[tuple[int, Period]]) -> bool:
    """Whether the applicant would be there twice, the turnaround between own dates included."""
    padded = period.padded(timedelta(minutes=resource.turnaround_minutes))
    return any(
        place == resource.pk
        and padded.overlaps(other.padded(timedelta(minutes=resource.turnaround_minutes)))
        for place, other in taken
    )


class DatesTaken(Conflict):
    """Dates that are not free and for which nothing was chosen, each with what could be had.

    `extra["alternatives"]` lists, for each date, options that can be sent back as choices.
    """

    code = "slot_taken"

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            _("This time is not free. Choose one of the alternatives.")
            if len(plan.dates) == 1
            else _("Some of the dates are not free. Choose for each, or skip it."),
            field="dates",
            extra={"alternatives": [option for one in plan.undecided for option in _as_json(one)]},
        )
        self.plan = plan


def _as_json(one: WishedDate) -> list[dict[str, str]]:
    return [
        {
            "for": one.key,
            "choice": choice,
            "resource": option.resource.code,
            "start": option.period.start.astimezone(KRAKOW).isoformat(),
            "end": option.period.end.astimezone(KRAKOW).isoformat(),
            "why": str(option.why),
        }
        for choice, option in one.tokens()
    ]


def wait_for(plan: Plan) -> list[Slot]:
    """The dates that a waiting-list entry is for: all wished ones, where the place is open."""
    closed = [one for one in plan.dates if one.verdict.verdict is Verdict.CLOSED]
    if len(closed) == len(plan.dates):
        raise Conflict(
            _("The place is closed at this time, so there is nothing to wait for."),
            code="closed",
            field="dates",
        )
    return [Slot(one.wanted, one.period) for one in plan.dates if one not in closed]
