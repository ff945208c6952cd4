"""The formal check: the checklist, the call for correction and its answer, the bid deposit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.applications import course, submission
from premises.applications.canonical import with_nonce
from premises.applications.states import Action
from premises.models import (
    Application,
    ApplicationDraft,
    BidDeposit,
    CorrectionCall,
    CorrectionItem,
    DocumentType,
    FormalCheck,
    KindCheck,
    SubmittedApplication,
)
from premises.permissions import require
from premises.procedures import course as procedures
from premises.procedures.stages import days_of
from records.clock import KRAKOW, now, today
from records.problems import Conflict, Invalid
from records.working_days import add_days, next_working_day


@transaction.atomic
def answer_lines(
    application: Application, answers: Mapping[int, tuple[str, str]], *, by: Any
) -> None:
    """Record the checklist: line id -> (result, note); "" takes an answer back.

    Raises Invalid where "no" is not explained, Conflict outside the formal check.
    """
    locked = course.lock(application)
    require(by, "application.check", locked)
    if locked.state != Application.State.FORMAL_CHECK:
        raise Conflict(_("The formal check is not going on."), code="wrong_state")
    lines = {one.pk: one for one in KindCheck.objects.filter(kind=locked.procedure.kind_id)}
    for pk, (result, note) in answers.items():
        if pk not in lines:
            continue
        if not result:
            FormalCheck.objects.filter(application=locked, check_line=pk).delete()
            continue
        if result == FormalCheck.Result.NO and not note.strip():
            raise Invalid(_("Say what is missing."), field=f"note-{pk}", code="note_missing")
        FormalCheck.objects.update_or_create(
            application=locked,
            check_line=lines[pk],
            defaults={
                "result": result,
                "note": note.strip(),
                "checked_at": now(),
                "checked_by": str(by),
            },
        )


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing to mend; a document to send, a question of the form, or neither."""

    text: str
    document_type: DocumentType | None = None
    field: str = ""


@transaction.atomic
def request_correction(
    application: Application,
    defects: Sequence[Defect],
    *,
    by: Any,
    message: str = "",
    delivered_on: date | None = None,
) -> CorrectionCall:
    """Call for the listed defects only. The days run from delivery (today: by this system).

    Raises Invalid without defects, Conflict outside the formal check.
    """
    defects = [one for one in defects if one.text.strip()]
    if not defects:
        raise Invalid(_("List what is to be mended."), field="defects", code="no_defects")
    procedures.lock(application.procedure)
    locked = course.lock(application)
    actor = course.acting(by, locked, Action.REQUEST_CORRECTION)
    if locked.state != Application.State.FORMAL_CHECK:
        raise Conflict(_("The formal check is not going on."), code="wrong_state")
    start = delivered_on or today()
    number, counting = days_of(locked.procedure.kind, "correction", 7)
    call = CorrectionCall.objects.create(
        application=locked,
        made_at=now(),
        made_by=str(by),
        delivered_on=start,
        due_on=next_working_day(add_days(start, number, counting)),
        message=message,
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(
            call=call,
            text=one.text.strip(),
            field=one.field,
            document_type=one.document_type,
            order=order,
        )
        for order, one in enumerate(defects, 1)
    )
    ApplicationDraft.objects.update_or_create(
        application=locked, defaults={"content": {}, "saved_at": now(), "saved_by": ""}
    )
    course.move(
        locked,
        Action.REQUEST_CORRECTION,
        actor,
        reason="; ".join(one.text.strip().rstrip(".") for one in defects) + ".",
    )
    return call


def open_call(application: Application) -> CorrectionCall | None:
    return application.correction_calls.filter(answered_at=None).first()


ITEM = "item-"


