"""Protocols and receipts: what happened, when, and who was there."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from premises.document_kinds.groups import PARTY, PLACE, optional
from records.clock import now, today
from records.documents import DocumentKind, Placeholder, Signature, Table, Type
from records.documents.kinds import HEAD, together


def _moment() -> datetime:
    return now().replace(second=0, microsecond=0)


def _day() -> date:
    return today()


HANDOVER = DocumentKind(
    "handover_protocol",
    _("handover protocol"),
    together(
        HEAD,
        PLACE[:3],
        PARTY[:1],
        [
            Placeholder("contract", _("number of the contract"), sample="12/2026"),
            Placeholder("direction", _("in or out"), sample="przekazanie lokalu najemcy"),
            Placeholder("held_on", _("day of the handover"), Type.DATE, sample=_day),
            Placeholder(
                "meters",
                _("meters"),
                Type.TABLE,
                sample=Table(
                    "Liczniki",
                    ["Licznik", "Numer", "Stan"],
                    [["prąd", "12345678", "4 512 kWh"], ["woda zimna", "87-4411", "132 m³"]],
                    frozenset({2}),
                ),
            ),
            Placeholder(
                "keys",
                _("keys"),
                Type.TABLE,
                sample=Table("Klucze", ["Do czego", "Ile"], [["drzwi wejściowe", "3"]]),
            ),
            optional(
                "inventory",
                _("equipment"),
                Type.TABLE,
                sample=Table("Wyposażenie", ["Co", "Ile", "Stan"], [["grzejnik", "4", "dobry"]]),
            ),
            optional(
                "defects",
                _("defects"),
                Type.TABLE,
                sample=Table("Usterki", ["Gdzie", "Co"], [["łazienka", "pęknięta płytka"]]),
            ),
            optional("photos", _("photos, each described"), Type.PICTURES, sample=()),
            optional("accessibility", _("state of accessibility"), sample="wejście bez stopni"),
            optional("remarks", _("remarks"), sample="ściany odmalowano w październiku"),
        ],
    ),
)

RECEIPT = DocumentKind(
    "application_receipt",
    _("receipt of an application"),
    together(
        HEAD,
        [
            Placeholder("application", _("number of the application"), sample="3/2026/7"),
            Placeholder("procedure", _("number of the call"), sample="3/2026"),
            Placeholder("subject", _("what the call is about"), sample="lokal 0417, os. Urocze 8"),
            Placeholder("applicant", _("applicant"), sample="Fundacja Przykład"),
            optional("partners", _("partners of a joint application"), sample=""),
            Placeholder("submitted_at", _("time of the server"), Type.MOMENT, sample=_moment),
            Placeholder(
                "sha256",
                _("hash of the content"),
                sample="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            Placeholder(
                "attachments",
                _("attachments"),
                Type.TABLE,
                sample=Table("Załączniki", ["Plik", "Rozmiar"], [["statut.pdf", "214 kB"]]),
            ),
            optional("next_step", _("what comes next"), sample="ocena formalna do 7 grudnia"),
        ],
    ),
)

COMMISSION = DocumentKind(
    "commission_protocol",
    _("protocol of a commission"),
    together(
        HEAD,
        [
            Placeholder("procedure", _("number of the call"), sample="3/2026"),
            Placeholder("subject", _("what the call is about"), sample="dwa lokale"),
            Placeholder("basis", _("legal basis"), sample="regulamin naboru (przykład)"),
            Placeholder("held_on", _("day of the meeting"), Type.DATE, sample=_day),
            Placeholder(
                "members",
                _("members and their declarations"),
                Type.TABLE,
                sample=Table(
                    "Skład komisji",
                    ["Osoba", "Rola", "Oświadczenie o bezstronności"],
                    [["Anna Przykładowa", "przewodnicząca", "złożone 20.11.2026"]],
                ),
            ),
            Placeholder(
                "applications",
                _("applications and the formal check"),
                Type.TABLE,
                sample=Table(
                    "Wnioski",
                    ["Numer", "Wnioskodawca", "Ocena formalna"],
                    [["3/2026/7", "Fundacja Przykład", "spełnia warunki"]],
                ),
            ),
            optional(
                "openings",
                _("opening of offers"),
                Type.TABLE,
                sample=Table(
                    "Otwarcie ofert", ["Oferta", "Kiedy"], [["3/2026/7", "23.11.2026, 10:02"]]
                ),
            ),
            optional(
                "ranking",
                _("ranking"),
                Type.TABLE,
                sample=Table(
                    "Ranking",
                    ["Miejsce", "Wnioskodawca", "Punkty"],
                    [["1", "Fundacja Przykład", "42,5"]],
                    frozenset({2}),
                ),
            ),
            Placeholder("conclusion", _("what the commission proposes"), sample="wybór wniosku 7"),
            optional("remarks", _("remarks and separate opinions"), sample=""),
            optional(
                "signatures",
                _("places for signatures"),
                Type.SIGNATURES,
                sample=(Signature("przewodnicząca", "Anna Przykładowa"),),
            ),
        ],
    ),
)
