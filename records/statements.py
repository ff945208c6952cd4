"""Which notice and which declaration are in force, and when the declaration is due again."""

import datetime as dt

from records.models import AccessibilityStatement, PrivacyNotice


def notice_in_force(code: str, on: dt.date, *, unit_label: str = "") -> PrivacyNotice | None:
    """The newest version valid on the day; the unit's own goes before the city's.

    None if there is neither: then nothing may be collected under this code.
    """
    valid = PrivacyNotice.objects.filter(
        code=code, valid_from__lte=on, unit_label__in={"", unit_label}
    )
    return valid.order_by("-unit_label", "-version").first()


def statement_in_force() -> AccessibilityStatement | None:
    """The accessibility declaration with the latest review."""
    return AccessibilityStatement.objects.first()


def review_due(statement: AccessibilityStatement) -> dt.date:
    """The 31 March by which the declaration must be reviewed again (act of 4.04.2019, art. 11)."""
    reviewed = statement.reviewed_on
    deadline = dt.date(reviewed.year, 3, 31)
    return deadline if reviewed < deadline else dt.date(reviewed.year + 1, 3, 31)
