"""What the system checked of a request before the desk decides, each with its reason.

The same rules that a request sent by the applicant is judged by (resources/booking/policy.py) are
asked again with today's facts, so that what was entered by telephone, or has changed meanwhile,
shows. None of them decides: the person at the desk does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Organisation
from records.clock import now, today
from records.typography import day, money
from resources.booking import facts, outlook, pricing
from resources.booking.course import period_of
from resources.booking.drafts import Draft
from resources.booking.facts import Applicant
from resources.booking.series import Slot
from resources.models import Booking, BookingSlot

SlotState = BookingSlot.State

#: Problems told by a check of their own below, or that concern the applicant's form alone.
_TOLD_ELSEWHERE = frozenset({"terms_not_accepted", "no_dates", "too_many_pending"})


@dataclass(frozen=True, slots=True)
class Check:
    """`state` is yes (fine), no (a rule says no) or unknown (for the desk to look at)."""

    state: str
    title: str
    detail: str = ""


def checks_of(booking: Booking, slots: Sequence[BookingSlot]) -> list[Check]:
    """What was found, in the order in which a head of unit asks."""
    look = outlook.of(
        Draft.of(booking),
        [Slot(slot.resource, period_of(slot), slot.replaces) for slot in slots],
        booking.person,
        booking_id=booking.pk,
        accepted=booking.terms,
    )
    problems = [one for one in look.problems if one.code not in _TOLD_ELSEWHERE]
    return [
        _dates(booking, slots),
        _applicant(booking.organisation),
        *(Check("no", str(one.message)) for one in problems),
        *_absences(booking),
        *_price(look),
        *_papers(booking, look),
    ]


def _dates(booking: Booking, slots: Sequence[BookingSlot]) -> Check:
    if booking.state == Booking.State.WAITLISTED:
        return Check(
            "unknown",
            _("The time is taken; the request waits for it"),
            _("If it becomes free, the request comes back to you by itself."),
        )
    if booking.hold is None or not booking.hold.binding or not slots:
        return Check("no", _("The dates are not held any more"), _("Look for another time."))
    detail = ngettext("%(count)d date checked", "%(count)d dates checked", len(slots)) % {
        "count": len(slots)
    }
    until = booking.hold.expires_at
    if until is not None:
        if until <= now():
            return Check("no", _("The dates are not held any more"), _("Look for another time."))
        detail += ", " + _("held until %(day)s") % {"day": day(until)}
    return Check("yes", _("Collides with nothing"), detail)


def _applicant(organisation: Organisation | None) -> Check:
    if organisation is None:
        return Check(
            "unknown",
            _("Not in the register of organisations"),
            _("An informal group or a person: you know them, or ask."),
        )
    if pricing.is_verified(organisation, today()):
        last = organisation.verifications.first()
        detail = f"{last.get_level_display()}, {day(last.verified_at)}" if last else ""
        return Check("yes", _("Organisation verified"), detail)
    return Check(
        "unknown",
        _("Organisation not verified"),
        _("The coordinator has not confirmed it yet; price lists treat it as paying."),
    )


def _absences(booking: Booking) -> list[Check]:
    """Earlier absences that have not led to a ban; a ban is a problem told by the rules."""
    applicant = Applicant(booking.organisation, booking.person)
    missed = BookingSlot.objects.filter(
        booking__in=applicant.bookings().filter(unit=booking.unit_id), state=SlotState.NO_SHOW
    ).count()
    if not missed:
        return []
    title = ngettext(
        "Did not come %(count)d time before", "Did not come %(count)d times before", missed
    ) % {"count": missed}
    return [Check("unknown", title)]


def _price(look: outlook.Outlook) -> list[Check]:
    if not look.quote.known:
        return [
            Check(
                "unknown",
                _("No price is set for this group"),
                _("Say the price in your message, or add it to the price list."),
            )
        ]
    if look.quote.is_free:
        return [Check("yes", _("Free of charge"), str(look.group.label))]
    return [Check("yes", money(look.quote.gross), str(look.group.label))]


def _papers(booking: Booking, look: outlook.Outlook) -> list[Check]:
    rules = facts.policy_of(booking.resource)
    found = []
    if look.contract_needed:
        found.append(
            Check(
                "unknown",
                ngettext(
                    "Series longer than %(count)d day",
                    "Series longer than %(count)d days",
                    rules.contract_after_days or 0,
                )
                % {"count": rules.contract_after_days or 0},
                _("after acceptance a contract for the season is needed"),
            )
        )
    if booking.minors and booking.minors_declaration:
        found.append(
            Check(
                "yes",
                _("Minors: the declaration was made"),
                _("standards of child protection, people checked in the registers"),
            )
        )
    if rules.insurance_required:
        found.append(Check("unknown", _("Ask for the proof of liability insurance")))
    found += [
        Check("unknown", _("To be shown: %(document)s") % {"document": document})
        for document in rules.documents
    ]
    return found
