"""What is shown to everybody: notice lists, ranking lists."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from premises.document_kinds.groups import SIGNED, optional
from records.clock import today
from records.documents import DocumentKind, Placeholder, Table, Type
from records.documents.kinds import HEAD, together


def _last_day() -> date:
    return today() + timedelta(days=21)


def _removable() -> date:
    return today() + timedelta(days=22)


NOTICE_LIST = DocumentKind(
    "public_notice",
    _("public notice list"),
    together(
        HEAD,
        SIGNED,
        [
            Placeholder("number", _("number of the list"), sample="41/2026"),
            Placeholder("subject", _("what the list is about"), sample="lokale do oddania w najem"),
            Placeholder("basis", _("legal basis"), sample="art. 35 ust. 1 i 2 ustawy"),
            Placeholder("published", _("day of publication"), Type.DATE, sample=today),
            Placeholder("days", _("days on display"), Type.WHOLE, sample=21),
            optional("last_day", _("last day on display, at the earliest"), Type.DATE, _last_day),
            optional("removable", _("may be taken down from"), Type.DATE, sample=_removable),
            optional("corrects", _("number of the list that it corrects"), sample="38/2026"),
            optional("correction_reason", _("what is corrected"), sample="powierzchnia w poz. 2"),
            Placeholder(
                "lots",
                _("lots, one table each"),
                Type.TABLES,
                sample=(
                    Table(
                        "Pozycja 1: os. Urocze 8",
                        ["Pole", "Treść"],
                        [["Powierzchnia", "96,30 m²"], ["Do oddania w", "najem na 36 miesięcy"]],
                    ),
                ),
            ),
            optional("priority", _("time limit for persons with priority"), Type.DATE),
        ],
    ),
)

RANKING_LIST = DocumentKind(
    "ranking_list",
    _("ranking list"),
    together(
        HEAD,
        SIGNED,
        [
            Placeholder("procedure", _("number of the call"), sample="3/2026"),
            Placeholder("subject", _("what the call is about"), sample="lokal 0417, os. Urocze 8"),
            Placeholder("basis", _("legal basis"), sample="regulamin naboru (przykład)"),
            Placeholder(
                "ranking",
                _("ranking"),
                Type.TABLE,
                sample=Table(
                    "Lista rankingowa",
                    ["Miejsce", "Wniosek", "Wnioskodawca", "Punkty", "Wynik"],
                    [
                        ["1", "3/2026/7", "Fundacja Przykład", "42,5", "wybrany"],
                        ["2", "3/2026/4", "Stowarzyszenie Próba", "38,0", "lista rezerwowa"],
                    ],
                    frozenset({3}),
                ),
            ),
            optional(
                "left_out",
                _("applications that were not ranked, with the reason"),
                Type.TABLE,
                sample=Table(
                    "Wnioski bez oceny merytorycznej",
                    ["Wniosek", "Powód"],
                    [["3/2026/9", "złożony po terminie"]],
                ),
            ),
            optional("reserve_until", _("reserve list valid until"), Type.DATE, sample=_last_day),
            optional("tie_break", _("how equal points were told apart"), sample="kryterium 1"),
        ],
    ),
)
