"""The geography that comes with the code: loaded through the same importers as anybody's files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings

from maps.crs import WGS84
from maps.importing.addresses import import_addresses
from maps.importing.districts import import_districts, read_facts
from maps.importing.population import import_population
from maps.importing.report import ImportReport
from maps.importing.residents import import_district_residents
from maps.importing.sources import SourceFacts
from maps.reading import read_features

FETCHED_ON = date(2026, 11, 23)

DISTRICTS = SourceFacts(
    code="districts",
    name="Dzielnice Krakowa, przebieg uogólniony do ok. 25 m",
    publisher="OpenStreetMap",
    url="https://www.openstreetmap.org/copyright",
    licence="Open Database License 1.0",
    attribution="© OpenStreetMap contributors, ODbL 1.0",
    state_on=FETCHED_ON,
    fetched_on=FETCHED_ON,
    note="Stan z 2026 r. 18 relacji admin_level=9, uogólnione, naprawione do pokrycia w EPSG:2178.",
)
RESIDENTS = SourceFacts(
    code="district-residents",
    name="Mieszkańcy zameldowani na pobyt stały według dzielnic",
    publisher="Gmina Miejska Kraków",
    url="https://otwartedane.um.krakow.pl",
    licence="Warunki ponownego wykorzystania Otwarte Dane Kraków",
    attribution="Gmina Miejska Kraków, Otwarte Dane Kraków; BIP Kraków (2019)",
    state_on=date(2025, 12, 31),
    fetched_on=FETCHED_ON,
)
POPULATION = SourceFacts(
    code="population-grid-2021",
    name="Narodowy Spis Powszechny 2021, siatka 1 km (PD.GRID.2021)",
    publisher="Główny Urząd Statystyczny",
    url="https://geo.stat.gov.pl/atom-web/atom/PD",
    licence="Ponowne wykorzystanie z podaniem źródła",
    attribution="Źródło: GUS, NSP 2021",
    state_on=date(2021, 3, 31),
    fetched_on=FETCHED_ON,
)
ADDRESSES = SourceFacts(
    code="sample-addresses",
    name="Przykładowe adresy, położenie przybliżone",
    publisher="Zasoby",
    licence="CC0 1.0",
    attribution="Adresy przykładowe",
    state_on=FETCHED_ON,
    fetched_on=FETCHED_ON,
    note="Nazwy ulic i osiedli są prawdziwe, numery i punkty przybliżone lub wymyślone.",
    is_sample=True,
)


def load_geography(folder: Path | None = None) -> Iterator[tuple[str, ImportReport]]:
    """Load districts, residents, census grid and sample addresses; yields (what, report) of each.

    Idempotent: a second run changes nothing.
    """
    folder = folder or settings.BASE_DIR / "fixtures"
    facts = folder / "krakow_districts_facts.csv"
    yield (
        "districts",
        import_districts(
            read_features(folder / "krakow_districts_coverage.geojson"),
            read_facts(facts),
            DISTRICTS,
            generalised=True,
        ),
    )
    yield "residents", import_district_residents(facts, RESIDENTS)
    yield (
        "population",
        import_population(
            read_features(folder / "krakow_census2021_grid_1km.csv"), POPULATION, year=2021
        ),
    )
    yield (
        "addresses",
        import_addresses(read_features(folder / "sample_addresses.csv"), ADDRESSES, srid=WGS84),
    )
