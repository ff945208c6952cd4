"""Who hears of what happens to a booking, in their own language.

Each function is called inside the transaction of the step, so a message exists exactly when the
step does. The words are templates of the kind's name (templates/booking/notifications/); links
open the page of the case (the applicant's, or the unit's desk), which asks: following one never
decides anything.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from organisations.models import Membership, Person
from organisations.notify import notify
from records.clock import today
from records.mail import queue_template
from resources.models import Booking, BookingSlot, Resource, StaffRole

#: Where the words are, and the kinds there are; config/composition.py registers them.
TEMPLATES = "booking/notifications"
KINDS = (
    # to the applicant
    "booking_received",
    "booking_confirmed",
    "booking_confirmed_at_once",
    "booking_contract",
    "booking_rejected",
    "booking_returned",
    "booking_proposed",
    "booking_waiting",
    "booking_promoted",
    "booking_undone",
    "booking_called_off",
    "booking_absent",
    "booking_absence_corrected",
    "booking_expired",
    "booking_lapsed",
    "booking_waited_in_vain",
    "booking_reminder",
    # to the unit
    "booking_new",
    "booking_completed",
    "booking_confirmed_itself",
    "booking_withdrawn",
    "booking_cancelled",
    "booking_proposal_accepted",
    "booking_proposal_declined",
    "booking_expired_unanswered",
    "booking_answer_due",
    "booking_overdue",
)

_REQUESTERS = (
    Membership.Role.REPRESENTATIVE,
    Membership.Role.PROXY,
    Membership.Role.EDITOR,
)


def applicants(booking: Booking) -> list[Person]:
    """Who asked; for an organisation also if they left it meanwhile: those who may ask for it."""
    if booking.organisation_id is None:
        return [booking.person] if booking.person else []
    members = Person.objects.filter(
        memberships__organisation=booking.organisation_id,
        memberships__role__in=_REQUESTERS,
        memberships__valid__contains=today(),
        is_active=True,
    ).distinct()
    asked = [member for member in members if member.pk == booking.person_id]
    return asked or list(members)


def deciders(booking: Booking, *, heads_only: bool = False) -> list[Person]:
    """Who answers for the unit today, or for the unit that took it over."""
    roles = [StaffRole.Role.HEAD] if heads_only else [StaffRole.Role.HEAD, StaffRole.Role.DECIDER]
    unit = booking.unit
    return list(
        Person.objects.filter(
            staff_roles__unit__in=[pk for pk in (unit.pk, unit.merged_into_id) if pk],
            staff_roles__role__in=roles,
            staff_roles__valid__contains=today(),
            is_active=True,
        ).distinct()
    )


def context(
    booking: Booking, *, text: str = "", slots: Sequence[BookingSlot] | None = None
) -> dict[str, Any]:
    """What a template may say: plain values, since a message is kept and read later."""
    every = booking.slots.select_related("resource").order_by("period")
    standing = every.exclude(state=BookingSlot.State.RELEASED)
    dates = list(slots or standing or every)
    return {
        "code": booking.code,
        "place": _title(booking.resource),
        "unit": booking.unit.name,
        "who": who(booking),
        "purpose": booking.purpose,
        "dates": [
            [
                slot.period.lower,
                slot.period.upper,
                None if slot.resource_id == booking.resource_id else _title(slot.resource),
            ]
            for slot in dates
        ],
        "decide_by": booking.decide_by,
        "cost": booking.cost_gross,
        "text": text,
    }


def _title(resource: Resource) -> dict[str, str]:
    return {"pl": resource.title_pl, "en": resource.title_en}


def who(booking: Booking) -> str:
    """The applicant as the unit names them."""
    return str(booking.organisation or booking.requester_name or booking.person or "")


def to_applicant(
    booking: Booking, kind: str, *, text: str = "", slots: Sequence[BookingSlot] | None = None
) -> None:
    """Tell the applicant's side. A neighbour without an account gets a mail, if they left one."""
    about = context(booking, text=text, slots=slots)
    people = applicants(booking)
    if people:
        notify(people, kind, about, reverse("booking:case", args=[booking.code]))
    elif "@" in booking.requester_contact:
        queue_template(
            f"{TEMPLATES}/{kind}.txt",
            to=booking.requester_contact,
            language=settings.LANGUAGE_CODE,
            context=about,
        )


def to_unit(
    booking: Booking, kind: str, *, text: str = "", slots: Sequence[BookingSlot] | None = None
) -> None:
    """Tell those who decide for the unit."""
    _to_staff(booking, deciders(booking), kind, context(booking, text=text, slots=slots))


def to_heads(booking: Booking, kind: str) -> None:
    """Tell the head of the unit, or who decides where there is none."""
    people = deciders(booking, heads_only=True) or deciders(booking)
    _to_staff(booking, people, kind, context(booking))


def _to_staff(booking: Booking, people: list[Person], kind: str, about: dict[str, Any]) -> None:
    if people:
        notify(people, kind, about, reverse("desk:case", args=[booking.unit.code, booking.code]))
