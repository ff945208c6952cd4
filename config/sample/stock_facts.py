"""What an inventory knows of premises beyond their size: position, standard, title, registers."""

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from config.sample.city import City
from config.sample.reading import dice
from premises.models import Building, Lease, Position, Premises
from premises.stock.holds import record
from premises.stock.registers import control_digit
from premises.vacancy import vacancies, vacant
from resources.models import Resource

if TYPE_CHECKING:
    from config.sample.buildings import Unit

NOWA_HUTA = range(14, 19)


def invented(city: City, unit: "Unit") -> dict[str, Any]:
    """Fields of Premises."""
    throw = dice("premises facts", unit.number)
    managed = throw.random() < 0.06
    return {
        "position": _position(unit),
        "standard": _standard(unit),
        "entrance": throw.choice(("street", "street", "yard", "staircase", "unknown")),
        "sanitary": "unknown"
        if unit.toilet == "unknown" and throw.random() < 0.5
        else throw.choice(("own", "own", "shared", "none")),
        "legal_title": _title(unit, managed=managed),
        "legal_title_basis": "decyzja o trwałym zarządzie (przykład)" if managed else "",
        "permanent_management_until": city.today + timedelta(days=throw.randint(300, 3000))
        if managed
        else None,
        "land_register": [_land_register(throw)] if throw.random() < 0.85 else [],
        "parcel_ids": [_parcel(unit, throw)] if throw.random() < 0.8 else [],
        "local_plan": "MPZP (przykład), symbol MU" if throw.random() < 0.6 else "",
        "excluded_use_pl": throw.choice(("", "", "sprzedaż alkoholu", "gry hazardowe")),
    }


def record_holds(city: City) -> None:
    """Some small vacant premises are kept out of letting: renovations, a dispute, withdrawals."""
    free = vacant(Resource.objects.filter(is_sample=True, area_m2__lt=100)).order_by("code")
    free = free.select_related("premises").exclude(premises__technical_state=None)
    # Not those about to be given to somebody, nor those that somebody had until lately.
    chosen = list(free.exclude(lease_objects__lease__state__in=Lease.PREPARED))
    state = vacancies(chosen)
    for reason, note, ago, days in HOLDS[: 3 if city.small else None]:
        first = city.days_ago(ago)
        fitting = (
            one
            for one in chosen
            if state[one.pk].promised_from is None and (state[one.pk].since or first) <= first
        )
        resource = next(fitting, None)
        if resource is None:
            continue
        chosen.remove(resource)
        record(
            resource.premises,
            reason=reason,
            note=note,
            first=first,
            until=city.days_ago(-days) if days else None,
            by="urzędnik ds. najmu",
        )


#: Reason, note, begun so many days ago, lasting so many days from today (0: until lifted).
HOLDS = (
    ("renovation", "wymiana instalacji elektrycznej (przykład)", 40, 70),
    ("dispute", "spór o dostęp przez podwórze (przykład)", 200, 0),
    ("withdrawal", "przeznaczony do połączenia z sąsiednim lokalem (przykład)", 90, 0),
    ("renovation", "osuszanie piwnicy (przykład)", 12, 140),
    ("renovation", "remont witryny (przykład)", 5, 30),
)


def _position(unit: "Unit") -> Position:
    if unit.floor < 0:
        return Position.CELLAR
    if unit.floor > 0:
        return Position.UPPER
    return {True: Position.FRONT_GROUND, False: Position.YARD, None: Position.UNKNOWN}[unit.front]


def _standard(unit: "Unit") -> str:
    """What the utilities and the heating say of it."""
    if unit.heating == Premises.Heating.UNKNOWN:
        return Premises.Standard.UNKNOWN
    if unit.heating == Premises.Heating.NONE or "water" not in unit.utilities:
        return Premises.Standard.BASIC
    full = {"electricity", "water", "sewage"} <= {*unit.utilities}
    return Premises.Standard.FULL if full else Premises.Standard.PARTIAL


def _title(unit: "Unit", *, managed: bool) -> str:
    if managed:
        return Premises.LegalTitle.PERMANENT_MANAGEMENT
    return {
        Building.Ownership.MUNICIPAL: Premises.LegalTitle.MUNICIPAL_OWNERSHIP,
        Building.Ownership.STATE_TREASURY: Premises.LegalTitle.STATE_TREASURY,
        Building.Ownership.OTHER: Premises.LegalTitle.OTHER,
    }.get(Building.Ownership(unit.ownership), Premises.LegalTitle.CO_OWNERSHIP)


def _land_register(throw: Random) -> str:
    """An invented number with a right control digit; no court of Kraków bears the code KR9X."""
    number = f"{throw.randint(1, 99999999):08}"
    return f"KR9X/{number}/{control_digit('KR9X', number)}"


def _parcel(unit: "Unit", throw: Random) -> str:
    """An invented parcel in a precinct that does not exist (above 900)."""
    cadastral = "126103_9" if unit.spot.district in NOWA_HUTA else "126105_9"
    return f"{cadastral}.{throw.randint(901, 999):04}.{throw.randint(1, 400)}/{throw.randint(1, 9)}"
