"""Building the whole sample city in one transaction, once.

The data source `sample-city` is the stamp: where it stands, the city does too. Its `state_on` is
the day for which the city was built.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

from django.core.management import call_command
from django.db import connection, transaction

from config.sample import accounts, organisations, removal, rooms, rules, units
from config.sample.buildings import build_premises
from config.sample.centres import UNIT, build_civic_centres
from config.sample.city import City
from config.sample.holds import Holds
from config.sample.many_requests import file_many
from config.sample.named_requests import file_named
from config.sample.openings import read_openings
from config.sample.pictures import build_pictures
from config.sample.places import read_places
from config.sample.requests import open_desk, write
from config.sample.timetables import build_closures, build_own_use
from maps.importing.fixtures import load_geography
from maps.models import District
from records.dictionaries import load_public_holidays
from records.history import acting_as
from records.models import DataSource
from resources.models import Booking

SOURCE = "sample-city"
ACTOR = "command:load_sample_city"


class AlreadyLoaded(Exception):  # noqa: N818 - says what is, not what went wrong
    """The sample city stands already, built for `today`."""

    def __init__(self, today: date) -> None:
        super().__init__(f"the sample city is loaded as of {today}")
        self.today = today


@dataclass(slots=True)
class Report:
    """What was built: how many of what, and how long each step took in seconds."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def load_sample_city(
    today: date, *, small: bool = False, replace: bool = False, passwords: Path
) -> Report:
    """Build the sample city for `today`.

    Raises AlreadyLoaded where it stands and `replace` is not asked for; with it, everything marked
    as sample is removed first, and nothing else.
    """
    report = Report()
    with transaction.atomic():
        stamp = DataSource.objects.select_for_update().filter(code=SOURCE).first()
        if stamp is not None and not replace:
            raise AlreadyLoaded(stamp.state_on or today)
        # It names itself in the history, so it runs before we name ourselves.
        _step(report, "dictionaries", lambda: _prepare(today))
        with acting_as(ACTOR):
            if stamp is not None:
                _step(report, "removing the former city", removal.remove_sample_city)
            city = City(today=today, small=small, source=_new_stamp(today))
            _build(city, report)
            accounts.write_passwords(city, passwords)
    # Fresh statistics at once: search plans by them.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return report


def _prepare(today: date) -> None:
    """Geography and dictionaries that the city stands on, where they are missing."""
    if not District.objects.exists():
        for _what, _report in load_geography():
            pass
    call_command("load_dictionaries", verbosity=0)
    load_public_holidays(range(today.year - 1, today.year + 3))


def _new_stamp(today: date) -> DataSource:
    return DataSource.objects.create(
        code=SOURCE,
        name="Miasto przykładowe",
        publisher="Zasoby",
        licence="CC0 1.0",
        attribution="Dane przykładowe, zmyślone",
        state_on=today,
        fetched_on=today,
        note="Jednostki, sale, lokale, organizacje, osoby i rezerwacje są zmyślone.",
        is_sample=True,
    )


def _build(city: City, report: Report) -> None:
    places, holds = read_places(), Holds()

    def inventory() -> None:
        units.build_legal_acts(city)
        units.build_units(city)
        units.build_unit_sites(city, places)
        units.build_unit_names(city)
        rules.build_policies(city)
        rules.build_prices(city)
        rooms.build_rooms(city, places)

    def people() -> None:
        accounts.build_accounts(city)
        accounts.build_staff(city)
        organisations.build_organisations(city, places)

    def premises() -> None:
        build_premises(city, places, holds)

    _step(report, "units and rooms", inventory)
    _step(report, "pictures", lambda: build_pictures(city))
    _step(report, "people and organisations", people)
    _step(report, "Civic Centres", lambda: _build_centres(city))
    _step(report, "premises", premises)
    _step(report, "closures and own use", lambda: _build_own_use(city, holds))
    _step(report, "requests", lambda: _build_requests(city, holds))
    report.counts |= {
        "units": len(city.units),
        "rooms": len(city.rooms),
        "premises": len(city.premises),
        "organisations": len(city.organisations),
        "requests": Booking.objects.filter(is_sample=True).count(),
    }


def _build_centres(city: City) -> None:
    city.rooms.extend(build_civic_centres(city))
    accounts.build_staff_of_centres(city, UNIT)


def _build_own_use(city: City, holds: Holds) -> None:
    build_closures(city, holds)
    build_own_use(city, holds, read_openings(city))


def _build_requests(city: City, holds: Holds) -> None:
    desk, openings = open_desk(city, holds), read_openings(city)
    file_named(city, desk, openings)
    file_many(city, desk, openings)
    write(desk)


def _step(report: Report, name: str, work: Callable[[], object]) -> None:
    began = perf_counter()
    work()
    report.seconds[name] = perf_counter() - began
