"""Units are asked to confirm what is due: once a month, and only their keepers."""

from datetime import timedelta

import pytest

from organisations.models import Notification
from records.clock import frozen, now, today
from resources.models import StaffRole
from resources.review_reminders import remind_keepers
from tests import factories, make

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, int]]:
    return sorted(
        (one.person.full_name, one.context["number"])
        for one in Notification.objects.select_related("person")
    )


def test_keepers_learn_how_many_are_due_and_others_nothing():
    unit = factories.unit()
    factories.room(unit=unit, verified_on=None)
    factories.room(unit=unit, verified_on=today() - timedelta(days=400))
    factories.room(unit=unit)
    make.staff(unit, StaffRole.Role.EDITOR, make.person("Opiekunka"))
    make.staff(unit, StaffRole.Role.VIEWER, make.person("Podgląd"))
    make.staff(factories.unit(), StaffRole.Role.EDITOR, make.person("Obca"))
    assert remind_keepers() == 1
    assert told() == [("Opiekunka", 2)]


def test_nobody_is_told_twice_in_a_month_and_again_in_the_next():
    unit = factories.unit()
    factories.room(unit=unit, verified_on=None)
    make.staff(unit, StaffRole.Role.EDITOR)
    remind_keepers()
    remind_keepers()
    assert Notification.objects.count() == 1
    with frozen(now() + timedelta(days=32)):
        remind_keepers()
    assert Notification.objects.count() == 2
