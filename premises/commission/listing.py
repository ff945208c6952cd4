"""The ranking list of a procedure: what the cards or rates say, and confirming it.

The chair confirms; nothing is refused by arithmetic alone. The list freezes, each application gets
its place and its proposal, and whoever is not recommended reads a reason that a person wrote or
confirmed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.applications import course
from premises.applications.states import Action
from premises.commission import cards, keys, members, opinions, papers, ranking, reading
from premises.commission.ranking import Criterion, Entry, Line
from premises.models import (
    AllocationProcedure,
    Application,
    Bid,
    CommissionMember,
    KindTransition,
    Lot,
    Ranking,
    RankingLine,
    ScoreCard,
    SubmittedApplication,
)
from premises.procedures import course as procedures
from premises.procedures.course import Actor
from premises.procedures.states import Action as ProcedureAction
from premises.procedures.steps import Role
from records import typography
from records.clock import now
from records.problems import Conflict, Forbidden, Invalid, Problem, Problems

State = Application.State
Proposal = RankingLine.Proposal
NOTHING = Decimal(0)

_ACTIONS = {
    Proposal.RECOMMENDED: Action.RECOMMEND,
    Proposal.RESERVE: Action.RESERVE,
    Proposal.NOT_RECOMMENDED: Action.NOT_RECOMMEND,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the list with what it proposes; `reason` is what the applicant would read."""

    application: Application
    line: Line
    cards: int
    proposal: Proposal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LotList:
    lot: Lot
    lines: list[Placed] = field(default_factory=list)
    #: Applications that nothing told apart: the commission draws.
    undecided: tuple[tuple[int, ...], ...] = ()


def by_points(procedure: AllocationProcedure) -> bool:
    """Whether score cards decide; otherwise the rate that was offered or bid."""
    return procedure.scoring_id is not None and procedure.kind.min_score_cards > 0


def ready(procedure: AllocationProcedure) -> tuple[State, ...]:
    """States from which the commission's list takes applications."""
    return (State.SCORED, State.OPINION) if by_points(procedure) else (State.ADMITTED,)


def draft(procedure: AllocationProcedure, *, draw: Sequence[int] = ()) -> list[LotList]:
    """The list as it would stand now, lot by lot. `draw`: keys in the order in which lots fell."""
    applications = [one for one in members.standing(procedure) if one.state in ready(procedure)]
    points = by_points(procedure)
    entries = _with_cards(procedure, applications) if points else _with_rates(applications)
    criteria = [
        Criterion(one.code, one.weight, one.tie_rank) for one in cards.criteria_of(procedure)
    ]
    keeps_reserve = KindTransition.objects.filter(
        kind=procedure.kind_id, subject="application", action="grant", source="reserve_list"
    ).exists()
    found = []
    for lot in procedure.lots.select_related("resource").order_by("number"):
        here = {one.pk: one for one in applications if one.lot_id == lot.pk}
        least = procedure.scoring.min_total if points and procedure.scoring else lot.starting_rate
        listing = ranking.rank(
            [entries[pk] for pk in here if pk in entries],
            criteria if points else (),
            least_total=least if points or least is not None else ranking.CENT,
            draw=draw,
        )
        lines = [
            _placed(
                here[one.key],
                one,
                entries[one.key],
                keeps_reserve=keeps_reserve,
                reason=_usual_reason(one, least, points=points),
            )
            for one in listing.lines
        ]
        found.append(LotList(lot, lines, listing.undecided))
    return found


def _with_cards(
    procedure: AllocationProcedure, applications: list[Application]
) -> dict[int, Entry]:
    found: dict[int, list[Mapping[str, Decimal]]] = {}
    for card in cards.counted(procedure, applications):
        found.setdefault(card.application_id, []).append(
            {score.criterion.code: score.points for score in card.scores.all()}
        )
    return {pk: Entry(pk, tuple(points)) for pk, points in found.items()}


