"""Whose lettings: 404 for a unit that the person does not serve, 403 for what they may not do."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from premises.permissions import TABLE
from resources.models import ManagingUnit
from resources.views.desk import access
from resources.views.desk.access import Section

#: The menu of the desk, in the order of the work.
SECTIONS: tuple[Section, ...] = (Section("lettings:unit", _("What is due"), "lettings.desk"),)

#: Decorator, as resources.views.desk.access.of_unit: the view's unit by its code.
of_unit = partial(access.of_unit, "lettings.desk", sees="lettings.desk", table=TABLE)


def of_unit_to(action: str) -> Any:
    """Decorator: the view's unit, for people who may do `action` there; others get 403."""
    return access.of_unit(action, sees="lettings.desk", table=TABLE)


def may_in(person: Any, action: str, unit: ManagingUnit) -> bool:
    """Whether the person may do the action with something of the unit: for menus and buttons."""
    return access.may_in(person, action, unit, table=TABLE)


def show(
    request: HttpRequest,
    unit: ManagingUnit,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk of lettings, with its menu."""
    sections = access.menu(request, unit, SECTIONS, TABLE)
    return render(request, template, {"unit": unit, "sections": sections, **context}, status=status)
