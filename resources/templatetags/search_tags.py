"""Small helps of the search page's templates."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def count_of(counts: Mapping[str, int], option: Any) -> int:
    """How many places an option of a filter would bring."""
    return counts.get(str(option), 0)
