"""The files of the sample city, and dice that fall the same way every time."""

import csv
import json
from random import Random
from typing import Any

from django.conf import settings

FOLDER = settings.BASE_DIR / "fixtures" / "sample"


def table(name: str) -> list[dict[str, str]]:
    """Rows of fixtures/sample/NAME.csv."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(name: str) -> Any:
    """Content of fixtures/sample/NAME.json."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def dice(*subject: object) -> Random:
    """A generator of its own for each subject."""
    return Random("/".join(map(str, ("sample city", *subject))))  # noqa: S311 - no secret


def counted(text: str) -> list[tuple[str, int]]:
    """Pairs from `projector chairs:40`: a missing number is one."""
    pairs = (part.partition(":") for part in text.split())
    return [(name, int(number or 1)) for name, _colon, number in pairs]
