"""Dictionaries that come with the code: complete, marked as unconfirmed, and loadable again."""

from datetime import date

import pytest
from django.core.management import call_command

from organisations.models import Sphere
from organisations.spheres import spheres_on
from records.dictionaries import load_public_holidays, load_school_breaks, public_holidays
from records.models import CalendarPeriod, DataSource, LegalAct
from resources.models import Equipment

pytestmark = pytest.mark.django_db
Kind = CalendarPeriod.Kind


def everything():
    return {
        model: list(model.objects.order_by("pk").values())
        for model in (LegalAct, Sphere, Equipment, CalendarPeriod, DataSource)
    }


def test_a_second_run_changes_nothing(capsys):
    call_command("load_dictionaries")
    first = everything()
    assert all(first.values())
    call_command("load_dictionaries")
    assert everything() == first
    assert "new: 0" in capsys.readouterr().out.splitlines()[-1]


def test_spheres_are_those_of_the_act_and_not_confirmed():
    call_command("load_dictionaries", verbosity=0)
    spheres = list(spheres_on(date(2026, 11, 23)))
    assert [sphere.code for sphere in spheres][:5] == ["1", "1a", "1b", "2", "3"]
    assert len(spheres) == 39
    assert not any(sphere.confirmed for sphere in spheres)
    assert all(sphere.text_pl and sphere.text_en for sphere in spheres)
    assert not spheres_on(date(2003, 1, 1)).exists()


def test_what_an_official_confirmed_stays_confirmed():
    call_command("load_dictionaries", verbosity=0)
    Sphere.objects.filter(code="16").update(confirmed=True)
    call_command("load_dictionaries", verbosity=0)
    assert Sphere.objects.get(code="16").confirmed


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [
        (date(2025, 12, 24), True),  # a day off since 2025
        (date(2024, 12, 24), False),
        (date(2027, 3, 29), True),  # Easter Monday
        (date(2027, 5, 27), True),  # Corpus Christi
        (date(2026, 11, 11), True),
        (date(2026, 11, 12), False),
    ],
)
def test_public_holidays_follow_the_law_of_their_year(day, is_holiday):
    days = {holiday for holiday, _pl, _en in public_holidays([day.year])}
    assert (day in days) is is_holiday


def test_holidays_have_both_names_and_an_act():
    call_command("load_dictionaries", verbosity=0)
    row = CalendarPeriod.objects.get(kind=Kind.PUBLIC_HOLIDAY, days__contains=date(2026, 11, 11))
    assert row.name_pl == "Narodowe Święto Niepodległości"
    assert "Independence" in row.name_en
    assert row.legal_act.code == "dni-wolne"
    assert row.days.upper == date(2026, 11, 12)


def test_winter_holidays_of_malopolskie_say_that_they_are_to_be_confirmed():
    load_school_breaks()
    winter = CalendarPeriod.objects.get(kind=Kind.SCHOOL_BREAK, days__contains=date(2027, 2, 20))
    assert (winter.days.lower, winter.days.upper) == (date(2027, 2, 15), date(2027, 3, 1))
    assert "confirmed" in winter.source.note


def test_an_officials_own_entry_is_not_overwritten():
    own = CalendarPeriod.objects.create(
        kind=Kind.PUBLIC_HOLIDAY,
        days=(date(2026, 11, 10), date(2026, 11, 13)),
        name_pl="Długi weekend",
        name_en="Long weekend",
    )
    load_public_holidays([2026])
    own.refresh_from_db()
    assert own.name_pl == "Długi weekend"
    assert CalendarPeriod.objects.filter(days__contains=date(2026, 11, 11)).get() == own
