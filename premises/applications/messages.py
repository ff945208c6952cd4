"""Who hears of what happens in a procedure and to an application, in their own language.

Called inside the transaction of the step, so that a message exists exactly when the step does. The
words are templates of the kind's name (templates/premises/notifications/).
"""

from typing import Any

from django.urls import reverse

from organisations.models import Membership, Person
from organisations.notify import notify
from premises.applications.states import Action
from premises.models import (
    AllocationProcedure,
    Application,
    CoApplicant,
    ProcedureQuestion,
    SubmittedApplication,
)
from premises.procedures.states import Action as ProcedureAction
from records.clock import today
from resources.models import StaffRole

TEMPLATES = "premises/notifications"
KINDS = (
    # to the applicant
    "application_received",
    "application_correction",
    "application_corrected",
    "application_admitted",
    "application_rejected",
    "application_reserve",
    "application_granted",
    "application_refused",
    "application_lapsed",
    "application_annulled",
    "application_joint_asked",
    "application_joint_answered",
    "application_draft_waits",
    "procedure_extended",
    "procedure_cancelled",
    "procedure_question_answered",
    # to the unit
    "application_new",
    "application_completed",
    "application_withdrawn",
    "application_resigned",
    "procedure_question",
    "procedure_closed",
    "procedure_returned",
)

_Role = Membership.Role


def members(organisation_id: int, *, signatories: bool = False) -> list[Person]:
    """Who acts for the organisation today."""
    roles = [_Role.REPRESENTATIVE, _Role.PROXY] + ([] if signatories else [_Role.EDITOR])
    return list(
        Person.objects.filter(
            memberships__organisation=organisation_id,
            memberships__role__in=roles,
            memberships__valid__contains=today(),
            is_active=True,
        ).distinct()
    )


def applicants(application: Application) -> list[Person]:
    """Those who may answer for the leading organisation: whoever wrote it, and its signatories."""
    people = members(application.organisation_id)
    signs = members(application.organisation_id, signatories=True)
    wrote = [one for one in people if one.pk == application.person_id]
    return list({one.pk: one for one in [*wrote, *signs]}.values()) or people


def officers(procedure: AllocationProcedure) -> list[Person]:
    """The officer of the procedure; without one, the lettings officers and heads of the unit."""
    unit = procedure.unit
    roles = [StaffRole.Role.LETTINGS_OFFICER, StaffRole.Role.HEAD]
    serving = list(
        Person.objects.filter(
            staff_roles__unit__in=[pk for pk in (unit.pk, unit.merged_into_id) if pk],
            staff_roles__role__in=roles,
            staff_roles__valid__contains=today(),
            is_active=True,
        ).distinct()
    )
    mine = [one for one in serving if one.pk == procedure.officer_id]
    return mine or serving


def about(procedure: AllocationProcedure, **more: Any) -> dict[str, Any]:
    """What a template may say: plain values, since a message is kept and read later."""
    return {
        "number": str(procedure),
        "title": {"pl": procedure.title_pl, "en": procedure.title_en or procedure.title_pl},
        "unit": procedure.unit.name,
        "closes_at": procedure.closes_at,
        **more,
    }


def _of(application: Application, **more: Any) -> dict[str, Any]:
    sealed = application.procedure.kind.sealed and application.procedure.opened_at is None
    return about(
        application.procedure,
        code=application.code,
        organisation="" if sealed else application.organisation.name,
        application_number=application.number,
        **more,
    )


def to_applicant(application: Application, kind: str, **more: Any) -> None:
    about_it = {**_of(application, **more), "organisation": application.organisation.name}
    notify(
        applicants(application),
        kind,
        about_it,
        reverse("premises:application", args=[application.code]),
    )


def to_unit(procedure: AllocationProcedure, kind: str, context: dict[str, Any]) -> None:
    address = reverse("lettings:procedure", args=[procedure.unit.code, procedure.code])
    notify(officers(procedure), kind, context, address)


