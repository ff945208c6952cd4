"""`/najem/<unit>/umowy/`: the unit's contracts with filters, and the same as a file."""

from collections.abc import Iterator

from django import forms
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from premises.leasing import dates, terms, words
from premises.models import Lease, LeaseParty, LeaseVersion
from premises.views.lettings.access import may_in, of_unit, show
from records import spreadsheets
from records.clock import today
from resources.forms.fields import DayField
from resources.models import ManagingUnit

ON_A_PAGE = 50
MAX_ROWS = 20_000
S = Lease.State
GROUPS = {
    "obowiazujace": (gettext_lazy("in force"), Lease.RUNNING),
    "w-przygotowaniu": (
        gettext_lazy("being prepared"),
        (*Lease.PREPARED, S.SIGNED, S.HANDOVER_PENDING),
    ),
    "do-zwrotu": (
        gettext_lazy("to be handed back"),
        (S.ENDED, S.TERMINATED_IMMEDIATE, S.RETURN_PENDING, S.HOLDOVER),
    ),
    "do-rozliczenia": (gettext_lazy("to be settled"), (S.RETURNED,)),
    "zamkniete": (gettext_lazy("closed"), (S.SETTLED, S.ABANDONED, S.ARCHIVED)),
}


class Filters(forms.Form):
    """Read from the address; what is wrong or empty filters nothing."""

    szukaj = forms.CharField(
        label=gettext_lazy("Number, tenant or address"), required=False, max_length=100
    )
    stan = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all but closed ones")),
            *[(code, label) for code, (label, _states) in GROUPS.items()],
            ("wszystkie", gettext_lazy("all")),
            *Lease.State.choices,
        ],
    )
    rodzaj = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("all kinds")), *Lease.Kind.choices],
    )
    do = DayField(label=gettext_lazy("Ends by"), required=False)
    moje = forms.BooleanField(label=gettext_lazy("only mine"), required=False)

    def apply(self, leases: QuerySet[Lease], request: HttpRequest) -> QuerySet[Lease]:
        data = self.cleaned_data if self.is_bound and self.is_valid() else {}
        leases = _searched(leases, data.get("szukaj", "").strip())
        state = data.get("stan", "")
        if state in GROUPS:
            leases = leases.filter(state__in=GROUPS[state][1])
        elif state in S.values:
            leases = leases.filter(state=state)
        elif not state:
            leases = leases.exclude(state__in=GROUPS["zamkniete"][1])
        if data.get("rodzaj"):
            leases = leases.filter(kind=data["rodzaj"])
        if data.get("do"):
            leases = leases.filter(ends_before__lte=dates.day_after(data["do"]))
        if data.get("moje"):
            leases = leases.filter(officer=request.user.pk)
        return leases


def _searched(leases: QuerySet[Lease], text: str) -> QuerySet[Lease]:
    if not text:
        return leases
    parties = LeaseParty.objects.filter(
        Q(name__icontains=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__short_name__icontains=text)
    )
    return leases.filter(
        Q(number__icontains=text)
        | Q(pk__in=parties.values("lease"))
        | Q(objects_let__resource__title_pl__icontains=text)
        | Q(objects_let__resource__site__address__icontains=text)
    ).distinct()


def listed(leases: QuerySet[Lease]) -> QuerySet[Lease]:
    """With what a row shows: parties, places, the terms of today."""
    return leases.select_related("officer").prefetch_related(
        Prefetch("parties", LeaseParty.objects.select_related("organisation")),
        "objects_let__resource",
        Prefetch("versions", LeaseVersion.objects.filter(valid__contains=today()), to_attr="now"),
    )


@require_safe
@of_unit()
def table(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    form = Filters(request.GET or None)
    found = _found(form, unit, request)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    for row in rows:
        row.badge = words.badge(row)
        row.last_day = dates.last_day(row.ends_before)
        row.overdue = words.overdue_days(row)
    query = request.GET.copy()
    query.pop("page", None)
    every = Lease.objects.filter(unit=unit)
    return show(
        request,
        unit,
        "premises/lettings/leases.html",
        {
            "form": form,
            "page": page,
            "rows": rows,
            "query": query.urlencode(),
            "filtered": bool(query),
            "figures": {
                "running": every.filter(state__in=Lease.RUNNING).count(),
                "back": every.filter(state__in=GROUPS["do-zwrotu"][1]).count(),
            },
            "may_edit": may_in(request.user, "lease.edit", unit),
            "today": today(),
        },
    )


def _found(form: Filters, unit: ManagingUnit, request: HttpRequest) -> QuerySet[Lease]:
    found = form.apply(Lease.objects.filter(unit=unit), request)
    return listed(found).order_by(F("ends_before").asc(nulls_last=True), "number")


@require_safe
@of_unit()
def download(request: HttpRequest, unit: ManagingUnit, kind: str) -> HttpResponse:
    """The same rows as a table; at most 20,000."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = _found(Filters(request.GET or None), unit, request)[:MAX_ROWS]
    head = [
        _("Number"), _("Kind"), _("State"), _("Tenant"), _("Places"), _("First day"),
        _("Last day"), _("Rent a month, net (PLN)"), _("Purpose"), _("Officer"),
    ]  # fmt: skip
    return spreadsheets.answer(kind, f"umowy-{unit.code}-{today():%Y-%m-%d}", head, _lines(found))


def _lines(found: QuerySet[Lease]) -> Iterator[list[object]]:
    for one in found:
        now = one.now[0] if one.now else terms.current(one, today())
        yield [
            one.number,
            one.get_kind_display(),
            one.get_state_display(),
            "; ".join(str(party) for party in one.parties.all()),
            "; ".join(place.resource.title_pl for place in one.objects_let.all()),
            one.starts_on,
            dates.last_day(one.ends_before),
            now.rent_net if now else None,
            now.purpose if now else "",
            str(one.officer or ""),
        ]
