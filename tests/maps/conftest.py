"""Real districts for tests: checked once, stored per test."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from maps.importing import districts as importing
from maps.importing.fixtures import DISTRICTS, load_geography
from maps.importing.report import ImportReport
from maps.importing.sources import SourceFacts, record_source
from maps.reading import read_features

FIXTURES = settings.BASE_DIR / "fixtures"
SAMPLES = Path(__file__).parent / "samples"
COVERAGE = FIXTURES / "krakow_districts_coverage.geojson"
FACTS = FIXTURES / "krakow_districts_facts.csv"
GRID = FIXTURES / "krakow_census2021_grid_1km.csv"


@pytest.fixture
def source() -> SourceFacts:
    return SourceFacts(code="test-source", name="Źródło próbne", state_on=date(2026, 3, 1))


@pytest.fixture(scope="session")
def checked_districts() -> list[importing.CheckedDistrict]:
    return importing.check_districts(read_features(COVERAGE), importing.read_facts(FACTS))


@pytest.fixture
def districts(db, checked_districts) -> None:
    """The 18 districts, generalised, as the importer stores them."""
    data_source = record_source(DISTRICTS)
    for district in checked_districts:
        importing._store(district, data_source, generalised=True, report=ImportReport())
    importing.ensure_area_groups()


@pytest.fixture
def geography(db) -> dict[str, ImportReport]:
    """All that load_geography loads, with its reports."""
    return dict(load_geography())
