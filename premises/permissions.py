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

from organisations.permissions import MEMBERS, OVERSIGHT, REQUESTERS, PermissionTable, Rule
from organisations.roles import Role, roles_of
from premises.models import Lease, Premises
from resources import permissions as below
from resources.permissions import STAFF
from resources.roles import units_of

#: Prepare everything that a letting needs.
OFFICERS = frozenset({Role.UNIT_LETTINGS_OFFICER, Role.UNIT_HEAD})
#: Approve what binds the city. A second person where a rule asks for one.
HEADS = frozenset({Role.UNIT_HEAD})
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


RULES: list[Rule] = [
    # --- the desk of lettings ---------------------------------------------------------------
    *_for(STAFF, "lettings.desk"),
    # --- the stock --------------------------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "stock.view"),
    *_for(OFFICERS, "stock.edit"),
    # --- contracts --------------------------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "lease.view"),
    *_for(OFFICERS, "lease.edit"),
    *_for(HEADS, "lease.decide"),
    # The other side reads its contract from the moment when it is sent to be signed.
    *_for(MEMBERS, "lease.view", when=is_shown_to_tenant),
    *_for(REQUESTERS, "lease.ask", when=is_running),
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


TABLE = PermissionTable(
    RULES,
    relations={Premises: _to_premises, Lease: _to_lease},
    views={Lease: "lease.view"},
    anywhere=[],
    below=below.TABLE,
)


def can(person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
    """Whether the person may do the action with the object, on a day (default: today)."""
    return TABLE.can(person, action, obj, on=on)


def require(person: Any, action: str, obj: Any = None) -> None:
    """Raises Forbidden, or NotFound where the person may not see the object."""
    TABLE.require(person, action, obj)
