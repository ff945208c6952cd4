"""Letters to the other party."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from premises.document_kinds.groups import (
    ADDRESSEE,
    PLACE,
    SAMPLE_TREE,
    SIGNED,
    first_of_next_month,
    optional,
)
from records.clock import today
from records.documents import DocumentKind, Placeholder, Table, Type
from records.documents.kinds import HEAD, together
from records.periods import local_moment


def in_two_weeks() -> datetime:
    """The end of a deadline as the server counts it."""
    return local_moment(today() + timedelta(days=14), 15 * 60)


_CONTRACT = (
    Placeholder("contract", _("number of the contract"), sample="12/2024"),
    Placeholder("contract_date", _("date of the contract"), Type.DATE, sample=date(2024, 6, 3)),
)

INDEXATION = DocumentKind(
    "indexation_letter",
    _("letter on indexation"),
    together(
        HEAD,
        SIGNED,
        PLACE[:2],
        ADDRESSEE,
        _CONTRACT,
        [
            Placeholder("effective", _("in force from"), Type.DATE, sample=first_of_next_month),
            Placeholder("index_percent", _("index, in per cent"), Type.PERCENT, Decimal("3.6")),
            Placeholder("index_year", _("year of the index"), sample="2025"),
            Placeholder(
                "index_source",
                _("where the index was announced"),
                sample="komunikat Prezesa GUS (przykład)",
            ),
            Placeholder("rent_before", _("rent before, net"), Type.MONEY, Decimal("743.63")),
            Placeholder("rent_net", _("rent from now on, net"), Type.MONEY, Decimal("770.40")),
            optional("vat_rate", _("VAT rate"), Type.PERCENT, Decimal(23)),
            Placeholder("rent", _("rent from now on, with VAT"), Type.MONEY, Decimal("947.59")),
            Placeholder("rent_tree", _("how the rent was reckoned"), Type.TREE, SAMPLE_TREE),
            Placeholder("basis", _("provision"), sample="§ 5 ust. 3 umowy"),
        ],
    ),
)

TERMINATION = DocumentKind(
    "termination_letter",
    _("notice of termination"),
    together(
        HEAD,
        SIGNED,
        PLACE[:2],
        ADDRESSEE,
        _CONTRACT,
        [
            optional("notice_period", _("period of notice"), sample="trzymiesięcznego okresu"),
            Placeholder("last_day", _("last day of the contract"), Type.DATE, first_of_next_month),
            Placeholder(
                "hand_back_by", _("premises to be handed back by"), Type.DATE, first_of_next_month
            ),
            Placeholder("ground", _("ground"), sample="zaległość za dwa pełne okresy płatności"),
            Placeholder("basis", _("legal basis"), sample="art. 687 Kodeksu cywilnego"),
            optional(
                "arrears",
                _("arrears"),
                Type.TABLE,
                sample=Table(
                    "Zaległości",
                    ["Za okres", "Termin płatności", "Kwota"],
                    [["wrzesień 2026", "10.09.2026", "947,59 zł"]],
                    frozenset({2}),
                ),
            ),
        ],
    ),
)

CORRECTION_CALL = DocumentKind(
    "correction_call",
    _("call for correction"),
    together(
        HEAD,
        SIGNED,
        ADDRESSEE,
        [
            Placeholder("application", _("number of the application"), sample="3/2026/7"),
            Placeholder("procedure", _("number of the call"), sample="3/2026"),
            Placeholder("subject", _("what the call is about"), sample="lokal 0417, os. Urocze 8"),
            Placeholder(
                "lacking",
                _("what to correct"),
                Type.TABLE,
                sample=Table(
                    "Co trzeba uzupełnić",
                    ["Dokument lub dane", "Czego brakuje"],
                    [["Statut", "strony 3–5 są nieczytelne"]],
                ),
            ),
            Placeholder("deadline", _("by when"), Type.MOMENT, in_two_weeks),
            Placeholder("basis", _("provision"), sample="§ 8 regulaminu naboru (przykład)"),
        ],
    ),
)
