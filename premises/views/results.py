"""`/nabory/<code>/wyniki/`: the ranking list for everybody, and an applicant's own result."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from premises.commission import cards, listing, papers
from premises.commission_forms import short
from premises.models import AllocationProcedure, Ranking
from premises.permissions import require
from premises.procedures import words
from premises.scopes import own_applications
from premises.views.commission_files import pdf_of
from records.clock import now


def _ranked(request: HttpRequest, code: str) -> tuple[AllocationProcedure, Ranking]:
    """404 as long as there is no list, or for whoever may not see the procedure."""
    found = get_object_or_404(
        AllocationProcedure.objects.select_related("kind__legal_act", "unit", "scoring", "ranking"),
        code=code,
    )
    require(request.user, "procedure.view", found)
    ranking = getattr(found, "ranking", None)
    if ranking is None:
        raise Http404
    return found, ranking


@require_safe
def results(request: HttpRequest, code: str) -> HttpResponse:
    """Places, points and proposals of all; criteria and reasons of one's own application."""
    found, ranking = _ranked(request, code)
    lines = papers.lines_of(ranking)
    mine = set(
        own_applications(request.user).filter(procedure=found).values_list("pk", flat=True)
    ) if request.user.is_authenticated else set()  # fmt: skip
    criteria = {one.code: one for one in cards.criteria_of(found)}
    language = "en" if (get_language() or "").startswith("en") else "pl"
    return render(
        request,
        "premises/results.html",
        {
            "call": found,
            "ranking": ranking,
            "lots": _by_lot(lines),
            "points": listing.by_points(found),
            "own": [
                {
                    "line": line,
                    "mark": words.application_mark(line.application),
                    "criteria": [
                        {
                            "criterion": criteria[one["code"]],
                            "mean": one["mean"],
                            "most": short(criteria[one["code"]].most),
                        }
                        for one in line.criteria
                        if one["code"] in criteria
                    ],
                    "said": [
                        score
                        for card in listing.cards_of(line)
                        for score in card.scores.all()
                        if score.reason
                    ],
                }
                for line in lines
                if line.application_id in mine
            ],
            "refused": list(found.applications.filter(pk__in=mine, state="rejected_formally")),
            "documents": [
                one
                for one in papers.issued(found)
                if one.template.code == papers.LIST and one.language == language
            ],
            "now": now(),
        },
    )


def _by_lot(lines: list) -> list[dict]:
    found: dict[int, dict] = {}
    for line in lines:
        row = found.setdefault(line.lot_id, {"lot": line.lot, "lines": []})
        row["lines"].append({"line": line, "tie": papers.tie_words(line)})
    return list(found.values())


@require_safe
def paper(request: HttpRequest, code: str, key: str) -> FileResponse:
    """The ranking list as a tagged PDF; the protocol is not for everybody."""
    found, _ranking = _ranked(request, code)
    return pdf_of(found, key, only=(papers.LIST,))
