"""The first version of the privacy notices and of the accessibility declaration.

They are rows from the start, because accounts may not be opened without a notice. The city's data
protection officer replaces them by version 2; the declaration's contact data are invented and
marked so.
"""

import datetime as dt

from django.db import migrations

PUBLISHED = dt.date(2026, 11, 23)

WHO_PL = """\
## Kto odpowiada za dane
Administratorem danych jest Prezydent Miasta Krakowa, pl. Wszystkich Świętych 3–4, 31-004 Kraków. \
Pytania o dane przyjmuje inspektor ochrony danych w Urzędzie Miasta Krakowa.
"""
WHO_EN = """\
## Who is responsible
The controller of the data is the Mayor of the City of Kraków, pl. Wszystkich Świętych 3–4, \
31-004 Kraków. The data protection officer at the City Office answers questions about data.
"""
RIGHTS_PL = """\
## Twoje prawa
Możesz zobaczyć swoje dane, poprawić je, otrzymać kopię, żądać ograniczenia ich użycia albo \
usunięcia, gdy prawo nie każe ich zachować. Możesz wnieść skargę do Prezesa Urzędu Ochrony Danych \
Osobowych. Nie podejmujemy decyzji automatycznie na podstawie profilowania.
"""
RIGHTS_EN = """\
## Your rights
You may see your data, correct them, receive a copy, ask to restrict their use or to erase them \
where the law does not oblige us to keep them. You may complain to the President of the Personal \
Data Protection Office. No decision is made automatically on the basis of profiling.
"""

NOTICES = {
    "account": (
        """\
## Po co konto
Zapisujemy imię i nazwisko, adres e-mail i język, żeby można było wysyłać prośby, dostawać \
odpowiedzi i prowadzić profil organizacji. Podstawa: art. 6 ust. 1 lit. e RODO, zadanie publiczne \
współpracy z organizacjami pozarządowymi.

## Jak długo
Dopóki masz konto. Po jego zamknięciu zostaje to, co jest częścią załatwionej sprawy, na czas \
przechowywania tej sprawy. Zapisy o logowaniu trzymamy 2 lata.

## Komu przekazujemy
Jednostce, do której wysyłasz prośbę. Nikomu innemu i nie poza Unię Europejską.
""",
        """\
## Why an account
We keep your name, e-mail and language so that you can send requests, receive answers and look \
after your organisation's profile. Basis: Article 6(1)(e) GDPR, the public task of cooperation \
with non-governmental organisations.

## How long
As long as you have the account. When it is closed, what belongs to a settled case stays for as \
long as that case is kept. Records of signing in are kept for 2 years.

## Whom we give them to
The unit to which you send a request. Nobody else, and not outside the European Union.
""",
    ),
    "booking": (
        """\
## Po co te dane
Jednostka, która udostępnia miejsce, dostaje nazwę organizacji, cel spotkania, liczbę osób oraz \
imię, nazwisko i telefon osoby odpowiedzialnej na miejscu. Bez nich nie może przyjąć prośby. \
Podstawa: art. 6 ust. 1 lit. e RODO.

## Jak długo
5 lat od końca roku, w którym sprawa się zakończyła. Dane grup nieformalnych 12 miesięcy od \
ostatniego użycia.

## Co widać publicznie
Tylko to, że miejsce jest zajęte. Nie pokazujemy, kto i po co z niego korzysta.
""",
        """\
## Why these data
The unit that offers the place receives the name of the organisation, the purpose, the number of \
people, and the name and telephone of the person in charge on site. Without them it cannot accept \
the request. Basis: Article 6(1)(e) GDPR.

## How long
5 years from the end of the year in which the case ended. Data of informal groups 12 months after \
the last use.

## What the public sees
Only that the place is taken. We do not show who uses it or for what.
""",
    ),
    "organisation": (
        """\
## Po co te dane
Profil organizacji pomaga znaleźć ją mieszkańcom i urzędowi. Dane z rejestrów publicznych \
(nazwa, KRS, NIP, REGON, siedziba) są jawne. Kontakty oznaczone jako urzędowe widzi tylko urząd. \
Podstawa: art. 6 ust. 1 lit. e RODO.

## Jak długo
Dopóki organizacja ma profil; członkostwa osób 2 lata po ich końcu.
""",
        """\
## Why these data
An organisation's profile helps residents and the office to find it. Data from public registers \
(name, KRS, NIP, REGON, seat) are open. Contacts marked as office-only are seen by the office \
alone. Basis: Article 6(1)(e) GDPR.

## How long
As long as the organisation has a profile; memberships of people for 2 years after they end.
""",
    ),
}

STATEMENT = {
    "entity": "Gmina Miejska Kraków",
    "published_on": PUBLISHED,
    "updated_on": PUBLISHED,
    "status": "partial",
    "method": "self",
    "prepared_on": PUBLISHED,
    "reviewed_on": PUBLISHED,
    "gaps_pl": (
        "Mapy interaktywne nie są w pełni dostępne (wyłączenie z art. 3 ust. 2 ustawy). "
        "Wszystko, co jest na mapie, jest też na liście obok niej, a mapę można obsłużyć "
        "klawiaturą.\n"
        "Część zdjęć i planów sal, dodanych przez jednostki, może nie mieć wyczerpującego opisu. "
        "Najważniejsze informacje są w tekście obok.\n"
        "Nie ma tłumaczenia na polski język migowy ani tekstu łatwego do czytania."
    ),
    "gaps_en": (
        "Interactive maps are not fully accessible (exempt under art. 3(2) of the act). "
        "Everything on the map is also in the list beside it, and the map works from the "
        "keyboard.\n"
        "Some photographs and plans of rooms added by the units may lack a full description. "
        "The most important facts are in the text beside them.\n"
        "There is no translation into Polish sign language and no easy-to-read text."
    ),
    "contact_name": "Koordynatorka dostępności (przykład)",
    "contact_email": "dostepnosc@zasoby.example",
    "contact_phone": "12 000 00 00",
    "architecture_pl": (
        "Serwis nie ma własnego punktu obsługi. Dostępność każdego miejsca, razem z tym, kto ją "
        "sprawdził i kiedy, jest na jego stronie; można według niej szukać."
    ),
    "architecture_en": (
        "The service has no desk of its own. The accessibility of each place, with who checked "
        "it and when, is on its page, and one can search by it."
    ),
    "communication_pl": (
        "Napisz, zadzwoń albo wyślij SMS. Na prośbę umówimy rozmowę z tłumaczem polskiego języka "
        "migowego lub przygotujemy informację w innej postaci."
    ),
    "communication_en": (
        "Write, call or send a text message. On request we arrange a talk with a Polish sign "
        "language interpreter or prepare the information in another form."
    ),
    "is_sample": True,
}


def publish(apps, schema_editor):
    notice = apps.get_model("records", "PrivacyNotice")
    for code, (text_pl, text_en) in NOTICES.items():
        notice.objects.create(
            code=code,
            version=1,
            valid_from=PUBLISHED,
            text_pl=f"{text_pl}\n{WHO_PL}\n{RIGHTS_PL}",
            text_en=f"{text_en}\n{WHO_EN}\n{RIGHTS_EN}",
        )
    apps.get_model("records", "AccessibilityStatement").objects.create(**STATEMENT)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_statements")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
