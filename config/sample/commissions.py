"""Removing what commissions left, with the procedures of the sample city."""

from collections.abc import Iterable

import pgtrigger

from premises.models import (
    Bid,
    CommissionMember,
    Decision,
    ImpartialityDeclaration,
    OpenedContent,
    OpenedFile,
    Opinion,
    ProcedureKey,
    Ranking,
    RankingLine,
    Score,
    ScoreCard,
    SealAttempt,
    SealOpening,
)

#: What is kept for good of real units.
_KEEPING = (
    "premises.ScoreCard:final_card_is_kept",
    "premises.Score:score_of_a_draft",
    "premises.Ranking:ranking_is_kept",
    "premises.RankingLine:ranking_line_is_kept",
    "premises.Decision:decision_is_kept",
)


def remove_commissions(procedures: Iterable[int], applications: Iterable[int]) -> None:
    """Everything of commissions about these procedures and applications. In a transaction."""
    procedures, applications = list(procedures), list(applications)
    with pgtrigger.ignore(*_KEEPING):
        for model in (Decision, Opinion, Bid, RankingLine):
            model.objects.filter(application__in=applications).delete()
        Ranking.objects.filter(procedure__in=procedures).delete()
        Score.objects.filter(card__application__in=applications).delete()
        ScoreCard.objects.filter(application__in=applications).delete()
    OpenedContent.objects.filter(submission__application__in=applications).delete()
    OpenedFile.objects.filter(document__application__in=applications).delete()
    SealOpening.objects.filter(procedure__in=procedures).delete()
    SealAttempt.objects.filter(key__procedure__in=procedures).delete()
    ProcedureKey.objects.filter(procedure__in=procedures).delete()
    ImpartialityDeclaration.objects.filter(member__procedure__in=procedures).delete()
    CommissionMember.objects.filter(procedure__in=procedures).delete()
