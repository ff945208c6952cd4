"""History is written by the database, names its actor, and forgets secrets."""

import pytest
from django.db import connection
from django.urls import reverse

from records.history import EXCLUDED_FIELDS, acting_as
from records.past import entries_for
from resources.models import Resource, StaffRole
from tests import factories, make

pytestmark = pytest.mark.django_db


def test_a_change_through_a_page_names_the_person(client):
    room = factories.room(verified_on=None)
    keeper = make.staff(room.unit, StaffRole.Role.EDITOR)
    client.force_login(keeper)
    client.post(reverse("resources:confirm", args=[room.code]))
    newest = entries_for(room)[0]
    assert (newest.actor, newest.what) == (keeper.full_name, "update")
    assert any("verified" in change.field for change in newest.changes)


def test_bulk_updates_and_hand_written_sql_leave_a_trace():
    room = factories.room()
    Resource.objects.filter(pk=room.pk).update(title_pl="W masie")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE resources_resource SET title_pl = 'Ręcznie' WHERE id = %s", [room.pk]
        )
    titles = [change.after for entry in entries_for(room)[:2] for change in entry.changes]
    assert titles == ["Ręcznie", "W masie"]


def test_a_job_is_named_as_it_calls_itself():
    room = factories.room()
    with acting_as("job:expire_holds"):
        Resource.objects.filter(pk=room.pk).update(title_pl="x")
    assert entries_for(room)[0].actor == "job:expire_holds"


def test_passwords_never_reach_history():
    make.person(password="secret")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name LIKE '%%event' AND column_name = ANY(%s)",
            [sorted(EXCLUDED_FIELDS)],
        )
        assert cursor.fetchall() == []


def test_history_is_for_the_unit_alone(client):
    room = factories.room()
    address = reverse("resources:history", args=[room.code])
    client.force_login(make.staff(factories.unit(), StaffRole.Role.HEAD))
    assert client.get(address).status_code == 403
    client.force_login(make.staff(room.unit, StaffRole.Role.VIEWER))
    assert client.get(address).status_code == 200
