"""Tags of the register: {% load organisations %}."""

from django import template
from django.utils.translation import get_language

from organisations import marks
from organisations.models import JoinRequest, Organisation, Sphere
from records.marks import Badge, Tone

register = template.Library()


@register.filter
def verification(organisation: Organisation) -> Badge:
    """{% badge organisation|verification %}"""
    return marks.verification_badge(organisation)


@register.filter
def answer_tone(tone: Tone) -> str:
    """The tone of an answer panel for the tone of a badge; a muted state is plain."""
    return str(tone) if tone in (Tone.OK, Tone.WAIT, Tone.STOP) else ""


@register.filter
def join_state(asked: JoinRequest) -> Badge:
    return marks.join_badge(asked)


@register.filter
def in_my_language(row: Organisation | Sphere, field: str) -> str:
    """`field`_pl or `field`_en, whichever the reader understands; the other where it is empty."""
    first, second = ("en", "pl") if get_language() == "en" else ("pl", "en")
    return getattr(row, f"{field}_{first}") or getattr(row, f"{field}_{second}")


@register.filter
def krs_spaced(number: str) -> str:
    """0000123456 -> 0000 123 456, as people read it out."""
    return f"{number[:4]}\u00a0{number[4:7]}\u00a0{number[7:]}" if len(number) == 10 else number
