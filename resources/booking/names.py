"""What a place is called in the reader's language."""

from django.utils.translation import get_language

from resources.models import Resource


def name_of(place: Resource) -> str:
    """Its English title for English readers, where there is one; else the Polish one."""
    english = (get_language() or "pl").startswith("en")
    return (place.title_en if english else "") or place.title_pl
