"""A request of the sample city from its outcome back to its course, and the rows of all of them.

The course follows the table of resources/booking/states.py, which a test checks step by step; the
price, the deadlines and the group come from the booking modules themselves, so a sample request
shows what a real one would.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils.translation import override

from config.sample.city import City
from config.sample.copying import copy_rows
from config.sample.holds import Holds, Moments
from config.sample.reading import dice, document
from organisations.models import Membership, Organisation, Person
from records.clock import KRAKOW
from records.models import CalendarPeriod
from records.periods import Period
from resources.booking import contracts, deadlines, pricing
from resources.booking.wishes import Weekly, Wish
from resources.models import (
    Booking,
    BookingPolicy,
    BookingSlot,
    BookingStep,
    Hold,
    PolicyTerms,
    PriceRate,
    Resource,
    StaffRole,
    UserGroup,
)

S = Booking.State
Slot = BookingSlot.State

#: What a request may come to; `accepted` is confirmed, in use or over, as its dates have it.
HOLDING = frozenset({"under_review", "returned", "proposed", "contract", "accepted", "no_show"})
FREED = frozenset({"rejected", "withdrawn", "expired"})


@dataclass(slots=True)
class Request:
    """What is known of a request before its rows are made."""

    room: Resource
    organisation: Organisation
    times: list[Moments]
    outcome: str
    asked_at: datetime
    answered_at: datetime | None
    purpose: str
    participants: int
    weekly: Weekly | None = None
    wished: tuple[date, date] | None = None
    skipped: list[datetime] = field(default_factory=list)
    proposed: list[Moments] = field(default_factory=list)
    person: Person | None = None
    minors: bool = False
    fee_taking: bool = False
    show_name: bool = False
    channel: str = Booking.Channel.ONLINE
    text: str = ""
    code: str = ""
    hold: Hold | None = None

    @property
    def first_start(self) -> datetime:
        return self.times[0][0]

    @property
    def last_end(self) -> datetime:
        return self.times[-1][1]

    @property
    def periods(self) -> list[Period]:
        return [Period(start, end) for start, end in self.times]


@dataclass(slots=True)
class Desk:
    """What requests of the city share, read once: people, rates, terms, holidays, quotas."""

    city: City
    holds: Holds
    deciders: dict[int, str]
    members: dict[int, list[Person]]
    rates: dict[int, list[PriceRate]]
    terms: dict[int, list[PolicyTerms]]
    holidays: set[date]
    phrases: dict[str, list[str]]
    used: dict[tuple[int, int], dict[pricing.Week, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    pending: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    bookings: list[Booking] = field(default_factory=list)
    slots: list[BookingSlot] = field(default_factory=list)
    steps: list[BookingStep] = field(default_factory=list)

    def policy(self, room: Resource) -> BookingPolicy:
        return room.policy or BookingPolicy(unit=room.unit, name="")


def open_desk(city: City, holds: Holds) -> Desk:
    deciders: dict[int, str] = {}
    order = {StaffRole.Role.HEAD: 0, StaffRole.Role.DECIDER: 1}
    for role in sorted(
        StaffRole.objects.filter(role__in=order).select_related("person"),
        key=lambda one: (order[one.role], one.person.email),
    ):
        deciders[role.unit_id] = str(role.person)  # the decider, where there is one
    members: dict[int, list[Person]] = {}
    for one in (
        Membership.objects.filter(role__in=("representative", "proxy", "editor"))
        .select_related("person")
        .order_by("organisation__slug", "role", "person__email")
    ):
        members.setdefault(one.organisation_id, []).append(one.person)
    rates: dict[int, list[PriceRate]] = {}
    for rate in PriceRate.objects.select_related("legal_act").order_by("pk"):
        rates.setdefault(rate.price_list_id, []).append(rate)
    terms: dict[int, list[PolicyTerms]] = {}
    for text in PolicyTerms.objects.order_by("-valid_from"):
        terms.setdefault(text.policy_id, []).append(text)
    holidays = {
        days.lower
        for days in CalendarPeriod.objects.filter(
            kind=CalendarPeriod.Kind.PUBLIC_HOLIDAY
        ).values_list("days", flat=True)
    }
    return Desk(
        city=city,
        holds=holds,
        deciders=deciders,
        members=members,
        rates=rates,
        terms=terms,
        holidays=holidays,
        phrases=document("phrases"),
    )


def file(desk: Desk, request: Request) -> None:
    """Hold the request's times and put its rows down; write() sends them to the database."""
    throw = dice("request", request.room.code, request.organisation.name, request.first_start)
    request.code = desk.holds.new_code("P", throw, (6,))
    policy = desk.policy(request.room)
    course = _Course(desk, request, policy, throw)
    booking = course.booking()
    desk.bookings.append(booking)
    desk.slots += course.slots(booking)
    desk.steps += course.steps(booking)
    if booking.state in (S.UNDER_REVIEW, S.RETURNED, S.PROPOSED_CHANGE, S.CONTRACT_PENDING):
        desk.pending[request.organisation.pk, request.room.unit_id] += 1


