"""Commercial premises: buildings, parts, technical state, and who holds them until when.

Two thirds are let or lent, the rest vacant. A fixed number of the vacant ones is what a Civic
Centre would look for (100 m² and more, known to be step-free), some in every district, more of
them in XIV-XVIII: issue after issue stands on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from config.sample.city import City
from config.sample.holds import Holds
from config.sample.places import POSITION_NOTE, Places, Spot, checked, spot_at
from config.sample.reading import dice, table
from premises.models import Building, Premises, PremisesPart, Tenancy
from records.periods import local_moment
from resources.models import AccessibilityFact, Feature, Layer, Resource, Site, Space

COUNT = 226
SMALL_COUNT = 40
#: Vacant, at least 100 m², known step-free: in each district, and beyond that in Nowa Huta.
CANDIDATES_PER_DISTRICT = 1
CANDIDATES_IN_NOWA_HUTA = 4
NOWA_HUTA = range(14, 19)
MANAGERS = {"zarzad-lokali": 0.68, "zarzad-podgorski": 0.2, "zarzad-targowy": 0.12}
UTILITIES = ("electricity", "water", "sewage", "gas", "internet")
TENANTS = ("przedsiębiorca (przykład)", "spółka (przykład)", "osoba fizyczna (przykład)")
USES = (
    ("handel i usługi", "trade and services"),
    ("usługi nieuciążliwe", "services without nuisance"),
    ("biuro, działalność społeczna", "office, social activity"),
    ("działalność kulturalna i społeczna", "cultural and social activity"),
    ("gastronomia bez sprzedaży alkoholu", "catering without alcohol"),
    ("pracownia, magazyn", "workshop, storage"),
)


@dataclass(slots=True)
class Unit:
    """One premises before it is written."""

    number: str
    spot: Spot
    manager: str
    ground: Decimal
    state: str  # vacant, let, lent
    cellar: Decimal | None = None
    upper: Decimal | None = None
    floor: int = 0
    rooms: int = 3
    front: bool | None = None
    heating: str = Premises.Heating.UNKNOWN
    technical: int | None = None
    surveyed: date | None = None
    cost: Decimal | None = None
    use: tuple[str, str] = ("", "")
    step_free: str = "unknown"
    step_free_detail: tuple[str, str] = ("", "")
    toilet: str = "unknown"
    vacant_days: int | None = None
    description: tuple[str, str] = ("", "")
    works: tuple[str, str] = ("", "")
    ownership: str = Building.Ownership.MUNICIPAL
    built: int | None = None
    storeys: int = 3
    utilities: list[str] = field(default_factory=list)

    @property
    def area(self) -> Decimal:
        return self.ground + (self.cellar or 0) + (self.upper or 0)


def build_premises(city: City, places: Places, holds: Holds) -> None:
    units = [*_named(city), *_drawn(city, places)]
    sites = _sites(city, units)
    spaces = Space.objects.bulk_create(Space(name=f"Lokal {one.number}") for one in units)
    resources = Resource.objects.bulk_create(
        _resource(city, unit, site, space)
        for unit, site, space in zip(units, sites, spaces, strict=True)
    )
    city.premises = resources
    rows = Premises.objects.bulk_create(
        _premises(unit, resource) for unit, resource in zip(units, resources, strict=True)
    )
    kind = PremisesPart.Kind
    PremisesPart.objects.bulk_create(
        PremisesPart(premises=row, kind=what, area_m2=area)
        for unit, row in zip(units, rows, strict=True)
        for what, area in (
            (kind.ROOMS, unit.ground),
            (kind.CELLAR, unit.cellar),
            (kind.UPPER, unit.upper),
        )
        if area
    )
    AccessibilityFact.objects.bulk_create(
        fact
        for unit, resource in zip(units, resources, strict=True)
        for fact in _facts(city, unit, resource)
    )
    holds.read_leaves()
    _tenancies(city, units, rows, holds)


# --- what there is -------------------------------------------------------------------------------


def _named(city: City) -> list[Unit]:
    return [
        Unit(
            number=row["number"],
            spot=spot_at(row["address"], float(row["lon"]), float(row["lat"])),
            manager=row["manager"],
            ground=Decimal(row["ground_m2"]),
            cellar=Decimal(row["cellar_m2"]) if row["cellar_m2"] else None,
            upper=Decimal(row["upper_m2"]) if row["upper_m2"] else None,
            state="vacant",
            floor=int(row["floor"]),
            rooms=int(row["rooms"]),
            front=row["front"] == "yes",
            heating=row["heating"],
            technical=int(row["state"]),
            surveyed=city.days_ago(int(row["surveyed_days"])),
            cost=Decimal(row["operating_cost"]),
            use=(row["permitted_pl"], row["permitted_en"]),
            step_free=row["step_free"],
            step_free_detail=(row["step_free_pl"], row["step_free_en"]),
            toilet=row["toilet"],
            vacant_days=int(row["vacant_days"]),
            description=(row["description_pl"], row["description_en"]),
            ownership=row["ownership"],
            built=int(row["built"]),
            storeys=int(row["storeys"]),
            utilities=["electricity", "water", "sewage"],
        )
        for row in table("premises_named")
        if row["manager"] in city.units
    ]


def _drawn(city: City, places: Places) -> Iterator[Unit]:
    throw = dice("premises")
    count = SMALL_COUNT if city.small else COUNT
    districts = sorted(places.cells)
    candidates = [number for number in districts for _n in range(CANDIDATES_PER_DISTRICT)]
    candidates += [number for number in NOWA_HUTA for _n in range(CANDIDATES_IN_NOWA_HUTA)]
    residents = [sum(people for _shape, people in places.cells[number]) for number in districts]
    # Old stock is denser in the middle and in Nowa Huta, so half the weight is even.
    even = sum(residents) / len(residents)
    others = throw.choices(
        districts, [people + even for people in residents], k=count - len(candidates) - 3
    )
    managers = {code: share for code, share in MANAGERS.items() if code in city.units}
    spots: list[Spot] = []
    for place, number in enumerate([*candidates, *others]):
        # One in four shares a building with another one of the district.
        here = [spot for spot in spots[len(candidates) :] if spot.district == number]
        if place >= len(candidates) and here and throw.random() < 0.25:
            spots.append(throw.choice(here))
        elif throw.random() < 0.6:
            spots.append(places.take(number, throw))
        else:
            spots.append(places.draw(number, throw))
    for place, spot in enumerate(checked(spots)):
        manager = throw.choices(list(managers), list(managers.values()))[0]
        yield _draw(city, place, spot, manager, candidate=place < len(candidates))


def _draw(city: City, place: int, spot: Spot, manager: str, *, candidate: bool) -> Unit:
    throw = dice("premises", place)
    ground = _area(throw, candidate=candidate)
    fate = throw.random()
    surveyed = throw.random() < 0.8
    unit = Unit(
        number=f"{place + 1:04}" if place + 1 < 412 else f"{place + 100:04}",
        spot=spot,
        manager=manager,
        ground=ground,
        cellar=_cents(throw.uniform(8, 34)) if throw.random() < 0.22 else None,
        upper=_cents(throw.uniform(18, 60)) if throw.random() < 0.08 else None,
        state="vacant" if candidate or fate < 0.18 else "let" if fate < 0.86 else "lent",
        floor=0 if candidate else throw.choice((0, 0, 0, 0, 0, 1, 1, -1)),
        rooms=max(1, round(float(ground) / 24)),
        front=throw.choice((True, True, False, None)),
        heating=throw.choice(
            ("district", "district", "district", "gas", "electric", "none", "unknown")
        ),
        technical=throw.choices((1, 2, 3, 4, 5), (5, 15, 40, 30, 10))[0] if surveyed else None,
        surveyed=city.days_ago(throw.randint(20, 900)) if surveyed else None,
        cost=Decimal(throw.randint(420, 890)) / 100,
        use=throw.choice(USES),
        step_free="yes" if candidate else throw.choices(("yes", "no", "unknown"), (35, 35, 30))[0],
        toilet="yes" if candidate and place % 2 else throw.choice(("yes", "no", "no", "unknown")),
        ownership=throw.choices(
            (
                Building.Ownership.MUNICIPAL,
                Building.Ownership.HOUSING_COMMUNITY,
                Building.Ownership.STATE_TREASURY,
                Building.Ownership.CO_OWNED,
            ),
            (60, 28, 8, 4),
        )[0],
        built=throw.randint(1885, 2008),
        storeys=throw.randint(1, 10),
        utilities=[UTILITIES[0], *throw.sample(UTILITIES[1:], throw.randint(2, 4))],
    )
    if unit.step_free == "no":
        unit.step_free_detail = throw.choice(
            (("trzy stopnie przy wejściu", "three steps at the entrance"),
             ("próg 15 cm", "a threshold of 15 cm"),
             ("schody do piwnicy", "stairs to the basement"))
        )  # fmt: skip
    if unit.state == "vacant":
        unit.vacant_days = throw.randint(15, 700)
        if unit.technical is not None and unit.technical < 3:
            unit.works = ("wymiana instalacji elektrycznej", "replacement of the wiring")
    return unit


def _area(throw: Random, *, candidate: bool) -> Decimal:
    if candidate:
        return _cents(throw.uniform(104, 286))
    low, high = throw.choices(((18, 60), (60, 100), (100, 180), (180, 320)), (35, 32, 24, 9))[0]
    return _cents(throw.uniform(low, high))


def _cents(number: float) -> Decimal:
    return Decimal(round(number * 100)) / 100


# --- writing ------------------------------------------------------------------------------------


def _sites(city: City, units: list[Unit]) -> list[Site]:
    """One building for each address, shared by the premises in it."""
    first: dict[Spot, Unit] = {}
    for unit in units:
        first.setdefault(unit.spot, unit)
    made = Site.objects.bulk_create(
        Site(
            code=f"budynek-{number:04}",
            name=f"Budynek, {spot.address}",
            address=spot.address,
            postcode=spot.postcode,
            point=spot.point,
            position_note=POSITION_NOTE,
            district_id=spot.district,
            district_to_be_checked=spot.to_be_checked,
            source=city.source,
            is_sample=True,
        )
        for number, spot in enumerate(first, start=1)
    )
    Building.objects.bulk_create(
        Building(
            site=site,
            ownership=unit.ownership,
            built_year=unit.built,
            storeys=unit.storeys,
            heritage="gminna ewidencja zabytków (przykład)" if (unit.built or 0) < 1914 else "",
        )
        for site, unit in zip(made, first.values(), strict=True)
    )
    sites = dict(zip(first, made, strict=True))
    return [sites[unit.spot] for unit in units]


def _resource(city: City, unit: Unit, site: Site, space: Space) -> Resource:
    throw = dice("premises resource", unit.number)
    owner = city.units[unit.manager]
    title = f"Lokal {unit.number}, {unit.spot.address}"
    description = unit.description
    if not description[0]:
        description = (
            f"Lokal użytkowy, liczba pomieszczeń: {unit.rooms}. Dane zmyślone.",
            f"Commercial premises, number of rooms: {unit.rooms}. Invented data.",
        )
    return Resource(
        code=f"lokal-{unit.number}",
        kind="premises",
        unit=owner,
        site=site,
        space=space,
        title_pl=title,
        title_en=title.replace("Lokal", "Premises"),
        description_pl=description[0],
        description_en=description[1],
        point=site.point,
        district_id=site.district_id,
        tenure=Resource.Tenure.CONTRACT,
        visibility=Resource.Visibility.PUBLIC,
        area_m2=unit.area,
        open_to=["ngo", "informal_group", "commercial"][: throw.choice((1, 2, 3))],
        contact_role="dział najmu",
        contact_email=owner.public_email,
        contact_phone=owner.public_phone,
        verified_on=_verified_on(city, unit, throw),
        verified_by="dział najmu",
        review_months=6,
        source=city.source,
        is_sample=True,
        created_at=city.moment_ago(300 + throw.randint(0, 800)),
    )


def _verified_on(city: City, unit: Unit, throw: Random) -> date | None:
    """The named premises lately; of the others some long ago and one in ten never."""
    if unit.description[0]:
        return city.days_ago(20)
    return city.days_ago(throw.randint(5, 500)) if throw.random() < 0.9 else None


def _premises(unit: Unit, resource: Resource) -> Premises:
    return Premises(
        resource=resource,
        unit_number=f"U{int(unit.number) % 9 + 1}",
        floor=unit.floor,
        height_m=Decimal(dice("height", unit.number).randint(52, 78)) / 20,
        rooms_count=unit.rooms,
        front=unit.front,
        utilities=unit.utilities,
        heating=unit.heating,
        technical_state=unit.technical,
        surveyed_on=unit.surveyed,
        permitted_use_pl=unit.use[0],
        permitted_use_en=unit.use[1],
        planned_works_pl=unit.works[0],
        planned_works_en=unit.works[1],
        operating_cost_m2=unit.cost,
    )


def _facts(city: City, unit: Unit, resource: Resource) -> Iterator[AccessibilityFact]:
    checked_on = unit.surveyed or city.days_ago(200)
    for feature, value in (
        (Feature.STEP_FREE_ENTRANCE, unit.step_free),
        (Feature.STEP_FREE_ROUTE, "yes" if unit.step_free == "yes" else "unknown"),
        (Feature.ACCESSIBLE_TOILET, unit.toilet),
    ):
        if value != "unknown":
            entrance = feature == Feature.STEP_FREE_ENTRANCE
            yield AccessibilityFact(
                resource=resource,
                feature=feature,
                value=value,
                detail_pl=unit.step_free_detail[0] if entrance else "",
                detail_en=unit.step_free_detail[1] if entrance else "",
                evidence=AccessibilityFact.Evidence.INSPECTION,
                checked_on=checked_on,
                checked_by="dział najmu",
            )


# --- who holds them -------------------------------------------------------------------------------


def _tenancies(city: City, units: list[Unit], rows: list[Premises], holds: Holds) -> None:
    ngos = [one for one in city.organisations.values() if one.legal_form != "informal_group"]
    wanted = []
    for unit, row in zip(units, rows, strict=True):
        throw = dice("tenancy", unit.number)
        kind = Tenancy.Kind.LENDING if unit.state == "lent" else Tenancy.Kind.LEASE
        for first, after in _terms(city, unit, throw):
            ngo = kind == Tenancy.Kind.LENDING or throw.random() < 0.22
            wanted.append(
                Tenancy(
                    premises=row,
                    kind=kind,
                    term=(first, after),
                    organisation=throw.choice(ngos) if ngo else None,
                    tenant="" if ngo else throw.choice(TENANTS),
                    source=city.source,
                    is_sample=True,
                )
            )
    throw = dice("tenancy codes")
    for one in wanted:
        first, after = one.term
        one.hold = holds.take(
            kind=one.kind,
            code=holds.new_code("L", throw, (4, 4)),
            label="Użyczenie" if one.kind == Tenancy.Kind.LENDING else "Najem",
            made_at=local_moment(first - timedelta(days=20), 600),
            times=[
                (
                    one.premises.resource,
                    (local_moment(first, 0), local_moment(after, 0) if after else None),
                )
            ],
            layers=(Layer.OCCUPANCY, Layer.STEWARDSHIP),
        )
    holds.write()
    Tenancy.objects.bulk_create(wanted)


def _terms(city: City, unit: Unit, throw: Random) -> Iterator[tuple[date, date | None]]:
    """Contracts one after the other; the last one of vacant premises is over."""
    if unit.state == "vacant":
        if throw.random() < 0.85 or unit.vacant_days in (41, 114, 260):
            end = city.days_ago(unit.vacant_days or 30)
            yield _years_before(end, throw.randint(1, 5)), end
        return
    began = city.days_ago(throw.randint(60, 1500))
    if throw.random() < 0.3:
        yield _years_before(began, throw.randint(1, 3)), began
    indefinite = unit.state == "let" and throw.random() < 0.25
    # Some end within weeks, so that the forecast of vacancy has something to say.
    yield began, None if indefinite else city.today + timedelta(days=throw.randint(8, 1000))


def _years_before(day: date, years: int) -> date:
    return day - timedelta(days=365 * years)
