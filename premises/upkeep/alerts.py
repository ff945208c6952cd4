"""Telling officers in time: once for each threshold, in one mail a day, and no mail for nothing.

A thing is told when as many days are left as a threshold says (180, 90, 30 as the city starts), and
once more when it is overdue. A worker that was away for a week tells the next day what it missed,
and of several thresholds passed meanwhile only the last. A date that moves is told anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from organisations.models import Person
from organisations.notify import notify
from premises.models import AlertSent
from premises.upkeep.due import Due, due
from premises.upkeep.rules import numbers_of
from records.clock import today
from resources.models import ManagingUnit, StaffRole

KIND = "lettings_digest"
TEMPLATES = "premises/notifications"
#: The threshold of what is past its day.
OVERDUE = -1
#: A mail lists so many; the board has all.
MOST = 40


def threshold_of(left: int, thresholds: Iterable[int]) -> int | None:
    """The threshold that a thing with so many days left has reached last; None: none yet."""
    if left < 0:
        return OVERDUE
    return min((one for one in thresholds if left <= one), default=None)


def officers_of(unit: ManagingUnit, on: date) -> list[Person]:
    """Who looks after lettings there: officers, or the heads where there is none."""
    for role in (StaffRole.Role.LETTINGS_OFFICER, StaffRole.Role.HEAD):
        found = Person.objects.filter(
            staff_roles__unit=unit,
            staff_roles__role=role,
            staff_roles__valid__contains=on,
            is_active=True,
        ).distinct()
        if people := list(found):
            return people
    return []


@dataclass(frozen=True, slots=True)
class News:
    """Something a person has to hear: of which unit, and which threshold it has reached."""

    unit: ManagingUnit
    one: Due
    reached: int

    @property
    def key(self) -> tuple[str, date, int]:
        return self.one.fact, self.one.due_on, self.reached


def news_of(unit: ManagingUnit, day: date) -> dict[Person, list[News]]:
    """Who of the unit has to hear what on a day, heard before or not, in their own languages."""
    team = officers_of(unit, day)
    keys = {one.pk for one in team}
    thresholds = numbers_of(unit.pk, day).thresholds
    found: dict[Person, list[News]] = {}
    for language in sorted({one.language for one in team}):
        with override(language):
            matters = due(unit, day)
        for person in team:
            if person.language != language:
                continue
            for one in matters:
                reached = threshold_of(one.left(day), thresholds)
                # What belongs to somebody who left the unit is everybody's until it is given away.
                if reached is not None and (one.who == person.pk or one.who not in keys):
                    found.setdefault(person, []).append(News(unit, one, reached))
    return found


@transaction.atomic
def tell(person: Person, found: list[News], day: date) -> bool:
    """One message with what this person has not heard at this threshold; False: nothing to say.

    At most one a day: what comes up later the same day waits for the next morning.
    """
    heard = AlertSent.objects.filter(person=person)
    if heard.filter(told_on=day).exists():
        return False
    known = set(
        heard.filter(fact__in=[one.one.fact for one in found]).values_list(
            "fact", "due_on", "threshold"
        )
    )
    new = [one for one in found if one.key not in known]
    if not new:
        return False
    AlertSent.objects.bulk_create(
        AlertSent(
            person=person, unit=one.unit, fact=one.one.fact, due_on=one.one.due_on,
            threshold=one.reached, told_on=day,
        )
        for one in new
    )  # fmt: skip
    units = list(dict.fromkeys(one.unit for one in new))
    lines = [
        [one.one.due_on, one.one.subject, one.one.words, one.reached == OVERDUE]
        for one in sorted(new, key=lambda one: one.one.due_on)[:MOST]
    ]
    board = reverse("lettings:deadlines", args=[units[0].code])
    notify(
        person,
        KIND,
        {
            "units": [one.name for one in units],
            "lines": lines,
            "number": len(new),
            "more": len(new) - len(lines),
        },
        board if len(units) == 1 else reverse("lettings:home"),
        key=f"lettings:{day}",
    )
    return True


def run() -> int:
    """Today's digests of everybody who looks after contracts; how many were told."""
    day = today()
    every: dict[Person, list[News]] = {}
    units = ManagingUnit.objects.filter(leases__isnull=False, merged_into=None).distinct()
    for unit in units.order_by("pk"):
        for person, found in news_of(unit, day).items():
            every.setdefault(person, []).extend(found)
    return sum(tell(person, found, day) for person, found in every.items())
