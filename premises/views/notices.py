"""`/wykazy/`: public notice lists, their PDF, CSV and feed."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from premises.models import PublicNotice
from premises.notices import export, paper
from premises.notices.state import SHOWN, badge
from premises.views.documents import pdf_answer
from records import spreadsheets
from records.clock import today

PAGE_SIZE = 20
FEED_SIZE = 50


def _published() -> QuerySet[PublicNotice]:
    return (
        PublicNotice.objects.filter(state__in=SHOWN)
        .select_related("unit", "corrects", "document__pdf", "legal_act")
        .prefetch_related("items", "corrections")
    )


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Lists on display first, then those taken down. `?wszystkie` shows the archive too."""
    everything = "wszystkie" in request.GET
    found = _published().order_by("-published_on", "-pk")
    hanging = found.filter(state=PublicNotice.State.PUBLISHED)
    page = Paginator(found if everything else hanging, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page)
    for row in rows:
        row.badge = badge(row)
    return render(
        request,
        "premises/notices.html",
        {
            "page": page,
            "rows": rows,
            "everything": everything,
            "hanging": hanging.count(),
            "today": today(),
        },
    )


@require_safe
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """One list as everybody reads it; it prints as it stands."""
    found = get_object_or_404(_published().prefetch_related("postings"), code=code)
    corrections = [one for one in found.corrections.all() if one.state in SHOWN]
    items = found.items.select_related("resource", "corrects__notice").prefetch_related(
        "corrections__notice"
    )
    lots = [
        {
            "item": one,
            "rows": paper.rows(one),
            "corrected_by": [c.notice for c in one.corrections.all() if c.notice.state in SHOWN],
        }
        for one in items
    ]
    return render(
        request,
        "premises/notice.html",
        {"notice": found, "badge": badge(found), "lots": lots, "corrections": corrections},
    )


@require_safe
def notice_pdf(_request: HttpRequest, code: str) -> FileResponse:
    """The document as it was published."""
    found = get_object_or_404(_published(), code=code, document__isnull=False)
    return pdf_answer(found.document)


@require_safe
def notices_csv(_request: HttpRequest) -> HttpResponse:
    """Lots of the lists on display, for spreadsheets."""
    rows = export.csv_rows(_published().filter(state=PublicNotice.State.PUBLISHED))
    header, *lots = rows
    return spreadsheets.answer("csv", "wykazy", header, lots)


@require_safe
def notices_feed(request: HttpRequest) -> HttpResponse:
    base = request.build_absolute_uri("/").rstrip("/")
    newest = _published().order_by("-published_at")[:FEED_SIZE]
    return HttpResponse(
        export.atom(newest, base=base), content_type="application/atom+xml; charset=utf-8"
    )
