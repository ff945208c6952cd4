"""Premises as a kind of resource: its words, and what its page says beyond the spine."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from premises.models import Premises
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


def facts(resource: Resource, _request: HttpRequest) -> dict[str, Any]:
    """What premises/_panel.html and premises/_answer.html show. Three queries."""
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
    }


PREMISES = Kind(
    code="premises",
    name=pgettext_lazy("one place", "premises"),
    plural=pgettext_lazy("several places", "premises"),
    wanted=pgettext_lazy("looking for", "premises"),
    shape="diamond",
    answer="premises/_answer.html",
    panel="premises/_panel.html",
    facts=facts,
)
