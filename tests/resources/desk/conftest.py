from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from organisations.models import Person
from records.clock import frozen
from tests.resources.booking.scene import NOW, Scene


@pytest.fixture(autouse=True)
def clock() -> Iterator[datetime]:
    """Monday 23 November 2026, 14:07."""
    with frozen(NOW) as moment:
        yield moment


@pytest.fixture
def scene(db: None) -> Scene:  # noqa: ARG001 -- it must be there
    return Scene()


@pytest.fixture
def signed_in(client: Client):
    """signed_in(person) is the client with the person's session."""

    def as_person(person: Person) -> Client:
        client.force_login(person)
        return client

    return as_person
