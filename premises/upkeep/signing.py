"""A protocol that is signed: complete, frozen, issued as a document, and followed by the contract.

The handover in puts the contract in force from the protocol's day; the hand-back frees the place.
Both are steps of premises/leasing/course.py, in the same transaction: there is no signed protocol
without its effect, and no effect without the protocol.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Person
from premises.leasing import course
from premises.models import HandoverProtocol, Lease, Signatory
from premises.upkeep.drafts import DraftChanged
from premises.upkeep.papers import issue_protocol
from records.clock import now, today
from records.periods import local_moment
from records.problems import Conflict, Invalid, Problem, Problems

Direction = HandoverProtocol.Direction
State = HandoverProtocol.State


def lacking(protocol: HandoverProtocol) -> list[Problem]:
    """What a draft lacks before it can be signed, in the order of its parts."""
    found: list[Problem] = []
    if protocol.day > today():
        found.append(Invalid(_("The day of the protocol has not come yet."), field="day"))
    if not protocol.condition.strip():
        found.append(Invalid(_("Describe the state of the place."), field="condition"))
    return [*found, *_rows_lacking(protocol), *_signatures_lacking(protocol)]


def _rows_lacking(protocol: HandoverProtocol) -> Iterator[Problem]:
    for meter in protocol.meterreading_rows.all():
        if meter.value is None:
            words = _("Read the meter: %(what)s.") % {"what": meter}
            yield Invalid(words, field=f"meter-{meter.key}-value")
    said = _("Say what it is, or remove the row.")
    for rows, part in (
        (protocol.keyitem_rows, "keys"),
        (protocol.inventoryline_rows, "thing"),
        (protocol.defect_rows, "defect"),
    ):
        for row in rows.all():
            if not row.what.strip():
                yield Invalid(said, field=f"{part}-{row.key}-what")
    for photo in protocol.handoverphoto_rows.all():
        if not photo.alt.strip():
            yield Invalid(_("Say what the photo shows."), field=f"photo-{photo.key}-alt")


def _signatures_lacking(protocol: HandoverProtocol) -> Iterator[Problem]:
    """Both sides are named; a tenant may refuse to sign, the city may not."""
    named = [one for one in protocol.signatory_rows.all() if one.name.strip()]
    for role in (Signatory.Role.LANDLORD, Signatory.Role.TENANT):
        if not any(one.role == role for one in named):
            yield Invalid(_("Name who is here %(side)s.") % {"side": role.label}, field="who")
    city = [one for one in named if one.role == Signatory.Role.LANDLORD]
    if city and all(one.refused for one in city):
        yield Invalid(_("Somebody has to sign for the city."), field="who")


@course.retrying
@transaction.atomic
def sign(protocol: HandoverProtocol, by: Person, *, seen: int) -> HandoverProtocol:
    """Freeze a complete draft and let the contract follow it.

    `seen` is the version that the person read. Raises DraftChanged, Problems (what is lacking),
    Conflict (the contract waits for no handover), Forbidden.
    """
    lease, _actor = course.take(Lease(pk=protocol.lease_id), by)
    locked = HandoverProtocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
    if locked.state == State.SIGNED or locked.version != seen:
        raise DraftChanged(locked)
    if problems := lacking(locked):
        raise Problems(problems)
    locked.state, locked.signed_at, locked.signed_by = State.SIGNED, now(), str(by)
    locked.save()
    if locked.replaces_id is None:
        _follow(lease, locked, by)
    issue_protocol(locked, by)
    return locked


def _follow(lease: Lease, protocol: HandoverProtocol, by: Person) -> None:
    if protocol.direction == Direction.IN:
        if lease.state == Lease.State.SIGNED:
            lease = course.move(lease, Lease.State.HANDOVER_PENDING, by)
        if lease.state != Lease.State.HANDOVER_PENDING:
            raise Conflict(
                _("This contract waits for no handover: it is “%(state)s”.")
                % {"state": lease.get_state_display()},
                code="wrong_state",
            )
        course.move(lease, Lease.State.ACTIVE, by, on=protocol.day)
        return
    if lease.state not in (Lease.State.RETURN_PENDING, Lease.State.HOLDOVER):
        raise Conflict(
            _("This contract waits for no hand-back: it is “%(state)s”. End it first.")
            % {"state": lease.get_state_display()},
            code="wrong_state",
        )
    course.move(lease, Lease.State.RETURNED, by, on=moment_of(protocol))


def moment_of(protocol: HandoverProtocol) -> datetime:
    """When the place came back: now if it was today, else noon of the protocol's day."""
    return now() if protocol.day == today() else local_moment(protocol.day, 12 * 60)
