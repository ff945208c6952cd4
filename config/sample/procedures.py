"""Removing procedures and applications with the sample city."""

from typing import Any

import pgtrigger
from django.db.models import Q, QuerySet

from config.sample.commissions import remove_commissions
from organisations.models import Organisation
from premises.applications.uploads import forget_stored
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDocument,
    BidDeposit,
    CorrectionCall,
    ProcedureFile,
    ProcedureKind,
    ScoringScheme,
    SubmittedApplication,
)
from resources.models import ManagingUnit

#: What a visitor sent to an invented unit goes with it: immutable is what real units keep.
_KEEPING = (
    "premises.SubmittedApplication:submitted_application_is_kept",
    "premises.ApplicationDocument:submitted_document_is_kept",
)


def remove_procedures(units: QuerySet[ManagingUnit], organisations: QuerySet[Organisation]) -> None:
    """Procedures of the units, and every application of the organisations. In a transaction."""
    procedures = AllocationProcedure.objects.filter(Q(is_sample=True) | Q(unit__in=units))
    applications = Application.objects.filter(
        Q(is_sample=True) | Q(procedure__in=procedures) | Q(organisation__in=organisations)
    )
    ids = list(applications.values_list("pk", flat=True))
    mine: dict[str, Any] = {"application__in": ids}
    files = list(ApplicationDocument.objects.filter(**mine).values_list("file_id", flat=True))
    files += ProcedureFile.objects.filter(procedure__in=procedures).values_list(
        "file_id", flat=True
    )
    remove_commissions(procedures.values_list("pk", flat=True), ids)
    with pgtrigger.ignore(*_KEEPING):
        BidDeposit.objects.filter(**mine).delete()
        CorrectionCall.objects.filter(**mine).delete()
        ApplicationDocument.objects.filter(**mine).delete()
        SubmittedApplication.objects.filter(**mine).delete()
    Application.objects.filter(pk__in=ids).delete()
    ProcedureFile.objects.filter(procedure__in=procedures).delete()
    procedures.delete()
    forget_stored(files)


def remove_sample_kinds() -> None:
    """Kinds and schemes that rest on invented acts; loading brings them again."""
    used = AllocationProcedure.objects.values("kind")
    ProcedureKind.objects.filter(legal_act__is_sample=True).exclude(pk__in=used).delete()
    scored = AllocationProcedure.objects.exclude(scoring=None).values("scoring")
    ScoringScheme.objects.filter(legal_act__is_sample=True).exclude(pk__in=scored).delete()
