"""A small city for tests: each function writes one thing, with the plain case as default.

    hall = factories.room(capacity=40, sectors=("A", "B"), opening={2: [(16 * 60, 22 * 60)]})
    factories.occupy(hall, "2026-12-01 17:00", "2026-12-01 19:00")

Times given as text are local times of Kraków. Whatever is not said is invented here and must not
matter to the test.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from maps.models import AreaGroup, District
from premises.models import Premises
from records import typography
from records.clock import KRAKOW, now, today
from records.models import CalendarPeriod, DataSource
from resources.models import (
    AccessibilityFact,
    BookingPolicy,
    Claim,
    Equipment,
    Hold,
    Layer,
    ManagingUnit,
    OpeningRule,
    PriceList,
    PriceRate,
    Resource,
    ResourceEquipment,
    Room,
    RoomLayout,
    Site,
    Space,
    SpaceLeaf,
)

#: The market square; other places are told as metres east and north of it.
CENTRE = (19.9373, 50.0617)
METRES_A_DEGREE_EAST, METRES_A_DEGREE_NORTH = 71_500, 111_200

ALL_WEEK: Mapping[int, list[tuple[int, int]]] = {day: [(8 * 60, 22 * 60)] for day in range(1, 8)}

_numbers = count(1)


def moment(value: str | datetime) -> datetime:
    """ "2026-12-01 17:00" as local time of Kraków; a datetime as it is."""
    if isinstance(value, datetime):
        return value
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=KRAKOW)


def place(east: float = 0, north: float = 0) -> Point:
    """The point so many metres east and north of the market square, EPSG:4326."""
    longitude = CENTRE[0] + east / METRES_A_DEGREE_EAST
    latitude = CENTRE[1] + north / METRES_A_DEGREE_NORTH
    return Point(longitude, latitude, srid=4326)


def source(code: str = "test", **fields) -> DataSource:
    return DataSource.objects.get_or_create(code=code, defaults={"name": code, **fields})[0]


def district(
    number: int = 1, *, bounds: tuple[float, float, float, float] | None = None, **fields
) -> District:
    """A district: a box (min lon, min lat, max lon, max lat), by default a strip of the city."""
    west = 19.80 + 0.02 * number
    box = Polygon.from_bbox(bounds or (west, 49.98, west + 0.02, 50.12))
    box.srid = 4326
    boundary = MultiPolygon(box, srid=4326)
    roman = typography.roman(number)
    return District.objects.create(
        **{
            "number": number,
            "roman": roman,
            "name": f"District {roman}",
            "boundary": boundary,
            "outline": boundary,
            "label_point": box.centroid,
            "official_area_km2": Decimal(10),
            "area_stated_on": date(2024, 1, 1),
            "generalised": False,
            "source": source(),
            "state_on": date(2024, 1, 1),
        }
        | fields
    )


def area_group(slug: str, districts: Iterable[District], **fields) -> AreaGroup:
    group = AreaGroup.objects.create(
        **{
            "slug": slug,
            "kind": AreaGroup.Kind.DISTRICT_SET,
            "name_pl": slug,
            "name_en": slug,
            "loaded": True,
        }
        | fields
    )
    group.districts.set(districts)
    return group


def calendar_days(kind: str, first: date, last: date, name: str = "") -> CalendarPeriod:
    """Days of a kind of calendar, both ends included."""
    return CalendarPeriod.objects.create(
        kind=kind,
        days=DateRange(first, date.fromordinal(last.toordinal() + 1)),
        name_pl=name or kind,
        name_en=name or kind,
    )


def unit(code: str = "", **fields) -> ManagingUnit:
    code = code or f"unit-{next(_numbers)}"
    return ManagingUnit.objects.create(
        **{"code": code, "name": f"Unit {code}", "kind": ManagingUnit.Kind.CULTURE} | fields
    )


def site(at: Point | None = None, **fields) -> Site:
    code = fields.pop("code", f"site-{next(_numbers)}")
    return Site.objects.create(
        **{"code": code, "name": f"House {code}", "point": at or place()} | fields
    )


def policy(unit: ManagingUnit, **fields) -> BookingPolicy:
    """Rules that hinder nothing but what the test names."""
    return BookingPolicy.objects.create(
        **{
            "unit": unit,
            "name": "rules",
            "min_lead_hours": 0,
            "max_lead_days": 3650,
            "min_minutes": 5,
            "max_minutes": 1440,
            "grid_minutes": 5,
        }
        | fields
    )


def price_list(unit: ManagingUnit, net: Mapping[str, Decimal | int], **fields) -> PriceList:
    """Prices by user group, PLN net an hour, all day, without end."""
    prices = PriceList.objects.create(**{"unit": unit, "name": "prices"} | fields)
    for group, amount in net.items():
        PriceRate.objects.create(
            price_list=prices,
            user_group=group,
            valid=DateRange(date(2020, 1, 1), None),
            net_per_hour=amount,
            ground_pl="" if amount else "uchwała",
            ground_en="" if amount else "resolution",
        )
    return prices


def space(sectors: Iterable[str] = ()) -> Space:
    """A leaf, or a node with a leaf for each named sector."""
    sectors = list(sectors)
    root = Space.objects.create(is_leaf=not sectors)
    for order, name in enumerate(sectors):
        Space.objects.create(parent=root, name=name, order=order)
    return root


def opening(resource: Resource, hours: Mapping[int, Iterable[tuple[int, int]]], **fields) -> None:
    """Opening rules: ISO weekday -> [(from minute, to minute)]."""
    OpeningRule.objects.bulk_create(
        OpeningRule(
            **{
                "resource": resource,
                "weekday": weekday,
                "opens": opens,
                "closes": closes,
                "valid": DateRange(date(2020, 1, 1), None),
            }
            | fields
        )
        for weekday, intervals in hours.items()
        for opens, closes in intervals
    )


def resource(kind: str = "room", *, at: Point | None = None, **fields) -> Resource:
    """A row of the spine with its site, unit and an undivided space."""
    number = next(_numbers)
    at = at or place()
    given = {
        "code": f"{kind}-{number}",
        "title_pl": f"Sala {number}",
        "title_en": f"Room {number}",
        "point": at,
        "tenure": Resource.Tenure.TIME,
        "visibility": Resource.Visibility.PUBLIC,
        "capacity": 30,
        "area_m2": Decimal(60),
        "open_to": ["ngo", "informal_group"],
        "verified_on": today(),
        "created_at": now(),
    } | fields
    given.setdefault("unit", None)
    given["unit"] = given["unit"] or unit()
    if "site" not in given:
        given["site"] = site(at)
    if "space" not in given:
        given["space"] = space()
    return Resource.objects.create(kind=kind, **given)


def step_free(resource: Resource, value: str) -> Resource:
    """Says of the resource's way in and way to the room "yes", "no" or "unknown"."""
    for feature in ("step_free_entrance", "step_free_route"):
        AccessibilityFact.objects.update_or_create(
            resource=resource,
            feature=feature,
            defaults={"value": value, "checked_on": None if value == "unknown" else today()},
        )
    resource.refresh_from_db(fields=["step_free"])
    return resource


