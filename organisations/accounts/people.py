"""Making accounts outside of sign-up: by commands, and for the sample city."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from organisations.models import Person
from records import clock


@transaction.atomic
def create_person(email: str, full_name: str, password: str | None = None, **fields: Any) -> Person:
    """A person whose e-mail counts as confirmed, so that they may sign in at once."""
    person = Person.objects.create_user(
        email, password, full_name=full_name, **{"date_joined": clock.now(), **fields}
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
