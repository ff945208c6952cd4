"""Questions about a call: anybody signed in asks, the officer answers, everybody reads."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.applications import messages
from premises.models import AllocationProcedure, ProcedureQuestion
from premises.permissions import require
from records.clock import now
from records.problems import Conflict, Invalid

MOST_OPEN_OF_ONE = 10


def may_ask(procedure: AllocationProcedure, at: datetime | None = None) -> bool:
    """From the publication on, until the questions' hour (without one, until the closing)."""
    until = procedure.questions_until or procedure.closes_at
    asking = (
        procedure.State.APPROVED,
        procedure.State.NOTICE_PUBLISHED,
        procedure.State.CALL_OPEN,
    )
    return procedure.state in asking and until is not None and (at or now()) < until


@transaction.atomic
def ask(procedure: AllocationProcedure, text: str, *, by: Any) -> ProcedureQuestion:
    """Raises NotFound, Forbidden, Conflict (too late, too many), Invalid (empty)."""
    require(by, "procedure.ask", procedure)
    if not may_ask(procedure):
        raise Conflict(_("Questions are no longer taken."), code="too_late")
    if not text.strip():
        raise Invalid(_("Write your question."), field="text", code="empty")
    waiting = procedure.questions.filter(person=by, answered_at=None).count()
    if waiting >= MOST_OPEN_OF_ONE:
        raise Conflict(_("Wait for the answers to your questions first."), code="many")
    question = ProcedureQuestion.objects.create(
        procedure=procedure, text=text.strip()[:2000], person=by, asked_at=now()
    )
    messages.question_asked(question)
    return question


@transaction.atomic
def answer(
    question: ProcedureQuestion, *, public_text: str, answer_pl: str, answer_en: str = "", by: Any
) -> ProcedureQuestion:
    """Publish the question, without who asked, and the answer. An answer can be mended later; the
    history keeps the former one. Raises Forbidden, Invalid."""
    require(by, "procedure.run", question.procedure)
    if not answer_pl.strip():
        raise Invalid(_("Write the answer."), field="answer_pl", code="empty")
    locked = ProcedureQuestion.objects.select_for_update().get(pk=question.pk)
    locked.public_text = public_text.strip() or locked.text
    locked.answer_pl, locked.answer_en = answer_pl.strip(), answer_en.strip()
    locked.answered_at, locked.answered_by = now(), str(by)
    locked.save()
    messages.question_answered(locked)
    return locked
