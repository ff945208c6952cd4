from collections.abc import Iterator
from datetime import datetime

import pytest

from records.clock import frozen
from tests.resources.booking.scene import NOW, Scene


@pytest.fixture
def clock() -> Iterator[datetime]:
    """The clock stands at NOW."""
    with frozen(NOW) as moment:
        yield moment


@pytest.fixture
def new_scene(db: None, clock: datetime) -> type[Scene]:  # noqa: ARG001 -- they must be there
    """For scenes with rules of their own: new_scene(rules={...})."""
    return Scene


@pytest.fixture
def scene(new_scene: type[Scene]) -> Scene:
    return new_scene()