def _with_rates(applications: list[Application]) -> dict[int, Entry]:
    """The bid of an auction, or the rate of the opened offer; nothing bid counts as nothing."""
    bids = dict(Bid.objects.filter(application__in=applications).values_list("application", "rate"))
    offers = offered_rates(applications)
    return {
        one.pk: Entry(one.pk, rate=bids.get(one.pk, offers.get(one.pk, NOTHING)))
        for one in applications
    }


def offered_rates(applications: list[Application]) -> dict[int, Decimal]:
    """PLN net per m² a month, as the last submission that names a rate says. One query."""
    found: dict[int, Decimal] = {}
    for one in (
        SubmittedApplication.objects.filter(application__in=applications)
        .select_related("opened")
        .order_by("order")
    ):
        content = reading.content_in(one) or {}
        try:
            found[one.application_id] = Decimal(str(content["answers"]["offered_rate"]))
        except (KeyError, TypeError, InvalidOperation):
            continue
    return found


def _placed(
    application: Application,
    line: Line,
    entry: Entry,
    *,
    keeps_reserve: bool,
    reason: str,
) -> Placed:
    if line.passes and line.place == 1:
        return Placed(application, line, len(entry.cards), Proposal.RECOMMENDED)
    if line.passes and keeps_reserve:
        return Placed(application, line, len(entry.cards), Proposal.RESERVE)
    return Placed(application, line, len(entry.cards), Proposal.NOT_RECOMMENDED, reason)