@transaction.atomic
def correct(
    application: Application,
    *,
    by: Any,
    revision: int,
    received_at: datetime | None = None,
) -> SubmittedApplication:
    """Send the answer to the call: for each listed defect a text or a file, and nothing else.

    After the day it is taken and marked late; an officer judges. Raises Conflict, Invalid.
    """
    at = received_at or now()
    procedures.lock(application.procedure)
    locked = course.lock(application)
    actor = course.acting(by, locked, Action.CORRECT)
    call = open_call(locked)
    if locked.state != Application.State.CORRECTION_REQUESTED or call is None:
        raise Conflict(_("There is nothing to complete."), code="wrong_state")
    draft = locked.draft
    if draft.revision != revision:
        raise Conflict(
            _("The draft has changed since you opened it. Read it again, then send."), code="stale"
        )
    items = list(call.items.select_related("document_type"))
    files = list(
        locked.documents.filter(submission=None).select_related("type", "organisation", "file")
    )
    sent = {one.type_id for one in files}
    for item in items:
        said = str(draft.content.get(f"{ITEM}{item.pk}", "")).strip()
        if not said and item.document_type_id not in sent:
            raise Invalid(
                _("Answer each point: “%(text)s”.") % {"text": item.text},
                field=f"{ITEM}{item.pk}",
                code="unanswered",
            )
    order = locked.submissions.count() + 1
    receipt = f"{locked.procedure.code}/{locked.number}/U{order - 1}"
    content = with_nonce(
        {
            "receipt": receipt,
            "application": locked.code,
            "corrects": f"{locked.procedure.code}/{locked.number}",
            "correction": [
                {
                    "point": item.text,
                    "field": item.field,
                    "answer": str(draft.content.get(f"{ITEM}{item.pk}", "")).strip(),
                    "document": item.document_type.code if item.document_type else "",
                }
                for item in items
            ],
            "documents": [
                {"type": one.type.code, "name": one.name, "sha256": one.sha256} for one in files
            ],
            "submitted_at": at.isoformat(),
            "submitted_by": str(by),
        }
    )
    submitted = submission.keep(
        locked,
        content,
        order=order,
        receipt=receipt,
        by=by,
        at=at,
        files=files,
        late=at.astimezone(KRAKOW).date() > call.due_on,
    )
    CorrectionCall.objects.filter(pk=call.pk).update(answered_at=at, answer=submitted)
    draft.delete()
    course.move(locked, Action.CORRECT, actor)
    return submitted


@transaction.atomic
def record_deposit(
    application: Application,
    *,
    by: Any,
    credited_on: date | None,
    reference: str = "",
    outcome: str = "",
    settled_on: date | None = None,
    reason: str = "",
) -> BidDeposit:
    """What the account shows: credited, and later returned, counted or kept.

    Raises Invalid: days in the future, settled before credited, kept without a reason.
    """
    locked = Application.objects.select_related("procedure").get(pk=application.pk)
    require(by, "application.record_deposit", locked)
    deposit = BidDeposit.objects.select_for_update().get(application=locked)
    limit = today()
    if (credited_on and credited_on > limit) or (settled_on and settled_on > limit):
        raise Invalid(_("This day has not come yet."), field="credited_on", code="future")
    if outcome and credited_on is None:
        raise Invalid(
            _("Only a deposit that was credited can be settled."),
            field="outcome",
            code="not_credited",
        )
    if outcome and (settled_on is None or (credited_on and settled_on < credited_on)):
        raise Invalid(
            _("Give the day, not before it was credited."), field="settled_on", code="no_day"
        )
    if outcome == BidDeposit.Outcome.KEPT and not reason.strip():
        raise Invalid(_("Say why the deposit is kept."), field="reason", code="reason_missing")
    deposit.credited_on, deposit.reference = credited_on, reference
    deposit.outcome, deposit.settled_on = outcome, settled_on if outcome else None
    deposit.reason, deposit.recorded_by = reason.strip(), str(by)
    deposit.save()
    return deposit


def in_time(deposit: BidDeposit) -> bool | None:
    """Whether it was credited by its day; None while nothing was credited."""
    if deposit.credited_on is None:
        return None
    return deposit.due_on is None or deposit.credited_on <= deposit.due_on
