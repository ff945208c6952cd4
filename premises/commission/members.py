"""Who sits in a commission, what it still lacks, and who is tied to which applicant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.models import Membership, Organisation, Person
from organisations.roles import forget
from premises.models import (
    AllocationProcedure,
    Application,
    CommissionMember,
    ImpartialityDeclaration,
)
from premises.permissions import require
from records.clock import now, today
from records.problems import Conflict, Invalid, Problem

Role = CommissionMember.Role
Outcome = ImpartialityDeclaration.Outcome
#: Applications in which the commission has no more, or not yet, anything to judge.
NOT_STANDING = (Application.State.DRAFT, Application.State.WITHDRAWN)


def seats(procedure: AllocationProcedure, on: date | None = None) -> list[CommissionMember]:
    """The members of a day (today): chair first, then as they were appointed. One query."""
    order = {Role.CHAIR: 0, Role.MEMBER: 1, Role.NGO: 1, Role.SECRETARY: 2}
    found = procedure.commission.filter(valid__contains=on or today()).select_related(
        "person", "organisation"
    )
    return sorted(found, key=lambda one: (order[Role(one.role)], one.pk))


def seat_of(person: Any, procedure: AllocationProcedure) -> CommissionMember | None:
    """The person's own seat in the commission today."""
    if person is None or not person.is_authenticated:
        return None
    return procedure.commission.filter(person_id=person.pk, valid__contains=today()).first()


@transaction.atomic
def appoint(
    procedure: AllocationProcedure,
    *,
    by: Any,
    role: str,
    person: Person | None = None,
    name: str = "",
    organisation: Organisation | None = None,
    function: str = "",
) -> CommissionMember:
    """Give a seat from today. Raises Forbidden, Invalid, Conflict (tied to an applicant)."""
    require(by, "commission.appoint", procedure)
    # As it now is: the offers may have been opened since the caller read it.
    procedure = (
        AllocationProcedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("kind")
        .get(pk=procedure.pk)
    )
    if not procedure.kind.has_commission:
        raise Conflict(_("This kind of procedure has no commission."), code="no_commission")
    if procedure.state in (*AllocationProcedure.ENDED, AllocationProcedure.State.DECIDED):
        raise Conflict(_("The procedure is decided already."), code="wrong_state")
    if role == Role.NGO and organisation is None:
        raise Invalid(
            _("Say from which organisation the NGO member comes."),
            code="no_organisation",
            field="organisation",
        )
    member = CommissionMember(
        procedure=procedure,
        person=person,
        name=name.strip() or str(person or ""),
        role=role,
        organisation=organisation,
        function=function.strip(),
        valid=DateRange(today(), None),
        appointed_by=str(by),
    )
    if not member.name:
        raise Invalid(_("Give the first and last name."), code="no_name", field="name")
    # While offers are sealed nobody in the unit learns who applied, so nobody is told of ties yet.
    known = standing(procedure) if applicants_are_known(procedure) else []
    if tied := ties([member], known).get(0):
        raise Conflict(
            _("%(name)s belongs to an applicant (%(who)s) and cannot sit in this commission.")
            % {"name": member.name, "who": ", ".join(sorted(tied.values()))},
            code="tied",
        )
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        problem = (
            _("The commission already has a chair.")
            if "commission_one_chair" in str(error)
            else _("This person already sits in the commission.")
        )
        raise Conflict(problem, code="seat_taken") from error
    if person is not None:
        forget(person)
    return member


@transaction.atomic
def dismiss(member: CommissionMember, *, by: Any, reason: str) -> None:
    """End a seat today. Finished cards stay and count; a keeper of the key still counts as one."""
    require(by, "commission.appoint", member.procedure)
    if not reason.strip():
        raise Invalid(_("Say why the seat ends."), code="reason_missing", field="reason")
    locked = CommissionMember.objects.select_for_update().get(pk=member.pk)
    if today() not in locked.valid:
        raise Conflict(_("This seat has ended already."), code="ended")
    if locked.valid.lower == today():
        # Appointed by mistake this very day: an empty range keeps the row and ends the seat.
        locked.valid = DateRange(empty=True)
    else:
        locked.valid = DateRange(locked.valid.lower, today())
    locked.dismissal_reason = reason.strip()
    locked.save(update_fields=["valid", "dismissal_reason"])


def standing(procedure: AllocationProcedure) -> list[Application]:
    """Applications that the commission judges, by number, with their parties. Three queries."""
    return list(
        procedure.applications.exclude(state__in=NOT_STANDING)
        .select_related("organisation", "lot")
        .prefetch_related("co_applicants__organisation")
        .order_by("number", "pk")
    )


