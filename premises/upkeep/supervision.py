"""Conditions and their dates, inspections by checklist, the tenant's yearly reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from organisations.models import Person
from premises import permissions
from premises.leasing import dates
from premises.models import (
    Inspection,
    InspectionAnswer,
    InspectionQuestion,
    Lease,
    LeaseCondition,
    Supervision,
    UseReport,
)
from premises.upkeep.rules import Code, numbers_of
from records.clock import now, today
from records.models import StoredFile
from records.problems import Conflict, Invalid, Problem, Problems

# --- conditions -----------------------------------------------------------------------------------


@transaction.atomic
def add_condition(
    lease: Lease, by: Person, *, text: str, due_on: date, kind: str = LeaseCondition.Kind.DUTY,
    basis: str = "", every_months: int | None = None,
) -> LeaseCondition:  # fmt: skip
    """What the tenant has to keep, with the first day on which somebody looks."""
    permissions.require(by, "lease.edit", lease)
    made = LeaseCondition.objects.create(
        lease=lease, kind=kind, text=text.strip(), basis=basis.strip(), every_months=every_months,
        recorded_at=now(), recorded_by=str(by),
    )  # fmt: skip
    Supervision.objects.create(condition=made, due_on=due_on)
    return made


@transaction.atomic
def look(
    planned: Supervision, by: Person, *, done_on: date, outcome: str, evidence: str,
    file: StoredFile | None = None,
) -> Supervision | None:  # fmt: skip
    """Record what was found; the next look of a repeated condition, if there is one.

    The next one is counted from the day on which this one was due, so that dates do not drift.
    """
    locked = Supervision.objects.select_for_update(of=("self",)).get(pk=planned.pk)
    condition = LeaseCondition.objects.select_related("lease").get(pk=locked.condition_id)
    permissions.require(by, "lease.edit", condition.lease)
    if locked.done_on is not None:
        raise Conflict(_("Somebody has recorded this look already."), code="done_already")
    if done_on > today():
        raise Invalid(_("This is recorded when it has happened."), field="done_on")
    if not evidence.strip():
        raise Invalid(_("Say what was found and what shows it."), field="evidence")
    locked.done_on, locked.outcome, locked.evidence = done_on, outcome, evidence.strip()
    locked.file, locked.recorded_by = file, str(by)
    locked.save()
    if condition.every_months is None or condition.closed_on is not None:
        return None
    due_on = dates.add_months(locked.due_on, condition.every_months)
    made, _is_new = Supervision.objects.get_or_create(condition=condition, due_on=due_on)
    return made


@transaction.atomic
def close_condition(condition: LeaseCondition, by: Person) -> None:
    """No longer asked: looks that nobody has taken yet are not due any more."""
    permissions.require(by, "lease.edit", condition.lease)
    condition.closed_on = today()
    condition.save(update_fields=["closed_on"])
    condition.looks.filter(done_on=None).delete()


# --- inspections ----------------------------------------------------------------------------------


def questions_for(lease: Lease, on: date) -> QuerySet[InspectionQuestion]:
    """The checklist of the day: the unit's own if it has one, else the city's."""
    held = InspectionQuestion.objects.filter(
        Q(kind="") | Q(kind=lease.kind), valid__contains=on
    ).select_related("legal_act")
    own = held.filter(unit=lease.unit_id)
    return own if own.exists() else held.filter(unit=None)


def plan_inspection(lease: Lease, by: Person, planned_on: date) -> Inspection:
    """One visit is planned at a time; planning again moves it."""
    permissions.require(by, "lease.edit", lease)
    if planned_on < today():
        raise Invalid(_("Choose today or a later day."), field="planned_on")
    made, _is_new = Inspection.objects.update_or_create(
        lease=lease, held_on=None, defaults={"planned_on": planned_on, "planned_by": str(by)}
    )
    return made


@dataclass(frozen=True, slots=True)
class Answered:
    result: str
    note: str = ""


@transaction.atomic
def hold_inspection(
    inspection: Inspection, by: Person, *, held_on: date, answers: Mapping[int, Answered],
    summary: str = "", mend_by: date | None = None,
) -> Inspection:  # fmt: skip
    """Record a visit: every question answered, what is not in order said in words.

    `answers` by the key of the question. The next visit is planned by the rule, unless one is.
    Raises Problems, one for each question that lacks something.
    """
    locked = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
    permissions.require(by, "lease.edit", locked.lease)
    if locked.held_on is not None:
        raise Conflict(_("Somebody has recorded this inspection already."), code="done_already")
    if held_on > today():
        raise Invalid(_("This is recorded when it has happened."), field="held_on")
    questions = list(questions_for(locked.lease, held_on))
    _check(questions, answers)
    locked.held_on, locked.held_by = held_on, str(by)
    locked.summary, locked.mend_by = summary.strip(), mend_by
    locked.save()
    InspectionAnswer.objects.bulk_create(
        InspectionAnswer(
            inspection=locked, question=one, position=position, text=one.text_pl,
            result=answers[one.pk].result, note=answers[one.pk].note.strip(),
        )
        for position, one in enumerate(questions)
    )  # fmt: skip
    if locked.lease.state in Lease.RUNNING:
        months = numbers_of(locked.lease.unit_id).number(Code.INSPECTION_MONTHS)
        Inspection.objects.get_or_create(
            lease=locked.lease,
            held_on=None,
            defaults={"planned_on": dates.add_months(held_on, months), "planned_by": str(by)},
        )
    return locked


def _check(questions: list[InspectionQuestion], answers: Mapping[int, Answered]) -> None:
    problems: list[Problem] = []
    for one in questions:
        given = answers.get(one.pk)
        if given is None or given.result not in InspectionAnswer.Result.values:
            problems.append(
                Invalid(_("Answer: %(question)s") % {"question": one.text_pl}, field=f"q{one.pk}")
            )
        elif given.result == InspectionAnswer.Result.BAD and not given.note.strip():
            problems.append(
                Invalid(
                    _("Say what is not in order: %(question)s") % {"question": one.text_pl},
                    field=f"n{one.pk}",
                )
            )
    if problems:
        raise Problems(problems)


def mended(inspection: Inspection, by: Person) -> None:
    permissions.require(by, "lease.edit", inspection.lease)
    Inspection.objects.filter(pk=inspection.pk, mended_on=None, mend_by__isnull=False).update(
        mended_on=today()
    )


# --- reports of use -------------------------------------------------------------------------------


def reported_years(lease: Lease, on: date) -> list[int]:
    """Years that are over and in which the tenant was in, newest first; at most three."""
    if lease.handed_over_on is None:
        return []
    last = on.year - 1
    if lease.ends_before is not None:
        last = min(last, (lease.ends_before - dates.DAY).year)
    return list(range(last, max(lease.handed_over_on.year, last - 2) - 1, -1))


def report_due(year: int, days: int) -> date:
    """By when a year is reported: so many days after its last."""
    return date(year, 12, 31) + days * dates.DAY


@transaction.atomic
def report(
    lease: Lease, year: int, by: Person, *, days_used: int, people: int, text: str
) -> UseReport:
    """Send, or send again after a question. Raises Conflict once it is accepted."""
    permissions.require(by, "lease.report", lease)
    if year not in reported_years(lease, today()):
        raise Invalid(_("This year is not over, or you did not use the place in it."), field="year")
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    if days_used > days:
        raise Invalid(_("A year has at most 366 days."), field="days_used")
    Lease.objects.select_for_update(no_key=True).get(pk=lease.pk)
    known = UseReport.objects.filter(lease=lease, year=year).first()
    if known is not None and known.state == UseReport.State.ACCEPTED:
        raise Conflict(_("The unit has accepted this report."), code="accepted")
    values: dict[str, Any] = {
        "state": UseReport.State.SENT, "days_used": days_used, "people": people,
        "text": text.strip(), "sent_at": now(), "sent_by": str(by),
    }  # fmt: skip
    made, _is_new = UseReport.objects.update_or_create(lease=lease, year=year, defaults=values)
    return made


@transaction.atomic
def answer_report(one: UseReport, by: Person, *, question: str = "") -> UseReport:
    """Accept a report, or return it with a question."""
    locked = UseReport.objects.select_for_update(of=("self",)).get(pk=one.pk)
    permissions.require(by, "lease.edit", locked.lease)
    if locked.state != UseReport.State.SENT:
        raise Conflict(_("This report is answered already."), code="answered")
    asked = question.strip()
    locked.state = UseReport.State.RETURNED if asked else UseReport.State.ACCEPTED
    locked.question = asked
    locked.answered_at, locked.answered_by = now(), str(by)
    locked.save()
    return locked


def open_looks(unit_id: int) -> QuerySet[Supervision]:
    """Looks to be taken at conditions of the unit's contracts, the soonest first."""
    return (
        Supervision.objects.filter(
            done_on=None, condition__lease__unit=unit_id, condition__closed_on=None
        )
        .select_related("condition__lease")
        .order_by(F("due_on"), "pk")
    )
