"""Usual reasons of a refusal, so that refusals can be counted and each still says why in full.

The sentence is kept in the city's language at the beginning of Booking.reason, as the applicant
reads it; what the person at the desk adds follows it.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

OTHER = "other"

REASONS = {
    "own_use": _("We need the room ourselves at this time."),
    "unsuitable": _("The room does not suit this kind of activity."),
    "too_many": _("The group is too large for the room."),
    "staff": _("Nobody of our staff can be there at this time."),
    "priority": _("Another request came first or has priority by our rules."),
    "documents": _("The documents that our rules ask for are missing."),
    "rules": _("The activity does not agree with our rules."),
}


def _stored(code: str) -> str:
    with override("pl"):
        return str(REASONS[code])


def compose(code: str, message: str) -> str:
    """The reason as it is kept and sent: the usual sentence, then what was written."""
    parts = [_stored(code)] if code in REASONS else []
    return " ".join([*parts, message.strip()]).strip()


def kind_of(reason: str) -> str:
    """The code of the usual sentence that a kept reason begins with; OTHER for a free text."""
    return next((code for code in REASONS if reason.startswith(_stored(code))), OTHER)
