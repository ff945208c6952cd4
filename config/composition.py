"""What upper apps offer to pages of lower ones, as one explicit list.

A lower app never imports an upper one; it owns a registry, and this module fills it. A reader
who wants to know where a kind, a map layer or a panel comes from finds it here.
"""

from maps import base_layers, layers
from organisations import actors, roles
from premises.kind import PREMISES
from records import past
from resources import kinds, room_kind
from resources.roles import serves_a_unit


def compose() -> None:
    """Fill the registries. Called once, when Django has loaded all apps."""
    layers.register(*base_layers.LAYERS)
    roles.OFFICIALS.append(serves_a_unit)
    past.register_actors(actors.person_names)
    kinds.register(room_kind.ROOM)
    kinds.register(PREMISES)
