"""Kinds of documents that lettings issue, and the names that their templates may use."""

from premises.document_kinds.contracts import AMENDMENT, LEASE, LENDING
from premises.document_kinds.letters import CORRECTION_CALL, INDEXATION, TERMINATION
from premises.document_kinds.lists import NOTICE_LIST, RANKING_LIST
from premises.document_kinds.protocols import COMMISSION, HANDOVER, RECEIPT

KINDS = (
    LEASE,
    LENDING,
    AMENDMENT,
    INDEXATION,
    TERMINATION,
    HANDOVER,
    NOTICE_LIST,
    RECEIPT,
    CORRECTION_CALL,
    COMMISSION,
    RANKING_LIST,
)

__all__ = ["KINDS"]