def write(desk: Desk) -> None:
    desk.holds.write()
    Booking.objects.bulk_create(desk.bookings, batch_size=1000)
    BookingSlot.objects.bulk_create(desk.slots, batch_size=4000)
    copy_rows(
        BookingStep,
        ("booking", "at", "actor", "from_state", "to_state", "message"),
        ((s.booking.pk, s.at, s.actor, s.from_state, s.to_state, s.message) for s in desk.steps),
    )


def may_be_priced(desk: Desk, room: Resource, group: str) -> bool:
    """Whether the room's price list knows the group."""
    return any(rate.user_group == group for rate in desk.rates.get(room.price_list_id, ()))


class _Course:
    """The course of one request: its state now, its slots, and the steps that led there."""

    def __init__(self, desk: Desk, request: Request, policy: BookingPolicy, throw: Random) -> None:
        self.desk, self.request, self.policy, self.throw = desk, request, policy, throw
        self.city = desk.city
        self.unit = desk.deciders.get(request.room.unit_id, "")
        people = desk.members.get(request.organisation.pk, [])
        if request.person is None and request.channel == Booking.Channel.ONLINE and people:
            request.person = throw.choice(people)
        self.applicant = str(request.person) if request.person else self.unit
        self.marks: list[tuple[datetime, str, str, str, str]] = []  # at, actor, from, to, message
        self.decide_by: datetime | None = None
        self.contract = ""
        self.reason = ""
        self.state = self._walk()

    # --- from outcome to state -----------------------------------------------------------------
    def _walk(self) -> str:
        """Go through the states; leaves marks, the deadline and the reason behind."""
        request, outcome = self.request, self.request.outcome
        if outcome == "draft":
            return S.DRAFT
        self._mark(request.asked_at, self.applicant, S.DRAFT, S.SUBMITTED)
        if outcome == "waitlisted":
            return self._mark(request.asked_at, "", S.SUBMITTED, S.WAITLISTED)
        self._mark(request.asked_at, "", S.SUBMITTED, S.UNDER_REVIEW)
        self.decide_by = deadlines.reply_deadline(
            self.policy,
            request.asked_at,
            is_series=request.weekly is not None,
            first_start=request.first_start,
            holidays=self.desk.holidays,
        )
        answers = {
            "under_review": lambda: S.UNDER_REVIEW,
            "returned": self._returned,
            "proposed": self._proposed,
            "rejected": self._rejected,
            "withdrawn": self._withdrawn,
            "expired": self._expired,
            "cancelled_by_user": self._cancelled_by_user,
            "cancelled_by_owner": self._cancelled_by_owner,
            "no_show": self._absent,
            "contract": self._accept,
            "accepted": self._used,
        }
        return answers[outcome]()

    def _mark(self, at: datetime, actor: str, source: str, target: str, message: str = "") -> str:
        self.marks.append((at, actor, source, target, message))
        return target

    @property
    def answered_at(self) -> datetime:
        """When the unit answered: never after the deadline, the first meeting or now."""
        at = self.request.answered_at or self.request.asked_at + timedelta(hours=20)
        latest = min(self.request.first_start - timedelta(hours=1), self.city.now)
        return max(min(at, latest), self.request.asked_at + timedelta(minutes=5))

    def _say(self, kind: str) -> str:
        return self.request.text or self.throw.choice(self.desk.phrases[kind])

    def _returned(self) -> str:
        self.reason = self._say("returned")
        self._wait(self.policy.return_days)
        return self._mark(self.answered_at, self.unit, S.UNDER_REVIEW, S.RETURNED, self.reason)

    def _proposed(self) -> str:
        self._wait(self.policy.proposal_days)
        text = self._say("proposed")
        return self._mark(self.answered_at, self.unit, S.UNDER_REVIEW, S.PROPOSED_CHANGE, text)

    def _wait(self, days: int) -> None:
        starts = [start for start, _end in (*self.request.times, *self.request.proposed)]
        self.decide_by = deadlines.answer_deadline(days, self.answered_at, min(starts))

    def _rejected(self) -> str:
        self.decide_by = None
        self.reason = self._say("rejected")
        return self._mark(self.answered_at, self.unit, S.UNDER_REVIEW, S.REJECTED, self.reason)

    def _withdrawn(self) -> str:
        self.decide_by = None
        text = self._say("withdrawn")
        return self._mark(self.answered_at, self.applicant, S.UNDER_REVIEW, S.WITHDRAWN, text)

    def _expired(self) -> str:
        if self.decide_by is None or self.decide_by > self.city.now:
            raise ValueError(f"{self.request.code} cannot have expired yet")
        return self._mark(self.held_until, "", S.UNDER_REVIEW, S.EXPIRED)

    def _accept(self) -> str:
        """Confirmed, or waiting for its contract; signed where there was time for that."""
        request, at = self.request, self.answered_at
        auto = self._approved_by_itself()
        self.decide_by = None
        if not contracts.needed(self.policy, request.periods, is_series=request.weekly is not None):
            at = request.asked_at if auto else at
            text = "" if auto else self._say("accepted")
            return self._mark(at, "" if auto else self.unit, S.UNDER_REVIEW, S.CONFIRMED, text)
        self._mark(at, self.unit, S.UNDER_REVIEW, S.CONTRACT_PENDING, self._say("accepted"))
        signed = at + timedelta(days=self.throw.randint(2, 9), hours=1)
        if request.outcome == "contract" or signed >= min(self.city.now, request.first_start):
            self.decide_by = deadlines.answer_deadline(
                self.policy.contract_days, at, request.first_start
            )
            if self.decide_by > self.city.now:
                return S.CONTRACT_PENDING
            signed = at + timedelta(hours=3)
            self.decide_by = None
        self.contract = f"{self.throw.randint(10, 480)}/{at.year} (przykład)"
        return self._mark(signed, self.unit, S.CONTRACT_PENDING, S.CONFIRMED)

    def _approved_by_itself(self) -> bool:
        request, limit = self.request, self.policy.auto_approve_participants
        return (
            limit is not None
            and request.weekly is None
            and request.participants <= limit
            and not request.minors
            and not self.policy.insurance_required
            and not self.policy.documents
            and pricing.is_verified(request.organisation, request.asked_at.date())
        )

    def _used(self) -> str:
        state = self._accept()
        request, now = self.request, self.city.now
        if state != S.CONFIRMED or request.first_start >= now:
            return state
        state = self._mark(request.first_start, "", S.CONFIRMED, S.IN_USE)
        if request.last_end >= now:
            return state
        state = self._mark(request.last_end, "", S.IN_USE, S.COMPLETED)
        settled = request.last_end + timedelta(days=self.throw.randint(1, 6), hours=14)
        if settled < now and self.throw.random() < 0.7:
            state = self._mark(settled, self.unit, S.COMPLETED, S.SETTLED)
        return state

    def _absent(self) -> str:
        self._accept()
        self._mark(self.request.first_start, "", S.CONFIRMED, S.IN_USE)
        self._mark(self.request.last_end, "", S.IN_USE, S.COMPLETED)
        at = self.request.last_end + timedelta(hours=16)
        return self._mark(min(at, self.city.now), self.unit, S.COMPLETED, S.NO_SHOW)

    def _cancelled_by_user(self) -> str:
        state = self._accept()
        at = self._between_answer_and_start()
        text = self._say("cancelled_by_user")
        return self._mark(at, self.applicant, state, S.CANCELLED_BY_USER, text)

    def _cancelled_by_owner(self) -> str:
        state = self._accept()
        self.reason = self._say("cancelled_by_owner")
        at = self._between_answer_and_start()
        return self._mark(at, self.unit, state, S.CANCELLED_BY_OWNER, self.reason)

    def _between_answer_and_start(self) -> datetime:
        """Halfway from the last step to the first meeting or now."""
        last = self.marks[-1][0]
        return last + (min(self.request.first_start, self.city.now) - last) / 2

    @property
    def held_until(self) -> datetime:
        if self.decide_by is None:
            raise ValueError("nothing to wait for")
        times = self.request.proposed or self.request.times
        return deadlines.held_until(self.decide_by, min(start for start, _end in times))

    # --- rows ------------------------------------------------------------------------------------
    def booking(self) -> Booking:
        request, state = self.request, self.state
        group = pricing.user_group(
            request.organisation, fee_taking=request.fee_taking, on=request.asked_at.date()
        )
        quote = self._quote(group)
        decided = [mark for mark in self.marks if mark[2] == S.UNDER_REVIEW and mark[1]]
        by_unit = bool(decided) and decided[0][3] != S.WITHDRAWN
        sent = bool(self.marks)
        terms = self._terms()
        throw = self.throw
        return Booking(
            code=request.code,
            hold=self._hold() if sent else None,
            resource=request.room,
            unit=request.room.unit,
            organisation=request.organisation,
            requester_name="" if request.person else f"{request.organisation.short_name}, dyżur",
            requester_contact="" if request.person else "500 000 000",
            person=request.person,
            channel=request.channel,
            state=state,
            is_series=request.weekly is not None,
            wish=self._wish(),
            purpose=request.purpose,
            participants=request.participants,
            person_in_charge=str(request.person or "Jan Wzorcowy"),
            person_in_charge_phone=f"500 000 {throw.randint(100, 999)}",
            minors=request.minors,
            minors_declaration=request.minors,
            fee_taking=request.fee_taking,
            show_name=request.show_name,
            user_group=group if sent else "",
            cost_net=quote.net if sent and quote.known else None,
            cost_gross=quote.gross if sent and quote.known else None,
            cost_explanation=_explained(quote) if sent else {},
            terms=terms if sent and request.person else None,
            terms_accepted_at=request.asked_at if sent and request.person and terms else None,
            created_at=request.asked_at - timedelta(minutes=throw.randint(3, 50)),
            submitted_at=request.asked_at if sent else None,
            decide_by=self.decide_by,
            decided_at=decided[0][0] if by_unit else None,
            decided_by=decided[0][1] if by_unit else "",
            reason=self.reason,
            attended=(
                max(1, request.participants - throw.randint(0, request.participants // 4))
                if state == S.SETTLED
                else None
            ),
            contract_reference=self.contract,
            is_sample=True,
        )

    def _quote(self, group: UserGroup) -> pricing.Quote:
        request = self.request
        free = self.policy.free_hours_per_week
        used = self.desk.used[request.organisation.pk, request.room.unit_id]
        quote = pricing.quote(
            self.desk.rates.get(request.room.price_list_id, ()),
            request.periods,
            group,
            free_minutes_a_week=round(free * 60) if free is not None else None,
            used_minutes=used,
        )
        if group == UserGroup.NGO_FREE and request.outcome in HOLDING:
            for period in request.periods:
                length = round(period.length.total_seconds() / 60)
                used[pricing.week_of(period.start)] += length
        return quote

    def _terms(self) -> PolicyTerms | None:
        texts = self.desk.terms.get(self.policy.pk, ())
        day = self.request.asked_at.date()
        return next((text for text in texts if text.valid_from <= day), None)

    def _wish(self) -> dict[str, Any]:
        request = self.request
        if request.weekly is None or request.wished is None:
            return {**Wish(single=request.periods[0]).as_json(), "choices": {}}
        first, last = request.wished
        wish = Wish(weekly=(request.weekly,), first=first, last=last)
        choices = {f"{at.astimezone(KRAKOW):%Y-%m-%dT%H:%M}": "skip" for at in request.skipped}
        return {**wish.as_json(), "choices": choices}

    def _hold(self) -> Hold:
        request = self.request
        standing = [
            (request.room, time) for time, state in self._dates() if state in BookingSlot.HOLDING
        ]
        waiting = self.state in (S.UNDER_REVIEW, S.RETURNED, S.PROPOSED_CHANGE, S.CONTRACT_PENDING)
        return self.desk.holds.take(
            kind=Hold.Kind.BOOKING,
            code=request.code,
            label=str(request.organisation) if request.show_name else "",
            made_at=request.asked_at,
            times=standing,
            expires_at=self.held_until if waiting and standing else None,
        )

    def _dates(self) -> list[tuple[Moments, str]]:
        """Each date with the state of its slot."""
        request, now = self.request, self.city.now
        states = {
            S.UNDER_REVIEW: Slot.HELD,
            S.RETURNED: Slot.HELD,
            S.CONTRACT_PENDING: Slot.HELD,
            S.WAITLISTED: Slot.WISHED,
            S.PROPOSED_CHANGE: Slot.RELEASED,
            S.REJECTED: Slot.RELEASED,
            S.WITHDRAWN: Slot.RELEASED,
            S.EXPIRED: Slot.RELEASED,
            S.CANCELLED_BY_USER: Slot.CANCELLED_BY_USER,
            S.CANCELLED_BY_OWNER: Slot.CANCELLED_BY_OWNER,
            S.NO_SHOW: Slot.NO_SHOW,
        }
        dates = [
            (time, states.get(self.state) or (Slot.USED if time[1] <= now else Slot.CONFIRMED))
            for time in request.times
        ]
        return dates + [(time, Slot.PROPOSED) for time in request.proposed]

    def slots(self, booking: Booking) -> list[BookingSlot]:
        if booking.state == S.DRAFT:
            return []
        day = self.request.first_start.astimezone(KRAKOW).date()
        return [
            BookingSlot(
                booking=booking,
                resource=self.request.room,
                period=time,
                state=state,
                replaces=day if state == Slot.PROPOSED else None,
            )
            for time, state in self._dates()
        ]

    def steps(self, booking: Booking) -> list[BookingStep]:
        return [
            BookingStep(
                booking=booking,
                at=at,
                actor=actor,
                from_state=source,
                to_state=target,
                message=message,
            )
            for at, actor, source, target, message in self.marks
        ]


def _explained(quote: pricing.Quote) -> dict[str, Any]:
    found = {}
    for language in ("pl", "en"):
        with override(language):
            found[language] = pricing.explain(quote).as_dict()
    return found
