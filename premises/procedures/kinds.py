"""The kinds of procedure in force, and loading the usual ones from fixtures/procedure_kinds.json.

The file is where a city begins. What an official has changed afterwards stays: a kind that is
there for the same days is not loaded again.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from premises.applications import states as application_states
from premises.models import (
    DocumentType,
    KindCheck,
    KindDocument,
    KindStage,
    KindTransition,
    ProcedureKind,
    ScoringCriterion,
    ScoringScheme,
)
from premises.procedures import states, steps
from premises.procedures.steps import Subject
from records.clock import today
from records.dictionaries import FIXTURES, Loaded
from records.models import LegalAct

FILE = FIXTURES / "procedure_kinds.json"
#: Courses that there are; a row of a kind permits a step of one of them.
TABLES = {
    Subject.PROCEDURE.value: states.STEPS,
    Subject.APPLICATION.value: application_states.STEPS,
}
_ROWS = ("stages", "transitions", "documents", "checks")
_OWN = {*_ROWS, "act", "valid_from"}


def in_force(on: date | None = None) -> QuerySet[ProcedureKind]:
    """Kinds by which a procedure may begin on a day (today)."""
    return ProcedureKind.objects.filter(valid__contains=on or today()).select_related("legal_act")


def schemes_in_force(on: date | None = None) -> QuerySet[ScoringScheme]:
    return ScoringScheme.objects.filter(valid__contains=on or today())


def rows_of(kind: ProcedureKind, subject: Subject) -> steps.Permitted:
    return steps.permitted(kind, subject)


@transaction.atomic
def load_procedure_kinds() -> list[Loaded]:
    """Acts, types of documents, kinds with all their rows, scoring schemes.

    Raises ValueError for a file that permits a step which no course knows.
    """
    data = json.loads(FILE.read_text(encoding="utf-8"))
    acts, types = Loaded("acts of procedures"), Loaded("types of documents")
    for row in data["acts"]:
        _act, is_new = LegalAct.objects.update_or_create(
            code=row["code"], defaults={name: row[name] for name in row if name != "code"}
        )
        acts.count(is_new=is_new)
    for row in data["document_types"]:
        _type, is_new = DocumentType.objects.get_or_create(
            code=row["code"], defaults={name: row[name] for name in row if name != "code"}
        )
        types.count(is_new=is_new)
    kinds, schemes = Loaded("kinds of procedure"), Loaded("scoring schemes")
    for row in data["kinds"]:
        kinds.count(is_new=_load_kind(row, data["transition_groups"]))
    for row in data["scoring_schemes"]:
        schemes.count(is_new=_load_scheme(row))
    return [acts, types, kinds, schemes]


def _load_kind(row: Mapping[str, Any], groups: Mapping[str, Iterable[str]]) -> bool:
    valid = DateRange(date.fromisoformat(row["valid_from"]), None)
    if ProcedureKind.objects.filter(code=row["code"], valid__overlap=valid).exists():
        return False
    kind = ProcedureKind.objects.create(
        **{name: value for name, value in row.items() if name not in _OWN},
        legal_act=LegalAct.objects.get(code=row["act"]),
        valid=valid,
    )
    KindStage.objects.bulk_create(
        KindStage(kind=kind, order=order, **one) for order, one in enumerate(row["stages"], 1)
    )
    transitions = [
        _transition(kind, group, line) for group in row["transitions"] for line in groups[group]
    ]
    if wrong := steps.unknown(transitions, TABLES):
        raise ValueError(f"{kind.code} permits what no course knows: {'; '.join(wrong)}")
    KindTransition.objects.bulk_create(transitions)
    types = {one.code: one for one in DocumentType.objects.all()}
    KindDocument.objects.bulk_create(
        KindDocument(kind=kind, order=order, **{**one, "type": types[one["type"]]})
        for order, one in enumerate(row["documents"], 1)
    )
    KindCheck.objects.bulk_create(
        KindCheck(kind=kind, order=order, **one) for order, one in enumerate(row["checks"], 1)
    )
    return True


def _transition(kind: ProcedureKind, group: str, line: str) -> KindTransition:
    """ "approve draft>approved head", in a group "procedure.…" or "application.…"."""
    action, course, role = line.split()
    source, target = course.split(">")
    return KindTransition(
        kind=kind,
        subject=group.partition(".")[0],
        action=action,
        source=source,
        target=target,
        role=role,
    )


def _load_scheme(row: Mapping[str, Any]) -> bool:
    valid = DateRange(date.fromisoformat(row["valid_from"]), None)
    if ScoringScheme.objects.filter(code=row["code"], valid__overlap=valid).exists():
        return False
    scheme = ScoringScheme.objects.create(
        **{
            name: value
            for name, value in row.items()
            if name not in ("act", "valid_from", "criteria", "min_total")
        },
        min_total=Decimal(row["min_total"]),
        legal_act=LegalAct.objects.get(code=row["act"]),
        valid=valid,
    )
    ScoringCriterion.objects.bulk_create(
        ScoringCriterion(
            scheme=scheme,
            order=order,
            **{
                name: Decimal(value) if name in ("least", "most", "weight") else value
                for name, value in one.items()
            },
        )
        for order, one in enumerate(row["criteria"], 1)
    )
    return True
