"""Periodic work of upkeep."""

from premises.upkeep import alerts, charges
from records.jobs import periodic


@periodic("40 3 * * *")
def reckon_charges() -> int:
    return charges.run()


@periodic("30 5 * * *")
def tell_what_is_due() -> int:
    return alerts.run()
