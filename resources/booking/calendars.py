"""Bookings as calendars (iCalendar, RFC 5545) that phones and offices subscribe to.

One event for each date. Its UID is that of the slot and stays the same when the date is confirmed
or cancelled; a cancelled date stays in the feed as CANCELLED for a while, because a subscriber
that simply misses it may keep showing it. Times carry TZID Europe/Warsaw with its rules.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from records.clock import KRAKOW, now
from resources.booking.names import name_of
from resources.models import Booking, BookingSlot, Claim, Feed, Resource, SpaceLeaf

SlotState = BookingSlot.State

KEEP_PAST = timedelta(days=60)
KEEP_AHEAD = timedelta(days=400)

#: What a calendar shows of a date. Dates that were only wished or let go are nobody's business.
_STATUS = {
    SlotState.HELD: "TENTATIVE",
    SlotState.PROPOSED: "TENTATIVE",
    SlotState.CONFIRMED: "CONFIRMED",
    SlotState.USED: "CONFIRMED",
    SlotState.NO_SHOW: "CONFIRMED",
    SlotState.CANCELLED_BY_USER: "CANCELLED",
    SlotState.CANCELLED_BY_OWNER: "CANCELLED",
}
_SEQUENCE = {"TENTATIVE": 0, "CONFIRMED": 1, "CANCELLED": 2}


def calendar(name: str) -> Calendar:
    """An empty calendar with the rules of local time."""
    made = Calendar()
    made.add("prodid", "-//Zasoby//Krakow//PL")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", str(KRAKOW))
    made.add("refresh-interval;value=duration", "PT1H")
    made.add_component(Timezone.from_tzid(str(KRAKOW)))
    return made


def slots_between(slots: QuerySet[BookingSlot]) -> QuerySet[BookingSlot]:
    """Those of the slots that a feed shows, with what it says of them."""
    span = (now() - KEEP_PAST, now() + KEEP_AHEAD)
    return (
        slots.filter(period__overlap=span, state__in=list(_STATUS))
        .exclude(booking__state=Booking.State.DRAFT)
        .select_related("resource__site", "resource__unit", "booking__organisation")
        .order_by("period", "pk")
    )


def add_slots(made: Calendar, slots: Iterable[BookingSlot], *, for_unit: bool) -> None:
    """One event a slot; the unit's calendar says who comes, the applicant's what for."""
    for slot in slots:
        booking = slot.booking
        status = _STATUS[SlotState(slot.state)]
        event = _event(f"termin-{slot.pk}", slot.period.lower, slot.period.upper, status)
        who = str(booking.organisation or booking.requester_name or "")
        title = (
            f"{name_of(slot.resource)}: {who or booking.purpose}"
            if for_unit
            else f"{booking.purpose} ({name_of(slot.resource)})"
        )
        if status == "CANCELLED":
            title = _("Cancelled: %(title)s") % {"title": title}
        event.add("summary", title)
        event.add("location", _location(slot.resource))
        event.add("url", f"{settings.SITE_URL}/prosby/{booking.code}/")
        event.add("description", f"{booking.code}, {Booking.State(booking.state).label}")
        made.add_component(event)


def add_taken(made: Calendar, resource: Resource) -> None:
    """When a place is taken, and nothing else: no name, no purpose, no link."""
    if resource.space_id is None:
        return
    span = (now() - KEEP_PAST, now() + KEEP_AHEAD)
    leaves = SpaceLeaf.objects.filter(space=resource.space_id).values("leaf_id")
    claims = Claim.objects.filter(
        space__in=leaves, layer=1, period__overlap=span, period__endswith__isnull=False
    ).exclude(expires_at__lte=now())
    # A hall is taken once, however many of its sectors a hold takes. The key of an event must
    # stay the same while it lasts and must not be the code of the request.
    for hold, period in sorted(
        set(claims.values_list("hold_id", "period")), key=lambda row: (row[1].lower, row[0])
    ):
        end = period.upper - timedelta(minutes=resource.turnaround_minutes)
        event = _event(
            f"zajete-{resource.code}-{hold}-{period.lower.astimezone(UTC):%Y%m%dT%H%M}",
            period.lower,
            max(end, period.lower + timedelta(minutes=1)),
            "CONFIRMED",
        )
        event.add("summary", _("taken"))
        event.add("class", "PUBLIC")
        made.add_component(event)


def _event(key: str, start: datetime, end: datetime, status: str) -> Event:
    event = Event()
    event.add("uid", f"{key}@{settings.MAIL_DOMAIN}")
    event.add("dtstamp", now().astimezone(UTC))
    event.add("dtstart", start.astimezone(KRAKOW))
    event.add("dtend", end.astimezone(KRAKOW))
    event.add("status", status)
    event.add("sequence", _SEQUENCE[status])
    event.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    return event


def _location(resource: Resource) -> str:
    site = resource.site
    return ", ".join(part for part in (name_of(resource), site.address if site else "") if part)


def of_feed(feed: Feed) -> Calendar:
    """The calendar behind an address, for whoever its owner still is."""
    slots = BookingSlot.objects.all()
    if feed.kind == Feed.Kind.RESOURCE and feed.resource is not None:
        made = calendar(name_of(feed.resource))
        add_taken(made, feed.resource)
        return made
    if feed.kind == Feed.Kind.UNIT and feed.unit is not None:
        made = calendar(str(feed.unit))
        add_slots(made, slots_between(slots.filter(booking__unit=feed.unit)), for_unit=True)
        return made
    if feed.kind == Feed.Kind.ORGANISATION and feed.organisation is not None:
        made = calendar(str(feed.organisation))
        chosen = slots.filter(booking__organisation=feed.organisation)
    else:
        made = calendar(_("My dates in Zasoby"))
        chosen = slots.filter(booking__person=feed.person)
    add_slots(made, slots_between(chosen), for_unit=False)
    return made


def of_booking(booking: Booking) -> Calendar:
    """All dates of one request, for saving once."""
    made = calendar(booking.code)
    add_slots(made, slots_between(BookingSlot.objects.filter(booking=booking)), for_unit=False)
    return made
