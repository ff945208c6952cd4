"""Spheres of public tasks: a dated dictionary resting on art. 4(1) of the public-benefit act."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from organisations.models import Sphere
from records import clock
from records.dictionaries import Loaded, read_csv
from records.models import LegalAct

ACT = "udpp"
#: The act came into force on this day; the numbering of 2018-2021 is carried back to it.
VALID_FROM = date(2004, 1, 1)


def spheres_on(day: date | None = None) -> QuerySet[Sphere]:
    """The spheres that may be chosen on the day (default: today)."""
    return Sphere.objects.filter(valid__contains=day or clock.today())


@transaction.atomic
def load_spheres() -> Loaded:
    """fixtures/spheres.csv. Typed from memory of the act, so every row says it is not confirmed."""
    loaded = Loaded("spheres of public tasks")
    act = LegalAct.objects.get(code=ACT)
    for row in read_csv("spheres.csv"):
        # `confirmed` and `valid` are an official's to set: an update leaves them alone.
        texts = {"order": int(row["order"]), "text_pl": row["text_pl"], "text_en": row["text_en"]}
        _sphere, is_new = Sphere.objects.update_or_create(
            code=row["code"],
            legal_act=act,
            defaults=texts,
            create_defaults={**texts, "valid": (VALID_FROM, None), "confirmed": False},
        )
        loaded.count(is_new=is_new)
    return loaded
