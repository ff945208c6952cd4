"""Opening the offers: two keepers of the key, each in their own session, after the closing moment.

The first keeper's half waits for the second, sealed to the second's own key, for half an hour.
With the second passphrase the private half comes together in memory, every offer is opened and the
key is forgotten. From then on offers lie in clear in OpenedContent alone; files stay encrypted
where they are, and OpenedFile keeps the key of each.

Withdrawn offers are not opened: nobody ever reads them. What does not open (damaged, sealed to
another key) is counted and told, and never stops the others.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premises.commission import envelope, keys, members, wrapping
from premises.models import (
    AllocationProcedure,
    Application,
    ApplicationDocument,
    CommissionMember,
    KeyHolder,
    OpenedContent,
    OpenedFile,
    ProcedureKey,
    ProcedureStep,
    SealAttempt,
    SealOpening,
    SubmittedApplication,
)
from records import typography
from records.clock import now
from records.problems import Conflict, Forbidden, Invalid, Problem

What = SealAttempt.What
#: How long the first keeper's half waits for the second.
WAITS = timedelta(minutes=30)
#: So many wrong passphrases in a row lock the keeper out for a while.
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


class Outcome(StrEnum):
    WAITING = "waiting"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Result:
    """What one passphrase brought: the opening, or the wait for the other keeper until a moment."""

    outcome: Outcome
    opening: SealOpening | None = None
    other: str = ""
    until: datetime | None = None


def not_yet(procedure: AllocationProcedure) -> Problem | None:
    """Why the offers cannot be opened now; None if they can. By the server's clock."""
    if not procedure.kind.sealed:
        return Conflict(_("Offers of this kind are not sealed."), code="not_sealed")
    if procedure.opened_at is not None:
        return Conflict(
            _("The offers were opened %(moment)s.")
            % {"moment": typography.moment(procedure.opened_at)},
            code="opened",
        )
    if procedure.closes_at is None or now() < procedure.closes_at:
        return Conflict(
            _("The offers are opened after the call has closed, not before."), code="too_early"
        )
    if procedure.state == AllocationProcedure.State.CANCELLED:
        return Conflict(_("The procedure was annulled: its offers stay closed."), code="cancelled")
    return None


def give(procedure: AllocationProcedure, *, by: Any, passphrase: str) -> Result:
    """One keeper's part. Raises Forbidden, Conflict (too early, locked), Invalid (wrong words).

    A refusal is recorded, hence this is several transactions and must not run inside one that the
    refusal would roll back.
    """
    holder = _holder(procedure, by)
    if problem := not_yet(procedure):
        if problem.code == "too_early":
            keys.record(holder.key, holder.member, What.EARLY, by)
        raise problem
    members.require_whole(procedure)
    private = _unlocked(holder, passphrase, by)
    with transaction.atomic():
        fresh = keys.locked(procedure)
        if problem := not_yet(fresh):
            raise problem
        return _together(fresh, holder.pk, private, by)


def _holder(procedure: AllocationProcedure, by: Any) -> KeyHolder:
    keys.own_seat(procedure, by)
    key = keys.ready_key(procedure)
    if key is None:
        raise Conflict(_("This procedure has no key."), code="no_key")
    holder = key.holders.select_related("key", "member").filter(member__person_id=by.pk).first()
    if holder is None:
        names = ", ".join(one.member.name for one in key.holders.select_related("member"))
        raise Forbidden(
            _("The passphrases are kept by %(names)s.") % {"names": names}, code="not_a_keeper"
        )
    return holder


