"""Rooms of the units: halls with sectors, classrooms, studios, with what is in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from config.sample.access import room_facts, site_facts, site_values
from config.sample.city import City
from config.sample.places import POSITION_NOTE, Places
from config.sample.reading import counted, dice, document, table
from config.sample.rules import read_hours, rules_of, who_may_use
from records.models import CalendarPeriod
from resources.models import (
    AccessibilityFact,
    Equipment,
    Feature,
    OpeningRule,
    Resource,
    ResourceEquipment,
    Room,
    RoomLayout,
    Site,
    Space,
)

SECTOR_CLASS = {"gym": "gym_sector", "arena": "arena_sector", "hall": "room"}
VERIFIED_BY = "opiekun obiektu"


@dataclass(slots=True)
class Plan:
    """A room before it is written: its rows in all tables, with the space it stands on."""

    unit: str
    key: str
    title_pl: str
    title_en: str
    area_m2: Decimal
    height_m: Decimal
    floor: int
    layouts: dict[str, int]
    activities: list[str]
    noise: str
    equipment: list[tuple[str, int]]
    price_class: str
    turnaround: int
    description_pl: str = ""
    description_en: str = ""
    not_allowed_pl: str = ""
    not_allowed_en: str = ""
    part_of: str = ""
    sectors: list[str] = field(default_factory=list)
    verified_days: int | None = None
    route: str = ""
    route_detail: str = ""
    facts: str = ""
    visibility: str = Resource.Visibility.PUBLIC

    @property
    def code(self) -> str:
        return f"{self.unit}-{self.key}"

    @property
    def capacity(self) -> int:
        return max(self.layouts.values())


def build_rooms(city: City, places: Places) -> None:
    plans = [
        plan
        for code, row in city.unit_rows.items()
        if row["rooms"] not in ("named", "none")
        for plan in _from_set(code, row["rooms"], small=city.small)
    ]
    plans += _named(city)
    _hide_some(plans)
    _branches(city, places)
    spaces = _spaces(plans)
    hours = read_hours()
    resources = [_resource(city, plan, spaces[plan.code], hours) for plan in plans]
    made = {one.code: one for one in Resource.objects.bulk_create(resources)}
    _join_sectors(plans, made)
    city.rooms = list(made.values())
    _write_details(plans, made)
    _write_access(city, plans, made)
    OpeningRule.objects.bulk_create(
        rule
        for plan in plans
        for rule in hours[rules_of(city.unit_rows[plan.unit])].rules(
            city, made[plan.code], gym=plan.price_class in ("gym", "gym_sector")
        )
    )


# --- what rooms there are ---------------------------------------------------------------------


def _from_set(unit: str, kind: str, *, small: bool) -> Iterator[Plan]:
    throw = dice("rooms", unit)
    for template in document("room_sets")[kind]:
        count = template.get("numbers", 1)
        for number in range(1, (min(count, 2) if small else count) + 1):
            yield from _one(unit, template, number if count > 1 else None, throw)


def _one(unit: str, template: dict[str, Any], number: int | None, throw: Random) -> Iterator[Plan]:
    low, high = template["area_m2"]
    needs = template["m2_per_person"]
    area = Decimal(throw.randint(low * 10, high * 10)) / 10
    floor = throw.choice(template["floors"])
    # Rooms are numbered by floor, as in schools: 3 on the ground floor, 14 above it.
    label = str(number + 10 * max(floor, 0)) if number else ""
    key = f"{template['key']}-{number}" if number else template["key"]
    equipment = [
        (item["code"], throw.randint(*item["quantity"]))
        for item in template["equipment"]
        if throw.random() < item["chance"]
    ]
    low, high = template["height_m"]
    plan = Plan(
        unit=unit,
        key=key,
        title_pl=template["title_pl"].format(n=label),
        title_en=template["title_en"].format(n=label),
        area_m2=area,
        height_m=Decimal(throw.randint(round(low * 20), round(high * 20))) / 20,
        floor=floor,
        layouts={layout: _people(float(area) / each) for layout, each in needs.items()},
        activities=template["activities"],
        noise=template["noise"],
        equipment=equipment,
        price_class=template["price_class"],
        turnaround=template["turnaround_minutes"],
        description_pl=template["description_pl"],
        description_en=template["description_en"],
        not_allowed_pl=template.get("not_allowed_pl", ""),
        not_allowed_en=template.get("not_allowed_en", ""),
        sectors=template.get("sectors", []),
    )
    yield plan
    yield from _sectors(plan)


def _people(number: float) -> int:
    """A capacity as notices give it: even up to 50, then by fives."""
    return max(4, int(number) // 2 * 2 if number < 50 else int(number) // 5 * 5)


def _sectors(plan: Plan) -> Iterator[Plan]:
    count = len(plan.sectors)
    for number, name in enumerate(plan.sectors, start=1):
        letter = name if len(name) == 1 else "AB"[number - 1]
        yield Plan(
            unit=plan.unit,
            key=f"{plan.key}-{letter.lower()}",
            title_pl=(
                f"{plan.title_pl}, sektor {name}"
                if len(name) == 1
                else f"{plan.title_pl}, część {name}"
            ),
            title_en=f"{plan.title_en}, sector {letter}",
            area_m2=(plan.area_m2 / count).quantize(Decimal("0.1")),
            height_m=plan.height_m,
            floor=plan.floor,
            layouts={layout: max(4, people // count) for layout, people in plan.layouts.items()},
            activities=plan.activities,
            noise=plan.noise,
            equipment=[(code, max(1, n // count)) for code, n in plan.equipment],
            price_class=SECTOR_CLASS[plan.price_class],
            turnaround=plan.turnaround,
            description_pl="Część dzielonej sali; sąsiednie sektory mogą być w tym czasie zajęte.",
            description_en="Part of a divisible hall; other sectors may be in use at the time.",
            not_allowed_pl=plan.not_allowed_pl,
            not_allowed_en=plan.not_allowed_en,
            part_of=plan.key,
        )


def _named(city: City) -> list[Plan]:
    rows = [row for row in table("rooms_named") if row["unit"] in city.units]
    parts: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["part_of"]:
            name = row["title_pl"].rpartition(" ")[2]
            parts.setdefault((row["unit"], row["part_of"]), []).append(name)
    return [
        Plan(
            unit=row["unit"],
            key=row["key"],
            title_pl=row["title_pl"],
            title_en=row["title_en"],
            area_m2=Decimal(row["area_m2"]),
            height_m=Decimal(row["height_m"]),
            floor=int(row["floor"]),
            layouts=dict(counted(row["layouts"])),
            activities=row["activities"].split(),
            noise=row["noise"],
            equipment=counted(row["equipment"]),
            price_class=row["price_class"],
            turnaround=int(row["turnaround"]),
            description_pl=row["description_pl"],
            description_en=row["description_en"],
            not_allowed_pl=row["not_allowed_pl"],
            not_allowed_en=row["not_allowed_en"],
            part_of=row["part_of"],
            sectors=parts.get((row["unit"], row["key"]), []),
            verified_days=int(row["verified_days"]),
            route=row["step_free_route"],
            route_detail=row["route_detail"],
            facts=row["facts"],
        )
        for row in rows
    ]


def _hide_some(plans: list[Plan]) -> None:
    """A few rooms that the public does not see: for officials, drafts, withdrawn."""
    throw = dice("visibility")
    single = [one for one in plans if not one.part_of and not one.sectors and not one.route]
    chosen = throw.sample(single, min(9, len(single) // 8))
    for number, plan in enumerate(chosen):
        plan.visibility = (
            Resource.Visibility.INTERNAL,
            Resource.Visibility.INTERNAL,
            Resource.Visibility.DRAFT,
            Resource.Visibility.WITHDRAWN,
        )[number % 4]


def _branches(city: City, places: Places) -> None:
    """Bigger units have a second site: their studio or workshop stands elsewhere."""
    throw = dice("branches")
    sites = [
        Site(
            code=f"filia-{code}",
            name=f"{row['short_name']}, filia",
            address=spot.address,
            postcode=spot.postcode,
            point=spot.point,
            position_note=POSITION_NOTE,
            district_id=spot.district,
            source=city.source,
            is_sample=True,
        )
        for code, row in city.unit_rows.items()
        if row["rooms"] in ("culture_large", "library")
        for spot in [places.draw(int(row["district"]), throw)]
    ]
    for site in Site.objects.bulk_create(sites):
        city.sites[site.code.removeprefix("filia-") + "/filia"] = site


# --- writing ------------------------------------------------------------------------------------


def _spaces(plans: list[Plan]) -> dict[str, Space]:
    """The space of each room by its code: nodes first, so that sectors find their parent."""
    whole = [plan for plan in plans if not plan.part_of]
    made = Space.objects.bulk_create(
        Space(name=plan.title_pl, is_leaf=not plan.sectors) for plan in whole
    )
    spaces = {plan.code: space for plan, space in zip(whole, made, strict=True)}
    parts = [plan for plan in plans if plan.part_of]
    made = Space.objects.bulk_create(
        Space(name=plan.title_pl, parent=spaces[f"{plan.unit}-{plan.part_of}"], order=number)
        for number, plan in enumerate(parts)
    )
    return spaces | {plan.code: space for plan, space in zip(parts, made, strict=True)}


def _site_of(city: City, plan: Plan) -> Site:
    branch = city.sites.get(f"{plan.unit}/filia")
    if branch is not None and plan.key in ("art", "gallery", "children", "study"):
        return branch
    return city.sites[plan.unit]


def _resource(city: City, plan: Plan, space: Space, hours: dict[str, Any]) -> Resource:
    throw = dice("resource", plan.code)
    row = city.unit_rows[plan.unit]
    site = _site_of(city, plan)
    verified = _verified_on(city, plan, throw)
    observes = list(hours[rules_of(row)].observes)
    if plan.price_class in ("gym", "gym_sector"):
        observes.remove(CalendarPeriod.Kind.SCHOOL_BREAK)
    return Resource(
        code=plan.code,
        kind="room",
        unit=city.units[plan.unit],
        site=site,
        space=space,
        title_pl=plan.title_pl,
        title_en=plan.title_en,
        description_pl=plan.description_pl,
        description_en=plan.description_en,
        point=site.point,
        district_id=site.district_id,
        tenure=Resource.Tenure.TIME,
        visibility=plan.visibility,
        capacity=plan.capacity,
        area_m2=plan.area_m2,
        open_to=who_may_use(rules_of(row), plan.price_class),
        turnaround_minutes=plan.turnaround,
        observes=observes,
        policy=city.policies[plan.unit],
        price_list=city.price_lists[plan.unit, plan.price_class],
        contact_role=row["contact_role"],
        contact_email=city.units[plan.unit].public_email,
        contact_phone=city.units[plan.unit].public_phone,
        verified_on=verified,
        verified_by=VERIFIED_BY if verified else "",
        review_months=6 if row["kind"] in ("office", "premises") else 12,
        source=city.source,
        is_sample=True,
        created_at=city.moment_ago(420 + throw.randint(0, 300)),
    )


def _verified_on(city: City, plan: Plan, throw: Random) -> date | None:
    """Most were confirmed within a year, some long ago, some never."""
    if plan.verified_days is not None:
        return city.days_ago(plan.verified_days)
    chance = throw.random()
    if chance < 0.08:
        return None
    return city.days_ago(throw.randint(380, 620) if chance < 0.25 else throw.randint(2, 330))


def _join_sectors(plans: list[Plan], made: dict[str, Resource]) -> None:
    parts = []
    for plan in plans:
        if plan.part_of:
            part = made[plan.code]
            part.part_of = made[f"{plan.unit}-{plan.part_of}"]
            parts.append(part)
    Resource.objects.bulk_update(parts, ["part_of"])


def _write_details(plans: list[Plan], made: dict[str, Resource]) -> None:
    rooms = {
        plan.code: Room(
            resource=made[plan.code],
            floor=plan.floor,
            height_m=plan.height_m,
            noise=plan.noise,
            activities=plan.activities,
            not_allowed_pl=plan.not_allowed_pl,
            not_allowed_en=plan.not_allowed_en,
        )
        for plan in plans
    }
    Room.objects.bulk_create(rooms.values())
    RoomLayout.objects.bulk_create(
        RoomLayout(room=rooms[plan.code], layout=layout, capacity=people)
        for plan in plans
        for layout, people in plan.layouts.items()
    )
    kinds = {one.code: one for one in Equipment.objects.all()}
    ResourceEquipment.objects.bulk_create(
        ResourceEquipment(resource=made[plan.code], equipment=kinds[code], quantity=quantity)
        for plan in plans
        for code, quantity in plan.equipment
    )


def _write_access(city: City, plans: list[Plan], made: dict[str, Resource]) -> None:
    AccessibilityFact.objects.bulk_create(site_facts(city))
    lifts = site_values(city, Feature.LIFT)
    AccessibilityFact.objects.bulk_create(
        fact
        for plan in plans
        for fact in room_facts(
            city,
            made[plan.code],
            floor=plan.floor,
            lift=lifts.get(made[plan.code].site_id, "unknown"),
            route=plan.route,
            detail=plan.route_detail,
            more=plan.facts,
        )
    )
