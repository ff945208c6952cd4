"""Who may do what with what is held by contract, as data.

Read the rules as sentences: "holders of these roles may do these actions, when ...". The tables of
the apps below hold here too, so `can` of this module answers for everything up to this app. The
query side of the same rules is premises/scopes.py; a test keeps the two equal.

Lettings are the work of the lettings officer; the head of the unit decides and approves; whoever
else serves the unit may look.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from organisations.permissions import (
    MEMBERS,
    OVERSIGHT,
    REQUESTERS,
    SIGNATORIES,
    PermissionTable,
    Rule,
)
from organisations.roles import Role, roles_of
from premises.commission.sitting import procedures_of
from premises.models import AllocationProcedure, Application, CoApplicant, Lease, Premises
from premises.procedures.states import is_public as is_public_procedure
from resources import permissions as below
from resources.permissions import STAFF
from resources.roles import units_of

#: Prepare everything that a letting needs.
OFFICERS = frozenset({Role.UNIT_LETTINGS_OFFICER, Role.UNIT_HEAD})
#: Approve what binds the city. A second person where a rule asks for one.
HEADS = frozenset({Role.UNIT_HEAD})
BOARD = frozenset({Role.COMMISSION})
#: Contracts that the unit still prepares, or gave up before anybody was offered one.
HIDDEN_FROM_TENANT = (
    Lease.State.DRAFTING,
    Lease.State.LEGAL_CHECK,
    Lease.State.ABANDONED,
)


def _for(
    roles: Iterable[Role], *actions: str, when: Callable[[Any], bool] | None = None
) -> list[Rule]:
    return [Rule(action, frozenset(roles), when) for action in actions]


def is_shown_to_tenant(lease: Lease) -> bool:
    return lease.state not in HIDDEN_FROM_TENANT


def is_running(lease: Lease) -> bool:
    """The tenant is in by right, and may ask for something."""
    return lease.state in Lease.RUNNING


def is_draft_procedure(procedure: AllocationProcedure) -> bool:
    return procedure.state == AllocationProcedure.State.DRAFT


def is_sent(application: Application) -> bool:
    """A draft belongs to whoever writes it; the unit sees an application once it is sent."""
    return application.state != Application.State.DRAFT


def is_draft(application: Application) -> bool:
    return application.state == Application.State.DRAFT


def is_open_to_unit(application: Application) -> bool:
    """Sealed offers are envelopes until they are opened: nobody in the unit sees whose."""
    procedure = application.procedure
    return is_sent(application) and not (procedure.kind.sealed and procedure.opened_at is None)


RULES: list[Rule] = [
    # --- the desk of lettings ---------------------------------------------------------------
    *_for(STAFF, "lettings.desk"),
    # Figures and the yearly report; the whole city's for those who evaluate the policy.
    *_for(STAFF | OVERSIGHT | {Role.PLANNER}, "lettings.figures"),
    *_for(OVERSIGHT | {Role.PLANNER}, "lettings.report_all"),
    # Who looks after which case; the head gives cases and passes them on.
    *_for(STAFF, "caseload.view"),
    *_for(HEADS, "caseload.manage"),
    # --- the stock --------------------------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "stock.view"),
    *_for(OFFICERS, "stock.edit"),
    # --- rules, rates, indexation: prepared by one person, approved by another ---------------
    *_for(OFFICERS, "rules.edit", "rates.edit", "indexation.prepare"),
    *_for(HEADS, "rules.approve", "rates.publish", "indexation.approve"),
    # --- notice lists and templates of documents --------------------------------------------
    *_for(OFFICERS, "notice.edit", "notice.publish", "template.edit"),
    *_for(HEADS, "template.publish"),
    # --- contracts --------------------------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "lease.view"),
    *_for(OFFICERS, "lease.edit"),
    *_for(HEADS, "lease.decide"),
    # The other side reads its contract from the moment when it is sent to be signed.
    *_for(MEMBERS, "lease.view", when=is_shown_to_tenant),
    *_for(REQUESTERS, "lease.ask", when=is_running),
    # How the place was used, also after the end.
    *_for(REQUESTERS, "lease.report", when=is_shown_to_tenant),
    # What contracts charge and owe; batches for finance and states from it.
    *_for(STAFF | OVERSIGHT, "charges.view"),
    *_for(OFFICERS, "charges.make"),
    # --- procedures ---------------------------------------------------------------------------
    *_for({Role.ANYBODY}, "procedure.view", when=is_public_procedure),
    *_for(STAFF | OVERSIGHT, "procedure.view", "procedure.history"),
    *_for(OFFICERS, "procedure.begin", "procedure.run"),
    *_for(OFFICERS, "procedure.edit", when=is_draft_procedure),
    *_for(HEADS, "procedure.approve"),
    *_for({Role.SIGNED_IN}, "procedure.ask", when=is_public_procedure),
    # --- applications: the organisation's side --------------------------------------------------
    *_for(MEMBERS, "application.view"),
    *_for(REQUESTERS, "application.edit", when=is_draft),
    # What binds the organisation is for those who may sign for it.
    *_for(SIGNATORIES, "application.submit", "application.withdraw"),
    *_for(REQUESTERS, "application.discard", when=is_draft),
    *_for(SIGNATORIES, "application.correct", when=is_sent),
    *_for(MEMBERS, "co_applicant.view"),
    *_for(SIGNATORIES, "co_applicant.answer"),
    # --- applications: the unit's side ----------------------------------------------------------
    *_for(OFFICERS, "application.view", "application.check", when=is_open_to_unit),
    *_for(OFFICERS, "application.record_deposit", when=is_sent),
    # --- the commission ------------------------------------------------------------------------
    *_for(OFFICERS | BOARD | OVERSIGHT, "commission.view"),
    *_for(OFFICERS, "commission.appoint"),
    *_for(BOARD, "procedure.view", "procedure.history", "commission.work"),
    *_for(BOARD, "application.view", "application.check", when=is_open_to_unit),
]


def _to_premises(person: Any, obj: Premises, on: date | None) -> frozenset[Role]:
    return units_of(person, on).get(obj.resource.unit_id, frozenset())


def _to_lease(person: Any, obj: Lease, on: date | None) -> frozenset[Role]:
    """Roles in the unit, and in the organisations that are parties (whatever their term: former
    tenants read what was agreed with them)."""
    found = units_of(person, on).get(obj.unit_id, frozenset())
    mine = roles_of(person, on).organisations
    if not mine:
        return found
    parties = obj.parties.filter(organisation__in=mine).values_list("organisation", flat=True)
    return found | {mine[organisation] for organisation in parties if organisation is not None}


def _to_procedure(person: Any, obj: AllocationProcedure, on: date | None) -> frozenset[Role]:
    """Roles in the unit, and a seat in the commission, which people from outside may have too."""
    found = units_of(person, on).get(obj.unit_id, frozenset())
    return found | BOARD if obj.pk in procedures_of(person, on) else found


def _to_application(person: Any, obj: Application, on: date | None) -> frozenset[Role]:
    """Members of the leading organisation in their role; those of the others may look."""
    own = roles_of(person, on).organisations
    found = set(_to_procedure(person, obj.procedure, on))
    if role := own.get(obj.organisation_id):
        found.add(role)
    elif own and any(one.organisation_id in own for one in obj.co_applicants.all()):
        found.add(Role.ORG_VIEWER)
    return frozenset(found)


def _to_co_applicant(person: Any, obj: CoApplicant, on: date | None) -> frozenset[Role]:
    role = roles_of(person, on).organisations.get(obj.organisation_id)
    return frozenset({role} if role else ())


TABLE = PermissionTable(
    RULES,
    relations={
        Premises: _to_premises,
        Lease: _to_lease,
        AllocationProcedure: _to_procedure,
        Application: _to_application,
        CoApplicant: _to_co_applicant,
    },
    views={
        Lease: "lease.view",
        AllocationProcedure: "procedure.view",
        Application: "application.view",
        CoApplicant: "co_applicant.view",
    },
    anywhere=[],
    below=below.TABLE,
)


def can(person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
    """Whether the person may do the action with the object, on a day (default: today)."""
    return TABLE.can(person, action, obj, on=on)


def require(person: Any, action: str, obj: Any = None) -> None:
    """Raises Forbidden, or NotFound where the person may not see the object."""
    TABLE.require(person, action, obj)
