"""`/najem/<unit>/lokale/`: the stock of a unit as table and map, with filters kept under a name."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from maps.widgets import LegendEntry, MapWidget
from premises.models import Premises, SavedFilter, StockImport
from premises.stock import export
from premises.stock.listing import Listing
from premises.stock.status import statuses
from premises.stock.values import with_values
from premises.views.lettings.access import may_in, of_unit, show
from records.clock import now
from resources.models import ManagingUnit

PAGE_SIZE = 50
MOST_IN_FILE = 25_000


def stock_of(unit: ManagingUnit) -> QuerySet[Premises]:
    """The premises that the unit keeps."""
    return Premises.objects.filter(resource__unit=unit)


@require_safe
@of_unit()
def stock(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """The list. As many queries for thirty rows as for one."""
    listing = Listing.from_query(request.GET)
    found = listing.narrowed(stock_of(unit)).select_related("resource__site", "resource__district")
    found = found.defer(
        "resource__district__boundary",
        "resource__district__boundary_2178",
        "resource__district__outline",
        "resource__search_text",
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    states = statuses(row.pk for row in rows)
    for number, row in enumerate(rows, start=page.start_index()):
        row.order, row.status = number, states[row.pk]
    as_map = request.GET.get("view") == "map"
    filters = saved_filters(request, unit)
    return show(
        request,
        unit,
        "premises/lettings/stock/list.html",
        {
            "listing": listing,
            "form": listing.form,
            "chips": list(listing.chips()),
            "query": listing.canonical,
            "page": page,
            "rows": rows,
            "columns": _columns(listing),
            "all": stock_of(unit).count() if listing.form.wanted else page.paginator.count,
            "filters": filters,
            "current": next((one for one in filters if one.query == listing.canonical), None),
            "as_map": as_map,
            "files": [(kind, export.file_words(kind)) for kind in export.KINDS],
            "may_edit": may_in(request.user, "stock.edit", unit),
            "last": StockImport.objects.filter(unit=unit, loaded_at__isnull=False)
            .order_by("-loaded_at")
            .first(),
            "now": now(),
            "map": _map() if as_map else None,
            "features": {
                "type": "FeatureCollection",
                "features": [_feature(unit, one) for one in rows],
            }
            if as_map
            else None,
        },
    )


def _columns(listing: Listing) -> list[dict[str, Any]]:
    """Headers of the table; those with a query sort by it."""
    heads = [
        ("number", pgettext("column", "No."), False),
        ("address", _("Address"), False),
        ("district", _("Dist."), False),
        ("area", "m²", True),
        ("", _("State"), False),
        ("until", _("Until"), False),
        ("technical", _("Technical state"), True),
        ("", _("Step-free"), False),
    ]
    return [
        {
            "label": label,
            "number": is_number,
            "sortable": bool(name),
            "query": listing.sort_query(name) if name else "",
            "sorted": ("descending" if listing.descending else "ascending")
            if name == listing.sort
            else "",
        }
        for name, label, is_number in heads
    ]


def _map() -> MapWidget:
    return MapWidget(
        label=_("Map of the premises of this page; the table lists the same premises"),
        results_id="lokale-na-mapie",
        list_selector="#lista",
        legend=(LegendEntry("premises", _("premises, number as in the table")),),
        modifiers="map--tall",
    )


def _feature(unit: ManagingUnit, row: Any) -> dict[str, Any]:
    resource = row.resource
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [*resource.point.coords]}
        if resource.point
        else None,
        "properties": {
            "code": resource.code,
            "number": row.order,
            "title": resource.title_pl,
            "kind": "premises",
            "place": row.status.words,
            "sample": resource.is_sample,
            "url": reverse("lettings:premises", args=[unit.code, resource.code]),
        },
    }


@require_safe
@of_unit()
def stock_file(request: HttpRequest, unit: ManagingUnit, kind: str) -> HttpResponse:
    """The filtered list as a file, every page of it."""
    if kind not in export.KINDS:
        raise Http404
    listing = Listing.from_query(request.GET)
    found = listing.narrowed(stock_of(unit))
    rows = list(with_values(found)[:MOST_IN_FILE])
    return export.as_response(kind, f"lokale-{unit.code}", rows)


# --- filters kept under a name ----------------------------------------------------------------


def saved_filters(request: HttpRequest, unit: ManagingUnit) -> list[SavedFilter]:
    """The person's own, and those shared in the unit."""
    mine = Q(person=request.user)
    return list(SavedFilter.objects.filter(mine | Q(shared=True), unit=unit))


@require_POST
@of_unit()
def save_filter(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    """Keep the conditions under a name; the same name of the same person is overwritten."""
    query = Listing.from_query(QueryDict(request.POST.get("query", "")[:1000])).canonical
    name = " ".join(request.POST.get("name", "").split())[:80]
    back = f"{reverse('lettings:stock', args=[unit.code])}?{query}"
    if not name:
        messages.error(request, _("Give the filter a name."))
        return redirect(back)
    try:
        with transaction.atomic():
            SavedFilter.objects.update_or_create(
                unit=unit,
                person=request.user,
                name=name,
                defaults={
                    "query": query[:1000],
                    "shared": bool(request.POST.get("shared")),
                    "created_at": now(),
                },
            )
    except IntegrityError:
        # The same name was saved in the same moment from another window: it is there.
        pass
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": name})
    return redirect(back)


@require_POST
@of_unit()
def forget_filter(request: HttpRequest, unit: ManagingUnit, pk: int) -> HttpResponse:
    """Remove one's own filter."""
    one = get_object_or_404(SavedFilter, unit=unit, person=request.user, pk=pk)
    one.delete()
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": one.name})
    return redirect("lettings:stock", unit=unit.code)


# --- changing many at once ----------------------------------------------------------------------


def picked(unit: ManagingUnit, data: QueryDict) -> QuerySet[Premises]:
    """The premises that were ticked, or (with `all`) everything that the filter shows."""
    if data.get("all"):
        return Listing.from_query(QueryDict(data.get("query", ""))).narrowed(stock_of(unit))
    codes = data.getlist("pick")[:5000]
    return stock_of(unit).filter(resource__code__in=codes).order_by("number", "pk")
