"""Finding places by name without any service: addresses, streets, districts, area groups.

What people type is matched on plain street names (maps.names): exact, then as a beginning, then by
trigrams, so that "batrego 7" still finds "ul. Stefana Batorego 7". Ambiguous names give several
places; choosing is the person's. The four cadastral units are never offered: they bear the names
of districts, and their borders are not loaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from maps.crs import WGS84
from maps.importing.numbers import district_number
from maps.models import AreaGroup, District
from maps.names import KINDS, plain, plain_street, split_number, without_city

MIN_LENGTH = 2
MAX_LENGTH = 120
SIMILAR = 0.4  # trigram similarity below which a name is another name
WITHOUT_UL = frozenset({"rynek", "planty", "bulwary", "blonia"})
ALIKE = 0.8  # the same for the few names of districts, by difflib


@dataclass(frozen=True)
class Place:
    """A place that a name can mean. `key` identifies it among its kind: address id, plain street,
    district number, area group slug. `rank` is 1 for an exact name, less for a likeness."""

    kind: Literal["address", "street", "district", "area_group"]
    key: str
    label: str
    point: Point  # EPSG:4326
    district: int | None
    approximate: bool
    rank: float


def find_places(text: str, limit: int = 8) -> list[Place]:
    """Places that `text` may mean, likeliest first. Empty for text that is too short or too odd."""
    text = " ".join(text.split())[:MAX_LENGTH]
    if len(plain(text).replace(" ", "")) < MIN_LENGTH and district_number(text) is None:
        return []
    areas = [*_districts_like(text), *_groups_like(text)]
    found = [*areas, *_addresses_like(text, limit)]
    return sorted(found, key=lambda place: (-place.rank, place.label))[:limit]


def _rank(wanted: str, name: str) -> float:
    """How well a short name answers what was typed: 0 for not at all."""
    if wanted == name:
        return 1.0
    if len(wanted) >= 3 and name.startswith(wanted):
        return 0.9
    if len(wanted) >= 3 and f" {wanted}" in f" {name}".replace("-", " "):
        return 0.8
    likeness = SequenceMatcher(None, wanted, name).ratio()
    return likeness * 0.7 if likeness >= ALIKE else 0.0


def _without_kind(text: str) -> str:
    words = plain(text).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "dzielnica" else words)


def _districts_like(text: str) -> Iterable[Place]:
    wanted = _without_kind(text)
    number = district_number(_without_kind(text))
    for district in District.objects.only("number", "roman", "name", "label_point"):
        full = plain(f"{district.roman} {district.name}")
        rank = max(_rank(wanted, plain(district.name)), _rank(wanted, full))
        if number == district.number and len(wanted.split()) == 1:
            rank = 1.0
        if rank:
            yield Place(
                kind="district",
                key=str(district.number),
                label=_("district %s") % district,
                point=district.label_point,
                district=district.number,
                approximate=False,
                rank=rank,
            )


def _groups_like(text: str) -> Iterable[Place]:
    wanted = _without_kind(text)
    groups = AreaGroup.objects.filter(loaded=True).prefetch_related("districts")
    for group in groups:
        members = list(group.districts.all())
        # A set of one district would only repeat that district.
        if len(members) < 2:
            continue
        names = (plain(name.partition("(")[0]) for name in (group.name_pl, group.name_en))
        if rank := max(_rank(wanted, name) for name in names):
            x = sum(m.label_point.x for m in members) / len(members)
            y = sum(m.label_point.y for m in members) / len(members)
            yield Place(
                kind="area_group",
                key=group.slug,
                label=str(group),
                point=Point(x, y, srid=WGS84),
                district=None,
                approximate=False,
                rank=rank * 0.99,
            )


# Streets that the name may mean, each with its best address: first the streets, then for the
# likeliest of them the house, or else the address nearest to the street's middle. The sample is
# left out as soon as a real register is loaded. `wanted` holds the two ways to read the text: with
# its last word as a house number, and without.
_STREETS_SQL = """
with wanted as (
    select * from unnest(%(streets)s::text[], %(numbers)s::text[]) as w(plain, number)
), usable as materialized (
    select s.id from records_datasource s
    where not s.is_sample or not exists (
        select from maps_address a join records_datasource r on r.id = a.source_id
        where not r.is_sample)
), likely as (
    select a.street, a.street_plain, w.number as wanted_number,
           max(case when a.street_plain = w.plain then 1.0
                    when a.street_plain like w.plain || '%%' then 0.9
                    when ' ' || a.street_plain like '%% ' || w.plain || '%%' then 0.8
                    else similarity(a.street_plain, w.plain) * 0.7 end) as rank
    from wanted w
    join maps_address a
      on a.street_plain like w.plain || '%%'
      or a.street_plain like '%% ' || w.plain || '%%'
      or (%(by_likeness)s and a.street_plain %% w.plain)
    where a.source_id in (select id from usable)
    group by a.street, a.street_plain, w.number
), streets as materialized (
    select * from likely where rank >= %(least)s
    order by rank desc, street limit %(limit)s * 4
), houses as (
    select distinct on (s.street)
           s.street, s.street_plain, a.number, a.district_id, a.id, a.is_address, a.approximate,
           s.rank + case when s.wanted_number = '' then 0
                         when a.is_address then 0.04 else -0.04 end as score,
           ST_X(a.point), ST_Y(a.point)
    from streets s
    cross join lateral (
        select ST_Centroid(ST_Collect(b.point)) as middle from maps_address b
        where b.street_plain = s.street_plain and b.street = s.street
          and b.source_id in (select id from usable)
    ) m
    cross join lateral (
        select b.*, s.wanted_number <> '' and lower(b.number) = s.wanted_number as is_address
        from maps_address b
        where b.street_plain = s.street_plain and b.street = s.street
          and b.source_id in (select id from usable)
        order by is_address desc, b.point <-> m.middle limit 1
    ) a
    order by s.street, score desc
)
select * from houses order by score desc, street limit %(limit)s
"""


def _addresses_like(text: str, limit: int) -> list[Place]:
    street, number = split_number(text)
    readings = {(plain_street(without_city(text)), "")}
    if number:
        readings.add((plain_street(street), number))
    readings = {reading for reading in readings if len(reading[0]) >= MIN_LENGTH}
    if not readings:
        return []
    # Likeness only where nothing begins so: it costs more, and would only add noise.
    rows = _streets(readings, limit, by_likeness=False) or _streets(
        readings, limit, by_likeness=True
    )
    romans = dict(District.objects.values_list("number", "roman")) if rows else {}
    return [
        Place(
            kind="address" if is_address else "street",
            key=str(pk) if is_address else street_plain,
            label=_label(name, house if is_address else "", romans[district]),
            point=Point(place, srid=WGS84),
            district=district,
            approximate=approximate,
            rank=min(1.0, float(score)),
        )
        for name, street_plain, house, district, pk, is_address, approximate, score, *place in rows
    ]


def _streets(readings: set[tuple[str, str]], limit: int, *, by_likeness: bool) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            _STREETS_SQL,
            {
                "streets": [street for street, _number in readings],
                "numbers": [number for _street, number in readings],
                "least": SIMILAR * 0.7,
                "by_likeness": by_likeness,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def _label(street: str, number: str, roman: str) -> str:
    """ "ul. Stefana Batorego 7 (I)": the register leaves out "ul.", readers expect it."""
    first = plain(street).partition(" ")[0]
    shown = street if first in KINDS | WITHOUT_UL else f"ul. {street}"
    return f"{shown} {number} ({roman})" if number else f"{shown} ({roman})"
