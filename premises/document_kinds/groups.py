"""Placeholders that several kinds share: the place, the other party, the term, the rent."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext_lazy as _

from records.clock import today
from records.documents import Placeholder, Signature, Table, Type
from records.money import Explanation

optional = partial(Placeholder, optional=True)


def first_of_next_month() -> date:
    """So that a preview speaks of a term to come."""
    day = today()
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def three_years_later() -> date:
    """The last day of three years."""
    first = first_of_next_month()
    return date(first.year + 3, first.month, 1) - timedelta(days=1)


#: Letters and lists are signed by the unit alone.
SIGNED = (
    optional(
        "signatures",
        _("places for signatures"),
        Type.SIGNATURES,
        sample=(Signature("Dyrektor", "Jan Przykładowy"),),
    ),
)

PLACE = (
    Placeholder("premises", _("name of the premises"), sample="Lokal 0417"),
    Placeholder("address", _("address of the premises"), sample="os. Urocze 8, Kraków"),
    Placeholder("area", _("area"), Type.AREA, sample=Decimal("96.30")),
    optional(
        "areas",
        _("area by parts"),
        Type.TABLE,
        sample=Table(
            "Powierzchnia według części",
            ["Część", "Powierzchnia (m²)"],
            [["lokal", "71,67"], ["piwnica", "24,63"]],
            frozenset({1}),
        ),
    ),
    optional("land_register", _("land register"), sample="KR1P/00123456/7"),
    optional("parcels", _("parcels"), sample="126105_9.0052.114/3"),
    Placeholder("purpose", _("what it is for"), sample="zajęcia dla seniorów i klub sąsiedzki"),
)

PARTY = (
    Placeholder("tenant", _("the other party"), sample="Fundacja Przykład"),
    Placeholder("tenant_seat", _("seat of the party"), sample="ul. Wymyślona 4, 31-000 Kraków"),
    optional("tenant_register", _("register and numbers of the party"), sample="KRS 0000123456"),
    Placeholder("tenant_representative", _("who signs for the party"), sample="Prezes Zarządu"),
)

ADDRESSEE = (
    Placeholder(
        "addressee",
        _("addressee, line by line"),
        Type.LINES,
        sample=("Fundacja Przykład", "ul. Wymyślona 4", "31-000 Kraków"),
    ),
)

TERM = (
    Placeholder("start", _("first day"), Type.DATE, sample=first_of_next_month),
    optional("end", _("last day; none: indefinite"), Type.DATE, sample=three_years_later),
    optional("months", _("number of months; none: indefinite"), Type.WHOLE, sample=36),
)

BASIS = (
    Placeholder(
        "basis", _("legal basis"), sample="zarządzenia nr 1/2026 Prezydenta Miasta (przykład)"
    ),
    optional("chosen_by", _("how the party was chosen"), sample="nabór nr 3/2026, lot 1"),
)

SAMPLE_TREE = (
    Explanation(
        "Czynsz miesięczny netto",
        Decimal("770.40"),
        "",
        (
            Explanation("stawka bazowa za m²", Decimal("10.00"), "zarządzenie (przykład), § 3"),
            Explanation("obniżka dla OPP", Decimal("0.80"), "zarządzenie (przykład), § 7"),
            Explanation("powierzchnia, m²", Decimal("96.30"), "inwentaryzacja"),
        ),
    ),
)

RENT = (
    Placeholder("rent_net", _("monthly rent, net"), Type.MONEY, sample=Decimal("770.40")),
    optional("vat_rate", _("VAT rate"), Type.PERCENT, sample=Decimal(23)),
    Placeholder("rent", _("monthly rent with VAT"), Type.MONEY, sample=Decimal("947.59")),
    Placeholder("rent_tree", _("how the rent was reckoned"), Type.TREE, sample=SAMPLE_TREE),
    Placeholder("payment_day", _("day of the month of payment"), Type.WHOLE, sample=10),
    optional("account", _("bank account"), sample="00 0000 0000 0000 0000 0000 0000"),
    optional("indexation", _("how the rent is updated"), sample="raz w roku o wskaźnik GUS"),
)

UTILITIES = (
    optional(
        "utilities",
        _("utilities and charges"),
        Type.TABLE,
        sample=Table(
            "Media i opłaty",
            ["Co", "Jak liczone", "Stawka lub zaliczka netto"],
            [
                ["ogrzewanie", "od powierzchni", "9,53 zł za m² miesięcznie"],
                ["woda i ścieki", "według licznika", "13,62 zł za m³"],
            ],
        ),
    ),
)

SECURITY = (
    optional("deposit", _("security deposit"), Type.MONEY, sample=Decimal("2842.77")),
    optional("deposit_due", _("deposit due by"), Type.DATE, sample=first_of_next_month),
)

CONDITIONS = (
    optional(
        "conditions",
        _("further conditions, line by line"),
        Type.LINES,
        sample=("Najemca co roku do 31 marca przedstawia sprawozdanie z działalności w lokalu.",),
    ),
)