def ties(
    members: Iterable[CommissionMember], applications: Iterable[Application]
) -> dict[int, dict[int, str]]:
    """What the register knows: place of the member in the list -> application -> organisation.

    Somebody is tied to an applicant whose member they are today, that sends them into the
    commission, or for whom they wrote the application themselves. One query.
    """
    members, applications = list(members), list(applications)
    parties = {
        one.pk: {
            one.organisation_id: one.organisation.name,
            **{co.organisation_id: co.organisation.name for co in one.co_applicants.all()},
        }
        for one in applications
    }
    people = {one.person_id for one in members if one.person_id}
    belongs: dict[int, set[int]] = {}
    for person, organisation in Membership.objects.filter(
        person__in=people,
        organisation__in={key for names in parties.values() for key in names},
        valid__contains=today(),
    ).values_list("person_id", "organisation_id"):
        belongs.setdefault(person, set()).add(organisation)
    found: dict[int, dict[int, str]] = {}
    for place, member in enumerate(members):
        own = set(belongs.get(member.person_id or 0, set()))
        if member.organisation_id:
            own.add(member.organisation_id)
        for application in applications:
            names = parties[application.pk]
            through = sorted(names[key] for key in own & set(names))
            if not through and member.person_id and application.person_id == member.person_id:
                through = [application.organisation.name]
            if through:
                found.setdefault(place, {})[application.pk] = ", ".join(through)
    return found


@dataclass(frozen=True, slots=True)
class Seat:
    """A member with what was declared: `barred` are applications they do not judge, and why."""

    member: CommissionMember
    declaration: ImpartialityDeclaration | None
    barred: dict[int, str]

    @property
    def declared(self) -> bool:
        return self.declaration is not None

    @property
    def takes_part(self) -> bool:
        """Has declared, and did not step down."""
        return self.declaration is not None and self.declaration.outcome != Outcome.RESIGNS

    def may_judge(self, application_id: int) -> bool:
        return self.member.votes and self.takes_part and application_id not in self.barred


def table(
    procedure: AllocationProcedure,
    applications: list[Application] | None = None,
    *,
    with_past: bool = False,
) -> list[Seat]:
    """Members of today with declarations and ties; `with_past`: also those whose seat has ended.

    A fixed number of queries.
    """
    members = (
        list(procedure.commission.select_related("person", "organisation"))
        if with_past
        else seats(procedure)
    )
    if applications is None:
        applications = standing(procedure)
    tied = ties(members, applications)
    last: dict[int, ImpartialityDeclaration] = {}
    for one in (
        ImpartialityDeclaration.objects.filter(member__in=members)
        .prefetch_related("exclusions")
        .order_by("at", "pk")
    ):
        last[one.member_id] = one
    found = []
    for place, member in enumerate(members):
        declaration = last.get(member.pk)
        barred = {
            key: _("belongs to the applicant: %(who)s") % {"who": who}
            for key, who in tied.get(place, {}).items()
        }
        if declaration is not None:
            for exclusion in declaration.exclusions.all():
                barred.setdefault(exclusion.application_id, declaration.explanation)
        found.append(Seat(member, declaration, barred))
    return found


CHAIR_MISSING = gettext_lazy("The commission has no chair.")


def lacking(procedure: AllocationProcedure, members: list[CommissionMember]) -> list[Problem]:
    """What stands in the way of the commission's work, as its kind demands."""
    kind = procedure.kind
    problems: list[Problem] = []
    roles = [one.role for one in members]
    if Role.CHAIR not in roles:
        problems.append(Conflict(str(CHAIR_MISSING), code="no_chair"))
    if kind.ngo_member and Role.NGO not in roles:
        problems.append(
            Conflict(
                _("This kind of procedure asks for a representative of NGOs in the commission."),
                code="no_ngo_member",
            )
        )
    needed = max(2, kind.min_score_cards)
    voting = sum(one.votes for one in members)
    if voting < needed:
        problems.append(
            Conflict(
                ngettext(
                    "One member with a vote is missing.",
                    "%(n)d members with a vote are missing.",
                    needed - voting,
                )
                % {"n": needed - voting},
                code="too_few_members",
            )
        )
    return problems


def require_whole(procedure: AllocationProcedure) -> None:
    """Raises Conflict with the first thing that the commission lacks."""
    if problems := lacking(procedure, seats(procedure)):
        raise problems[0]


def applicants_are_known(procedure: AllocationProcedure) -> bool:
    """Whether the list of applicants is whole and may be read.

    It is whole when the call is over by the server's clock; of sealed kinds it may be read from the
    opening on, since until then nobody in the unit sees whose offers lie there.
    """
    if procedure.kind.sealed:
        return procedure.opened_at is not None
    return procedure.closes_at is not None and now() >= procedure.closes_at
