"""Unmet demand: what somebody looked or asked for and did not get, without who it was.

A row says roughly where (a 1 km cell or a district), when, how large, of what kind, and what stood
in the way; never a person, an address or a word. Programs that crawl leave none, and the same wish
of the same visitor counts once a day: a hash under a random key tells repeats apart, and the key
is forgotten when the day is over.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import shapely
from django.core.cache import cache
from django.http import HttpRequest

from maps.crs import CITY, LAEA_EUROPE, WGS84, transformer
from maps.models import District
from records.clock import KRAKOW, now, today
from records.limits import who_asks
from resources.models import Booking, UnmetDemand
from resources.search.criteria import Criteria, Gap, Place, Series, Slot, StepFree
from resources.search.judgement import Judgement

CELL_M = 1000
#: An area wider than this is the city at large, not a neighbourhood.
LARGEST_AREA_DEGREES = 0.08
_BOTS = re.compile(
    r"bot|crawl|spider|slurp|archiv|preview|monitor|curl|wget|python|java/|go-http|scrapy|httpx",
    re.IGNORECASE,
)
_TO_GRID = transformer(WGS84, LAEA_EUROPE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wanted, as coarse as it is kept. Minutes are of the local day."""

    kind: str = ""
    cell: str = ""
    district_id: int | None = None
    first_day: date | None = None
    weekdays: str = ""
    from_minute: int | None = None
    to_minute: int | None = None
    occurrences: int = 1
    capacity: int | None = None
    area_m2: int | None = None
    step_free: bool = False
    free_of_charge: bool = False


def record_search(
    criteria: Criteria, request: HttpRequest, judgement: Judgement | None = None
) -> UnmetDemand | None:
    """A search that found nothing fitting. None where it says nothing, or a program asked."""
    if _is_bot(request) or criteria.but(text="").is_everything:
        return None
    reason = "several"
    if judgement and judgement.relaxed:
        most = max(judgement.relaxed.values(), key=lambda one: one.places)
        reason = most.criterion.partition(":")[0]
    wish = wish_of(criteria)
    return _record(UnmetDemand.Origin.SEARCH, wish, reason, who_asks(request))


def record_refusal(booking: Booking, reason: str = "refused") -> UnmetDemand | None:
    """A request that the unit refused or cancelled. Call it within the deciding transaction."""
    return _of_booking(UnmetDemand.Origin.REFUSED, booking, reason)


def record_abandoned(booking: Booking, reason: str = "abandoned") -> UnmetDemand | None:
    """A request that expired, lapsed, or was withdrawn before an answer."""
    return _of_booking(UnmetDemand.Origin.ABANDONED, booking, reason)


def _is_bot(request: HttpRequest) -> bool:
    """Whether no person seems to be asking: crawlers, scripts, or nobody at all."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(_BOTS.search(agent))


def _of_booking(origin: str, booking: Booking, reason: str) -> UnmetDemand | None:
    resource = booking.resource
    starts = [
        (slot.period.lower.astimezone(KRAKOW), slot.period.upper.astimezone(KRAKOW))
        for slot in booking.slots.all()
    ]
    point = resource.point
    wish = Wish(
        kind=resource.kind,
        cell=cell_of(point.x, point.y) if point else "",
        district_id=resource.district_id,
        capacity=booking.participants,
        **_times(starts),
    )
    return _record(origin, wish, reason, f"booking:{booking.code}")


def _times(periods: Sequence[tuple[datetime, datetime]]) -> dict[str, Any]:
    if not periods:
        return {}
    start, end = min(periods)
    same_day = start.date() == end.date()
    return {
        "first_day": start.date(),
        "weekdays": "".join(sorted({str(one.isoweekday()) for one, _end in periods})),
        "from_minute": start.hour * 60 + start.minute,
        "to_minute": end.hour * 60 + end.minute if same_day else 1440,
        "occurrences": len(periods),
    }


def wish_of(criteria: Criteria) -> Wish:
    """The criteria as coarse as they are kept."""
    known = District.objects.filter(number__in=criteria.place.districts)
    single = known.first() if len(criteria.place.districts) == 1 else None
    return Wish(
        kind=criteria.kind,
        cell=_cell(criteria.place),
        district_id=single.number if single else None,
        capacity=criteria.capacity,
        area_m2=criteria.area_min,
        step_free=criteria.step_free == StepFree.YES,
        free_of_charge=criteria.free_of_charge,
        **_wished_times(criteria),
    )


def _wished_times(criteria: Criteria) -> dict[str, Any]:
    match criteria.time:
        case Slot(period):
            return _times([(period.start.astimezone(KRAKOW), period.end.astimezone(KRAKOW))])
        case Series(weekly, first, _last) as series:
            return {
                "first_day": first,
                "weekdays": "".join(sorted({str(one.weekday) for one in weekly})),
                "from_minute": weekly[0].from_minute,
                "to_minute": weekly[0].to_minute,
                "occurrences": len(series.occurrences()),
            }
        case Gap(_minutes, first, _last, from_minute, to_minute):
            return {"first_day": first, "from_minute": from_minute, "to_minute": to_minute}
    return {}


def cell_of(longitude: float, latitude: float) -> str:
    """The 1 km cell of the census grid (EPSG:3035), as maps.PopulationCell.code names it."""
    east, north = _TO_GRID.transform(longitude, latitude)
    east, north = int(east // CELL_M * CELL_M), int(north // CELL_M * CELL_M)
    return f"CRS3035RES{CELL_M}mN{north}E{east}"


def _cell(place: Place) -> str:
    """The cell in whose neighbourhood somebody looked; "" for the city at large or beyond it."""
    if place.near:
        point = place.near
    else:
        box = place.bbox or (shapely.from_wkt(place.within).bounds if place.within else None)
        if box is None or max(box[2] - box[0], box[3] - box[1]) > LARGEST_AREA_DEGREES:
            return ""
        point = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return cell_of(*point) if CITY.contains_point(*point) else ""


def _record(origin: str, wish: Wish, reason: str, who: str) -> UnmetDemand | None:
    row = UnmetDemand(
        origin=origin,
        recorded_on=today(),
        reason=reason[:40],
        fingerprint=_fingerprint(origin, who, wish),
        **asdict(wish),
    )
    UnmetDemand.objects.bulk_create([row], ignore_conflicts=True)
    return row


def _fingerprint(origin: str, who: str, wish: Wish) -> str:
    text = "\n".join([origin, who, *(str(value) for value in asdict(wish).values())])
    return hmac.new(_key_of_today(), text.encode(), hashlib.sha256).hexdigest()


def _key_of_today() -> bytes:
    """A random key that nobody keeps beyond the day: without it the hashes say nothing."""
    midnight = (now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    left = max(60, int((midnight - now()).total_seconds()))
    key = cache.get_or_set(f"unmet-demand-{today()}", lambda: secrets.token_hex(32), left)
    return str(key).encode()
