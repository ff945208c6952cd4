"""Words of bookings in templates: {% load booking %}."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from records import typography
from records.clock import KRAKOW
from records.marks import Badge
from resources.booking import pricing, words
from resources.models import Booking, BookingSlot

register = template.Library()


@register.filter
def in_language(texts: Mapping[str, Any]) -> Any:
    """What a mapping by language holds for the reader; Polish where there is nothing."""
    language = (get_language() or "pl")[:2]
    return texts.get(language) or texts.get("pl", "")


@register.filter
def dates_in_short(dates: Sequence[Sequence[datetime]]) -> str:
    """For a subject: the one date with its hours, or how many dates from which day on."""
    if not dates:
        return ""
    first_start, first_end, *_place = dates[0]
    if len(dates) == 1:
        return f"{typography.day(first_start)}, {typography.time_range(first_start, first_end)}"
    return ngettext("%(count)d date from %(day)s", "%(count)d dates from %(day)s", len(dates)) % {
        "count": len(dates),
        "day": typography.day(first_start),
    }


@register.filter
def state_mark(of: Booking | BookingSlot) -> Badge:
    """The badge of a booking or of one of its dates."""
    return words.slot_mark(of) if isinstance(of, BookingSlot) else words.booking_mark(of)


@register.filter
def as_limit(moment: datetime) -> str:
    """Until when: midnight is the end of the day before, not 00:00 of the next one."""
    local = moment.astimezone(KRAKOW)
    if (local.hour, local.minute) == (0, 0):
        return _("the end of %(day)s") % {"day": typography.day_long(local - timedelta(hours=1))}
    return typography.moment(local)


@register.filter
def as_hours(minutes: int) -> str:
    """Minutes as hours: 90 is 1,5 h."""
    return pricing.hours(minutes)
