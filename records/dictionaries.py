"""Dictionaries that stand in files of the repository: legal acts, holidays, school breaks.

Loading again brings the rows up to date and adds nothing twice. What an official has added by
hand stays.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
from django.conf import settings
from django.db import transaction

from records.models import CalendarPeriod, DataSource, LegalAct

FIXTURES = settings.BASE_DIR / "fixtures"
HOLIDAYS_ACT = "dni-wolne"


@dataclass(slots=True)
class Loaded:
    """How many rows a dictionary has got, and how many of them are new."""

    name: str
    rows: int = 0
    new: int = 0

    def count(self, *, is_new: bool) -> None:
        self.rows += 1
        self.new += is_new


def read_csv(name: str, folder: Path = FIXTURES) -> Iterator[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def load_legal_acts() -> Loaded:
    """Acts that the rules of the product rest on: fixtures/legal_acts.csv."""
    loaded = Loaded("legal acts")
    for row in read_csv("legal_acts.csv"):
        fields = {
            **row,
            "issued_on": _day(row["issued_on"]),
            "in_force_from": _day(row["in_force_from"]),
        }
        _act, is_new = LegalAct.objects.update_or_create(code=fields.pop("code"), defaults=fields)
        loaded.count(is_new=is_new)
    return loaded


def public_holidays(years: Iterable[int]) -> Iterator[tuple[date, str, str]]:
    """(day, Polish name, English name) of the public holidays of Poland."""
    years = list(years)
    polish = holidays.country_holidays("PL", years=years, language="pl")
    english = holidays.country_holidays("PL", years=years, language="en_US")
    for day in sorted(polish):
        yield day, polish[day], english[day]


@transaction.atomic
def load_public_holidays(years: Iterable[int]) -> Loaded:
    """Days on which the law closes things, from the `holidays` package."""
    loaded = Loaded("public holidays")
    source, _ = DataSource.objects.update_or_create(
        code="holidays-package",
        defaults={
            "name": "Public holidays of Poland",
            "publisher": f"holidays {holidays.__version__} (python-holidays)",
            "licence": "MIT",
            "note": "Computed from the act on days off work and its amendments.",
        },
    )
    act = LegalAct.objects.filter(code=HOLIDAYS_ACT).first()
    for day, name_pl, name_en in public_holidays(years):
        loaded.count(
            is_new=_put(
                CalendarPeriod.Kind.PUBLIC_HOLIDAY,
                (day, day + timedelta(days=1)),
                {"name_pl": name_pl, "name_en": name_en, "source": source, "legal_act": act},
            )
        )
    return loaded


@transaction.atomic
def load_school_breaks() -> Loaded:
    """Breaks of schools in małopolskie: fixtures/school_breaks.csv, marked as to be confirmed."""
    loaded = Loaded("school breaks")
    source, _ = DataSource.objects.update_or_create(
        code="school-breaks-malopolskie",
        defaults={
            "name": "Breaks of the school year, małopolskie",
            "publisher": "Ministerstwo Edukacji Narodowej",
            "note": "Typed from the calendar of the school year; to be confirmed by the city.",
        },
    )
    for row in read_csv("school_breaks.csv"):
        first, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
        loaded.count(
            is_new=_put(
                CalendarPeriod.Kind.SCHOOL_BREAK,
                (first, last + timedelta(days=1)),
                {"name_pl": row["name_pl"], "name_en": row["name_en"], "source": source},
            )
        )
    return loaded


def _put(kind: str, days: tuple[date, date], fields: dict[str, Any]) -> bool:
    """One row of the calendar; whether it is new. Moved dates of the same source are replaced."""
    known = CalendarPeriod.objects.filter(kind=kind, days__overlap=days)
    same = known.filter(days=days).first()
    if same is not None:
        CalendarPeriod.objects.filter(pk=same.pk).update(**fields)
        return False
    if known.exclude(source=fields["source"]).exists():
        return False  # an official has entered something of their own here
    known.delete()
    CalendarPeriod.objects.create(kind=kind, days=days, **fields)
    return True
