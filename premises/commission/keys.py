"""Making the key of a procedure, by two members of its commission, each in a session of their own.

    1. The first member types a passphrase. They get a pair of keys of their own (KeyHolder), whose
       private half is wrapped by it.
    2. The second does the same. Now the procedure's pair is made, its private half is divided in
       two (one random, the other their difference by XOR) and each half is sealed to one member.
       The whole half is wrapped by a recovery code, which is shown this once and kept nowhere.

So neither member, nor the database, nor a copy of it, can open an offer alone; and nobody types a
passphrase at somebody else's screen.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.commission import envelope, members, wrapping
from premises.models import (
    AllocationProcedure,
    CommissionMember,
    KeyHolder,
    ProcedureKey,
    SealAttempt,
    SubmittedApplication,
)
from premises.permissions import require
from records.clock import now
from records.problems import Conflict, Forbidden, Invalid

State = AllocationProcedure.State
#: Offers may still come, so a key may still be made.
BEFORE_CLOSING = (State.DRAFT, State.APPROVED, State.NOTICE_PUBLISHED, State.CALL_OPEN)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What one passphrase brought: `recovery_code` only with the second, and only here."""

    key: ProcedureKey
    holder: KeyHolder
    recovery_code: str = ""


def key_of(procedure: AllocationProcedure) -> ProcedureKey | None:
    """The key in use, ready or in the making."""
    return procedure.sealing_keys.filter(withdrawn_at=None).first()


def ready_key(procedure: AllocationProcedure) -> ProcedureKey | None:
    key = key_of(procedure)
    return key if key is not None and key.is_ready else None


def is_ready(procedure: AllocationProcedure) -> bool:
    return ready_key(procedure) is not None


def seal(procedure: AllocationProcedure, plain: bytes) -> bytes:
    """An envelope for the procedure's key. Raises Conflict while it has none."""
    key = ready_key(procedure)
    if key is None or key.public_key is None:
        raise Conflict(
            _("Offers cannot be sent yet: the commission has not set the key of this procedure."),
            code="no_key",
        )
    return envelope.seal(key.uuid, bytes(key.public_key), plain)


def context_of(key: ProcedureKey, what: str) -> bytes:
    """Binds a wrapped secret to its row, so that it cannot be put into another."""
    return f"zasoby {what} {key.uuid}".encode()


def locked(procedure: AllocationProcedure) -> AllocationProcedure:
    return (
        AllocationProcedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("kind", "unit")
        .get(pk=procedure.pk)
    )


def own_seat(procedure: AllocationProcedure, by: Any) -> CommissionMember:
    """Raises Forbidden for whoever does not sit in the commission today."""
    seat = members.seat_of(by, procedure)
    if seat is None:
        raise Forbidden(_("This is for members of the commission."), code="no_seat")
    return seat


@transaction.atomic
def give_passphrase(
    procedure: AllocationProcedure, *, by: Any, passphrase: str, again: str
) -> Ceremony:
    """A step of the ceremony. Raises Forbidden, Conflict, Invalid (weak, or not twice the same)."""
    procedure = locked(procedure)
    seat = own_seat(procedure, by)
    if not procedure.kind.sealed:
        raise Conflict(_("Offers of this kind are not sealed."), code="not_sealed")
    if procedure.state not in BEFORE_CLOSING:
        raise Conflict(_("The call is closed: no key is made any more."), code="wrong_state")
    if wrapping.normal(passphrase) != wrapping.normal(again):
        raise Invalid(
            _("The two passphrases differ. Type the same one twice."),
            code="passphrases_differ",
            field="again",
        )
    wrapping.require_strong(
        passphrase, about=(seat.name, getattr(by, "email", ""), procedure.title_pl)
    )
    key = key_of(procedure)
    if key is None:
        key = ProcedureKey.objects.create(procedure=procedure, begun_at=now(), begun_by=str(by))
    if key.is_ready:
        raise Conflict(_("The key has been made already."), code="key_ready")
    others = list(key.holders.select_related("member"))
    if any(one.member.person_id == by.pk for one in others):
        raise Conflict(
            _("Your passphrase is set. Another member has to give the second one."),
            code="second_member",
        )
    if any(_opens(one, passphrase) for one in others):
        raise Invalid(
            _("Choose a passphrase of your own: two that are alike are one."),
            code="passphrase_taken",
            field="passphrase",
        )
    private, public = envelope.new_pair()
    holder = KeyHolder.objects.create(
        key=key,
        member=seat,
        public_key=public,
        wrapped_private=wrapping.wrap(private, passphrase, context=context_of(key, "holder")),
        made_at=now(),
    )
    record(key, seat, SealAttempt.What.KEY_MADE, by)
    code = _finish(key, [*others, holder]) if others else ""
    return Ceremony(key, holder, code)


def _opens(holder: KeyHolder, passphrase: str) -> bool:
    try:
        unlock(holder, passphrase)
    except wrapping.WrongSecretError:
        return False
    return True


def unlock(holder: KeyHolder, passphrase: str) -> bytes:
    """The holder's own private key. Raises WrongSecretError. Counting failures is opening.py's."""
    return wrapping.unwrap(
        bytes(holder.wrapped_private), passphrase, context=context_of(holder.key, "holder")
    )


def _finish(key: ProcedureKey, holders: list[KeyHolder]) -> str:
    """Make the procedure's pair, give each holder a half, and forget the whole."""
    private, public = envelope.new_pair()
    first = secrets.token_bytes(len(private))
    for holder, half in zip(holders, (first, xor(private, first)), strict=True):
        holder.share = envelope.seal(key.uuid, bytes(holder.public_key), half)
        holder.save(update_fields=["share"])
    code = wrapping.new_code()
    key.public_key = public
    key.recovery_wrapped = wrapping.wrap(private, code, context=context_of(key, "recovery"))
    key.ready_at = now()
    key.save(update_fields=["public_key", "recovery_wrapped", "ready_at"])
    return code


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def record(
    key: ProcedureKey, seat: CommissionMember | None, what: SealAttempt.What, by: Any
) -> None:
    SealAttempt.objects.create(key=key, member=seat, what=what, at=now(), actor=str(by))


@transaction.atomic
def withdraw(procedure: AllocationProcedure, *, by: Any, reason: str) -> None:
    """Give a key up, so that another can be made: only while nothing is sealed to it.

    Raises Forbidden, Conflict, Invalid.
    """
    procedure = locked(procedure)
    if members.seat_of(by, procedure) is None:
        require(by, "commission.appoint", procedure)
    if not reason.strip():
        raise Invalid(_("Say why a new key is needed."), code="reason_missing", field="reason")
    key = key_of(procedure)
    if key is None:
        raise Conflict(_("There is no key to withdraw."), code="no_key")
    if SubmittedApplication.objects.filter(
        application__procedure=procedure, ciphertext__isnull=False
    ).exists():
        raise Conflict(
            _("Offers are sealed to this key already. It stays; use the recovery code if need be."),
            code="key_in_use",
        )
    key.withdrawn_at, key.withdrawn_by, key.withdrawn_reason = now(), str(by), reason.strip()
    key.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(key, members.seat_of(by, procedure), SealAttempt.What.WITHDRAWN, by)
