"""Closures of many units from a table: all of it or nothing, and no meeting is called off."""

import pytest
from django.core.management import CommandError, call_command

from organisations.models import CityRole
from resources.booking import decisions
from resources.importing.closures_csv import import_closures
from resources.importing.report import ImportRefused, Outcome
from resources.models import Closure
from tests import factories, make
from tests.resources.booking.scene import slots

HEADER = "jednostka;od dnia;do dnia;od;do;sala;uwagi"


@pytest.fixture
def coordinator(db):  # noqa: ARG001 -- it must be there
    return make.city_role(CityRole.Role.COORDINATOR)


def take(coordinator, *rows, header=HEADER, **options):
    content = "\ufeff" + "\r\n".join([header, *rows])
    return import_closures(content.encode(), reason="election", by=coordinator, **options)


def test_closes_all_places_of_the_unit(scene, coordinator):
    factories.room(unit=scene.unit, sectors=("A", "B"))
    report = take(coordinator, f"{scene.unit.code};12.12.2026;14.12.2026;;;;wybory")
    assert [row.outcome for row in report.rows] == [Outcome.ADDED]
    closure = Closure.objects.get()
    assert (closure.reason, closure.public_note) == ("election", "wybory")
    assert closure.hold.claims.count() == 3


def test_closes_one_place_for_some_hours(scene, coordinator):
    factories.room(unit=scene.unit)
    take(coordinator, f"{scene.unit.name};12.12.2026;;7:00;21:00;{scene.room.title_pl};")
    assert Closure.objects.get().hold.claims.count() == 1


def test_a_meeting_stays_and_is_named(scene, coordinator):
    booking = decisions.accept(scene.sent(), scene.decider)
    report = take(coordinator, f"{scene.unit.code};8.12.2026;;;;;")
    assert "Bliżej Skarpy" in report.rows[0].detail
    assert slots(booking) == [("12-08 17:00", "confirmed")]
    assert Closure.objects.get().hold.claims.count() == 2


def test_the_same_file_again_changes_nothing(scene, coordinator):
    row = f"{scene.unit.code};12.12.2026;14.12.2026;;;;"
    take(coordinator, row)
    report = take(coordinator, row)
    assert [row.outcome for row in report.rows] == [Outcome.UNCHANGED]
    assert Closure.objects.count() == 1


def test_a_dry_run_changes_nothing(scene, coordinator):
    report = take(coordinator, f"{scene.unit.code};12.12.2026;;;;;", dry_run=True)
    assert report.changes == 1
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("nieznana;12.12.2026;;;;;", "nieznana", id="unknown unit"),
        pytest.param("{unit};32.12.2026;;;;;", "32.12.2026", id="no such day"),
        pytest.param("{unit};;;;;;", "od dnia", id="no day"),
        pytest.param("{unit};12.12.2026;11.12.2026;;;;", "", id="ends before it begins"),
        pytest.param("{unit};12.12.2026;;7:00;;;", "", id="one hour of two"),
        pytest.param("{unit};12.12.2026;;;;Sala Złota;", "Sala Złota", id="unknown place"),
        pytest.param("{unit};1.10.2026;;;;;", "", id="in the past"),
        pytest.param("=cmd();12.12.2026;;;;;", "cmd", id="formula"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(scene, coordinator, row, reason):
    good = f"{scene.unit.code};12.12.2026;;;;;"
    with pytest.raises(ImportRefused) as refused:
        take(coordinator, good, row.format(unit=scene.unit.code))
    (bad,) = refused.value.report.refused
    assert bad.position == 3
    assert reason in bad.detail
    assert not Closure.objects.exists()


def test_a_unit_without_places_is_named(coordinator):
    empty = factories.unit(name="Pusta")
    with pytest.raises(ImportRefused):
        take(coordinator, f"{empty.code};12.12.2026;;;;;")


class TestCommand:
    def test_loads_a_file_in_the_name_of_a_person(self, scene, coordinator, tmp_path, capsys):
        file = tmp_path / "wybory.csv"
        file.write_text(f"{HEADER}\n{scene.unit.code};12.12.2026;;;;;\n", encoding="utf-8")
        call_command("import_closures", file, by=coordinator.email, dry_run=True)
        assert not Closure.objects.exists()
        call_command("import_closures", file, by=coordinator.email)
        assert Closure.objects.get().created_by == str(coordinator)
        assert scene.unit.name in capsys.readouterr().out

    def test_names_bad_rows_and_fails(self, scene, coordinator, tmp_path, capsys):
        file = tmp_path / "wybory.csv"
        file.write_text(f"{HEADER}\nnieznana;12.12.2026;;;;;\n", encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("import_closures", file, by=coordinator.email)
        assert "nieznana" in capsys.readouterr().out

    def test_needs_somebody_who_answers_for_it(self, db, tmp_path):
        with pytest.raises(CommandError):
            call_command("import_closures", tmp_path / "x.csv", by="nikt@example.org")
