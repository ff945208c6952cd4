"""What any row may refer to. No model here knows the domain or has a key to a user."""

from records.models.calendar import CalendarPeriod
from records.models.files import StoredFile
from records.models.legal import LegalAct
from records.models.limits import RateCount
from records.models.mail import OutgoingMail
from records.models.provenance import DataSource
from records.models.statements import AccessibilityStatement, PrivacyNotice

__all__ = [
    "AccessibilityStatement",
    "CalendarPeriod",
    "DataSource",
    "LegalAct",
    "OutgoingMail",
    "PrivacyNotice",
    "RateCount",
    "StoredFile",
]