def _usual_reason(line: Line, least: Decimal | None, *, points: bool) -> str:
    """What the chair finds written and may change."""
    if points:
        return _("The application got %(total)s points; at least %(least)s are needed.") % {
            "total": typography.number(line.total),
            "least": typography.number(least or NOTHING),
        }
    if line.total == NOTHING:
        return _("No rate was offered.")
    if not line.passes:
        return _("The offered rate, %(rate)s PLN/m², is below the starting rate.") % {
            "rate": typography.number(line.total)
        }
    return _("Another applicant offered a higher rate.")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the chair adds: reasons by application, the draw, who was there, remarks."""

    reasons: Mapping[int, str] = field(default_factory=dict)
    draw: Sequence[int] = ()
    draw_told: str = ""
    present: Collection[int] = ()
    note: str = ""


def hindrances(procedure: AllocationProcedure) -> list[Problem]:
    """What must happen before the list can be confirmed."""
    problems: list[Problem] = list(members.lacking(procedure, members.seats(procedure)))
    states = [one.state for one in members.standing(procedure)]
    unchecked = sum(
        state in (State.SUBMITTED, State.FORMAL_CHECK, State.CORRECTION_REQUESTED)
        for state in states
    )
    if unchecked:
        problems.append(
            Conflict(
                _("Some applications are still in the formal check: %(n)d.") % {"n": unchecked},
                code="unchecked",
            )
        )
    judged = [State.MERIT_REVIEW, *([State.ADMITTED] if by_points(procedure) else [])]
    if unjudged := sum(state in judged for state in states):
        problems.append(
            Conflict(
                _("Some applications are still being judged: %(n)d.") % {"n": unjudged},
                code="unjudged",
            )
        )
    if waiting := opinions.waiting(procedure):
        problems.append(
            Conflict(
                _("Some opinions have not come and their time is not over: %(n)d.")
                % {"n": len(waiting)},
                code="opinions",
            )
        )
    if not any(state in ready(procedure) for state in states):
        problems.append(Conflict(_("There is no application to rank."), code="nothing_to_rank"))
    return problems


@transaction.atomic
def confirm(procedure: AllocationProcedure, *, by: Any, with_: Confirmation) -> Ranking:
    """Freeze the list and take every application to its place. By the chair.

    Raises Forbidden, Conflict (something is unfinished, a tie needs a draw), Problems (a reason is
    missing), Invalid.
    """
    procedure = keys.locked(procedure)
    seat = keys.own_seat(procedure, by)
    if seat.role != CommissionMember.Role.CHAIR:
        raise Forbidden(_("The chair confirms the list."), code="not_chair")
    if hindering := hindrances(procedure):
        raise hindering[0]
    lots = draft(procedure, draw=with_.draw)
    _require_decided(lots, with_)
    lines = [(lot.lot, one) for lot in lots for one in lot.lines]
    reasons = _reasons([one for _lot, one in lines], with_)
    here = {one.pk: one for one in members.seats(procedure)}
    present = [here[pk] for pk in sorted(set(with_.present) & set(here))]
    if len(present) < 2 or seat not in present:
        raise Invalid(
            _("Mark who was there: the chair and at least one more member."),
            code="nobody_present",
            field="present",
        )
    moment = now()
    frozen = Ranking.objects.create(
        procedure=procedure,
        made_at=moment,
        made_by=str(by),
        present=[{"name": one.name, "role": one.role} for one in present],
        note="\n\n".join(text for text in (with_.draw_told.strip(), with_.note.strip()) if text),
    )
    actor = Actor(Role.COMMISSION, str(by))
    points = by_points(procedure)
    criteria = cards.criteria_of(procedure) if points else []
    for lot, one in lines:
        _freeze(frozen, lot, one, reasons[one.application.pk], criteria)
        _take_place(one, reasons[one.application.pk], actor, points=points)
    procedures.act(procedure, ProcedureAction.RANK, actor)
    papers.issue_all(frozen, actor=f"person:{by.pk}")
    return frozen


def _require_decided(lots: list[LotList], with_: Confirmation) -> None:
    open_ties = [group for lot in lots for group in lot.undecided]
    if open_ties:
        raise Conflict(
            _("Some applications are equal in everything. Draw lots and enter the order."),
            code="tie",
            extra={"groups": [list(group) for group in open_ties]},
        )
    drawn = any(one.line.decided_by == "draw" for lot in lots for one in lot.lines)
    if drawn and not with_.draw_told.strip():
        raise Invalid(
            _("Tell how the lots were drawn: who drew, and before whom."),
            code="draw_untold",
            field="draw_told",
        )


def _reasons(lines: list[Placed], with_: Confirmation) -> dict[int, str]:
    """The reason of each line that needs one; "" for the others."""
    found, problems = {}, []
    for one in lines:
        pk = one.application.pk
        negative = one.proposal == Proposal.NOT_RECOMMENDED
        found[pk] = with_.reasons.get(pk, one.reason).strip() if negative else ""
        if negative and not found[pk]:
            problems.append(
                Invalid(
                    _("Give the reason in a simple sentence."),
                    code="reason_missing",
                    field=f"reason-{pk}",
                )
            )
    if problems:
        raise Problems(problems)
    return found


def _freeze(frozen: Ranking, lot: Lot, one: Placed, reason: str, criteria: list[Any]) -> None:
    RankingLine.objects.create(
        ranking=frozen,
        lot=lot,
        application=one.application,
        place=one.line.place,
        total=one.line.total,
        cards=one.cards,
        criteria=[
            {
                "code": criterion.code,
                "mean": str(one.line.means[criterion.code]),
                "weight": str(criterion.weight),
            }
            for criterion in criteria
        ],
        tie_break=one.line.decided_by,
        proposal=one.proposal,
        reason=reason,
    )


def _take_place(one: Placed, reason: str, actor: Actor, *, points: bool) -> None:
    application = course.lock(one.application)
    application.rank = one.line.place
    application.points = one.line.total if points else None
    action = _ACTIONS[one.proposal]
    course.move(application, action, actor, reason=reason)


def cards_of(line: RankingLine) -> list[ScoreCard]:
    """The cards behind a line of a confirmed list."""
    return list(
        line.application.score_cards.filter(state=ScoreCard.State.FINAL)
        .select_related("member")
        .prefetch_related("scores__criterion")
    )