def equip(resource: Resource, *codes: str) -> None:
    for code in codes:
        item, _ = Equipment.objects.get_or_create(
            code=code, defaults={"name_pl": code, "name_en": code}
        )
        ResourceEquipment.objects.create(resource=resource, equipment=item)


def room(
    *,
    hours: Mapping[int, Iterable[tuple[int, int]]] | None = None,
    sectors: Iterable[str] = (),
    equipment: Iterable[str] = (),
    accessible: str = "",
    rules: Mapping | None = None,
    **fields,
) -> Resource:
    """A public room, open 8-22 all week, booked by the hour under rules that hinder nothing.

    `sectors` makes it a hall whose sectors are rooms of their own (`hall.parts`). `rules` are
    fields of its booking policy, `accessible` is "yes", "no" or "" (unknown).
    """
    given_unit = fields.pop("unit", None) or unit()
    fields.setdefault("policy", policy(given_unit, **(rules or {})))
    if sectors:
        fields["space"] = space(sectors)
    made = resource("room", unit=given_unit, **fields)
    Room.objects.create(resource=made)
    if made.capacity:
        RoomLayout.objects.create(
            room=made.room, layout=RoomLayout.Layout.THEATRE, capacity=made.capacity
        )
    opening(made, ALL_WEEK if hours is None else hours)
    if accessible:
        step_free(made, accessible)
    equip(made, *equipment)
    for leaf in made.space.children.order_by("order"):
        sector = room(
            hours=hours,
            accessible=accessible,
            unit=given_unit,
            part_of=made,
            space=leaf,
            site=made.site,
            at=made.point,
            policy=made.policy,
            price_list=made.price_list,
            turnaround_minutes=made.turnaround_minutes,
            observes=made.observes,
            capacity=made.capacity // 2 if made.capacity else None,
            title_pl=f"{made.title_pl}, {leaf.name}",
        )
        equip(sector, *equipment)
    return made


def premises(*, accessible: str = "", **fields) -> Resource:
    """Public premises, vacant until `occupy` says otherwise."""
    made = resource(
        "premises",
        **{"tenure": Resource.Tenure.CONTRACT, "capacity": None, "title_pl": "Lokal"} | fields,
    )
    Premises.objects.create(resource=made)
    if accessible:
        step_free(made, accessible)
    return made


def hold(**fields) -> Hold:
    code = f"hold-{next(_numbers)}"
    return Hold.objects.create(
        **{"kind": Hold.Kind.BOOKING, "code": code, "label": code, "created_at": now()} | fields
    )


def occupy(
    resource: Resource,
    start: str | datetime,
    end: str | datetime | None,
    *,
    layer: Layer = Layer.OCCUPANCY,
    **hold_fields,
) -> Hold:
    """Claims on all leaves of the resource over [start, end) exactly: no turnaround is added.

    Writes rows past resources/claims.py, to set a scene and not to test the rules of claiming.
    """
    made = hold(**hold_fields)
    period = DateTimeTZRange(moment(start), moment(end) if end else None)
    Claim.objects.bulk_create(
        Claim(hold=made, space_id=leaf, layer=layer, period=period)
        for leaf in SpaceLeaf.objects.filter(space=resource.space_id).values_list(
            "leaf_id", flat=True
        )
    )
    return made
