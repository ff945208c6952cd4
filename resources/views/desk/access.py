"""Whose desk it is: 404 for a unit that the person does not serve, 403 for what they may not do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from records.problems import Forbidden
from resources.desk.case import cases_of
from resources.models import Booking, ManagingUnit, Resource
from resources.permissions import TABLE
from resources.scopes import unit_bookings, units_where

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
UnitView = Callable[Concatenate[HttpRequest, ManagingUnit, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the desk in its menu: shown to those who may do its action."""

    name: str
    label: str | Promise
    action: str


SECTIONS = (
    Section("desk:unit", gettext_lazy("Inbox and week"), "unit.desk"),
    Section("desk:bookings", gettext_lazy("Bookings"), "unit.desk"),
    Section("desk:closures", gettext_lazy("Closures"), "unit.desk"),
    Section("desk:own_use", gettext_lazy("Own timetable"), "unit.desk"),
    Section("desk:hours", gettext_lazy("Opening hours"), "unit.desk"),
    Section("desk:rules", gettext_lazy("Rules and prices"), "unit.desk"),
    Section("resources:kept", gettext_lazy("Places"), "unit.desk"),
    Section("desk:statistics", gettext_lazy("Use"), "unit.statistics"),
    Section("desk:staff", pgettext_lazy("section of the desk", "People"), "unit.view_staff"),
)


def of_unit(
    action: str = "unit.desk", *, sees: str = "unit.desk"
) -> Callable[[UnitView[P]], View[P]]:
    """Decorator: the view's unit by its code, for people who may do `action` with it.

    Who may not do `sees` for the unit gets 404, as if there were no such unit.
    """

    def decorate(view: UnitView[P]) -> View[P]:
        @wraps(view)
        @login_required
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            code = kwargs.pop("unit")
            unit = get_object_or_404(units_where(request.user, sees), code=code)
            if action != sees and not may_in(request.user, action, unit):
                raise Forbidden(gettext("You are not allowed to do this."))
            return view(request, unit, *args, **kwargs)

        return wrapped

    return decorate


def case_in(request: HttpRequest, unit: ManagingUnit, code: str) -> Booking:
    """A sent request of the unit, or 404."""
    return get_object_or_404(cases_of(unit_bookings(request.user).filter(unit=unit)), code=code)


def place_in(unit: ManagingUnit, code: str) -> Resource:
    """A place of the unit, or 404."""
    return get_object_or_404(Resource.objects.filter(unit=unit), code=code)


def may_in(person: Any, action: str, unit: ManagingUnit) -> bool:
    """Whether the person may do the action with some object of the unit: for menus and buttons."""
    roles = TABLE.roles_to(person, unit)
    return any(rule.roles & roles for rule in TABLE.rules[action])


def show(
    request: HttpRequest,
    unit: ManagingUnit,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk, with its menu and what the person may do."""
    person = request.user
    sections = [
        {
            "label": section.label,
            "address": reverse(section.name, args=[unit.code]),
            "current": request.resolver_match.view_name == section.name,
        }
        for section in SECTIONS
        if may_in(person, section.action, unit)
    ]
    rights = {
        "decide": may_in(person, "booking.decide", unit),
        "enter": may_in(person, "booking.enter", unit),
        "close": may_in(person, "resource.close", unit),
        "own_use": may_in(person, "resource.own_use", unit),
        "hours": may_in(person, "resource.edit", unit),
        "rules": may_in(person, "unit.set_rules", unit),
        "delegate": may_in(person, "unit.delegate", unit),
        "statistics": may_in(person, "unit.statistics", unit),
    }
    return render(
        request,
        template,
        {"unit": unit, "sections": sections, "may": rights, **context},
        status=status,
    )
