"""Whether an organisation was a public benefit organisation (OPP) on a day.

Loss of the status has no effect on a contract by itself, but contracts rest on it, so the day
counts: yes, no, or unknown (None), which never reads as yes.
"""

from datetime import date

from organisations.models import Organisation


def is_opp_on(organisation: Organisation, day: date) -> bool | None:
    """True, False, or None where the register does not tell."""
    status = Organisation.OppStatus(organisation.opp_status)
    start, end = organisation.opp_from, organisation.opp_until
    if status is Organisation.OppStatus.UNKNOWN:
        return None
    if status is Organisation.OppStatus.NONE:
        return False
    if (start and day < start) or (end and day >= end):
        return False
    if status is Organisation.OppStatus.GRANTED:
        return True
    if end:
        return True  # lost later than this day
    # Lost, nobody wrote down when: certain only from the day of the check on.
    checked = organisation.opp_checked_on
    return False if checked and day >= checked else None
