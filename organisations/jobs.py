"""Periodic work of the register and of accounts."""

from organisations.accounts.lockout import forget_failures
from organisations.verification import age_confirmations
from records.jobs import periodic


@periodic("17 3 * * *")
def age_organisations() -> int:
    return age_confirmations()


@periodic("47 3 * * *")
def forget_failed_sign_ins() -> int:
    return forget_failures()
