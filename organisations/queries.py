"""Lists of the register."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.fields import TextField
from django.db.models.functions import Coalesce

from organisations.models import Organisation
from organisations.scopes import organisations_visible_to
from records import clock


class PlainText(Func):
    """Lower case without Polish marks: the function plain_text of the database."""

    function = "plain_text"
    output_field = TextField()


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a list is narrowed to. `text`: words of the name, or a KRS, NIP or REGON number."""

    text: str = ""
    district: int | None = None
    sphere: str = ""
    legal_form: str = ""
    state: str = ""


def found_in_register(person: Any, criteria: Criteria) -> QuerySet[Organisation]:
    """Organisations that the person may see and that fit, by name."""
    found = organisations_visible_to(person).select_related("seat_district")
    for word in criteria.text.split():
        found = found.filter(_with_word(word))
    if criteria.district:
        found = found.filter(
            Q(seat_district=criteria.district)
            | Q(pk__in=_places_in(criteria.district).values("pk"))
        )
    if criteria.sphere:
        found = found.filter(
            spheres__sphere__code=criteria.sphere,
            spheres__sphere__valid__contains=clock.today(),
        )
    if criteria.legal_form:
        found = found.filter(legal_form=criteria.legal_form)
    if criteria.state:
        found = found.filter(verification_state=criteria.state)
    return found.distinct().order_by("name", "pk")


def _places_in(district: int) -> QuerySet[Organisation]:
    return Organisation.objects.filter(places__district=district)


def _with_word(word: str) -> Q:
    """The word in a name, or the whole word as one of the public numbers."""
    digits = "".join(character for character in word if character.isdecimal())
    plain = PlainText(Value(word))
    condition = Q(
        pk__in=Organisation.objects.annotate(
            plain_name=PlainText(Coalesce(F("name"), Value(""))),
            plain_short=PlainText(F("short_name")),
        )
        .filter(Q(plain_name__contains=plain) | Q(plain_short__contains=plain))
        .values("pk")
    )
    if len(digits) >= 6 and digits == word.replace("-", ""):
        condition |= Q(nip=digits) | Q(regon__startswith=digits[:9]) & Q(regon__startswith=digits)
        condition |= Q(krs=digits.zfill(10))
    return condition
