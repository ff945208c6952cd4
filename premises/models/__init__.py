"""What is held by contract: buildings, commercial premises, and who holds them until when."""

from premises.models.building import Building
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
    "Building",
    "Channel",
    "ColumnMapping",
    "NoticePosting",
    "NoticeRule",
    "NumberSeries",
    "OfficerHold",
    "Position",
    "Premises",
    "PremisesPart",
    "PublicNotice",
    "PublicNoticeItem",
    "SavedFilter",
    "StockImport",
    "StockImportRow",
    "Tenancy",
]
