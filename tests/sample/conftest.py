"""The whole sample city in a database of its own, read by every test of the module."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from records.clock import today
from tests.browser import city as city_databases


@pytest.fixture(scope="module")
def city(django_db_blocker: Any) -> Iterator[date]:
    """The day for which the city was built."""
    with django_db_blocker.unblock(), city_databases.copy_of(city_databases.ensure()):
        yield today()
