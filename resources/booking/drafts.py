"""A request before it is sent: what the forms fill, a session keeps and a draft row stores."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from organisations.models import Organisation
from resources.booking.wishes import Wish
from resources.models import Booking, Resource


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the applicant tells about the meeting: the form of step 2."""

    purpose: str = ""
    participants: int | None = None
    person_in_charge: str = ""
    person_in_charge_phone: str = ""
    minors: bool = False
    minors_declaration: bool = False
    fee_taking: bool = False
    equipment: tuple[str, ...] = ()
    note: str = ""
    show_name: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "equipment": list(self.equipment)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Meeting":
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        return cls(**{**known, "equipment": tuple(known.get("equipment", ()))})

    @classmethod
    def of(cls, booking: Booking) -> "Meeting":
        values = {one.name: getattr(booking, one.name) for one in fields(cls)}
        return cls(**{**values, "equipment": tuple(booking.equipment)})


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is sent: what a session keeps for a visitor and a row for a member."""

    resource: Resource
    wish: Wish
    choices: Mapping[str, str]
    meeting: Meeting
    organisation: Organisation | None = None

    @classmethod
    def of(cls, booking: Booking) -> "Draft":
        return cls(
            booking.resource,
            Wish.from_json(booking.wish),
            booking.wish.get("choices", {}),
            Meeting.of(booking),
            booking.organisation,
        )

    @property
    def people(self) -> int | None:
        return self.meeting.participants
