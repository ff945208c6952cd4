"""What only pages of the desk draw: spans of time in words, cells of the grid of hours."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from records import typography
from records.clock import KRAKOW

register = template.Library()


@register.simple_tag
def closure_span(start: datetime, end: datetime) -> str:
    """1.12.2026; 1–14.12.2026; 1.12.2026, 17:00–19:00: whole days are said as days."""
    first, last = start.astimezone(KRAKOW), end.astimezone(KRAKOW)
    if f"{first:%H:%M}" == f"{last:%H:%M}" == "00:00":
        return typography.day_range(first.date(), last.date() - timedelta(days=1))
    if first.date() == last.date():
        return f"{typography.day(first)}, {typography.time_range(first, last)}"
    if f"{last:%H:%M}" == "00:00" and last.date() == first.date() + timedelta(days=1):
        return f"{typography.day(first)}, {typography.joined(f'{first:%H:%M}', '24:00')}"
    return typography.joined(typography.moment(first), typography.moment(last))


@register.simple_tag
def hour_cell(bound: BoundField) -> SafeString:
    """A time input of a table, named by its label for those who do not see the heading."""
    attrs: dict[str, str | bool] = {
        "class": "input input--dense input--short",
        "aria-label": str(bound.label),
    }
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return format_html(
        '{}<span class="error">{}</span>' if bound.errors else "{}",
        bound.as_widget(attrs=attrs),
        *([bound.errors[0]] if bound.errors else []),
    )


@register.simple_tag
def filter_widget(bound: BoundField) -> SafeString:
    """A field of a filter: nothing in it is required, so nothing says that it is optional."""
    return bound.as_widget(attrs={"class": "input input--dense"})


@register.filter
def percent_share(value: object) -> float:
    """40 (per cent, as widthratio gives it) as the share 0.4 that a bar takes."""
    return float(Decimal(str(value or 0)) / 100)
