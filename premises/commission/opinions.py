"""Opinions asked of others (a department, a district council): what they say binds nobody."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.applications import course
from premises.applications.states import Action
from premises.models import AllocationProcedure, Application, Opinion
from premises.procedures import course as procedures
from premises.procedures.stages import due
from records.clock import now, today
from records.problems import Conflict, Invalid


@transaction.atomic
def ask(application: Application, *, by: Any, asked_of: str, due_on: date | None = None) -> Opinion:
    """Ask, and wait until the day that the kind sets. Raises Invalid, Conflict, Forbidden."""
    if not asked_of.strip():
        raise Invalid(_("Say whose opinion is asked."), code="nobody", field="asked_of")
    day = due_on or due(application.procedure.kind, "opinion", today())
    if day is None:
        raise Invalid(
            _("Say until when: the kind of procedure sets no days."), code="no_day", field="due_on"
        )
    if day < today():
        raise Invalid(_("This day has passed."), code="past", field="due_on")
    procedures.lock(application.procedure)
    locked = course.lock(application)
    actor = course.acting(by, locked, Action.ASK_OPINION)
    if locked.state != Application.State.OPINION:
        course.move(locked, Action.ASK_OPINION, actor, message=asked_of.strip())
    return Opinion.objects.create(
        application=locked,
        asked_of=asked_of.strip(),
        asked_at=now(),
        asked_by=str(by),
        due_on=day,
    )


@transaction.atomic
def record(
    opinion: Opinion, *, by: Any, outcome: str, text: str = "", received_on: date | None = None
) -> Opinion:
    """Write down what came, or that nothing came in time. Raises Invalid, Conflict, Forbidden."""
    row = Opinion.objects.select_for_update(of=("self",)).select_related(
        "application__procedure"
    ).get(pk=opinion.pk)  # fmt: skip
    course.acting(by, row.application, Action.ASK_OPINION)
    if row.outcome:
        raise Conflict(_("This opinion is recorded already."), code="recorded")
    if outcome == Opinion.Outcome.NONE:
        if today() <= row.due_on:
            raise Conflict(_("There is still time for this opinion."), code="still_time")
    elif received_on is None or received_on > today():
        raise Invalid(_("On which day did it come?"), code="no_day", field="received_on")
    if outcome == Opinion.Outcome.NEGATIVE and not text.strip():
        raise Invalid(_("Write what the opinion says."), code="no_text", field="text")
    row.outcome, row.text, row.recorded_by = outcome, text.strip(), str(by)
    row.received_on = None if outcome == Opinion.Outcome.NONE else received_on
    row.save()
    return row


def waiting(procedure: AllocationProcedure) -> list[Opinion]:
    """Opinions that may still come in time."""
    return list(
        Opinion.objects.filter(
            application__procedure=procedure,
            application__state=Application.State.OPINION,
            outcome="",
            due_on__gte=today(),
        )
    )
