"""Impartiality: what a member declares once the list of applicants is known."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.commission import members
from premises.models import (
    AllocationProcedure,
    CommissionMember,
    DeclaredExclusion,
    ImpartialityDeclaration,
)
from records.clock import now
from records.problems import Conflict, Forbidden, Invalid

Outcome = ImpartialityDeclaration.Outcome


def words(outcome: str, procedure: AllocationProcedure) -> str:
    """The words of a declaration, as they are kept with it."""
    about = {"number": str(procedure), "title": procedure.title_pl}
    if outcome == Outcome.IMPARTIAL:
        text = _(
            "I have read the list of applicants of procedure %(number)s (%(title)s). I am not"
            " married or related to anybody who represents them, do not belong to them, have not"
            " worked for them in the last three years, and nothing else makes my impartiality"
            " doubtful."
        )
    elif outcome == Outcome.EXCLUDES:
        text = _(
            "I have read the list of applicants of procedure %(number)s (%(title)s). I exclude"
            " myself from judging the applications named here; towards the others I am impartial."
        )
    else:
        text = _(
            "I have read the list of applicants of procedure %(number)s (%(title)s). I cannot judge"
            " in this procedure."
        )
    return text % about


def may_declare_for(by: Any, member: CommissionMember) -> bool:
    """The member; for one without an account the secretary, who keeps the signed paper."""
    if member.person_id is not None:
        return bool(by.pk == member.person_id)
    seat = members.seat_of(by, member.procedure)
    return seat is not None and seat.role == CommissionMember.Role.SECRETARY


@transaction.atomic
def declare(
    member: CommissionMember,
    *,
    by: Any,
    outcome: str,
    excluded: Collection[int] = (),
    explanation: str = "",
) -> ImpartialityDeclaration:
    """Declare, or declare anew: the last declaration holds.

    `excluded` are keys of applications. Raises Forbidden (somebody else's), Conflict (the list is
    not known yet, the seat has ended, the register knows of a tie), Invalid.
    """
    procedure = AllocationProcedure.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=member.procedure_id
    )
    if not may_declare_for(by, member):
        raise Forbidden(_("Each member declares for themselves."), code="not_yours")
    if not members.applicants_are_known(procedure):
        raise Conflict(
            _(
                "Declare when the call has closed and the offers are opened: only then the list of"
                " applicants is known."
            ),
            code="list_not_known",
        )
    applications = {one.pk: one for one in members.standing(procedure)}
    chosen = set(excluded)
    if unknown := chosen - set(applications):
        raise Invalid(
            _("There is no such application here."), code="unknown", extra={"ids": unknown}
        )
    if outcome == Outcome.EXCLUDES and not chosen:
        raise Invalid(
            _("Choose the applications that you do not judge."),
            code="none_chosen",
            field="excluded",
        )
    if outcome != Outcome.EXCLUDES:
        chosen = set()
    if outcome != Outcome.IMPARTIAL and not explanation.strip():
        raise Invalid(
            _("Say in a sentence what ties you to the applicant."),
            code="no_explanation",
            field="explanation",
        )
    tied = members.ties([member], applications.values()).get(0, {})
    if outcome != Outcome.RESIGNS and (missed := set(tied) - chosen):
        raise Conflict(
            _(
                "The register says that you belong to %(who)s. Exclude yourself from this"
                " application."
            )
            % {"who": ", ".join(sorted({tied[key] for key in missed}))},
            code="tied",
            extra={"applications": sorted(missed)},
        )
    declaration = ImpartialityDeclaration.objects.create(
        member=member,
        outcome=outcome,
        text=words(outcome, procedure),
        explanation=explanation.strip(),
        applicants=len(applications),
        at=now(),
        recorded_by=str(by),
        on_paper=member.person_id is None,
    )
    DeclaredExclusion.objects.bulk_create(
        DeclaredExclusion(declaration=declaration, application_id=key) for key in sorted(chosen)
    )
    return declaration


def all_declared(procedure: AllocationProcedure) -> list[CommissionMember]:
    """Members who have not declared yet."""
    return [seat.member for seat in members.table(procedure) if not seat.declared]
