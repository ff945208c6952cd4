"""What is held by contract: buildings, commercial premises, and who holds them until when."""

from premises.models.building import Building
from premises.models.lease_money import Insurance, Security, UtilityTerm
from premises.models.lease_parties import Asked, LeaseParty, Outlay, ThirdPartyConsent, WorksConsent
from premises.models.lease_terms import LeaseRule, LeaseVersion, Termination
from premises.models.leases import Lease, LeaseCheck, LeaseClash, LeaseObject, LeaseStep
from premises.models.notices import (
    Channel,
    NoticePosting,
    NoticeRule,
    PublicNotice,
    PublicNoticeItem,
)
from premises.models.numbers import NumberSeries
from premises.models.premises import Position, Premises, PremisesPart
from premises.models.stock import (
    ColumnMapping,
    OfficerHold,
    SavedFilter,
    StockImport,
    StockImportRow,
)
from premises.models.tenancy import Tenancy

__all__ = [
    "Asked",
    "Building",
    "Channel",
    "ColumnMapping",
    "Insurance",
    "Lease",
    "LeaseCheck",
    "LeaseClash",
    "LeaseObject",
    "LeaseParty",
    "LeaseRule",
    "LeaseStep",
    "LeaseVersion",
    "NoticePosting",
    "NoticeRule",
    "NumberSeries",
    "OfficerHold",
    "Outlay",
    "Position",
    "Premises",
    "PremisesPart",
    "PublicNotice",
    "PublicNoticeItem",
    "SavedFilter",
    "Security",
    "StockImport",
    "StockImportRow",
    "Tenancy",
    "Termination",
    "ThirdPartyConsent",
    "UtilityTerm",
    "WorksConsent",
]
