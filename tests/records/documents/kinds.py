"""A kind of document for tests, with a placeholder of every type."""

from datetime import date
from decimal import Decimal

from records.documents import DocumentKind, Placeholder, Signature, Table, Type
from records.documents.kinds import HEAD, together
from records.money import Explanation

TREE = (
    Explanation(
        "Czynsz netto",
        Decimal("770.40"),
        "",
        (Explanation("stawka za m²", Decimal("8.125"), "zarządzenie 1/2026, § 3"),),
    ),
)

LETTER = DocumentKind(
    "test_letter",
    "test letter",
    together(
        HEAD,
        [
            Placeholder("tenant", "tenant", sample="Fundacja Próba"),
            Placeholder("start", "first day", Type.DATE, sample=date(2027, 1, 1)),
            Placeholder("rent", "rent", Type.MONEY, sample=Decimal("1234.50")),
            Placeholder("vat", "VAT", Type.PERCENT, sample=Decimal("23.0")),
            Placeholder("area", "area", Type.AREA, sample=Decimal("96.3")),
            Placeholder("months", "months", Type.WHOLE, sample=36),
            Placeholder("rent_tree", "how the rent was reckoned", Type.TREE, sample=TREE),
            Placeholder(
                "meters",
                "meters",
                Type.TABLE,
                sample=Table("Liczniki", ["Licznik", "Stan"], [["prąd", "12"]], frozenset({1})),
            ),
            Placeholder("deposit", "deposit", Type.MONEY, optional=True),
            Placeholder("remarks", "remarks", optional=True),
            Placeholder("photos", "photos", Type.PICTURES, optional=True, sample=()),
        ],
    ),
)

VALUES = {
    "city": "Gmina Miejska Kraków",
    "place": "Kraków",
    "unit": "Zarząd Próbny",
    "unit_address": "ul. Zmyślona 1",
    "unit_contact": "zarzad@example.org",
    "representative": "Dyrektor",
    "number": "7/2026",
    "date": date(2026, 12, 7),
    "tenant": "Fundacja <Próba> & Syn",
    "start": date(2027, 1, 1),
    "rent": Decimal("1234.50"),
    "vat": Decimal("23.0"),
    "area": Decimal("96.30"),
    "months": 36,
    "rent_tree": TREE,
    "meters": Table("Liczniki", ["Licznik", "Stan"], [["prąd", "12"]], frozenset({1})),
    "signatures": (Signature("Wynajmujący"), Signature("Najemca", "Fundacja Próba")),
}

BODY = """\
>> {place}, {date} r.

# Umowa nr {number}

Umowę zawarto z {tenant}, w lokalu o powierzchni {area}, na {months} ({months_words}) miesięcy.

## § 1. Czynsz

1. Czynsz wynosi {rent} (słownie: {rent_words}) i VAT {vat}.
2. {?deposit} Kaucja wynosi {deposit}.
   a) płatna przelewem
3. {!deposit} Kaucji nie ma.

{rent_tree}

| Od kiedy | Ile |
| {start} | {rent} |

{?remarks} Uwagi: {remarks}

{meters}

{photos}

{signatures}
"""
