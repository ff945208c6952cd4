"""Who confirms a description: a role of the unit, never a person's name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from organisations.roles import Role
from resources.models import ManagingUnit
from resources.roles import units_of

#: The role that is named first when a person has several.
ORDER = (
    (Role.UNIT_HEAD, "head of unit"),
    (Role.UNIT_DECIDER, "deputy of the head"),
    (Role.UNIT_EDITOR, "keeper of the inventory"),
    (Role.UNIT_LETTINGS_OFFICER, "lettings officer"),
)


def role_words(person: Any, unit: ManagingUnit) -> str:
    """The person's role in the unit, in Polish: it is stored and shown to everybody."""
    own = units_of(person).get(unit.pk, frozenset())
    with override("pl"):
        names = {
            "head of unit": _("head of unit"),
            "deputy of the head": _("deputy of the head"),
            "keeper of the inventory": _("keeper of the inventory"),
            "lettings officer": _("lettings officer"),
            "coordinator": _("coordinator"),
        }
        return names[next((name for role, name in ORDER if role in own), "coordinator")]
