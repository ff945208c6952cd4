"""Managing units, their names through time, and the sites where they are."""

from collections import Counter
from datetime import date, timedelta

from config.sample.city import City
from config.sample.places import POSITION_NOTE, Places, checked, spot_at
from config.sample.reading import dice, table
from records.models import LegalAct
from resources.models import ManagingUnit, Site, UnitName

# Institutions of culture are legal persons and sign for themselves; schools and offices do not.
WITH_LEGAL_PERSONALITY = {"culture", "library"}
# Units in small cities: the named ones, and one of each kind beside them.
SMALL = 1


def build_legal_acts(city: City) -> None:
    """Invented rules and price lists in force, and those they replaced a year ago."""
    since = city.school_year[0]
    acts = []
    for row in table("legal_acts"):
        for code, number, first, until in (
            (row["code"], row["number"], since, None),
            (f"{row['code']}-before", f"{row['number']} a", _year_before(since), since),
        ):
            acts.append(
                LegalAct(
                    code=code,
                    kind=row["kind"],
                    number=number,
                    title=row["title"],
                    issued_on=first - timedelta(days=30),
                    in_force_from=first,
                    in_force_until=until,
                    note="Akt zmyślony na potrzeby danych przykładowych.",
                    is_sample=True,
                )
            )
    city.acts = {act.code: act for act in LegalAct.objects.bulk_create(acts)}


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1)


def build_units(city: City) -> None:
    rows = table("units")
    if city.small:
        seen: Counter[str] = Counter()
        chosen = []
        for row in rows:
            seen[row["kind"]] += row["rooms"] != "named"
            if row["rooms"] == "named" or seen[row["kind"]] <= SMALL:
                chosen.append(row)
        rows = chosen
    city.unit_rows = {row["code"]: row for row in rows}
    units = [
        ManagingUnit(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            legal_personality=row["kind"] in WITH_LEGAL_PERSONALITY and row["code"][:3] != "mdk",
            acts_as_lessor=row["kind"] in {*WITH_LEGAL_PERSONALITY, "school", "premises", "sport"},
            power_of_attorney=(
                "pełnomocnictwo Prezydenta Miasta (przykład)"
                if row["kind"] in ("school", "sport", "premises")
                else ""
            ),
            public_email=f"{row['code']}@example.org",
            public_phone=f"12 555 {number // 100:02}{number % 100:02}",
            contact_role=row["contact_role"],
            source=city.source,
            is_sample=True,
        )
        for number, row in enumerate(rows, start=1)
    ]
    city.units = {unit.code: unit for unit in ManagingUnit.objects.bulk_create(units)}


def build_unit_sites(city: City, places: Places) -> None:
    """One site for each unit; the unit's address is that of its site."""
    throw = dice("unit sites")
    spots = {
        code: (
            spot_at(row["address"], float(row["lon"]), float(row["lat"]))
            if row["lon"]
            else places.take(int(row["district"]), throw)
        )
        for code, row in city.unit_rows.items()
    }
    spots = dict(zip(spots, checked(list(spots.values())), strict=True))
    sites = []
    for code, spot in spots.items():
        city.units[code].address = f"{spot.address}, Kraków"
        sites.append(
            Site(
                code=f"obiekt-{code}",
                name=city.unit_rows[code]["name"],
                address=spot.address,
                postcode=spot.postcode,
                point=spot.point,
                position_note=POSITION_NOTE,
                district_id=spot.district,
                district_to_be_checked=spot.to_be_checked,
                directions_pl="Wejście od strony ulicy, tablica z nazwą nad drzwiami (przykład).",
                directions_en="Entrance from the street, name board above the door (sample).",
                source=city.source,
                is_sample=True,
            )
        )
    ManagingUnit.objects.bulk_update(city.units.values(), ["address"])
    for site, code in zip(Site.objects.bulk_create(sites), spots, strict=True):
        city.sites[code] = site


def build_unit_names(city: City) -> None:
    """Today's names, some former ones, and a library that was merged into another."""
    throw = dice("unit names")
    names = []
    for code, unit in city.units.items():
        founded = date(throw.randint(1995, 2012), 9, 1)
        renamed = throw.random() < 0.12
        since = date(throw.randint(2014, 2021), 1, 1) if renamed else founded
        if renamed:
            names.append(
                UnitName(
                    unit=unit,
                    name=f"{unit.name.partition('„')[0].strip()} w Krakowie (dawna nazwa)",
                    valid=(founded, since),
                )
            )
        names.append(
            UnitName(unit=unit, name=unit.name, short_name=unit.short_name, valid=(since, None))
        )
        if code == "bib-zakladka":
            merged = ManagingUnit.objects.create(
                code="bib-marginesik",
                name="Biblioteka „Marginesik”",
                short_name="Biblioteka „Marginesik”",
                kind=ManagingUnit.Kind.LIBRARY,
                legal_personality=True,
                merged_into=unit,
                merged_on=date(2022, 1, 1),
                source=city.source,
                is_sample=True,
            )
            names.append(UnitName(unit=merged, name=merged.name, valid=(founded, date(2022, 1, 1))))
    UnitName.objects.bulk_create(names)
