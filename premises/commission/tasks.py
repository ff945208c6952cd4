"""What a member of a commission has to do next, and where the procedure stands for them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from premises.commission import bids, cards, keys, listing, members, opening
from premises.commission.members import Seat
from premises.models import (
    AllocationProcedure,
    Application,
    CommissionMember,
    KeyHolder,
    ProcedureKey,
    ScoreCard,
)
from records.clock import now

State = AllocationProcedure.State


class Task(StrEnum):
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a task
    OPEN = "open"
    DECLARE = "declare"
    REVIEW = "review"
    SCORE = "score"
    CLOSE = "close"
    BIDS = "bids"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Row:
    """One application as this member sees it: why they do not judge it, or their own card."""

    application: Application
    barred: str = ""
    card: ScoreCard | None = None
    may_score: bool = False
    finished: int = 0
    judges: int = 0


@dataclass(slots=True)
class Work:
    """The commission's page for one member. `tasks` are theirs, the most urgent first."""

    procedure: AllocationProcedure
    seat: Seat
    seats: list[Seat]
    key: ProcedureKey | None
    holders: list[KeyHolder]
    rows: list[Row] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    left: int = 0

    @property
    def member(self) -> CommissionMember:
        return self.seat.member

    @property
    def is_chair(self) -> bool:
        return self.member.role == CommissionMember.Role.CHAIR

    @property
    def is_secretary(self) -> bool:
        return self.member.role == CommissionMember.Role.SECRETARY

    @property
    def own_holder(self) -> KeyHolder | None:
        return next((one for one in self.holders if one.member_id == self.member.pk), None)

    @property
    def waiting_half(self) -> KeyHolder | None:
        """The keeper whose half lies ready for the other."""
        at = now()
        return next((one for one in self.holders if opening.waits(one, at)), None)

    @property
    def applicants_known(self) -> bool:
        return members.applicants_are_known(self.procedure)


def work_of(procedure: AllocationProcedure, person: Any) -> Work:
    """All that the page of the commission needs. Raises Forbidden for whoever has no seat."""
    own = keys.own_seat(procedure, person)
    known = members.applicants_are_known(procedure)
    applications = members.standing(procedure) if known else []
    seats = members.table(procedure, applications)
    seat = next(one for one in seats if one.member.pk == own.pk)
    key = keys.key_of(procedure)
    work = Work(
        procedure=procedure,
        seat=seat,
        seats=seats,
        key=key,
        holders=list(key.holders.select_related("member")) if key else [],
    )
    mine = {
        one.application_id: one
        for one in ScoreCard.objects.filter(application__in=applications, member=own)
    }
    standing = {one.application.pk: one for one in cards.progress(procedure)} if known else {}
    for one in applications:
        progress = standing.get(one.pk)
        work.rows.append(
            Row(
                one,
                barred=seat.barred.get(one.pk, ""),
                card=mine.get(one.pk),
                may_score=cards.why_not(seat, one) is None,
                finished=len(progress.finished) if progress else 0,
                judges=len(progress.judges) if progress else 0,
            )
        )
    work.left = sum(
        row.may_score and (row.card is None or row.card.state == ScoreCard.State.DRAFT)
        for row in work.rows
    )
    work.tasks = _tasks(work)
    return work


def _tasks(work: Work) -> list[Task]:
    procedure, found = work.procedure, []
    if procedure.state in (*AllocationProcedure.ENDED, State.RANKED, State.DECIDED):
        return []
    sealed = procedure.kind.sealed
    ready = work.key is not None and work.key.is_ready
    if (
        sealed
        and not ready
        and procedure.state in keys.BEFORE_CLOSING
        and work.own_holder is None
        and len(work.holders) < 2
    ):
        found.append(Task.PASSPHRASE)
    if sealed and opening.not_yet(procedure) is None and work.own_holder is not None:
        found.append(Task.OPEN)
    if work.applicants_known:
        if not work.seat.declared and work.rows:
            found.append(Task.DECLARE)
        found += _judging(work)
    return found


def _judging(work: Work) -> list[Task]:
    found = []
    states = {row.application.state for row in work.rows}
    points = listing.by_points(work.procedure)
    if points and work.is_chair and states and states <= _PAST_FORMAL and _ADMITTED in states:
        found.append(Task.REVIEW)
    if work.left:
        found.append(Task.SCORE)
    if work.is_chair and cards.JUDGED in states and not work.left:
        found.append(Task.CLOSE)
    if bids.asked(work.procedure) and _ADMITTED in states:
        found.append(Task.BIDS)
    if work.is_chair and not listing.hindrances(work.procedure):
        found.append(Task.LIST)
    return found


_ADMITTED = Application.State.ADMITTED
_PAST_FORMAL = frozenset({_ADMITTED, Application.State.REJECTED_FORMALLY})
