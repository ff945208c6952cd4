"""The mechanism of a course that is data: the steps there can be, and those that a kind permits.

A table of steps (states.py of procedures and of applications) says what each step means: from
where to where, under what condition, whether it needs a reason, and who could take it at the most.
The rows of the kind (KindTransition) say which of them this kind has, and who takes them. So a city
may give a step to somebody else or leave it out, and can never invent one without its guard.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from premises.models import KindTransition, ProcedureKind
from records.problems import Conflict, Forbidden, Invalid, Problem

Role = KindTransition.Role
Subject = KindTransition.Subject

#: Says what stands in the way, or None. What it looks at is the situation of its own table.
Guard = Callable[[Any], Problem | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step that there can be. `roles` are those to whom a kind may give it."""

    action: str
    source: str
    target: str
    roles: frozenset[Role]
    guard: Guard | None = None
    needs_reason: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.action, self.source, self.target


#: What a kind permits: (action, source, target, role).
Permitted = frozenset[tuple[str, str, str, str]]


def permitted(kind: ProcedureKind, subject: Subject) -> Permitted:
    """The rows of the kind. One query, or none where `transitions` are prefetched."""
    return frozenset(
        (row.action, row.source, row.target, row.role)
        for row in kind.transitions.all()
        if row.subject == subject
    )


def unknown(rows: Iterable[KindTransition], tables: Mapping[str, Sequence[Step]]) -> list[str]:
    """Rows that permit what no table knows, or give it to somebody it can never belong to."""
    known = {
        (subject, *step.key, role)
        for subject, steps in tables.items()
        for step in steps
        for role in step.roles
    }
    return [
        str(row)
        for row in rows
        if (row.subject, row.action, row.source, row.target, row.role) not in known
    ]


def offered(table: Sequence[Step], rows: Permitted, state: str, roles: Iterable[str]) -> list[Step]:
    """Steps that holders of `roles` may try from this state; guards and reasons aside."""
    mine = set(roles)
    return [
        step
        for step in table
        if step.source == state and any((*step.key, role) in rows for role in mine & step.roles)
    ]


def require(
    table: Sequence[Step],
    rows: Permitted,
    *,
    state: str,
    action: str,
    role: str,
    at: Any,
    label: str,
    target: str | None = None,
    reason: str = "",
) -> Step:
    """The step, or the Problem that says why not.

    Raises Conflict (not from this state, not in this kind, or a guard says no), Forbidden (it is
    somebody else's to take), Invalid (it needs a reason). `label` names the state to a person;
    `target` chooses where an action may end in one of several states.
    """
    found = [
        step
        for step in table
        if step.action == action
        and step.source == state
        and target in (None, step.target)
        and any((*step.key, one) in rows for one in step.roles)
    ]
    if not found:
        raise Conflict(
            _("This cannot be done now: the state is “%(state)s”.") % {"state": label},
            code="wrong_state",
        )
    mine = [step for step in found if role in step.roles and (*step.key, role) in rows]
    if not mine:
        raise Forbidden(_("This step is for somebody else to take."), code="other_side")
    if len(mine) > 1:
        raise ValueError(f"{action} from {state} needs a target")
    step = mine[0]
    if step.needs_reason and not reason.strip():
        raise Invalid(
            _("Give the reason in a simple sentence."), code="reason_missing", field="reason"
        )
    if step.guard and (problem := step.guard(at)):
        raise problem
    return step
