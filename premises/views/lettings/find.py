"""`/najem/<unit>/szukaj/`: anything by number, name or address."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premises import finding
from premises.views.lettings.access import of_unit, show
from resources.models import ManagingUnit


@require_safe
@of_unit()
def find(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """What fits, by kind; nothing is looked for before two signs are typed."""
    text = " ".join(request.GET.get("q", "").split())[: finding.MAX_LENGTH]
    groups = finding.find(request.user, text)
    return show(
        request,
        unit,
        "premises/lettings/find.html",
        {
            "text": text,
            "short": len(text) < finding.MIN_LENGTH,
            "groups": groups,
            "count": sum(len(group.found) for group in groups),
            "more": any(group.more for group in groups),
        },
    )
