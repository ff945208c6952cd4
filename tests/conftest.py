"""Fixtures of all tests."""

import pytest
from django.conf import settings

from tests import database_template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 -- must come before
) -> None:
    """Copy the test database from a migrated one instead of migrating each time."""
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = database_template.ensure()
