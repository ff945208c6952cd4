"""Pages about the service itself: help, accessibility declaration, privacy, component sheet."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from config.forms import ComponentSheetForm
from records import clock
from records.icons import ICONS
from records.marks import Badge, Tone
from records.statements import notice_in_force, review_due, statement_in_force


def _in_language(row: object, field: str) -> str:
    """The text of a two-language row in the reader's language."""
    suffix = "pl" if (get_language() or "pl").startswith("pl") else "en"
    return getattr(row, f"{field}_{suffix}")


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/help.html")


def accessibility_declaration(request: HttpRequest) -> HttpResponse:
    statement = statement_in_force()
    if statement is None:
        raise Http404
    return render(
        request,
        "pages/accessibility.html",
        {
            "statement": statement,
            "site_url": settings.SITE_URL,
            "gaps": _in_language(statement, "gaps").splitlines(),
            "architecture": _in_language(statement, "architecture"),
            "communication": _in_language(statement, "communication"),
            "review_due": review_due(statement),
        },
    )


def _blocks(text: str) -> list[tuple[str, str]]:
    """Lines of a notice as ("heading" or "paragraph", text)."""
    lines = (line.strip() for line in text.splitlines())
    return [
        ("heading", line.removeprefix("## ")) if line.startswith("## ") else ("paragraph", line)
        for line in lines
        if line
    ]


def privacy_notice(request: HttpRequest, code: str) -> HttpResponse:
    """The notice in force today; `unit` in the address asks for the one of a unit."""
    notice = notice_in_force(code, clock.today(), unit_label=request.GET.get("unit", ""))
    if notice is None:
        raise Http404
    return render(
        request,
        "pages/privacy.html",
        {"notice": notice, "blocks": _blocks(_in_language(notice, "text"))},
    )


@login_required
def component_sheet(request: HttpRequest) -> HttpResponse:
    """Every component in its states, drawn by the tags that pages use. For staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    form = ComponentSheetForm({"name": "", "people": "45"})
    form.is_valid()
    return render(
        request,
        "pages/components.html",
        {
            "form": form,
            "icons": sorted(ICONS),
            "badges": [Badge(tone.value, tone) for tone in Tone],
            "ticks": ["free"] * 4 + ["shut"] * 2 + ["free"] * 16 + ["taken"] * 4,
            "first": dt.date(2027, 1, 5),
            "last": dt.date(2027, 6, 29),
            "moment": dt.datetime(2026, 11, 23, 14, 5, tzinfo=clock.KRAKOW),
            "list_page": Paginator(range(120), 10).get_page(request.GET.get("page")),
        },
    )
