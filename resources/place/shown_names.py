"""Whose use the public may see by name: only what the user or the unit agreed to show."""

from collections.abc import Iterable

from django.db.models import Q

from resources.availability import Busy
from resources.models import Hold


def shown_names(busy: Iterable[Busy]) -> dict[int, str]:
    """Public words by hold id, for those holds that have any; one query."""
    ids = {one.hold_id for one in busy}
    if not ids:
        return {}
    found = (
        Hold.objects.filter(pk__in=ids)
        .filter(
            Q(booking__show_name=True)
            | Q(own_use__show_title=True)
            | (Q(closure__isnull=False) & ~Q(closure__public_note=""))
        )
        .values_list("pk", "booking__organisation__name", "own_use__title", "closure__public_note")
    )
    return {pk: organisation or title or note or "" for pk, organisation, title, note in found}
