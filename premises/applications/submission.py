"""Sending an application: the immutable copy, its hash and its receipt, in one transaction.

The moment that counts is the one at which the server received it, read before anything else and
compared with the closing minute by the same clock: one second late is late. Of sealed kinds only
ciphertext is kept; the draft and the clear files are gone when the transaction ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from premises.applications import course, joint, known
from premises.applications.canonical import canonical, digest, with_nonce
from premises.applications.form import DECLARED, ApplicationForm
from premises.applications.states import Action
from premises.applications.uploads import forget_stored, store_bytes
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDocument,
    BidDeposit,
    KindDocument,
    SubmittedApplication,
)
from premises.permissions import require
from premises.procedures import course as procedures
from premises.procedures import sealing
from premises.procedures.course import Actor
from premises.procedures.stages import days_of
from premises.procedures.steps import Role
from records import typography
from records.clock import KRAKOW, now
from records.problems import Conflict, Invalid, Problem, Problems
from records.working_days import add_days

State = AllocationProcedure.State


@dataclass(frozen=True, slots=True)
class Readiness:
    """What still hinders sending; `form` holds what is wrong beside each question."""

    form: ApplicationForm
    needs: list[known.Need]
    problems: list[Problem]

    @property
    def missing(self) -> list[known.Need]:
        return [one for one in self.needs if one.standing is known.Standing.MISSING]

    @property
    def is_whole(self) -> bool:
        return not self.problems and self.form.is_valid()


def documents_of(procedure: AllocationProcedure) -> list[KindDocument]:
    """What the kind asks with the application, in order."""
    return [
        one
        for one in procedure.kind.documents.select_related("type")
        if one.asked == KindDocument.Asked.APPLICATION
    ]


def readiness(application: Application) -> Readiness:
    """What is missing, without judging whether the call is open."""
    procedure = application.procedure
    content = dict(application.draft.content)
    content["lot"] = application.lot_id
    form = ApplicationForm(
        content,
        procedure=procedure,
        documents=documents_of(procedure),
        organisation=application.organisation,
    )
    needs = known.needs_of(application)
    problems: list[Problem] = []
    if not form.is_valid():
        problems += [
            Invalid(f"{_asked(form, name)}: {message}", field=name, code="form")
            for name, messages in form.errors.items()
            for message in messages
        ]
    problems += [
        Invalid(
            _("Missing: %(document)s (%(organisation)s).")
            % {"document": _name(one.document), "organisation": one.organisation},
            code="document_missing",
        )
        for one in needs
        if one.standing is known.Standing.MISSING
    ]
    problems += [
        Conflict(
            _("%(organisation)s has not agreed to this draft yet.")
            % {"organisation": one.organisation},
            code="joint_unconfirmed",
        )
        for one in joint.waiting_for(application)
    ]
    return Readiness(form, needs, problems)


def _asked(form: ApplicationForm, name: str) -> str:
    """What a field asks, in a few words: a declaration by its name and not by its whole text."""
    named = {DECLARED + one.type.code: one for one in form.documents}
    return _name(named[name]) if name in named else str(form[name].label).rstrip("?")


def _name(document: KindDocument) -> str:
    from django.utils.translation import get_language  # noqa: PLC0415 - said for one reader

    english = (get_language() or "").startswith("en")
    return document.type.name_en if english else document.type.name_pl


def call_problem(procedure: AllocationProcedure, at: datetime) -> Problem | None:
    """Why an application received at `at` cannot be taken; None if the call is open then."""
    opens, closes = procedure.opens_at, procedure.closes_at
    if opens is None or closes is None or procedure.state not in (
        State.NOTICE_PUBLISHED, State.APPROVED, State.CALL_OPEN, State.CALL_CLOSED,
    ):  # fmt: skip
        return Conflict(_("The call is closed."), code="call_closed")
    if at >= closes:
        return Conflict(
            _("The call closed at %(closes)s; your application came at %(came)s.")
            % {"closes": typography.moment(closes), "came": _to_the_second(at)},
            code="too_late",
            extra={"closed_at": closes.isoformat(), "received_at": at.isoformat()},
        )
    if at < opens:
        return Conflict(
            _("The call opens %(moment)s. Your draft is kept until then.")
            % {"moment": typography.moment(opens)},
            code="too_early",
        )
    if procedure.state in (State.NOTICE_PUBLISHED, State.APPROVED):
        return Conflict(_("The call has not been opened yet."), code="not_opened")
    if procedure.opened_at is not None:
        return Conflict(_("The call is closed."), code="call_closed")
    return None


def _to_the_second(at: datetime) -> str:
    return f"{typography.day(at.astimezone(KRAKOW))}, {at.astimezone(KRAKOW):%H:%M:%S}"


@transaction.atomic
def submit(
    application: Application, *, by: Any, revision: int, received_at: datetime | None = None
) -> SubmittedApplication:
    """Send the draft as it stands at `revision`. `received_at`: when the request reached us.

    Raises NotFound, Forbidden; Conflict (too late, too early, changed meanwhile, no key, sent
    already); Problems with all that is missing.
    """
    at = received_at or now()
    procedure = procedures.lock(application.procedure)
    procedures.catch_up(procedure)
    locked = course.lock(application)
    locked.procedure = procedure
    require(by, "application.submit", locked)
    if locked.state != Application.State.DRAFT:
        raise Conflict(_("It has been sent already."), code="wrong_state")
    if locked.draft.revision != revision:
        raise Conflict(
            _("The draft has changed since you opened it. Read it again, then send."), code="stale"
        )
    problem = call_problem(procedure, at)
    if problem is not None:
        raise problem
    ready = readiness(locked)
    if not ready.is_whole:
        raise Problems(ready.problems)
    if not sealing.ready(procedure):
        sealing.seal(procedure, b"")  # says why not
    return _take_in(locked, procedure, ready, by=by, at=at)


def _take_in(
    application: Application,
    procedure: AllocationProcedure,
    ready: Readiness,
    *,
    by: Any,
    at: datetime,
) -> SubmittedApplication:
    number = (procedure.applications.aggregate(last=Max("number"))["last"] or 0) + 1
    receipt = f"{procedure.code}/{number}"
    files = list(
        application.documents.filter(submission=None).select_related("type", "organisation", "file")
    )
    content = with_nonce(_content(application, ready, files, receipt=receipt, by=by, at=at))
    application.number, application.submitted_at = number, at
    try:
        with transaction.atomic():
            course.move(
                application,
                Action.SUBMIT,
                Actor(Role.APPLICANT, str(by)),
                at=course.Situation(now=at, today=at.astimezone(KRAKOW).date(), is_call_open=True),
            )
    except IntegrityError as twice:
        raise Conflict(
            _("Your organisation has already sent an application for these premises."),
            code="sent_twice",
        ) from twice
    submitted = keep(application, content, order=1, receipt=receipt, by=by, at=at, files=files)
    attach_earlier(application, submitted, ready.needs, by=by)
    # The draft ends here: what was sent is the copy, and of a sealed kind nothing stays in clear.
    application.draft.delete()
    if procedure.kind.deposit and application.lot and application.lot.deposit:
        before, counting = days_of(procedure.kind, "deposit", 0)
        last = procedure.closes_at or at
        BidDeposit.objects.create(
            application=application,
            amount=application.lot.deposit,
            due_on=add_days(last.astimezone(KRAKOW).date(), -before, counting),
        )
    from premises.applications import messages  # noqa: PLC0415 - it reads applications itself

    messages.received(application, submitted)
    return submitted


def keep(
    application: Application,
    content: dict[str, Any],
    *,
    order: int,
    receipt: str,
    by: Any,
    at: datetime,
    files: Sequence[ApplicationDocument],
    late: bool = False,
) -> SubmittedApplication:
    """Write the immutable copy, and bind the files to it. Sealed while the offers are closed."""
    procedure = application.procedure
    plain = canonical(content)
    sealed = sealing.is_closed(procedure)
    submitted = SubmittedApplication.objects.create(
        application=application,
        order=order,
        receipt=receipt,
        submitted_at=at,
        submitted_by=str(by),
        content=None if sealed else content,
        ciphertext=sealing.seal(procedure, plain) if sealed else None,
        sha256=digest(plain),
        documents=len(files),
        late=late,
        is_sample=application.is_sample,
    )
    for one in files:
        if sealed:
            _seal_file(one, submitted)
        else:
            ApplicationDocument.objects.filter(pk=one.pk).update(submission=submitted)
    return submitted


def _seal_file(document: ApplicationDocument, submitted: SubmittedApplication) -> None:
    """The clear file is replaced by ciphertext; its row and bytes go when we commit."""
    procedure = submitted.application.procedure
    clear = document.file
    with clear.file.open("rb") as opened:
        ciphertext = sealing.seal(procedure, opened.read())
    kept = store_bytes(
        ciphertext, "application/octet-stream", name="zaszyfrowany", actor=clear.created_by
    )
    ApplicationDocument.objects.filter(pk=document.pk).update(
        file=kept, name="zaszyfrowany", sealed=True, submission=submitted
    )
    forget_stored([clear.pk])


def attach_earlier(
    application: Application,
    submitted: SubmittedApplication,
    needs: Sequence[known.Need],
    *,
    by: Any,
) -> None:
    """Files of earlier applications that serve here, so that whoever checks finds them."""
    for need in needs:
        if need.earlier is None or need.standing is not known.Standing.KNOWN:
            continue
        ApplicationDocument.objects.create(
            application=application,
            type=need.document.type,
            organisation=need.organisation,
            file=need.earlier.file,
            name=need.earlier.name,
            sha256=need.earlier.sha256,
            submission=submitted,
            uploaded_at=need.earlier.uploaded_at,
            uploaded_by=str(by),
            is_sample=application.is_sample,
        )


def _content(
    application: Application,
    ready: Readiness,
    files: Sequence[ApplicationDocument],
    *,
    receipt: str,
    by: Any,
    at: datetime,
) -> dict[str, Any]:
    procedure, lot = application.procedure, application.lot
    return {
        "receipt": receipt,
        "application": application.code,
        "procedure": procedure.code,
        "lot": lot.number if lot else None,
        "premises": lot.resource.code if lot else "",
        "organisation": _party(application.organisation),
        "joint": [
            {**_party(one.organisation), "part": one.part, "agreed_by": one.answered_by}
            for one in application.co_applicants.select_related("organisation")
        ],
        "answers": ready.form.content(),
        "declarations": ready.form.declared(),
        "known": [
            {
                "document": one.document.type.code,
                "organisation": one.organisation.slug,
                "from": one.why,
            }
            for one in ready.needs
            if one.standing is known.Standing.KNOWN
        ],
        "documents": [
            {
                "type": one.type.code,
                "organisation": one.organisation.slug,
                "name": one.name,
                "sha256": one.sha256,
                "size": one.file.size,
            }
            for one in files
        ],
        "submitted_at": at.isoformat(),
        "submitted_by": str(by),
    }


def _party(organisation: Any) -> dict[str, str]:
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "krs": organisation.krs,
        "nip": organisation.nip,
        "seat": organisation.seat_address,
    }
