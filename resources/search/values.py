"""Single values of the query string: read from text, refused with a reason, written back."""

import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

import shapely
from django.utils.translation import gettext as _

from maps.crs import WGS84, axes_look_swapped
from maps.names import plain
from records.clock import KRAKOW
from records.periods import Period
from resources.search.criteria import MOST_VERTICES, Weekly

E = TypeVar("E", bound=StrEnum)

WEEKDAYS = {"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}
WEEKDAY_CODES = {number: code for code, number in WEEKDAYS.items()}
# Outside these years somebody mistyped, and arithmetic with zones ends somewhere.
YEARS = range(2000, 2101)
DECIMALS = 6  # a tenth of a metre
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}", re.IGNORECASE)
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
# A plus sign that was not escaped reaches us as a space.
_LOST_PLUS = re.compile(r"(T\d{2}:\d{2}(?::\d{2})?) (\d{2}:?\d{2})$")


class Refused(ValueError):  # noqa: N818 - reads as the sentence it makes
    """The value cannot be what it should; the text says what would."""


def code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise Refused(_("Give a code: letters, digits and hyphens."))
    return text


def text(value: str) -> str:
    """Words to look for; at least one letter or digit."""
    value = " ".join(value.replace("\x00", " ").split())
    if not plain(value):
        raise Refused(_("Write at least one letter or digit."))
    if len(value) > 200:
        raise Refused(_("Write at most 200 characters."))
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""

    def read(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise Refused(
                _("Give a whole number from {least} to {most}.").format(least=least, most=most)
            )
        return int(value)

    return read


def choice(options: type[E]) -> Callable[[str], E]:
    """A reader of one of the options."""

    def read(value: str) -> E:
        try:
            return options(value)
        except ValueError:
            raise Refused(_("Give one of: {options}.").format(options=", ".join(options))) from None

    return read


def truth(value: str) -> bool:
    if value not in ("true", "false"):
        raise Refused(_("Give true or false."))
    return value == "true"


def _numbers(value: str, count: int) -> tuple[float, ...]:
    parts = value.split(",")
    try:
        found = tuple(round(float(part), DECIMALS) for part in parts)
    except ValueError:
        found = ()
    if len(found) != count or not all(math.isfinite(number) for number in found):
        raise Refused(_("Give {count} numbers with commas between them.").format(count=count))
    return found


def _check_degrees(longitudes: Iterable[float], latitudes: Iterable[float]) -> None:
    longitudes, latitudes = list(longitudes), list(latitudes)
    bounds = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
    if axes_look_swapped(bounds, WGS84):
        raise Refused(_("Give longitude before latitude: 19.94,50.06."))
    if max(abs(bounds[0]), abs(bounds[2])) > 180 or max(abs(bounds[1]), abs(bounds[3])) > 90:
        raise Refused(_("Give degrees: longitude from -180 to 180, latitude from -90 to 90."))


def point(value: str) -> tuple[float, float]:
    longitude, latitude = _numbers(value, 2)
    _check_degrees([longitude], [latitude])
    return longitude, latitude


def bbox(value: str) -> tuple[float, float, float, float]:
    west, south, east, north = _numbers(value, 4)
    _check_degrees([west, east], [south, north])
    if west >= east or south >= north:
        raise Refused(_("Give the west, south, east and north edge, in this order."))
    return west, south, east, north


def polygon(value: str) -> str:
    """A polygon or multipolygon from GeoJSON or WKT, as WKT."""
    try:
        shape = _geojson(value) if value.startswith("{") else shapely.from_wkt(value)
    except (shapely.errors.GEOSException, ValueError, TypeError, KeyError, RecursionError):
        shape = None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise Refused(_("Give a polygon as GeoJSON or WKT."))
    if shapely.get_num_coordinates(shape) > MOST_VERTICES + _rings(shape):
        raise Refused(_("Draw at most {most} corners.").format(most=MOST_VERTICES))
    shape = shapely.force_2d(shape)
    points = shapely.get_coordinates(shape)
    if not all(math.isfinite(number) for pair in points for number in pair):
        raise Refused(_("Give a polygon as GeoJSON or WKT."))
    _check_degrees(points[:, 0], points[:, 1])
    written = shapely.to_wkt(shape, rounding_precision=DECIMALS, trim=True)
    if not shapely.from_wkt(written).is_valid:
        raise Refused(_("The outline crosses itself or has no area."))
    return written


def _geojson(value: str) -> Any:
    """GEOS' own reader is lenient with nonsense; check the shape of the JSON first."""
    data = json.loads(value)
    if not isinstance(data, dict) or data.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    return shapely.from_geojson(json.dumps(data))


def _rings(shape: Any) -> int:
    """How many rings close with a repeated first point, which is no corner."""
    parts = shapely.get_parts(shape)
    return int(sum(1 + shapely.get_num_interior_rings(part) for part in parts))


def day(value: str) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Refused(_("Give a date as 2027-01-31."))
    return found


def minute(value: str) -> int:
    """Minutes since local midnight of 17:00; 24:00 is 1440."""
    matched = _TIME.fullmatch(value)
    found = int(matched[1]) * 60 + int(matched[2]) if matched else 1441
    if found > 1440:
        raise Refused(_("Give a time of day as 17:00."))
    return found


def interval(value: str) -> Period:
    """START/END in ISO 8601; without an offset it is local time."""
    start, slash, end = value.partition("/")
    if not slash:
        raise Refused(_("Give start and end as 2027-01-31T17:00/2027-01-31T19:00."))
    try:
        return Period(_moment(start), _moment(end))
    except Refused:
        raise
    except ValueError:
        raise Refused(_("The end must lie after the start.")) from None


def _moment(value: str) -> datetime:
    value = _LOST_PLUS.sub(r"\1+\2", value.strip())
    midnight = "T24:00" in value
    try:
        found = datetime.fromisoformat(value.replace("T24:00", "T00:00"))
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Refused(_("Give start and end as 2027-01-31T17:00/2027-01-31T19:00."))
    if midnight:
        found += timedelta(days=1)
    if found.tzinfo is None:
        found = found.replace(tzinfo=KRAKOW)
    # Through UTC, so that a time that the clocks skip becomes one that exists.
    return found.astimezone(UTC).replace(microsecond=0).astimezone(KRAKOW)


def weekly(value: str) -> Weekly:
    """TU,17:00,19:00."""
    parts = [part.strip() for part in value.split(",")]
    if len(parts) != 3 or parts[0].upper() not in WEEKDAYS:
        raise Refused(
            _("Give weekday, start and end as TU,17:00,19:00; weekdays are {codes}.").format(
                codes=" ".join(WEEKDAYS)
            )
        )
    start, end = minute(parts[1]), minute(parts[2])
    if start >= end:
        raise Refused(_("The end must lie after the start."))
    return Weekly(WEEKDAYS[parts[0].upper()], start, end)


def between(value: str) -> tuple[int, int]:
    """17:00-21:00 as minutes of the day."""
    start_text, dash, end_text = value.partition("-")
    if not dash:
        raise Refused(_("Give times of day as 17:00-21:00."))
    start, end = minute(start_text.strip()), minute(end_text.strip())
    if start >= end:
        raise Refused(_("The end must lie after the start."))
    return start, end


def hours(value: str) -> int:
    """Hours up to a day, by quarters, as minutes: 1.5 is 90."""
    try:
        found = Decimal(value.replace(",", "."))
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or not 0 < found <= 24 or found * 4 % 1:
        raise Refused(_("Give hours from 0.25 to 24, in quarters."))
    return int(found * 60)


# --- written back ------------------------------------------------------------------------------


def write_numbers(numbers: Iterable[float]) -> str:
    return ",".join(f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".") for number in numbers)


def write_minute(value: int) -> str:
    return f"{value // 60:02}:{value % 60:02}"


def write_weekly(one: Weekly) -> str:
    start, end = write_minute(one.from_minute), write_minute(one.to_minute)
    return f"{WEEKDAY_CODES[one.weekday]},{start},{end}"


def write_between(from_minute: int, to_minute: int) -> str:
    return f"{write_minute(from_minute)}-{write_minute(to_minute)}"


def write_hours(minutes: int) -> str:
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")


def write_interval(period: Period) -> str:
    """Local times; with the offset only in the hour that the clocks repeat."""
    return f"{_write_moment(period.start)}/{_write_moment(period.end)}"


def _write_moment(moment: datetime) -> str:
    local = moment.astimezone(KRAKOW)
    spec = "minutes" if local.second == 0 else "seconds"
    ambiguous = local.fold or local.replace(fold=1).utcoffset() != local.utcoffset()
    return (local if ambiguous else local.replace(tzinfo=None)).isoformat(timespec=spec)
