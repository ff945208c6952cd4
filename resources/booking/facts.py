"""Reads what the rules of policy.py and the prices of pricing.py are judged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from organisations.models import Organisation, Person
from records.clock import KRAKOW, now, today
from records.periods import Period, local_moment
from resources.booking import pricing
from resources.booking.pricing import Quote, Week
from resources.booking.states import PENDING
from resources.models import (
    Booking,
    BookingPolicy,
    BookingSlot,
    ManagingUnit,
    PolicyTerms,
    PriceRate,
    Resource,
    UserGroup,
)

SlotState = BookingSlot.State


@dataclass(frozen=True, slots=True)
class Applicant:
    """In whose name a request is made: an organisation, or a person for an informal group."""

    organisation: Organisation | None
    person: Person | None

    def bookings(self) -> QuerySet[Booking]:
        if self.organisation is not None:
            return Booking.objects.filter(organisation=self.organisation)
        if self.person is not None:
            return Booking.objects.filter(organisation__isnull=True, person=self.person)
        return Booking.objects.none()


def policy_of(resource: Resource) -> BookingPolicy:
    """The rules of a place; where its unit set none, the model's defaults."""
    return resource.policy or BookingPolicy(unit=resource.unit, name="")


def current_terms(policy: BookingPolicy, on: date | None = None) -> PolicyTerms | None:
    """The terms of use in force that day."""
    if policy.pk is None:
        return None
    return policy.terms.filter(valid_from__lte=on or today()).order_by("-valid_from").first()


def pending_requests(applicant: Applicant, unit: ManagingUnit, *, without: int | None) -> int:
    """Requests that hold times in this unit and wait for an answer or a signature."""
    return (
        applicant.bookings().filter(unit=unit, state__in=PENDING).exclude(pk=without or 0).count()
    )


def banned_until(applicant: Applicant, policy: BookingPolicy) -> date | None:
    """The first day on which requests are taken again, if absences reached the limit.

    An absence is a date that nobody came to, or one cancelled after the term of notice. The ban
    runs from the absence that reached the limit; a corrected absence lifts it.
    """
    if not policy.no_show_limit:
        return None
    since = now() - timedelta(days=policy.no_show_window_days + policy.ban_days)
    absences = sorted(
        BookingSlot.objects.filter(
            Q(state=SlotState.NO_SHOW) | Q(late=True),
            booking__in=applicant.bookings().filter(unit_id=policy.unit_id),
            period__startswith__gte=since,
        ).values_list("period", flat=True),
        key=lambda period: period.lower,
    )
    days = [period.lower.astimezone(KRAKOW).date() for period in absences]
    window = timedelta(days=policy.no_show_window_days)
    ends = [
        last + timedelta(days=policy.ban_days)
        for first, last in zip(days, days[policy.no_show_limit - 1 :], strict=False)
        if last - first <= window
    ]
    return max(ends, default=None)


def used_minutes(
    applicant: Applicant, unit: ManagingUnit, periods: Sequence[Period], *, without: int | None
) -> dict[Week, int]:
    """Free minutes that other requests of the applicant take in the ISO weeks of `periods`."""
    weeks = {pricing.week_of(period.start) for period in periods}
    if not weeks:
        return {}
    first, last = min(weeks), max(weeks)
    span = (
        local_moment(date.fromisocalendar(*first, 1), 0),
        local_moment(date.fromisocalendar(*last, 7), 24 * 60),
    )
    found: dict[Week, int] = {}
    for period in (
        BookingSlot.objects.filter(
            booking__in=applicant.bookings().filter(unit=unit, user_group=UserGroup.NGO_FREE),
            state__in=BookingSlot.HOLDING,
            period__overlap=span,
        )
        .exclude(booking=without)
        .values_list("period", flat=True)
    ):
        week = pricing.week_of(period.lower)
        if week in weeks:
            minutes = round((period.upper - period.lower).total_seconds() / 60)
            found[week] = found.get(week, 0) + minutes
    return found


def quote_for(
    applicant: Applicant,
    slots: Sequence[tuple[Resource, Period]],
    policy: BookingPolicy,
    group: UserGroup,
    *,
    without: int | None = None,
) -> Quote:
    """The price of all slots together, each by the price list of its place."""
    lists = {resource.price_list_id for resource, _period in slots}
    rates = list(
        PriceRate.objects.filter(price_list__in=lists - {None}).select_related("legal_act")
    )
    periods = [period for _resource, period in slots]
    allowed = policy.free_hours_per_week
    minutes = None if allowed is None else int(allowed * 60)
    used = used_minutes(applicant, policy.unit, periods, without=without)
    if len(lists) == 1:
        return pricing.quote(rates, periods, group, free_minutes_a_week=minutes, used_minutes=used)
    # Rooms with different price lists: each slot by its own, free hours spent in order of time.
    parts: list[Quote] = []
    spent = dict(used)
    for resource, period in sorted(slots, key=lambda slot: slot[1]):
        mine = [rate for rate in rates if rate.price_list_id == resource.price_list_id]
        part = pricing.quote(mine, [period], group, free_minutes_a_week=minutes, used_minutes=spent)
        week = pricing.week_of(period.start)
        spent[week] = spent.get(week, 0) + part.minutes
        parts.append(part)
    return pricing.together(parts, used)


def other_rooms(
    resource: Resource, people: int | None, visible: QuerySet[Resource]
) -> list[Resource]:
    """Rooms of the same unit that could stand in: by the hour, as open, under the same rules."""
    rooms = visible.filter(
        unit=resource.unit_id,
        tenure=Resource.Tenure.TIME,
        visibility=Resource.Visibility.PUBLIC,
        kind=resource.kind,
        space__isnull=False,
        open_to__contains=resource.open_to,
        policy=resource.policy_id,
    ).exclude(pk=resource.pk)
    if people:
        rooms = rooms.filter(Q(capacity__isnull=True) | Q(capacity__gte=people))
    return list(rooms.select_related("unit", "policy").order_by("capacity", "pk")[:6])


def minutes_without_tariff(quote: Quote) -> int:
    return sum(piece.minutes for piece in quote.pieces if piece.beyond_quota and piece.rate is None)


def free_minutes_left(quote: Quote) -> int | None:
    """What is left, before this request, in the week that is over its quota the most."""
    over = [week for week in quote.quota if week.beyond]
    return min((week.free_now for week in over), default=None)