def received(application: Application, submitted: SubmittedApplication) -> None:
    """The receipt by mail: number, moment, hash."""
    to_applicant(
        application,
        "application_received",
        receipt=submitted.receipt,
        at=submitted.submitted_at,
        sha256=submitted.sha256,
        documents=submitted.documents,
    )
    to_unit(application.procedure, "application_new", _of(application, at=submitted.submitted_at))


_TOLD: dict[Action, str] = {
    Action.REQUEST_CORRECTION: "application_correction",
    Action.ADMIT: "application_admitted",
    Action.REJECT: "application_rejected",
    Action.RESERVE: "application_reserve",
    Action.GRANT: "application_granted",
    Action.REFUSE: "application_refused",
    Action.LAPSE: "application_lapsed",
    Action.ANNUL: "application_annulled",
    Action.CORRECT: "application_corrected",
}
_TOLD_TO_UNIT: dict[Action, str] = {
    Action.CORRECT: "application_completed",
    Action.WITHDRAW: "application_withdrawn",
    Action.RESIGN: "application_resigned",
}


def application_moved(application: Application, action: Action, text: str) -> None:
    if kind := _TOLD.get(action):
        call = application.correction_calls.order_by("-made_at").first()
        to_applicant(
            application,
            kind,
            text=text,
            due_on=call.due_on if call and action == Action.REQUEST_CORRECTION else None,
            sign_by=application.sign_by,
        )
    if kind := _TOLD_TO_UNIT.get(action):
        to_unit(application.procedure, kind, _of(application, text=text))


def procedure_moved(procedure: AllocationProcedure, action: ProcedureAction, reason: str) -> None:
    if action == ProcedureAction.CLOSE:
        sent = procedure.applications.exclude(state=Application.State.DRAFT)
        sent = sent.exclude(state=Application.State.WITHDRAWN)
        to_unit(procedure, "procedure_closed", about(procedure, applications=sent.count()))
    if action == ProcedureAction.RETURN:
        to_unit(procedure, "procedure_returned", about(procedure, text=reason))
    if action == ProcedureAction.CANCEL:
        for draft in _drafts(procedure):
            to_applicant(draft, "procedure_cancelled", text=reason)


def call_extended(procedure: AllocationProcedure, reason: str) -> None:
    """Everybody who has begun or sent an application hears of the later hour."""
    procedure = AllocationProcedure.objects.select_related("unit", "kind").get(pk=procedure.pk)
    sent = procedure.applications.filter(state=Application.State.SUBMITTED)
    for one in [*_drafts(procedure), *sent.select_related("organisation", "procedure__unit")]:
        to_applicant(one, "procedure_extended", text=reason)


def _drafts(procedure: AllocationProcedure) -> list[Application]:
    found = procedure.applications.filter(state=Application.State.DRAFT)
    return list(found.select_related("organisation", "procedure__unit", "procedure__kind"))


def draft_waits(application: Application) -> None:
    """A draft that was not sent, before the call closes: once."""
    notify(
        applicants(application),
        "application_draft_waits",
        {**_of(application), "organisation": application.organisation.name},
        reverse("premises:application", args=[application.code]),
        key=f"application:{application.pk}:draft_waits",
    )


def joint_asked(co_applicant: CoApplicant) -> None:
    application = co_applicant.application
    notify(
        members(co_applicant.organisation_id, signatories=True),
        "application_joint_asked",
        about(
            application.procedure,
            leader=application.organisation.name,
            organisation=co_applicant.organisation.name,
            code=application.code,
        ),
        reverse("premises:application_joint", args=[application.code, co_applicant.pk]),
    )


def joint_answered(co_applicant: CoApplicant) -> None:
    to_applicant(
        co_applicant.application,
        "application_joint_answered",
        partner=co_applicant.organisation.name,
        agreed=co_applicant.state == CoApplicant.State.CONFIRMED,
    )


def question_asked(question: ProcedureQuestion) -> None:
    to_unit(question.procedure, "procedure_question", about(question.procedure, text=question.text))


def question_answered(question: ProcedureQuestion) -> None:
    if question.person is not None:
        notify(
            question.person,
            "procedure_question_answered",
            about(question.procedure, text=question.answer_pl, asked=question.public_text),
            reverse("premises:call", args=[question.procedure.code]) + "#pytania",
        )
