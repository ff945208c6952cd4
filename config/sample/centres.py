"""The two documented Civic Centres: real facts with their source, nothing invented.

What the sources do not say stays unknown: accessibility but for the entrance of C 10, capacity but
for one hall, operators after the last public task. Positions are approximate and marked so.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from civic_centres.models import CentreArea, CivicCentre
from config.sample.city import City
from config.sample.places import spot_at
from config.sample.reading import document
from records.models import DataSource
from resources.models import (
    AccessibilityFact,
    BookingPolicy,
    ManagingUnit,
    OpeningRule,
    PolicyTerms,
    PriceList,
    PriceRate,
    Resource,
    Room,
    RoomLayout,
    Site,
    Space,
)

SOURCE = "civic-centres"
UNIT = "centra-obywatelskie"
POSITION_NOTE = "przybliżone, niezweryfikowane (approximate, unverified)"


@dataclass(frozen=True, slots=True)
class Facts:
    """What fixtures/sample/civic_centres.json adds to the table of areas, in words."""

    entry: dict[str, Any]
    rows: list[dict[str, str]]


def build_civic_centres(city: City) -> list[Resource]:
    """The rooms of both centres, as resources; what is there already is left alone."""
    if CivicCentre.objects.exists():
        return list(Resource.objects.filter(unit__code=UNIT).order_by("code"))
    texts = document("civic_centres")
    source = DataSource.objects.create(code=SOURCE, **texts["source"], state_on=date(2023, 12, 31))
    unit = ManagingUnit.objects.create(
        code=UNIT, kind=ManagingUnit.Kind.CIVIC_CENTRE, source=source, **texts["unit"]
    )
    policy = BookingPolicy.objects.create(unit=unit, **texts["policy"])
    PolicyTerms.objects.create(policy=policy, valid_from=date(2023, 1, 1), **texts["terms"])
    prices = PriceList.objects.create(unit=unit, name=texts["prices"]["name"])
    PriceRate.objects.bulk_create(
        PriceRate(
            price_list=prices,
            user_group=group,
            valid=(date(2023, 1, 1), None),
            net_per_hour=Decimal(0),
            ground_pl=texts["prices"]["ground_pl"],
            ground_en=texts["prices"]["ground_en"],
        )
        for group in texts["prices"]["groups"]
    )
    rooms = []
    for code, rows in _rows_by_centre().items():
        rooms += _centre(city, Facts(texts["centres"][code], rows), policy, prices)
    return rooms


def _rows_by_centre() -> dict[str, list[dict[str, str]]]:
    path = settings.BASE_DIR / "fixtures" / "krakow_civic_centres_facts.csv"
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kod"], []).append(row)
    return found


def _centre(city: City, facts: Facts, policy: BookingPolicy, prices: PriceList) -> list[Resource]:
    first, entry, unit = facts.rows[0], facts.entry, policy.unit
    spot = spot_at(first["adres"], float(first["lon_approx"]), float(first["lat_approx"]))
    site = Site.objects.create(
        code=entry["code"],
        name=first["nazwa"],
        address=entry["address"],
        postcode=entry["postcode"],
        point=spot.point,
        position_note=POSITION_NOTE,
        district_id=spot.district,
        district_to_be_checked=spot.to_be_checked,
        directions_pl=entry["directions_pl"],
        directions_en=entry["directions_en"],
        source=unit.source,
    )
    for fact in entry["accessibility"]:
        AccessibilityFact.objects.create(
            site=site, evidence=AccessibilityFact.Evidence.IMPORTED, **fact
        )
    centre = CivicCentre.objects.create(
        site=site,
        name=first["nazwa"],
        functions=entry["functions"],
        task_from=entry["task_from"],
        task_until=entry["task_until"],
        operator_note_pl=entry["operator_note_pl"],
        operator_note_en=entry["operator_note_en"],
        source=unit.source,
    )
    rooms = []
    for order, row in enumerate(facts.rows):
        room = None
        if row["pomieszczenie"] in entry["rooms"]:
            room = _room(city, site, row, entry, prices)
            rooms.append(room)
        CentreArea.objects.create(
            centre=centre,
            label=row["pomieszczenie"],
            area_m2=Decimal(row["pow_m2"]),
            resource=room,
            order=order,
        )
    return rooms


def _room(
    city: City,
    site: Site,
    row: dict[str, str],
    entry: dict[str, Any],
    prices: PriceList,
) -> Resource:
    policy = prices.unit.policies.get()
    number = row["pomieszczenie"]
    known = entry["rooms"][number]
    space = Space.objects.create(name=f"Sala {number}")
    room = Resource.objects.create(
        code=f"{site.code}-{number.lower()}",
        kind="room",
        unit=policy.unit,
        site=site,
        space=space,
        title_pl=f"Sala {number}",
        title_en=f"Room {number}",
        description_pl=known.get("description_pl", entry["room_pl"]),
        description_en=known.get("description_en", entry["room_en"]),
        point=site.point,
        district_id=site.district_id,
        tenure=Resource.Tenure.TIME,
        visibility=Resource.Visibility.PUBLIC,
        capacity=known.get("capacity"),
        area_m2=Decimal(row["pow_m2"]),
        open_to=[Resource.OpenTo.NGO, Resource.OpenTo.INFORMAL_GROUP],
        turnaround_minutes=15,
        observes=["public_holiday"],
        policy=policy,
        price_list=prices,
        contact_role="koordynator centrum",
        source=policy.unit.source,
        created_at=city.moment_ago(500),
    )
    details = Room.objects.create(
        resource=room, floor=entry["floor"], activities=["meeting", "workshop"]
    )
    if "capacity" in known:
        RoomLayout.objects.create(
            room=details, layout=RoomLayout.Layout.THEATRE, capacity=known["capacity"]
        )
    OpeningRule.objects.bulk_create(
        OpeningRule(
            resource=room, weekday=weekday, opens=540, closes=1200, valid=(date(2023, 1, 1), None)
        )
        for weekday in range(1, 6)
    )
    return room