def _unlocked(holder: KeyHolder, passphrase: str, by: Any) -> bytes:
    """The keeper's private key; a wrong passphrase is counted and recorded before it is refused."""
    problem: Problem | None = None
    private = b""
    with transaction.atomic():
        # The row is the queue: guesses of one keeper go one after another.
        row = (
            KeyHolder.objects.select_for_update(of=("self",))
            .select_related("key")
            .get(pk=holder.pk)
        )
        if row.locked_until is not None and now() < row.locked_until:
            keys.record(row.key, holder.member, What.LOCKED, by)
            problem = Conflict(
                _("Too many wrong passphrases. Try again %(moment)s.")
                % {"moment": typography.moment(row.locked_until)},
                code="locked",
            )
        else:
            try:
                private = keys.unlock(row, passphrase)
            except wrapping.WrongSecretError:
                problem = _count_failure(row, holder.member, by)
            else:
                row.failures, row.locked_until = 0, None
                row.save(update_fields=["failures", "locked_until"])
    if problem is not None:
        raise problem
    return private


def _count_failure(row: KeyHolder, seat: CommissionMember, by: Any) -> Problem:
    row.failures += 1
    left = MOST_FAILURES - row.failures
    until = now() + LOCKED_FOR
    if left <= 0:
        row.locked_until, row.failures = until, 0
    row.save(update_fields=["failures", "locked_until"])
    keys.record(row.key, seat, What.WRONG, by)
    if left <= 0:
        return Conflict(
            _("Too many wrong passphrases. Try again %(moment)s.")
            % {"moment": typography.moment(until)},
            code="locked",
        )
    return Invalid(
        ngettext(
            "This is not the passphrase you set. One try is left before a pause.",
            "This is not the passphrase you set. %(n)d tries are left before a pause.",
            left,
        )
        % {"n": left},
        code="wrong_passphrase",
        field="passphrase",
    )


def _together(procedure: AllocationProcedure, holder_pk: int, private: bytes, by: Any) -> Result:
    rows = {
        one.pk: one
        for one in KeyHolder.objects.select_for_update(of=("self",))
        .select_related("key", "member")
        .filter(key__procedure=procedure, key__withdrawn_at=None)
        .order_by("pk")
    }
    mine = rows.pop(holder_pk)
    (other,) = rows.values()
    half = envelope.open_(private, bytes(mine.share or b""))
    moment = now()
    if not waits(other, moment):
        mine.handed_over = envelope.seal(mine.key.uuid, bytes(other.public_key), half)
        mine.handed_over_at = moment
        mine.save(update_fields=["handed_over", "handed_over_at"])
        keys.record(mine.key, mine.member, What.HALF, by)
        return Result(Outcome.WAITING, other=other.member.name, until=moment + WAITS)
    private_half = keys.xor(half, envelope.open_(private, bytes(other.handed_over or b"")))
    opening = _open_all(
        procedure,
        mine.key,
        private_half,
        first=other.member,
        first_at=other.handed_over_at or moment,
        second=mine.member,
        method=SealOpening.Method.PASSPHRASES,
        by=by,
    )
    return Result(Outcome.OPENED, opening)


def waits(holder: KeyHolder, at: datetime) -> bool:
    """Whether the holder's half lies ready for the other."""
    return holder.handed_over_at is not None and at < holder.handed_over_at + WAITS


def recover(
    procedure: AllocationProcedure,
    *,
    by: Any,
    present: CommissionMember,
    code: str,
    reason: str,
) -> SealOpening:
    """Open with the code on paper, when a passphrase is lost: by the chair, before a second member.

    Raises Forbidden, Conflict, Invalid. Recorded in the opening and told in the protocol.
    """
    seat = keys.own_seat(procedure, by)
    if seat.role != CommissionMember.Role.CHAIR:
        raise Forbidden(_("The chair breaks the envelope with the code."), code="not_chair")
    key = keys.ready_key(procedure)
    if key is None:
        raise Conflict(_("This procedure has no key."), code="no_key")
    if problem := not_yet(procedure):
        raise problem
    members.require_whole(procedure)
    here = {one.pk for one in members.seats(procedure)}
    if present.pk == seat.pk or present.pk not in here:
        raise Invalid(_("Name another member who was present."), code="no_witness", field="present")
    if not reason.strip():
        raise Invalid(
            _("Say why the recovery code was needed."), code="reason_missing", field="reason"
        )
    whole = wrapping.read_code(code)
    try:
        private = wrapping.unwrap(
            bytes(key.recovery_wrapped or b""), whole, context=keys.context_of(key, "recovery")
        )
    except wrapping.WrongSecretError as error:
        keys.record(key, seat, What.WRONG_CODE, by)
        raise Invalid(
            _("This is not the code of this procedure's key."), code="wrong_code", field="code"
        ) from error
    with transaction.atomic():
        fresh = keys.locked(procedure)
        if problem := not_yet(fresh):
            raise problem
        return _open_all(
            fresh,
            key,
            private,
            first=seat,
            first_at=now(),
            second=present,
            method=SealOpening.Method.RECOVERY,
            reason=reason.strip(),
            by=by,
        )


