"""The named areas beside the districts: what "Nowa Huta" can mean, and what is not loaded."""

from dataclasses import dataclass

from maps.models import AreaGroup, District


@dataclass(frozen=True)
class Definition:
    slug: str
    kind: str
    name_pl: str
    name_en: str
    districts: tuple[int, ...] = ()
    register_code: str = ""
    note: str = ""


CADASTRAL_NOTE = (
    "Jednostka ewidencyjna według podziału sprzed 1991 r.; jej granice nie są granicami dzielnicy "
    "ani grupy dzielnic o tej samej nazwie. Granic nie wczytano."
)

DEFINITIONS = (
    Definition(
        "nowa-huta-xviii",
        "district_set",
        "Nowa Huta (dzielnica XVIII)",
        "Nowa Huta (district XVIII)",
        (18,),
    ),
    Definition(
        "nowa-huta-xiv-xviii",
        "district_set",
        "Nowa Huta (dzielnice XIV\u2060–\u2060XVIII)",
        "Nowa Huta (districts XIV\u2060–\u2060XVIII)",
        (14, 15, 16, 17, 18),
        note="Czyżyny, Mistrzejowice, Bieńczyce, Wzgórza Krzesławickie, Nowa Huta.",
    ),
    *(
        Definition(
            f"jednostka-ewidencyjna-{slug}",
            "cadastral_unit",
            f"{name} (jednostka ewidencyjna {code})",
            f"{name} (cadastral unit {code})",
            register_code=code,
            note=CADASTRAL_NOTE,
        )
        for slug, name, code in (
            ("krowodrza", "Krowodrza", "126102_9"),
            ("nowa-huta", "Nowa Huta", "126103_9"),
            ("podgorze", "Podgórze", "126104_9"),
            ("srodmiescie", "Śródmieście", "126105_9"),
        )
    ),
)


def ensure_area_groups() -> None:
    """Make the area groups as defined here. Needs the districts; changes nothing if all is so."""
    numbers = set(District.objects.values_list("number", flat=True))
    for definition in DEFINITIONS:
        group, _created = AreaGroup.objects.update_or_create(
            slug=definition.slug,
            defaults={
                "kind": definition.kind,
                "name_pl": definition.name_pl,
                "name_en": definition.name_en,
                "register_code": definition.register_code,
                "loaded": bool(definition.districts) and numbers.issuperset(definition.districts),
                "note": definition.note,
            },
        )
        group.districts.set(numbers.intersection(definition.districts))
