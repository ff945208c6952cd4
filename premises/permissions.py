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

from organisations.permissions import OVERSIGHT, PermissionTable, Rule
from organisations.roles import Role
from premises.models import Premises
from resources import permissions as below
from resources.permissions import STAFF
from resources.roles import units_of

#: Prepare everything that a letting needs.
OFFICERS = frozenset({Role.UNIT_LETTINGS_OFFICER, Role.UNIT_HEAD})
#: Approve what binds the city. A second person where a rule asks for one.
HEADS = frozenset({Role.UNIT_HEAD})


def _for(
    roles: Iterable[Role], *actions: str, when: Callable[[Any], bool] | None = None
) -> list[Rule]:
    return [Rule(action, frozenset(roles), when) for action in actions]


RULES: list[Rule] = [
    # --- the desk of lettings ---------------------------------------------------------------
    *_for(STAFF, "lettings.desk"),
    # --- the stock --------------------------------------------------------------------------
    *_for(STAFF | OVERSIGHT, "stock.view"),
    *_for(OFFICERS, "stock.edit"),
]


def _to_premises(person: Any, obj: Premises, on: date | None) -> frozenset[Role]:
    return units_of(person, on).get(obj.resource.unit_id, frozenset())


TABLE = PermissionTable(
    RULES,
    relations={Premises: _to_premises},
    views={},
    anywhere=[],
    below=below.TABLE,
)


def can(person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
    """Whether the person may do the action with the object, on a day (default: today)."""
    return TABLE.can(person, action, obj, on=on)


def require(person: Any, action: str, obj: Any = None) -> None:
    """Raises Forbidden, or NotFound where the person may not see the object."""
    TABLE.require(person, action, obj)
