"""`/lokale/umowy/`: what the city has given away by contract; natural persons are never named."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from premises.leasing import dates, words
from premises.models import Lease, LeaseParty, LeaseVersion
from records import spreadsheets
from records.clock import now, today
from resources.models import ManagingUnit

ON_A_PAGE = 100
#: Signed contracts whose term runs or whose place is not back.
PUBLIC = Lease.BINDING


class PublicFilters(forms.Form):
    jednostka = forms.ModelChoiceField(
        ManagingUnit.objects.none(), label=gettext_lazy("Unit"), required=False,
        to_field_name="code", empty_label=gettext_lazy("all units"),
    )  # fmt: skip
    rodzaj = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("all kinds")), *Lease.Kind.choices],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letting = ManagingUnit.objects.filter(leases__isnull=False).distinct()
        self.fields["jednostka"].queryset = letting  # type: ignore[attr-defined]

    def narrowed(self, leases: QuerySet[Lease]) -> QuerySet[Lease]:
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if data.get("jednostka"):
            leases = leases.filter(unit=data["jednostka"])
        if data.get("rodzaj"):
            leases = leases.filter(kind=data["rodzaj"])
        return leases


def _public() -> QuerySet[Lease]:
    """Contracts that bind, over places that are public; natural persons are never named."""
    return (
        Lease.objects.filter(state__in=PUBLIC, objects_let__resource__visibility="public")
        .distinct()
        .select_related("unit", "legal_act")
        .prefetch_related(
            Prefetch("parties", LeaseParty.objects.select_related("organisation")),
            "objects_let__resource",
            Prefetch("versions", LeaseVersion.objects.filter(valid__contains=today()),
                     to_attr="now"),
        )
        .order_by("unit__name", "number")
    )  # fmt: skip


def _named(lease: Lease) -> str:
    bound = [one for one in lease.parties.all() if one.role in LeaseParty.BOUND]
    legal = [str(one) for one in bound if not one.natural_person]
    if len(legal) < len(bound):
        legal.append(_("a natural person"))
    return "; ".join(legal)


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """Who holds what of the city by contract, for how long, on what basis."""
    form = PublicFilters(request.GET or None)
    page = Paginator(form.narrowed(_public()), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    for row in rows:
        row.named, row.term_words = _named(row), words.term(row)
    return render(
        request,
        "premises/contracts.html",
        {"form": form, "page": page, "rows": rows, "now": now(), "query": request.GET.urlencode()},
    )


@require_safe
def contracts_file(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in ("csv", "xlsx"):
        raise Http404
    head = [
        _("Number"), _("Kind"), _("Unit"), _("Party"), _("Places"), _("Area (m²)"), _("First day"),
        _("Last day"), _("Rent a month, net (PLN)"), _("Basis"),
    ]  # fmt: skip
    found = PublicFilters(request.GET or None).narrowed(_public())
    lines = (
        [
            one.number,
            one.get_kind_display(),
            one.unit.name,
            _named(one),
            "; ".join(place.resource.title_pl for place in one.objects_let.all()),
            sum(place.area_m2 or 0 for place in one.objects_let.all()),
            one.starts_on,
            dates.last_day(one.ends_before),
            one.now[0].rent_net if one.now else None,
            one.basis,
        ]
        for one in found
    )
    return spreadsheets.answer(kind, f"umowy-miasta-{today():%Y-%m-%d}", head, lines)
