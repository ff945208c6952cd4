"""When nothing fits: what to relax, by how much, and how many places that would bring."""

import math
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from records.typography import area, distance
from resources.models import Equipment
from resources.search.criteria import Criteria, Place, Sort, StepFree
from resources.search.judgement import Judgement
from resources.search.links import Addresses, Link
from resources.search.results import search

#: A place farther than this from the point is no answer to "near".
FARTHEST_HINT_M = 20_000


def suggestions(
    criteria: Criteria, judgement: Judgement, addresses: Addresses, person: Any
) -> list[Link]:
    """What to relax and by how much, with the number of places that each would bring."""
    found = []
    names = dict(
        Equipment.objects.filter(code__in=criteria.equipment).values_list("code", "name_pl")
    )
    for code, relaxed in judgement.relaxed.items():
        changed = _relaxation(criteria, code, relaxed.best, names)
        if changed is None:
            continue
        words, other = changed
        places = relaxed.places
        if code in ("capacity", "area_min", "area_max", "place", "step_free"):
            places = search(other.but(limit=1), person).matched
        if places:
            found.append(Link(words, addresses.of(other), places))
    if not criteria.place.is_anywhere and "place" not in judgement.relaxed:
        found += _farther(criteria, addresses, person)
    found.sort(key=lambda link: -(link.count or 0))
    return found


def _relaxation(
    criteria: Criteria, code: str, best: float | None, names: dict[str, str]
) -> tuple[str, Criteria] | None:
    """The words and the criteria of relaxing one criterion as little as is needed."""
    kind, _colon, equipment = code.partition(":")
    if kind == "capacity" and best:
        people = int(best)
        words = ngettext("for {count} person", "for {count} people", people).format(count=people)
        return words, criteria.but(capacity=people)
    if kind == "area_min" and best:
        least = math.floor(best)
        return _("from {area}").format(area=area(least, 0)), criteria.but(area_min=max(1, least))
    if kind == "area_max" and best:
        most = math.ceil(best)
        return _("up to {area}").format(area=area(most, 0)), criteria.but(area_max=most)
    if kind == "place" and best is not None and criteria.place.near:
        radius = math.ceil((best + 1) / 100) * 100
        place = replace(criteria.place, radius=radius)
        return _("within {distance}").format(distance=distance(radius)), criteria.but(place=place)
    if kind == "equipment":
        rest = tuple(one for one in criteria.equipment if one != equipment)
        words = _("without: {equipment}").format(equipment=names.get(equipment, equipment))
        return words, criteria.but(equipment=rest)
    return _plain_relaxation(criteria, kind)


def _plain_relaxation(criteria: Criteria, kind: str) -> tuple[str, Criteria] | None:
    if kind == "step_free" and criteria.step_free == StepFree.YES:
        changed = criteria.but(step_free=StepFree.YES_OR_UNKNOWN)
        return _("also where we don't know about steps"), changed
    droppable: dict[str, tuple[str, dict[str, Any]]] = {
        "free_of_charge": (_("also for a fee"), {"free_of_charge": False}),
        "time": (_("at any time"), {"time": None}),
        "policy": (_("at another time"), {"time": None}),
        "unit_kind": (_("kept by anybody"), {"unit_kind": ""}),
        "unit": (_("kept by anybody"), {"units": ()}),
        "open_to": (_("open to anybody"), {"open_to": ""}),
        "vacant": (_("also let at present"), {"vacant": False}),
        "place": (_("in all Kraków"), {"place": Place()}),
    }
    if kind not in droppable:
        return None
    words, changes = droppable[kind]
    return words, criteria.but(**changes)


def _farther(criteria: Criteria, addresses: Addresses, person: Any) -> list[Link]:
    """The nearest place that meets everything else; without a point, how many there are."""
    near = criteria.place.near
    if near is None:
        other = criteria.but(place=Place())
        count = search(other.but(limit=1), person).matched
        return [Link(_("in all Kraków"), addresses.of(other), count)] if count else []
    wide = criteria.but(place=Place(near=near, radius=FARTHEST_HINT_M), sort=Sort.DISTANCE, limit=1)
    hits = search(wide, person).hits
    if not hits:
        return []
    radius = math.ceil(((hits[0].distance_m or 0) + 1) / 100) * 100
    other = criteria.but(place=Place(near=near, radius=radius))
    words = _("within {distance}").format(distance=distance(radius))
    return [Link(words, addresses.of(other), search(other.but(limit=1), person).matched)]
