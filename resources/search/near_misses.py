"""Why a place nearly fits, in words, and what would make it fit: usually another hour."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from records.clock import KRAKOW, now, today
from records.periods import Period
from records.typography import area, day_long, distance, number, time_range
from resources.availability import Timetable
from resources.models import BookingPolicy, Equipment, Resource
from resources.search.criteria import Criteria, Gap, Series, Slot
from resources.search.listing import Listed, Listing, asked_periods

#: How far from the wanted hour another one is still worth naming.
FARTHEST_SHIFT = timedelta(hours=4)
STEP = timedelta(minutes=30)
MOST = 9


def explain(listing: Listing, criteria: Criteria, *, most: int = MOST) -> Listing:
    """The listing with near misses explained, best first, numbered after what fits.

    Those with nothing to offer (taken on most dates, no other hour) are left out. One query where
    equipment is missing, one where dates are asked for.
    """
    periods = asked_periods(criteria)
    names = _equipment_names(listing.near)
    told: list[Listed] = []
    for one in listing.near:
        kind, _colon, code = one.criterion.partition(":")
        one.why_not = _WORDS[kind](one, criteria)
        if kind == "equipment":
            one.why_not = _("Not there: {equipment}.").format(equipment=names.get(code, code))
        one.hint = _hint(one, criteria, periods, kind)
        if kind != "time" or one.hint:
            told.append(one)
    told.sort(key=lambda one: (len(one.ticks) - one.free_dates, one.criterion == "place"))
    last = listing.fits[-1].number if listing.fits else criteria.offset
    for place, one in enumerate(told[:most], last + 1):
        one.number = place
    return Listing(listing.fits, told[:most], listing.matched)


def _equipment_names(near: Sequence[Listed]) -> dict[str, str]:
    codes = [
        one.criterion.partition(":")[2] for one in near if one.criterion.startswith("equipment:")
    ]
    if not codes:
        return {}
    english = (get_language() or "pl").startswith("en")
    rows = Equipment.objects.filter(code__in=codes)
    return {row.code: row.name_en if english else row.name_pl for row in rows}


# --- why not ------------------------------------------------------------------------------------


def _capacity(one: Listed, criteria: Criteria) -> str:
    has = one.resource.capacity or 0
    return ngettext(
        "Takes {has} person, you look for {wanted}.",
        "Takes {has} people, you look for {wanted}.",
        has,
    ).format(has=has, wanted=criteria.capacity)


def _area_min(one: Listed, criteria: Criteria) -> str:
    return _("Has {has}, you look for at least {wanted}.").format(
        has=area(one.resource.area_m2 or 0), wanted=area(criteria.area_min or 0, 0)
    )


def _area_max(one: Listed, criteria: Criteria) -> str:
    return _("Has {has}, you look for at most {wanted}.").format(
        has=area(one.resource.area_m2 or 0), wanted=area(criteria.area_max or 0, 0)
    )


def _step_free(_one: Listed, _criteria: Criteria) -> str:
    return _("We don't know whether you can get in without steps.")


def _free_of_charge(one: Listed, _criteria: Criteria) -> str:
    if one.price.highest is None:
        return _("We don't know the price.")
    return _("Not free of charge: {price}.").format(price=one.price.words)


def _place(one: Listed, criteria: Criteria) -> str:
    if one.distance_m is None or not criteria.place.near:
        return _("Just outside the area.")
    return _("{far} away, you look within {wanted}.").format(
        far=distance(one.distance_m), wanted=distance(criteria.place.radius)
    )


def _time(one: Listed, criteria: Criteria) -> str:
    if one.resource.tenure == Resource.Tenure.CONTRACT:
        return _("Let or lent at this time.")
    if isinstance(criteria.time, Slot) and one.timetable:
        verdict = one.timetable.judge(criteria.time.period)
        return _("Not free then: {reason}.").format(reason=verdict.reason)
    if isinstance(criteria.time, Series):
        return _("Taken or closed: {count} of {all} dates.").format(
            count=len(one.ticks) - one.free_dates, all=len(one.ticks)
        )
    return _("Nothing so long is free in these days.")


def _policy(one: Listed, criteria: Criteria) -> str:
    """The first rule of the unit that stands against it."""
    policy = one.resource.policy or BookingPolicy()
    if isinstance(criteria.time, Gap):
        lengths = [criteria.time.minutes]
        starts = []
    else:
        periods = asked_periods(criteria)
        lengths = [round(period.length.total_seconds() / 60) for period in periods]
        starts = sorted(period.start for period in periods)
    if starts and starts[0] <= now():
        return _("This time has already begun.")
    if starts and starts[0] < now() + timedelta(hours=policy.min_lead_hours):
        return _("Asks for at least {hours} hours of notice.").format(hours=policy.min_lead_hours)
    if starts and starts[-1] > now() + timedelta(days=policy.max_lead_days):
        return _("Takes requests up to {day}.").format(
            day=day_long(today() + timedelta(days=policy.max_lead_days))
        )
    if lengths and min(lengths) < policy.min_minutes:
        return _("The shortest meeting here is {hours} h.").format(hours=_hours(policy.min_minutes))
    if lengths and max(lengths) > policy.max_minutes:
        return _("The longest meeting here is {hours} h.").format(hours=_hours(policy.max_minutes))
    return _("Meetings here begin and end at multiples of {minutes} minutes.").format(
        minutes=policy.grid_minutes
    )


def _hours(minutes: int) -> str:
    return number(round(minutes / 60, 2))


def _equipment(_one: Listed, _criteria: Criteria) -> str:
    return ""


_WORDS: dict[str, Callable[[Listed, Criteria], str]] = {
    "capacity": _capacity,
    "area_min": _area_min,
    "area_max": _area_max,
    "step_free": _step_free,
    "equipment": _equipment,
    "free_of_charge": _free_of_charge,
    "place": _place,
    "time": _time,
    "policy": _policy,
}


# --- what would make it fit ---------------------------------------------------------------------


def _hint(one: Listed, criteria: Criteria, periods: Sequence[Period], kind: str) -> str:
    if kind == "time":
        return _other_time(one, criteria, periods)
    if kind == "step_free":
        return _("Ask the keeper; everything else fits.")
    if isinstance(criteria.time, Series):
        return _("Free on {dates}.").format(dates=one.dates_words) if one.ticks else ""
    if isinstance(criteria.time, Slot) and kind != "policy":
        return _("Free at your time.")
    return _("Everything else fits.")


def _other_time(one: Listed, criteria: Criteria, periods: Sequence[Period]) -> str:
    """Another hour at which the place is free on all wanted dates, or the dates that are free."""
    if one.timetable is None or not periods:
        return ""
    grid = one.resource.policy.grid_minutes if one.resource.policy else 15
    if isinstance(criteria.time, Slot):
        free = _nearest(one.timetable, periods[0], grid)
        return _("Free that day {hours}.").format(hours=free) if free else ""
    shifted = _shifted(one.timetable, _open_days(one, periods))
    if shifted:
        return _("Free {hours} on all these dates.").format(hours=shifted)
    if 2 * one.free_dates >= len(one.ticks):
        return _("Free on {dates}.").format(dates=one.dates_words)
    return ""


def _open_days(one: Listed, periods: Sequence[Period]) -> list[Period]:
    """The wanted periods without the days on which the place is closed by its calendar."""
    closed = one.timetable.closed_days if one.timetable else {}
    return [period for period in periods if period.start.astimezone(KRAKOW).date() not in closed]


def _nearest(known: Timetable, period: Period, grid: int) -> str:
    """The free hours of the same day that lie nearest to the wanted ones; "" if none are near."""
    step, length = grid * 60, period.length.total_seconds()
    wanted = period.start.timestamp()
    starts = []
    for free in known.free(period.start.astimezone(KRAKOW).date()):
        first = -(-max(free.start.timestamp(), now().timestamp()) // step) * step
        last = (free.end.timestamp() - length) // step * step
        if first <= last:
            starts.append(min(max(wanted, first), last))
    near = [one for one in starts if abs(one - wanted) <= FARTHEST_SHIFT.total_seconds()]
    if not near:
        return ""
    best = min(near, key=lambda start: (abs(start - wanted), start))
    return time_range(
        datetime.fromtimestamp(best, KRAKOW), datetime.fromtimestamp(best + length, KRAKOW)
    )


def _shifted(known: Timetable, periods: Sequence[Period]) -> str:
    """The nearest other hours that are free on all dates; only for one weekly time."""
    hours = {(period.start.time(), period.end.time()) for period in periods}
    if len(hours) != 1:
        return ""
    for number_ in range(1, FARTHEST_SHIFT // STEP + 1):
        for shift in (STEP * number_, -STEP * number_):
            moved = _moved(periods, shift)
            if moved and all(known.judge(period).is_free for period in moved):
                return time_range(moved[0].start, moved[0].end)
    return ""


def _moved(periods: Sequence[Period], shift: timedelta) -> list[Period]:
    """The periods shifted by the wall clock; none if one leaves its day."""
    moved = []
    for period in periods:
        start, end = period.start + shift, period.end + shift
        # 24:00 is the next day's midnight: what would cross it is no meeting of this day.
        if start.date() != period.start.date() or end.date() != period.start.date():
            return []
        moved.append(Period(start, end))
    return moved
