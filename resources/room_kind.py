"""Rooms as a kind of resource."""

from django.utils.translation import gettext_lazy as _

from resources.kinds import Kind

ROOM = Kind(code="room", name=_("room"), plural=_("rooms"), wanted=_("a room"), shape="circle")
