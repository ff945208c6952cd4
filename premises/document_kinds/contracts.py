"""Contracts and what changes them."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from premises.document_kinds.groups import (
    BASIS,
    CONDITIONS,
    PARTY,
    PLACE,
    RENT,
    SAMPLE_TREE,
    SECURITY,
    TERM,
    UTILITIES,
    first_of_next_month,
    optional,
)
from records.documents import DocumentKind, Placeholder, Type
from records.documents.kinds import HEAD, together

NUMBERED = (Placeholder("number", _("number of the contract"), sample="12/2026"),)

LEASE = DocumentKind(
    "lease_contract",
    _("contract of lease"),
    together(HEAD, NUMBERED, PLACE, PARTY, BASIS, TERM, RENT, UTILITIES, SECURITY, CONDITIONS),
)

LENDING = DocumentKind(
    "lending_contract",
    _("contract of gratuitous loan"),
    together(
        HEAD,
        NUMBERED,
        PLACE,
        PARTY,
        BASIS,
        TERM,
        UTILITIES,
        CONDITIONS,
        [
            Placeholder(
                "public_task",
                _("public task that the loan serves"),
                sample="działalność na rzecz osób w wieku emerytalnym",
            )
        ],
    ),
)

AMENDMENT = DocumentKind(
    "amendment",
    _("annex to a contract"),
    together(
        HEAD,
        PLACE,
        PARTY,
        [
            Placeholder("annex", _("number of the annex"), Type.WHOLE, sample=1),
            Placeholder("contract", _("number of the contract"), sample="12/2024"),
            Placeholder(
                "contract_date", _("date of the contract"), Type.DATE, sample=date(2024, 6, 3)
            ),
            Placeholder("effective", _("in force from"), Type.DATE, sample=first_of_next_month),
            Placeholder(
                "changes",
                _("what changes, line by line"),
                Type.LINES,
                sample=("§ 2 ust. 1 otrzymuje brzmienie: „Umowa trwa do 31 grudnia 2029 r.”",),
            ),
            optional("reason", _("why"), sample="wniosek najemcy"),
            optional("rent_net", _("monthly rent, net"), Type.MONEY, sample=Decimal("812.00")),
            optional("rent", _("monthly rent with VAT"), Type.MONEY, sample=Decimal("998.76")),
            *(one for one in RENT if one.name == "vat_rate"),
            optional("rent_tree", _("how the rent was reckoned"), Type.TREE, sample=SAMPLE_TREE),
        ],
    ),
)