def _open_all(
    procedure: AllocationProcedure,
    key: ProcedureKey,
    private: bytes,
    *,
    first: CommissionMember,
    first_at: datetime,
    second: CommissionMember,
    method: SealOpening.Method,
    by: Any,
    reason: str = "",
) -> SealOpening:
    if envelope.public_of(private) != bytes(key.public_key or b""):
        raise Conflict(_("The halves do not make the key of this procedure."), code="halves_differ")
    sealed = list(
        SubmittedApplication.objects.filter(
            application__procedure=procedure, ciphertext__isnull=False
        )
        .exclude(application__state=Application.State.WITHDRAWN)
        .order_by("pk")
    )
    documents = list(
        ApplicationDocument.objects.filter(submission__in=sealed, sealed=True)
        .select_related("file")
        .order_by("pk")
    )
    contents = [_content(one, private) for one in sealed]
    files = [_file(one, private) for one in documents]
    damaged = sum(not one.agrees for one in contents) + sum(not one.agrees for one in files)
    opening = SealOpening.objects.create(
        key=key,
        procedure=procedure,
        method=method,
        first=first,
        first_at=first_at,
        second=second,
        at=now(),
        reason=reason,
        offers=len(contents),
        files=len(files),
        damaged=damaged,
    )
    for content in contents:
        content.opening = opening
    for file in files:
        file.opening = opening
    OpenedContent.objects.bulk_create(contents)
    OpenedFile.objects.bulk_create(files)
    key.holders.update(handed_over=None, handed_over_at=None)
    keys.record(key, second, What.OPENED, by)
    procedure.opened_at = opening.at
    procedure.save(update_fields=["opened_at"])
    ProcedureStep.objects.create(
        procedure=procedure,
        at=opening.at,
        actor=f"{first.name}, {second.name}",
        action="open_offers",
        from_state=procedure.state,
        to_state=procedure.state,
        message=_("Offers opened: %(n)d.") % {"n": len(contents)},
    )
    return opening


def _content(submission: SubmittedApplication, private: bytes) -> OpenedContent:
    try:
        plain = envelope.open_(private, bytes(submission.ciphertext or b""))
        content = json.loads(plain)
    except (envelope.DamagedError, ValueError):
        return OpenedContent(submission=submission, content=None, agrees=False)
    agrees = hashlib.sha256(plain).hexdigest() == submission.sha256
    return OpenedContent(submission=submission, content=content, agrees=agrees)


def _file(document: ApplicationDocument, private: bytes) -> OpenedFile:
    """One file at a time in memory: it is opened to see that it is whole, and forgotten."""
    try:
        with document.file.file.open("rb") as stored:
            data = stored.read()
        one_key = envelope.content_key(private, data)
        plain = envelope.open_with(one_key, data)
    except (envelope.DamagedError, OSError):
        return OpenedFile(document=document, content_key=None, agrees=False)
    agrees = hashlib.sha256(plain).hexdigest() == document.sha256
    return OpenedFile(document=document, content_key=one_key, agrees=agrees)
