"""What is held by contract: buildings, commercial premises, and who holds them until when."""

from premises.models.building import Building
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
    "ColumnMapping",
    "OfficerHold",
    "Position",
    "Premises",
    "PremisesPart",
    "SavedFilter",
    "StockImport",
    "StockImportRow",
    "Tenancy",
]
