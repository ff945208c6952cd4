"""Asking units to confirm descriptions that are due: one message a unit and month."""

from django.urls import reverse

from organisations.models import Person
from organisations.notify import notify
from records.clock import today
from resources.models import ManagingUnit, Resource, StaffRole
from resources.verification import due_for_review

KEEPERS = (StaffRole.Role.HEAD, StaffRole.Role.EDITOR)
#: Kind of the message; its words are in templates/resources/notifications/.
KIND = "descriptions_due"


def remind_keepers() -> int:
    """Tell the keepers of each unit how many descriptions are due; returns how many were told.

    Repeating it within a month tells nobody twice.
    """
    day = today()
    told = 0
    due = due_for_review(Resource.objects.all(), day).order_by().values_list("unit_id", flat=True)
    numbers: dict[int, int] = {}
    for unit_id in due:
        numbers[unit_id] = numbers.get(unit_id, 0) + 1
    for unit in ManagingUnit.objects.filter(pk__in=numbers):
        keepers = Person.objects.filter(
            staff_roles__unit=unit, staff_roles__role__in=KEEPERS, staff_roles__valid__contains=day
        ).distinct()
        told += len(
            notify(
                keepers,
                KIND,
                {"unit": unit.name, "number": numbers[unit.pk]},
                reverse("resources:kept", args=[unit.code]),
                key=f"descriptions:{unit.pk}:{day:%Y-%m}",
            )
        )
    return told
