"""Parts of an organisation's page that other apps bring: its requests, its premises."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Panel:
    """A section: a template, and what fills it; None leaves it out (nothing, or not for them)."""

    code: str
    template: str
    context: Callable[[HttpRequest, Organisation], dict[str, Any] | None]


#: In the order of the page. Filled in config/composition.py.
PANELS: list[Panel] = []


#: Pages where roles in units are given, as (label, address); for the administrator's page.
ROLE_PAGES: list[Callable[[], list[tuple[str, str]]]] = []


def panels_of(request: HttpRequest, organisation: Organisation) -> list[dict[str, Any]]:
    shown = []
    for panel in PANELS:
        context = panel.context(request, organisation)
        if context is not None:
            shown.append({"code": panel.code, "template": panel.template, **context})
    return shown
