"""Rows for tests, each valid by itself: what a test is about stands in the call, the rest here."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.contrib.gis.geos import Point

from organisations.models import CityRole, Membership, Organisation, Person
from records import clock
from resources.models import Booking, ManagingUnit, Resource, Site, Space, StaffRole

_number = count(1)

#: A password that every person made here has, where a test signs in by form.
PASSWORD = "correct horse battery staple"


def next_number() -> int:
    return next(_number)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def term(first_day: date | None = None, until: date | None = None) -> tuple[date, date | None]:
    """Half-open days; by default from a month ago without end."""
    return (first_day or clock.today() - timedelta(days=30), until)


def person(full_name: str = "", *, password: str | None = None, **fields: Any) -> Person:
    number = next_number()
    fields = {
        "email": f"osoba{number}@example.org",
        "full_name": full_name or f"Osoba {number}",
        "date_joined": clock.now(),
        **fields,
    }
    return Person.objects.create_user(password=password, **fields)


def with_verified_email(someone: Person) -> Person:
    """So that the person can sign in by form."""
    someone.emailaddress_set.create(email=someone.email, verified=True, primary=True)
    return someone


def city_role(role: str, someone: Person | None = None, **fields: Any) -> Person:
    """A person (new by default) with a role over the city."""
    someone = someone or person()
    CityRole.objects.create(person=someone, role=role, **{"valid": term(), **fields})
    return someone


def organisation(name: str = "", **fields: Any) -> Organisation:
    number = next_number()
    return Organisation.objects.create(
        **{
            "slug": f"organizacja-{number}",
            "name": name or f"Organizacja {number}",
            "legal_form": Organisation.LegalForm.REGISTERED_ASSOCIATION,
            "verification_state": Organisation.VerificationState.VERIFIED,
            "verified_until": clock.today() + timedelta(days=300),
            "created_at": clock.now(),
            **fields,
        }
    )


def member(
    of: Organisation,
    role: str = Membership.Role.EDITOR,
    someone: Person | None = None,
    **fields: Any,
) -> Person:
    """A person (new by default) with a membership."""
    someone = someone or person()
    Membership.objects.create(
        organisation=of, person=someone, role=role, **{"valid": term(), **fields}
    )
    return someone


def unit(name: str = "", **fields: Any) -> ManagingUnit:
    number = next_number()
    return ManagingUnit.objects.create(
        **{
            "code": f"jednostka-{number}",
            "name": name or f"Jednostka {number}",
            "kind": ManagingUnit.Kind.CULTURE,
            **fields,
        }
    )


def staff(
    of: ManagingUnit,
    role: str = StaffRole.Role.DECIDER,
    someone: Person | None = None,
    **fields: Any,
) -> Person:
    """A person (new by default) with a role in a unit."""
    someone = someone or person()
    StaffRole.objects.create(unit=of, person=someone, role=role, **{"valid": term(), **fields})
    return someone


def site(**fields: Any) -> Site:
    number = next_number()
    return Site.objects.create(
        **{
            "code": f"obiekt-{number}",
            "name": f"Obiekt {number}",
            "address": f"ul. Zmyślona {number}",
            "point": Point(20.0370, 50.0720, srid=4326),
            **fields,
        }
    )


def resource(of: ManagingUnit | None = None, **fields: Any) -> Resource:
    """A public room by the hour with one leaf space, of a new unit and site by default."""
    number = next_number()
    fields = {
        "code": f"sala-{number}",
        "kind": "room",
        "title_pl": f"Sala {number}",
        "tenure": Resource.Tenure.TIME,
        "visibility": Resource.Visibility.PUBLIC,
        "open_to": [Resource.OpenTo.NGO, Resource.OpenTo.INFORMAL_GROUP],
        "capacity": 30,
        "created_at": clock.now(),
        **fields,
    }
    fields.setdefault("unit", of or unit())
    if "site" not in fields:
        fields["site"] = site()
    if "space" not in fields:
        fields["space"] = Space.objects.create(name=fields["title_pl"])
    if fields["site"] is not None:
        fields.setdefault("point", fields["site"].point)
    return Resource.objects.create(**fields)


def booking(of: Resource | None = None, **fields: Any) -> Booking:
    """A request as a row, without slots and hold: for rules about who sees and does what."""
    wanted = of or resource()
    return Booking.objects.create(
        **{
            "code": f"P-{next_number():06d}",
            "resource": wanted,
            "unit": wanted.unit,
            "state": Booking.State.SUBMITTED,
            "purpose": "Spotkanie członków",
            "participants": 12,
            "created_at": clock.now(),
            "submitted_at": clock.now(),
            **fields,
        }
    )
