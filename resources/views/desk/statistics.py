"""Use of a unit's rooms in figures, and the same as a file."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records import spreadsheets
from records.clock import today
from records.problems import Invalid
from resources.desk import refusals
from resources.desk.statistics import Statistics, statistics_of
from resources.forms.fields import DayField
from resources.models import ManagingUnit
from resources.views.desk.access import of_unit, show

MAX_DAYS = 366


@require_safe
@of_unit("unit.statistics", sees="unit.statistics")
def statistics(request: HttpRequest, unit: ManagingUnit) -> HttpResponse:
    problem = None
    try:
        first, last = _span(request)
    except Invalid as error:
        problem = error
        first, last = _last_month()
    found = statistics_of(unit, first, last)
    return show(
        request,
        unit,
        "desk/statistics.html",
        {
            "use": found,
            "refusals": [(_words(kind), count) for kind, count in found.refusals],
            "refused": sum(count for _kind, count in found.refusals),
            "problem": problem,
            "spans": _usual_spans(),
            "query": f"od={found.first}&do={found.last}",
        },
        status=422 if problem else 200,
    )


def _words(kind: str) -> str:
    return str(refusals.REASONS[kind]) if kind in refusals.REASONS else _("another reason")


@require_safe
@of_unit("unit.statistics", sees="unit.statistics")
def download(request: HttpRequest, unit: ManagingUnit, kind: str) -> HttpResponse:
    if kind not in ("csv", "xlsx"):
        raise Http404
    try:
        first, last = _span(request)
    except Invalid as error:
        raise Http404 from error
    header = [
        _("Room"), _("From"), _("To"), _("Hours offered"), _("Hours booked"), _("Hours used"),
        _("Occupancy (booked / offered)"), _("Own use (hours)"), _("Closed (hours)"),
    ]  # fmt: skip
    found = statistics_of(unit, first, last)
    name = f"wykorzystanie-{unit.code}-{first:%Y-%m-%d}-{last:%Y-%m-%d}"
    return spreadsheets.answer(kind, name, header, _rows(found))


def _rows(found: Statistics) -> Iterator[list[object]]:
    for room in found.rooms:
        yield [
            room.title,
            found.first,
            found.last,
            room.offered,
            room.booked,
            room.used,
            None if room.occupancy is None else round(room.occupancy, 4),
            room.own,
            room.closed,
        ]


def _span(request: HttpRequest) -> tuple[date, date]:
    """The days asked for, both included; without any the last full month. Raises Invalid."""
    if "od" not in request.GET and "do" not in request.GET:
        return _last_month()
    field = DayField()
    try:
        first, last = (field.clean(request.GET.get(name, "")) for name in ("od", "do"))
    except ValidationError as error:
        raise Invalid(_("Write both days like 7.12.2026."), field="od") from error
    if last < first:
        raise Invalid(_("The last day is before the first one."), field="do")
    if (last - first).days >= MAX_DAYS:
        raise Invalid(_("Choose a year at most."), field="do")
    return first, last


def _last_month() -> tuple[date, date]:
    last = today().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _usual_spans() -> list[tuple[str, str]]:
    """(words, query) of the spans that reports ask for."""
    day = today()
    month = _last_month()
    autumn = day.year if day.month >= 9 else day.year - 1
    return [
        (str(words), f"od={first}&do={last}")
        for words, first, last in (
            (_("last month"), *month),
            (_("this month"), day.replace(day=1), day),
            (_("last 90 days"), day - timedelta(days=89), day),
            (_("this year"), day.replace(month=1, day=1), day),
            (_("this school year"), date(autumn, 9, 1), day),
        )
    ]
