"""What the public sees of calls: the list and its filters, the map, the calendar and the feed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db.models import Case, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from premises.models import AllocationProcedure, Lot
from premises.procedures.words import call_dates, local, phase, term
from premises.scopes import procedures_public
from records.clock import KRAKOW, now
from resources.booking.calendars import calendar

State = AllocationProcedure.State
#: How long a closed or decided call stays in the list.
KEPT_SHOWN = timedelta(days=120)
_EMPTY = "{http://www.w3.org/2005/Atom}"


def listed() -> QuerySet[AllocationProcedure]:
    """Public calls in the order in which somebody looks for them: open ones by closing, coming
    ones by opening, then what is being judged. Lots, premises and districts come along."""
    at = now()
    rank = Case(
        When(state=State.CALL_OPEN, closes_at__gt=at, then=Value(0)),
        When(state__in=[State.APPROVED, State.NOTICE_PUBLISHED], then=Value(1)),
        When(state__in=[*AllocationProcedure.ENDED, State.DECIDED], then=Value(3)),
        default=Value(2),
        output_field=IntegerField(),
    )
    lots = Lot.objects.select_related("resource__district", "resource__site").defer(
        "resource__district__boundary", "resource__district__outline", "resource__search_text"
    )
    return (
        procedures_public()
        .filter(
            Q(closes_at=None, created_at__gt=at - KEPT_SHOWN) | Q(closes_at__gt=at - KEPT_SHOWN)
        )
        .annotate(rank=rank)
        .select_related("unit", "kind")
        .prefetch_related(Prefetch("lots", queryset=lots))
        .order_by("rank", F("closes_at").asc(nulls_last=True), "pk")
    )


def features(procedures: Sequence[AllocationProcedure], numbers: dict[int, int]) -> dict[str, Any]:
    """Lots as points, with the number of their call in the list."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [*lot.resource.point.coords]},
                "properties": {
                    "code": one.code,
                    "number": numbers[one.pk],
                    "title": local(lot.resource, "title"),
                    "kind": "premises",
                    "place": call_dates(one),
                    "sample": one.is_sample,
                    "url": reverse("premises:call", args=[one.code]),
                },
            }
            for one in procedures
            for lot in one.lots.all()
            if lot.resource.point
        ],
    }


def of_premises(resource: Any) -> AllocationProcedure | None:
    """The running public procedure of some premises, for its page. Three queries at most."""
    return (
        procedures_public()
        .filter(lots__resource=resource, lots__live=True)
        .select_related("unit", "kind", "notice")
        .prefetch_related("kind__stages")
        .first()
    )


def as_calendar(procedures: Iterable[AllocationProcedure]) -> Calendar:
    """Opening and closing of each call, and the day of an auction."""
    made = calendar(_("Calls for premises"))
    for one in procedures:
        title = local(one, "title")
        if one.opens_at and one.closes_at:
            _event(made, one, "opens", one.opens_at, _("Call opens: %(title)s") % {"title": title})
            _event(
                made, one, "closes", one.closes_at, _("Call closes: %(title)s") % {"title": title}
            )
        if one.event_at:
            _event(made, one, "event", one.event_at, _("Auction: %(title)s") % {"title": title})
    return made


def _event(made: Calendar, one: AllocationProcedure, what: str, at: datetime, title: str) -> None:
    event = Event()
    event.add("uid", f"nabor-{one.pk}-{what}@{settings.MAIL_DOMAIN}")
    event.add("dtstamp", now().astimezone(UTC))
    event.add("dtstart", at.astimezone(KRAKOW))
    event.add("dtend", (at + timedelta(minutes=15)).astimezone(KRAKOW))
    # An extended call or an annulled one replaces what the subscriber has.
    event.add("sequence", one.version)
    cancelled = one.state == State.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("summary", _("Annulled: %(title)s") % {"title": title} if cancelled else title)
    event.add("url", settings.SITE_URL + reverse("premises:call", args=[one.code]))
    if one.event_place and what == "event":
        event.add("location", one.event_place)
    made.add_component(event)


def as_atom(procedures: Sequence[AllocationProcedure], address: str) -> bytes:
    """An Atom feed (RFC 4287) of public calls: one entry each, changed with each step."""
    ET.register_namespace("", _EMPTY[1:-1])
    feed = ET.Element(_EMPTY + "feed", {"xml:lang": (get_language() or "pl")[:2]})
    steps = {one.pk: max((step.at for step in one.steps.all()), default=one.created_at)
             for one in procedures}  # fmt: skip
    _child(feed, "id", settings.SITE_URL + address)
    _child(feed, "title", _("Calls for premises"))
    _child(feed, "updated", max(steps.values(), default=now()).isoformat(timespec="seconds"))
    ET.SubElement(feed, _EMPTY + "link", {"rel": "self", "href": settings.SITE_URL + address})
    author = ET.SubElement(feed, _EMPTY + "author")
    _child(author, "name", _("City of Kraków"))
    for one in procedures:
        entry = ET.SubElement(feed, _EMPTY + "entry")
        page = settings.SITE_URL + reverse("premises:call", args=[one.code])
        _child(entry, "id", page)
        _child(entry, "title", local(one, "title"))
        _child(entry, "updated", steps[one.pk].isoformat(timespec="seconds"))
        ET.SubElement(entry, _EMPTY + "link", {"rel": "alternate", "href": page})
        _child(entry, "summary", summary(one))
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _child(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _EMPTY + name).text = text


def summary(one: AllocationProcedure) -> str:
    """The call in a few sentences: kind, state, dates, premises."""
    states = {
        "coming": _("coming"),
        "open": _("open"),
        "judged": _("being assessed"),
        "over": str(one.get_state_display()),
        "cancelled": _("annulled"),
    }
    lots = "; ".join(f"{local(lot.resource, 'title')}, {term(lot)}" for lot in one.lots.all())
    parts = [local(one.kind, "name"), states[phase(one)], call_dates(one), one.unit.name, lots]
    return " · ".join(part for part in parts if part)
