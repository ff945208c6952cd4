"""Premises as a kind of resource: its words, and what its page says beyond the spine."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from premises.models import Premises
from premises.procedures import shown, words
from premises.procedures.stages import timeline
from premises.rules.panel import can_we
from premises.vacancy import vacancies
from resources.kinds import Kind
from resources.models import Resource

UTILITIES = {
    "electricity": lambda: _("electricity"),
    "water": lambda: _("water"),
    "sewage": lambda: _("sewage"),
    "gas": lambda: _("gas"),
    "internet": lambda: _("internet"),
}


def facts(resource: Resource, request: HttpRequest) -> dict[str, Any]:
    """What premises/_panel.html and premises/_answer.html show."""
    premises = (
        Premises.objects.filter(resource=resource)
        .select_related("resource__site__building")
        .prefetch_related("parts")
        .first()
    )
    return {
        "premises": premises,
        "building": getattr(resource.site, "building", None) if resource.site else None,
        "vacancy": vacancies([resource])[resource.pk],
        "utilities": [
            UTILITIES[code]() if code in UTILITIES else code for code in premises.utilities
        ]
        if premises
        else [],
        "procedure": _procedure(resource),
        "can_we": can_we(premises, request.user, request.GET.get("organizacja", ""))
        if premises
        else None,
    }


def _procedure(resource: Resource) -> dict[str, Any] | None:
    """The running procedure of the premises as premises/_call_box.html shows it."""
    call = shown.of_premises(resource)
    if call is None:
        return None
    phase = words.phase(call)
    return {
        "call": call,
        "phase": phase,
        "dates": words.call_dates(call),
        "stages": timeline(call),
        "may_prepare": call.kind.takes_applications and phase in ("open", "coming"),
    }


PREMISES = Kind(
    code="premises",
    name=pgettext_lazy("one place", "premises"),
    plural=pgettext_lazy("several places", "premises"),
    wanted=pgettext_lazy("looking for", "premises"),
    shape="diamond",
    answer="premises/_answer.html",
    panel="premises/_panel.html",
    aside="premises/_aside.html",
    facts=facts,
)
