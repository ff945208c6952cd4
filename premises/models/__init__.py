"""What is held by contract: buildings, commercial premises, and who holds them until when."""

from premises.models.applications import (
    Application,
    ApplicationDocument,
    ApplicationDraft,
    ApplicationStep,
    BidDeposit,
    CoApplicant,
    CorrectionCall,
    CorrectionItem,
    FormalCheck,
    SubmittedApplication,
)
from premises.models.building import (
    Building,
)
from premises.models.indexation import (
    ConsumerPriceIndex,
    IndexationLine,
    IndexationRule,
    IndexationRun,
)
from premises.models.lease_money import (
    Insurance,
    Security,
    UtilityTerm,
)
from premises.models.lease_parties import (
    Asked,
    LeaseParty,
    Outlay,
    ThirdPartyConsent,
    WorksConsent,
)
from premises.models.lease_terms import (
    LeaseRule,
    LeaseVersion,
    Termination,
)
from premises.models.leases import (
    Lease,
    LeaseCheck,
    LeaseClash,
    LeaseObject,
    LeaseStep,
)
from premises.models.notices import (
    Channel,
    NoticePosting,
    NoticeRule,
    PublicNotice,
    PublicNoticeItem,
)
from premises.models.numbers import (
    NumberSeries,
)
from premises.models.premises import (
    Position,
    Premises,
    PremisesPart,
)
from premises.models.procedure_kinds import (
    DocumentType,
    FormField,
    KindCheck,
    KindDocument,
    KindStage,
    KindTransition,
    ProcedureKind,
    ScoringCriterion,
    ScoringScheme,
    Tenure,
)
from premises.models.procedures import (
    AllocationProcedure,
    Lot,
    LotViewing,
    ProcedureFile,
    ProcedureQuestion,
    ProcedureStep,
)
from premises.models.rates import (
    BaseRate,
    Multiplier,
    RateSchedule,
    RateZone,
    Reduction,
    VatRate,
)
from premises.models.stock import (
    ColumnMapping,
    OfficerHold,
    SavedFilter,
    StockImport,
    StockImportRow,
)
from premises.models.tenancy import (
    Tenancy,
)
from premises.models.tenure_rules import (
    AuthorisationEvidence,
    AuthorisationOverride,
    EligibilityRule,
    Requirement,
    TenureRule,
)

__all__ = [
    "AllocationProcedure",
    "Application",
    "ApplicationDocument",
    "ApplicationDraft",
    "ApplicationStep",
    "Asked",
    "AuthorisationEvidence",
    "AuthorisationOverride",
    "BaseRate",
    "BidDeposit",
    "Building",
    "Channel",
    "CoApplicant",
    "ColumnMapping",
    "ConsumerPriceIndex",
    "CorrectionCall",
    "CorrectionItem",
    "DocumentType",
    "EligibilityRule",
    "FormField",
    "FormalCheck",
    "IndexationLine",
    "IndexationRule",
    "IndexationRun",
    "Insurance",
    "KindCheck",
    "KindDocument",
    "KindStage",
    "KindTransition",
    "Lease",
    "LeaseCheck",
    "LeaseClash",
    "LeaseObject",
    "LeaseParty",
    "LeaseRule",
    "LeaseStep",
    "LeaseVersion",
    "Lot",
    "LotViewing",
    "Multiplier",
    "NoticePosting",
    "NoticeRule",
    "NumberSeries",
    "OfficerHold",
    "Outlay",
    "Position",
    "Premises",
    "PremisesPart",
    "ProcedureFile",
    "ProcedureKind",
    "ProcedureQuestion",
    "ProcedureStep",
    "PublicNotice",
    "PublicNoticeItem",
    "RateSchedule",
    "RateZone",
    "Reduction",
    "Requirement",
    "SavedFilter",
    "ScoringCriterion",
    "ScoringScheme",
    "Security",
    "StockImport",
    "StockImportRow",
    "SubmittedApplication",
    "Tenancy",
    "Tenure",
    "TenureRule",
    "Termination",
    "ThirdPartyConsent",
    "UtilityTerm",
    "VatRate",
    "WorksConsent",
]
