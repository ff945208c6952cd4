"""A unit with a room, an organisation with a member, and short words for what they do.

Monday 23 November 2026, 14:07 is now; TUESDAY is the 8th of December, 17:00 to 19:00.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from organisations.models import Membership, Organisation, Person
from records.clock import KRAKOW
from records.periods import Period
from resources.booking import requests
from resources.booking.drafts import Draft, Meeting
from resources.booking.wishes import Weekly, Wish
from resources.models import Booking, Claim, Resource, StaffRole
from tests import factories, make

NOW = datetime(2026, 11, 23, 14, 7, tzinfo=KRAKOW)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KRAKOW)


def period(start: str, end: str) -> Period:
    """ "2026-12-08 17:00", "19:00" of the same day."""
    return Period(at(start), at(f"{start[:10]} {end}"))


TUESDAY = period("2026-12-08 17:00", "19:00")
WEDNESDAY = period("2026-12-09 17:00", "19:00")


def once(when: Period = TUESDAY) -> Wish:
    return Wish(single=when)


def tuesdays(first: str = "2026-12-01", last: str = "2026-12-29") -> Wish:
    """Tuesdays 17:00-19:00: 1, 8, 15, 22 and 29 December by default."""
    return Wish(
        weekly=(Weekly(2, 17 * 60, 19 * 60),),
        first=datetime.fromisoformat(first).date(),
        last=datetime.fromisoformat(last).date(),
    )


MEETING = Meeting(
    purpose="Warsztaty robienia na drutach",
    participants=12,
    person_in_charge="Anna Przykładowa",
)


@dataclass
class Scene:
    """Everything a request needs; `rules` are fields of the policy."""

    rules: Mapping[str, Any] = field(default_factory=dict)
    room_fields: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.room: Resource = factories.room(
            rules={"reply_working_days": 3, **self.rules}, **self.room_fields
        )
        self.unit = self.room.unit
        self.policy = self.room.policy
        self.organisation: Organisation = make.organisation("Bliżej Skarpy")
        self.member: Person = make.member(self.organisation, Membership.Role.EDITOR)
        self.decider: Person = make.staff(self.unit, StaffRole.Role.DECIDER)

    def draft(
        self,
        wish: Wish | None = None,
        *,
        room: Resource | None = None,
        choices: Mapping[str, str] | None = None,
        organisation: Organisation | None = None,
        **meeting: Any,
    ) -> Draft:
        return Draft(
            room or self.room,
            wish or once(),
            choices or {},
            Meeting(**{**MEETING.as_json(), **meeting}),
            organisation or self.organisation,
        )

    def saved(self, wish: Wish | None = None, *, by: Person | None = None, **given: Any) -> Booking:
        return requests.save_draft(self.draft(wish, **given), by or self.member)

    def sent(self, wish: Wish | None = None, *, by: Person | None = None, **given: Any) -> Booking:
        by = by or self.member
        return requests.submit(self.saved(wish, by=by, **given), by)

    def another(self) -> tuple[Organisation, Person]:
        """Another organisation and its member."""
        organisation = make.organisation()
        return organisation, make.member(organisation)

    def sent_by_another(self, wish: Wish | None = None, **given: Any) -> Booking:
        organisation, member = self.another()
        return self.sent(wish, by=member, organisation=organisation, **given)


def claimed(booking: Booking) -> list[tuple[str, str]]:
    """What the booking holds, as local times."""
    return [
        (f"{lower:%m-%d %H:%M}", f"{upper:%H:%M}")
        for lower, upper in (
            (one.period.lower.astimezone(KRAKOW), one.period.upper.astimezone(KRAKOW))
            for one in Claim.objects.filter(hold=booking.hold).order_by("period", "space")
        )
    ]


def slots(booking: Booking) -> list[tuple[str, str]]:
    """Dates and their states, in order."""
    return [
        (f"{one.period.lower.astimezone(KRAKOW):%m-%d %H:%M}", one.state)
        for one in booking.slots.order_by("period", "pk")
    ]


def steps(booking: Booking) -> list[tuple[str, str]]:
    return [(one.from_state, one.to_state) for one in booking.steps.order_by("pk")]


def told(person: Person) -> list[str]:
    """Kinds of the messages that the person got, in order."""
    return list(person.notifications.order_by("pk").values_list("kind", flat=True))
