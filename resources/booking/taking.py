"""How every step of a person begins: lock, catch up with the clock, check the right to act."""

from resources.booking import clock_steps
from resources.booking.course import Actor, By, acting, lock
from resources.booking.states import Role
from resources.models import Booking


def take(booking: Booking, by: By, role: Role, permission: str) -> tuple[Booking, Actor]:
    """The booking locked and brought up to the present moment, and who acts.

    The clock's own steps come first, so that a stopped worker changes no answer. Raises NotFound
    or Forbidden where the person may not act for that side.
    """
    locked = lock(booking)
    actor = acting(by, role, permission, locked)
    clock_steps.catch_up(locked)
    return locked, actor
