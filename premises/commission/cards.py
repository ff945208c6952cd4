"""Score cards: each member judges alone, and reads the others' when judging is over.

A card is a draft until its member finishes it; then it never changes (a trigger of the database).
The chair closes the judging when every member who may judge has finished, or without those who are
missing if each application has enough cards and the reason is told. From then on the commission,
the unit and (as points) everybody reads them. Until then nobody, not even the chair, sees more of
another's card than whether it is finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from premises.applications import course
from premises.applications.states import Action
from premises.commission import keys, members
from premises.commission.members import Seat
from premises.models import (
    AllocationProcedure,
    Application,
    CommissionMember,
    Score,
    ScoreCard,
    ScoringCriterion,
)
from premises.procedures.course import Actor
from premises.procedures.steps import Role
from records.clock import now
from records.problems import Conflict, Forbidden, Invalid, Problem, Problems

State = Application.State
#: The commission judges these; what comes after is read by everybody in the case.
JUDGED = State.MERIT_REVIEW
#: Merit has not been looked at yet.
BEFORE = (State.SUBMITTED, State.FORMAL_CHECK, State.CORRECTION_REQUESTED, State.ADMITTED)


class StaleCard(Conflict):
    """Saved in another tab meanwhile; `theirs` is what is kept."""


@dataclass(frozen=True, slots=True)
class Points:
    """What was typed for one criterion: None where nothing was."""

    points: Decimal | None
    reason: str = ""


def criteria_of(procedure: AllocationProcedure) -> list[ScoringCriterion]:
    return list(procedure.scoring.criteria.all()) if procedure.scoring is not None else []


def begin_review(procedure: AllocationProcedure, *, by: Any) -> int:
    """Hand all admitted applications to the commission. Returns how many.

    Raises Conflict while the commission lacks somebody or a check is not finished.
    """
    with transaction.atomic():
        locked = keys.locked(procedure)
        members.require_whole(locked)
        waiting = [one for one in members.standing(locked) if one.state in BEFORE]
        if left := [one for one in waiting if one.state != State.ADMITTED]:
            raise Conflict(
                _("Some applications are still in the formal check: %(n)d.") % {"n": len(left)},
                code="unchecked",
            )
        for one in waiting:
            course.act(one, Action.REVIEW, by)
        return len(waiting)


def may_fill_in(by: Any, member: CommissionMember) -> bool:
    """The member; for one without an account the secretary, from the signed paper."""
    if member.person_id is not None:
        return bool(member.person_id == by.pk)
    seat = members.seat_of(by, member.procedure)
    return seat is not None and seat.role == CommissionMember.Role.SECRETARY


def why_not(seat: Seat, application: Application) -> Problem | None:
    """Why this member does not judge this application; None if they do."""
    if not seat.member.votes:
        return Forbidden(_("The secretary has no vote."), code="no_vote")
    if not seat.declared:
        return Conflict(_("Declare your impartiality first."), code="not_declared")
    if not seat.takes_part:
        return Forbidden(_("You have stepped down from judging."), code="stepped_down")
    if reason := seat.barred.get(application.pk):
        return Forbidden(
            _("You do not judge this application: %(reason)s.") % {"reason": reason.rstrip(".")},
            code="barred",
        )
    if application.state != JUDGED:
        return Conflict(_("The judging is not going on."), code="wrong_state")
    return None


def seat_in(procedure: AllocationProcedure, member: CommissionMember) -> Seat:
    """Raises Forbidden for a member whose seat has ended."""
    for seat in members.table(procedure):
        if seat.member.pk == member.pk:
            return seat
    raise Forbidden(_("This is for members of the commission."), code="no_seat")


@transaction.atomic
def save(
    application: Application,
    member: CommissionMember,
    *,
    by: Any,
    version: int,
    points: Mapping[int, Points],
    note: str = "",
    finish: bool = False,
) -> ScoreCard:
    """Save the member's card, 0 for a new one, and finish it where asked.

    `points`: key of the criterion -> what was typed. Raises Forbidden (barred, somebody else's),
    Conflict (not judged now, finished, StaleCard), Problems with every line that is wrong.
    """
    if not may_fill_in(by, member):
        raise Forbidden(_("Each member judges alone."), code="not_yours")
    locked = Application.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "procedure__scoring", "procedure__kind"
    ).get(pk=application.pk)  # fmt: skip
    if problem := why_not(seat_in(locked.procedure, member), locked):
        raise problem
    criteria = {one.pk: one for one in criteria_of(locked.procedure)}
    typed = {pk: points.get(pk, Points(None)) for pk in criteria}
    if problems := _wrong(criteria, typed, finish=finish):
        raise Problems(problems)
    card = _card(locked, member, version)
    moment = now()
    card.note, card.saved_at, card.version = note.strip(), moment, version + 1
    card.save()
    for pk, one in typed.items():
        if one.points is None:
            Score.objects.filter(card=card, criterion=pk).delete()
            continue
        Score.objects.update_or_create(
            card=card,
            criterion=criteria[pk],
            defaults={"points": one.points, "reason": one.reason.strip()},
        )
    if finish:
        card.state, card.finished_at = ScoreCard.State.FINAL, moment
        card.save(update_fields=["state", "finished_at"])
    return card


def _card(application: Application, member: CommissionMember, version: int) -> ScoreCard:
    card = (
        ScoreCard.objects.select_for_update().filter(application=application, member=member).first()
    )
    if card is None:
        if version:
            raise StaleCard(_("This card has changed meanwhile."), code="stale")
        moment = now()
        try:
            with transaction.atomic():
                return ScoreCard.objects.create(
                    application=application,
                    member=member,
                    version=0,
                    begun_at=moment,
                    saved_at=moment,
                )
        except IntegrityError as twice:
            raise StaleCard(
                _("Your other window saved this card meanwhile."), code="stale"
            ) from twice
    if card.state == ScoreCard.State.FINAL:
        raise Conflict(_("This card is finished and never changes."), code="finished")
    if card.version != version:
        raise StaleCard(_("Your other window saved this card meanwhile."), code="stale")
    return card


def _wrong(
    criteria: Mapping[int, ScoringCriterion], typed: Mapping[int, Points], *, finish: bool
) -> list[Problem]:
    problems: list[Problem] = []
    for pk, criterion in criteria.items():
        one = typed[pk]
        if one.points is None:
            if finish:
                problems.append(
                    Invalid(
                        _("Give points for each criterion before you finish."),
                        code="points_missing",
                        field=f"points-{pk}",
                    )
                )
            continue
        if not criterion.least <= one.points <= criterion.most:
            problems.append(
                Invalid(
                    _("From %(least)s to %(most)s points.")
                    % {"least": _short(criterion.least), "most": _short(criterion.most)},
                    code="out_of_bounds",
                    field=f"points-{pk}",
                )
            )
        if finish and not one.reason.strip():
            problems.append(
                Invalid(
                    _("Say in a sentence why so many."),
                    code="reason_missing",
                    field=f"reason-{pk}",
                )
            )
    return problems


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the judging of one application is, without telling what anybody gave."""

    application: Application
    judges: list[CommissionMember]
    finished: set[int] = field(default_factory=set)

    @property
    def missing(self) -> list[CommissionMember]:
        return [one for one in self.judges if one.pk not in self.finished]


def progress(procedure: AllocationProcedure) -> list[Standing]:
    """For each application that is or was judged: who judges it, and who has finished."""
    applications = members.standing(procedure)
    seats = members.table(procedure, applications)
    done: dict[int, set[int]] = {}
    for card in counted(procedure, applications):
        done.setdefault(card.application_id, set()).add(card.member_id)
    return [
        Standing(
            one,
            [seat.member for seat in seats if seat.may_judge(one.pk)],
            done.get(one.pk, set()),
        )
        for one in applications
        if one.state not in (*BEFORE, State.REJECTED_FORMALLY)
    ]


def counted(procedure: AllocationProcedure, applications: list[Application]) -> list[ScoreCard]:
    """Finished cards that count, with their scores.

    Cards of members whose seat ended later count; those of a member who has since excluded
    themselves from the application, or turned out to be tied to it, do not.
    """
    seats = {one.member.pk: one for one in members.table(procedure, applications, with_past=True)}
    found = (
        ScoreCard.objects.filter(application__in=applications, state=ScoreCard.State.FINAL)
        .select_related("member")
        .prefetch_related("scores__criterion")
        .order_by("pk")
    )
    return [
        one
        for one in found
        if one.member_id in seats and seats[one.member_id].may_judge(one.application_id)
    ]


@transaction.atomic
def close_judging(procedure: AllocationProcedure, *, by: Any, reason: str = "") -> int:
    """End the judging of all applications: from now on the cards are read. By the chair.

    Raises Forbidden, Conflict (too few cards, somebody has not finished), Invalid (somebody is
    missing and no reason is told).
    """
    locked = keys.locked(procedure)
    seat = keys.own_seat(locked, by)
    if seat.role != CommissionMember.Role.CHAIR:
        raise Forbidden(_("The chair closes the judging."), code="not_chair")
    members.require_whole(locked)
    judged = [one for one in progress(locked) if one.application.state == JUDGED]
    if not judged:
        raise Conflict(_("There is nothing to close: no application is judged."), code="nothing")
    needed = max(1, locked.kind.min_score_cards)
    for one in judged:
        if len(one.finished) < needed:
            raise Conflict(
                _("Application %(number)s has %(there)d finished cards of at least %(needed)d.")
                % {
                    "number": one.application.number,
                    "there": len(one.finished),
                    "needed": needed,
                },
                code="too_few_cards",
            )
    absent = sorted({member.name for one in judged for member in one.missing})
    if absent and not reason.strip():
        raise Invalid(
            _("Not finished: %(names)s. Wait, or say why the commission goes on without them.")
            % {"names": ", ".join(absent)},
            code="somebody_missing",
            field="reason",
        )
    for one in judged:
        application = course.lock(one.application)
        course.move(
            application,
            Action.SCORE,
            Actor(Role.COMMISSION, str(by)),
            message=reason.strip(),
            at=course.situation(application, cards=len(one.finished)),
        )
    return len(judged)


def are_open(application: Application) -> bool:
    """Whether the cards of this application may be read by others than who wrote them."""
    return application.state not in (State.DRAFT, *BEFORE, JUDGED, State.WITHDRAWN)


def readable(application: Application, person: Any) -> list[ScoreCard]:
    """Finished cards the person may read: all when judging is over, before that only their own."""
    found = application.score_cards.select_related("member").prefetch_related("scores__criterion")
    if are_open(application):
        return list(found.filter(state=ScoreCard.State.FINAL))
    return list(found.filter(member__person_id=person.pk))
