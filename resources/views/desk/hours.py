"""Opening hours of a room: a grid of weekdays, from a day on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from records.clock import today
from records.problems import Problem
from resources import opening
from resources.desk.week import rooms_of
from resources.desk.words import WEEKDAY, joined_hours, title_of
from resources.forms.fields import WEEKDAY_CHOICES, DayField, MinuteField
from resources.models import ManagingUnit, OpeningRule, Resource
from resources.opening import Hours
from resources.views.desk.access import of_unit, place_in, show

#: Spans of a day that the grid offers: morning and afternoon.
SPANS = 2


class HoursForm(forms.Form):
    """Two spans for each weekday, and the term in which they hold."""

    first = DayField(label=gettext_lazy("From day"))
    last = DayField(
        label=gettext_lazy("To day"),
        required=False,
        help_text=gettext_lazy("Included. Empty: until you change them again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAY_CHOICES:
            for span in range(SPANS):
                for end in ("opens", "closes"):
                    label = _("%(day)s, from") if end == "opens" else _("%(day)s, to")
                    self.fields[f"{end}-{weekday}-{span}"] = MinuteField(
                        label=label % {"day": name}, required=False
                    )

    def rows(self) -> list[dict[str, Any]]:
        """The grid as the template draws it."""
        return [
            {
                "name": name,
                "spans": [
                    (self[f"opens-{weekday}-{span}"], self[f"closes-{weekday}-{span}"])
                    for span in range(SPANS)
                ],
            }
            for weekday, name in WEEKDAY_CHOICES
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for weekday, _name in WEEKDAY_CHOICES:
            for span in range(SPANS):
                opens, closes = f"opens-{weekday}-{span}", f"closes-{weekday}-{span}"
                if {opens, closes} & self.errors.keys():
                    continue
                if (data.get(opens) is None) != (data.get(closes) is None):
                    empty = opens if data.get(opens) is None else closes
                    self.add_error(empty, _("Give both hours, or none."))
                elif data.get(opens) is not None and data[opens] >= data[closes]:
                    self.add_error(closes, _("A place must open before it closes."))
        first = data.get("first")
        if first and first < today():
            self.add_error("first", _("The past stays as it was. Choose today or later."))
        return data

    def hours(self) -> list[Hours]:
        data = self.cleaned_data
        return [
            Hours(weekday, data[f"opens-{weekday}-{span}"], data[f"closes-{weekday}-{span}"])
            for weekday, _name in WEEKDAY_CHOICES
            for span in range(SPANS)
            if data.get(f"opens-{weekday}-{span}") is not None
        ]


@require_safe
@of_unit()
def rooms(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The hours of every room today, and changes to come."""
    places = rooms_of(unit)
    by_room: dict[int, list[OpeningRule]] = {place.pk: [] for place in places}
    later: set[int] = set()
    for rule in OpeningRule.objects.filter(resource__in=places):
        if rule.valid.lower is not None and rule.valid.lower > today():
            later.add(rule.resource_id)
        elif rule.valid.upper is None or rule.valid.upper > today():
            by_room[rule.resource_id].append(rule)
    rows = [
        {
            "place": place,
            "title": title_of(place),
            "words": week_in_words(
                [Hours(rule.weekday, rule.opens, rule.closes) for rule in by_room[place.pk]]
            ),
            "later": place.pk in later,
            "observes": place.observes,
        }
        for place in places
    ]
    return show(request, unit, "desk/hours.html", {"rows": rows})


def week_in_words(hours: list[Hours]) -> list[str]:
    """Monday 8:00-12:00, 15:00-20:00; equal days joined: Monday-Friday 8:00-20:00."""
    days = {
        weekday: joined_hours((one.opens, one.closes) for one in hours if one.weekday == weekday)
        for weekday in range(1, 8)
    }
    found: list[str] = []
    start = 1
    for weekday in range(1, 8):
        if weekday < 7 and days[weekday + 1] == days[start]:
            continue
        if days[start]:
            name = str(WEEKDAY[start])
            if weekday > start:
                name += f"\u2060–\u2060{WEEKDAY[weekday]}"
            found.append(f"{name}: {days[start]}")
        start = weekday + 1
    return found


@require_http_methods(["GET", "POST"])
@of_unit("resource.edit")
def edit(request: HttpRequest, unit: ManagingUnit, code: str) -> HttpResponse:
    place = place_in(unit, code)
    outside: list = []
    if request.method == "GET":
        form = HoursForm(initial=_initial(place))
        return _show(request, unit, place, form, outside)
    form = HoursForm(request.POST)
    status = 422
    if form.is_valid():
        data = form.cleaned_data
        try:
            hours = opening.checked(form.hours())
            outside = opening.meetings_outside(place, hours, data["first"], data["last"])
            if not outside or "sure" in request.POST:
                opening.set_hours(place, hours, data["first"], data["last"])
                messages.success(
                    request, _("The hours of “%(place)s” are set.") % {"place": title_of(place)}
                )
                return redirect("desk:hours", unit=unit.code)
            status = 409
        except Problem as problem:
            weekday = (problem.field or "").removeprefix("day-")
            name = f"opens-{weekday}-1" if weekday.isdecimal() else problem.field
            form.add_error(name if name in form.fields else None, str(problem.message))
    return _show(request, unit, place, form, outside, status=status)


def _initial(place: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {"first": today()}
    counted: dict[int, int] = {}
    for one in opening.rules_on(place, today()):
        span = counted.get(one.weekday, 0)
        if span < SPANS:
            found[f"opens-{one.weekday}-{span}"] = one.opens
            found[f"closes-{one.weekday}-{span}"] = one.closes
        counted[one.weekday] = span + 1
    return found


def _show(
    request: HttpRequest,
    unit: ManagingUnit,
    place: Resource,
    form: HoursForm,
    outside: list,
    *,
    status: int = 200,
) -> HttpResponse:
    return show(
        request,
        unit,
        "desk/room_hours.html",
        {
            "place": place,
            "title": title_of(place),
            "form": form,
            "outside": outside,
            "closed_days": opening.closed_days_ahead(place)[:12],
            "many": any(
                len([one for one in opening.rules_on(place, today()) if one.weekday == day]) > SPANS
                for day in range(1, 8)
            ),
        },
        status=status,
    )
