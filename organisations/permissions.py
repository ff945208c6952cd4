"""Who may do what, as data: rules about organisations, and the table that upper apps build on.

A rule says: holders of any of these roles may do this action with an object, `when` it is in a
certain condition. What nobody allows is refused. The roles that begin with `own_` come from the
relation between person and object; the others hold for every object.

`can(person, action, obj)` answers; `require` raises NotFound where the person may not even see the
object, so that a refusal never tells that it exists, and Forbidden where they may. Without an
object the question is "for any object at all?", which menus ask.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from organisations.models import JoinRequest, Membership, Organisation
from organisations.roles import Role, general_roles, roles_of
from records.problems import Forbidden, NotFound

#: The roles a person has to this one object (None: to some object of theirs).
Relation = Callable[[Any, Any, date | None], frozenset[Role]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Holders of any of `roles` may do `action`, if `when(obj)` holds (no `when`: always)."""

    action: str
    roles: frozenset[Role]
    when: Callable[[Any], bool] | None = None


class PermissionTable:
    """Rules, how people relate to objects, and which action means seeing an object.

    `below` is the table of the app below: its rules and relations hold here too.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        *,
        relations: Mapping[type[models.Model], Relation],
        views: Mapping[type[models.Model], str],
        anywhere: Iterable[Relation],
        below: "PermissionTable | None" = None,
    ) -> None:
        self.rules: dict[str, list[Rule]] = {}
        for rule in [*(below.all_rules() if below else ()), *rules]:
            self.rules.setdefault(rule.action, []).append(rule)
        self.relations: dict[type[models.Model], Relation] = {
            **(below.relations if below else {}),
            **relations,
        }
        self.views: dict[type[models.Model], str] = {**(below.views if below else {}), **views}
        self.anywhere: list[Relation] = [*(below.anywhere if below else ()), *anywhere]

    def all_rules(self) -> list[Rule]:
        return [rule for rules in self.rules.values() for rule in rules]

    @property
    def actions(self) -> list[str]:
        return list(self.rules)

    def roles_to(self, person: Any, obj: Any = None, on: date | None = None) -> frozenset[Role]:
        """Every role the person has to the object."""
        found = general_roles(person, on)
        if obj is None:
            return found.union(*(relation(person, None, on) for relation in self.anywhere))
        relation = self.relations.get(type(obj))
        if relation is None:
            raise TypeError(f"no relation of people to {type(obj).__name__} is known")
        return found | relation(person, obj, on)

    def can(self, person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
        """Whether the person (also AnonymousUser or None) may do it. Unknown action: KeyError."""
        rules = self.rules[action]
        roles = self.roles_to(person, obj, on)
        return any(
            rule.roles & roles and (obj is None or rule.when is None or rule.when(obj))
            for rule in rules
        )

    def require(self, person: Any, action: str, obj: Any = None) -> None:
        """Raises Forbidden, or NotFound for an object that the person may not see."""
        if self.can(person, action, obj):
            return
        view = self.views.get(type(obj))
        if view is not None and not self.can(person, view, obj):
            raise NotFound(_("There is nothing here, or it is not for you."))
        raise Forbidden(_("You are not allowed to do this."))


MEMBERS = frozenset({Role.ORG_VIEWER, Role.ORG_EDITOR, Role.ORG_PROXY, Role.ORG_REPRESENTATIVE})
REQUESTERS = MEMBERS - {Role.ORG_VIEWER}
SIGNATORIES = frozenset({Role.ORG_PROXY, Role.ORG_REPRESENTATIVE})
COORDINATION = frozenset({Role.COORDINATOR})
OVERSIGHT = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})

_States = Organisation.VerificationState
#: Confirmed once by the city: only these profiles are public, so that nobody can publish a fake.
PUBLIC_STATES = frozenset({_States.VERIFIED, _States.STALE})
ACTING_STATES = frozenset({_States.DRAFT, _States.SUBMITTED, _States.VERIFIED, _States.STALE})


def has_public_profile(organisation: Organisation) -> bool:
    return organisation.is_public and organisation.verification_state in PUBLIC_STATES


def is_beyond_draft(organisation: Organisation) -> bool:
    return organisation.verification_state != _States.DRAFT


def is_draft(organisation: Organisation) -> bool:
    return organisation.verification_state == _States.DRAFT


def is_acting(organisation: Organisation) -> bool:
    """Neither suspended nor archived."""
    return organisation.verification_state in ACTING_STATES


def is_waiting(join_request: JoinRequest) -> bool:
    return join_request.state == JoinRequest.State.WAITING


def _for(
    roles: Iterable[Role], *actions: str, when: Callable[[Any], bool] | None = None
) -> list[Rule]:
    return [Rule(action, frozenset(roles), when) for action in actions]


RULES: list[Rule] = [
    *_for({Role.ANYBODY}, "organisation.view", when=has_public_profile),
    # A unit answers requests of organisations that are not confirmed yet.
    *_for({Role.OFFICIAL}, "organisation.view", when=is_beyond_draft),
    *_for(MEMBERS | OVERSIGHT, "organisation.view"),
    *_for({Role.OFFICIAL}, "organisation.view_office_contacts", when=is_beyond_draft),
    *_for(MEMBERS | OVERSIGHT, "organisation.view_office_contacts"),
    *_for({Role.SIGNED_IN}, "organisation.found"),
    *_for(REQUESTERS, "organisation.edit", "organisation.confirm", when=is_acting),
    *_for(COORDINATION, "organisation.edit"),
    # Name, form, numbers and seat: what verification confirms.
    *_for(SIGNATORIES, "organisation.edit_identity", when=is_acting),
    *_for(COORDINATION, "organisation.edit_identity"),
    *_for(SIGNATORIES, "organisation.submit", when=is_draft),
    # To ask for places and rooms in its name.
    *_for(REQUESTERS, "organisation.request_for", when=is_acting),
    *_for(MEMBERS, "organisation.view_requests", "organisation.feed"),
    *_for(MEMBERS | OVERSIGHT, "organisation.view_members"),
    *_for({Role.ORG_REPRESENTATIVE}, "organisation.manage_members", when=is_acting),
    *_for(COORDINATION, "organisation.manage_members"),
    # Register data are public, so whoever knows the number may ask, and no more.
    *_for({Role.SIGNED_IN}, "organisation.ask_to_join", when=is_acting),
    *_for(COORDINATION, "organisation.verify", "organisation.suspend", "organisation.archive"),
    *_for(OVERSIGHT, "organisation.list_all", "organisation.history"),
    *_for(
        {Role.OWN_REQUEST, Role.ORG_REPRESENTATIVE, Role.COORDINATOR, Role.ADMINISTRATOR},
        "join_request.view",
    ),
    *_for({Role.ORG_REPRESENTATIVE, Role.COORDINATOR}, "join_request.answer", when=is_waiting),
    *_for({Role.OWN_REQUEST}, "join_request.withdraw", when=is_waiting),
    *_for({Role.ADMINISTRATOR}, "city_role.manage", "dictionary.edit", "person.list"),
]


def _to_organisation(person: Any, obj: Organisation, on: date | None) -> frozenset[Role]:
    role = roles_of(person, on).organisations.get(obj.pk)
    return frozenset({role} if role else ())


def _to_membership(person: Any, obj: Membership, on: date | None) -> frozenset[Role]:
    role = roles_of(person, on).organisations.get(obj.organisation_id)
    return frozenset({role} if role else ())


def _to_join_request(person: Any, obj: JoinRequest, on: date | None) -> frozenset[Role]:
    found = set()
    if role := roles_of(person, on).organisations.get(obj.organisation_id):
        found.add(role)
    if person is not None and person.is_authenticated and obj.person_id == person.pk:
        found.add(Role.OWN_REQUEST)
    return frozenset(found)


def _anywhere(person: Any, _obj: None, on: date | None) -> frozenset[Role]:
    return frozenset(roles_of(person, on).organisations.values())


TABLE = PermissionTable(
    RULES,
    relations={
        Organisation: _to_organisation,
        Membership: _to_membership,
        JoinRequest: _to_join_request,
    },
    views={Organisation: "organisation.view", JoinRequest: "join_request.view"},
    anywhere=[_anywhere],
)


def can(person: Any, action: str, obj: Any = None, *, on: date | None = None) -> bool:
    return TABLE.can(person, action, obj, on=on)


def require(person: Any, action: str, obj: Any = None) -> None:
    TABLE.require(person, action, obj)
