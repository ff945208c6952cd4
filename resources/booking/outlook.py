"""What a request would come to if it were sent now: dates, price, problems, deadlines.

Reads only. The page of step 3 shows it; submitting makes it again, inside its transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from organisations.models import Person
from records.clock import now
from records.problems import Invalid, Problem
from resources import scopes
from resources.booking import contracts, facts, policy, pricing, series
from resources.booking.deadlines import held_until, holidays_from, reply_deadline
from resources.booking.drafts import Draft
from resources.booking.facts import Applicant
from resources.booking.series import Plan, Slot
from resources.models import BookingPolicy, Hold, PolicyTerms, UserGroup


@dataclass(frozen=True, slots=True)
class Outlook:
    """`reply_by` and `held_until` are None when no date is left."""

    policy: BookingPolicy
    slots: tuple[Slot, ...]
    group: UserGroup
    quote: pricing.Quote
    problems: tuple[Problem, ...]
    terms: PolicyTerms | None
    reply_by: datetime | None
    held_until: datetime | None
    contract_needed: bool


def plan_of(
    draft: Draft, person: Person | None, *, hold: Hold | None = None, preselect: bool = True
) -> Plan:
    """The draft's dates judged, with rooms that this person sees as alternatives."""
    rooms = facts.other_rooms(
        draft.resource, draft.meeting.participants, scopes.resources_visible_to(person)
    )
    return series.judge(
        draft.resource,
        draft.wish,
        draft.choices,
        rooms=rooms,
        ignoring=hold.pk if hold else None,
        grid_minutes=facts.policy_of(draft.resource).grid_minutes,
        preselect=preselect,
    )


def of(
    draft: Draft,
    slots: Sequence[Slot],
    person: Person | None,
    *,
    booking_id: int | None = None,
    accepted: PolicyTerms | None = None,
    by_unit: bool = False,
) -> Outlook:
    """Judge the draft with these dates by all rules and price it. `booking_id` is its own row."""
    rules = facts.policy_of(draft.resource)
    applicant = Applicant(draft.organisation, person)
    periods = tuple(slot.period for slot in slots)
    group = pricing.user_group(
        draft.organisation, fee_taking=draft.meeting.fee_taking, on=now().date()
    )
    quote = facts.quote_for(
        applicant,
        [(slot.resource, slot.period) for slot in slots],
        rules,
        group,
        without=booking_id,
    )
    terms = facts.current_terms(rules)
    problems: list[Problem] = []
    reply_by = until = None
    if not slots:
        problems.append(
            Invalid(_("No date is left. Choose at least one."), code="no_dates", field="dates")
        )
    else:
        known = policy.Facts(
            policy=rules,
            places=tuple({slot.resource.pk: slot.resource for slot in slots}.values()),
            now=now(),
            group=group,
            terms=terms,
            pending=facts.pending_requests(applicant, draft.resource.unit, without=booking_id),
            banned_until=facts.banned_until(applicant, rules),
            minutes_without_tariff=facts.minutes_without_tariff(quote),
            free_minutes_left=facts.free_minutes_left(quote),
        )
        problems += policy.check(_asked(draft, periods, accepted, by_unit=by_unit), known)
        begins = min(periods).start
        reply_by = reply_deadline(
            rules,
            now(),
            is_series=draft.wish.is_series,
            first_start=begins,
            holidays=holidays_from(now().date()),
        )
        until = held_until(reply_by, begins)
    return Outlook(
        policy=rules,
        slots=tuple(slots),
        group=group,
        quote=quote,
        problems=tuple(problems),
        terms=terms,
        reply_by=reply_by,
        held_until=until,
        contract_needed=contracts.needed(rules, periods, is_series=draft.wish.is_series),
    )


def _asked(
    draft: Draft, periods: tuple, accepted: PolicyTerms | None, *, by_unit: bool
) -> policy.Asked:
    meeting = draft.meeting
    return policy.Asked(
        periods=periods,
        purpose=meeting.purpose,
        participants=meeting.participants,
        person_in_charge=meeting.person_in_charge,
        minors=meeting.minors,
        minors_declaration=meeting.minors_declaration,
        fee_taking=meeting.fee_taking,
        organisation=draft.organisation,
        accepted_terms=accepted,
        by_unit=by_unit,
    )
