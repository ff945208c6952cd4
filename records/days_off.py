"""Public holidays and school breaks as calendar rows.

Public holidays come from the holidays package, which follows the act on days off (24 December
since 2025); school breaks from fixtures/school_breaks.csv, since the minister sets them every
year by voivodeship. Both are data: an official adds or corrects rows without us.
"""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import holidays
from django.conf import settings

from records.models import CalendarPeriod, DataSource

HOLIDAYS_SOURCE = "public-holidays"
BREAKS_SOURCE = "school-breaks"


def ensure_days_off(years: Iterable[int], breaks: Path | None = None) -> int:
    """Add the holidays of these years and all listed school breaks; returns how many are new.

    Days that already have a row of the same kind are left as they are: somebody may have
    corrected them.
    """
    wanted = [*_public_holidays(years), *_school_breaks(breaks)]
    there: dict[str, list[tuple[date, date]]] = {}
    for kind, days in CalendarPeriod.objects.values_list("kind", "days"):
        there.setdefault(kind, []).append((days.lower, days.upper))
    new = [
        one
        for one in wanted
        if not any(
            first < one.days[1] and one.days[0] < after for first, after in there.get(one.kind, [])
        )
    ]
    CalendarPeriod.objects.bulk_create(new)
    return len(new)


def _public_holidays(years: Iterable[int]) -> list[CalendarPeriod]:
    source, _created = DataSource.objects.get_or_create(
        code=HOLIDAYS_SOURCE,
        defaults={
            "name": "Dni wolne od pracy (ustawa z 18.01.1951, ze zmianami)",
            "publisher": f"pakiet holidays {holidays.__version__}",
            "licence": "MIT",
        },
    )
    polish = holidays.country_holidays("PL", years=sorted(years), language="pl")
    english = holidays.country_holidays("PL", years=sorted(years), language="en_US")
    return [
        CalendarPeriod(
            kind=CalendarPeriod.Kind.PUBLIC_HOLIDAY,
            days=(day, day + timedelta(days=1)),
            name_pl=polish[day],
            name_en=english[day],
            source=source,
        )
        for day in sorted(polish)
    ]


def _school_breaks(path: Path | None) -> list[CalendarPeriod]:
    path = path or settings.BASE_DIR / "fixtures" / "school_breaks.csv"
    source, _created = DataSource.objects.get_or_create(
        code=BREAKS_SOURCE,
        defaults={
            "name": "Organizacja roku szkolnego, województwo małopolskie",
            "publisher": "Ministerstwo Edukacji Narodowej",
            "note": "Terminy ferii zimowych są do potwierdzenia w komunikacie ministra.",
        },
    )
    with path.open(encoding="utf-8", newline="") as file:
        return [
            CalendarPeriod(
                kind=CalendarPeriod.Kind.SCHOOL_BREAK,
                days=(
                    date.fromisoformat(row["first_day"]),
                    date.fromisoformat(row["last_day"]) + timedelta(days=1),
                ),
                name_pl=row["name_pl"],
                name_en=row["name_en"],
                source=source,
            )
            for row in csv.DictReader(file)
        ]
