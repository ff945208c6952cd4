"""The search page, its map layer and its table. A search that finds nothing leaves a trace."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maps.forms import ViewportForm
from maps.geocoding import Place as Named
from maps.layers import Viewport
from records.api import PROBLEM_TYPE
from records.clock import now
from records.limits import TooOften, count, who_asks
from records.problems import Problem, Problems
from records.spreadsheets import answer
from resources import unmet
from resources.models import Equipment
from resources.search import forms, map_layer, table
from resources.search.criteria import Criteria
from resources.search.links import PAGE_SIZE, Addresses
from resources.search.page import search_page
from resources.search.parsing import parse

#: Sent by the form, so that its fields can be told from the parameters of an address.
FORM = "form"
DEFAULT_KIND = "room"
MOST_LABEL = 120


def _counted(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Counts the request against the limit of searches; past it the answer is 429."""

    @wraps(view)
    def counting(request: HttpRequest) -> HttpResponse:
        try:
            count("search", who_asks(request))
        except TooOften as refused:
            response = _refused(request, Problems([refused]), status=refused.status)
            response["Retry-After"] = str(refused.extra["retry_after"])
            return response
        return view(request)

    return counting


def _equipment() -> list[tuple[str, str]]:
    english = (get_language() or "pl").startswith("en")
    return [(one.code, one.name_en if english else one.name_pl) for one in Equipment.objects.all()]


def _read(query: QueryDict, *drop: str) -> tuple[Criteria, str]:
    """The criteria of the page's address, and the name of its point. Raises Problems."""
    parameters = {name: values for name, values in query.lists() if name not in drop}
    label = (parameters.pop("address", None) or [""])[0][:MOST_LABEL]
    parameters.setdefault("kind", [DEFAULT_KIND])
    parameters.setdefault("limit", [str(PAGE_SIZE)])
    return parse(parameters), label


@require_safe
@_counted
def search(request: HttpRequest) -> HttpResponse:
    """The page. The form's own fields are turned into the canonical address first."""
    if FORM in request.GET:
        return _from_form(request)
    try:
        criteria, label = _read(request.GET)
        page = search_page(criteria, request.user, near_label=label)
    except Problems as problems:
        return _refused(request, problems)
    if not page.listing.matched and not criteria.offset:
        unmet.record_search(criteria, request, page.judgement)
    form = forms.SearchForm(
        initial=forms.initial(criteria, near_label=label), equipment=_equipment()
    )
    return _shown(request, {"page": page, "form": form})


def _from_form(request: HttpRequest) -> HttpResponse:
    form = forms.SearchForm(request.GET, equipment=_equipment())
    if not form.is_valid():
        return _shown(request, {"form": form}, status=422)
    try:
        parameters = form.parameters()
        if form.is_valid():
            query = QueryDict(mutable=True)
            for name, values in parameters.items():
                query.setlist(name, values)
            criteria, label = _read(query)
            address = Addresses(label).of(criteria)
            return HttpResponseRedirect(address)
    except forms.Choosing as choosing:
        context = {"form": form, "choices": _choices(request, choosing.places)}
        return _shown(request, context)
    except Problems as problems:
        form.take(problems)
    return _shown(request, {"form": form}, status=422)


def _choices(request: HttpRequest, places: list[Named]) -> list[dict[str, Any]]:
    """The places that the typed name may mean, each with the form's address for it."""
    found = []
    for place in places:
        query = request.GET.copy()
        chosen = forms.place_parameters(place)
        label = (chosen.get("address") or [""])[0]
        query["address"] = query["near_label"] = label
        query["near"] = (chosen.get("near") or [""])[0]
        if "district" in chosen:
            query["area"] = f"district:{chosen['district'][0]}"
        if "area_group" in chosen:
            query["area"] = f"group:{chosen['area_group'][0]}"
        found.append({"place": place, "address": f"{reverse('search')}?{query.urlencode()}"})
    return found


def _refused(request: HttpRequest, problems: Problems, *, status: int = 422) -> HttpResponse:
    """An address that says something wrong: what, and the form to begin anew."""
    form = forms.SearchForm(
        initial=forms.initial(Criteria(kind=DEFAULT_KIND)), equipment=_equipment()
    )
    return _shown(request, {"form": form, "problems": problems.problems}, status=status)


def _shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    partial = request.htmx and not request.htmx.boosted and "page" in context  # type: ignore[attr-defined]
    template = "resources/search/_results.html" if partial else "resources/search/search.html"
    response = render(request, template, {"now": now(), **context}, status=status)
    if partial:
        response["HX-Push-Url"] = context["page"].addresses.of(context["page"].criteria)
    patch_vary_headers(response, ["HX-Request", "Accept-Language", "Cookie"])
    return response


@require_safe
@_counted
def layer(request: HttpRequest) -> HttpResponse:
    """`/warstwy/szukaj.geojson?view=W,S,E,N&zoom=12&listed=…&<search>`: fits beyond the list."""
    viewport = ViewportForm({"bbox": request.GET.get("view"), "zoom": request.GET.get("zoom")})
    try:
        if not viewport.is_valid():
            raise viewport.problem()
        criteria, _label = _read(request.GET, "view", "zoom", "listed")
        shown = Viewport(
            bounds=viewport.cleaned_data["bbox"] or Viewport.bounds,
            zoom=Viewport.zoom if (zoom := viewport.cleaned_data["zoom"]) is None else zoom,
        )
        listed = [code for code in request.GET.get("listed", "").split(",") if code.isprintable()]
        body = map_layer.others(criteria, request.user, shown, listed=listed[:500])
    except Problem as problem:
        return JsonResponse(problem.as_document(), status=problem.status, content_type=PROBLEM_TYPE)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@_counted
def download(request: HttpRequest) -> HttpResponse:
    """`/szukaj.csv?<search>`: all that fits as a table, at most 500 rows."""
    try:
        criteria, _label = _read(request.GET)
        header, rows = table.rows(criteria, request.user, address=request.build_absolute_uri)
    except Problems as problems:
        return _refused(request, problems)
    return answer("csv", "miejsca", header, rows)
