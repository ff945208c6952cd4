"""The search read as a sentence; each slot leads to the control that changes it.

Source strings mark the slot by square brackets: "for [25 people]".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from maps.models import AreaGroup, District
from records.typography import (
    area,
    day_long,
    day_range,
    distance,
    joined,
    number,
    on_weekdays,
    time_range,
)
from resources import kinds
from resources.models import Equipment, ManagingUnit, Resource
from resources.search.criteria import Criteria, Gap, Place, Series, Slot, StepFree, Weekly
from resources.search.values import write_minute


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, then a slot that links to the control with id `control`, then words."""

    before: str
    slot: str
    after: str
    control: str


def _phrase(control: str, text: str) -> Phrase:
    before, _bracket, rest = text.partition("[")
    slot, _bracket, after = rest.partition("]")
    return Phrase(before, slot, after, control)


def sentence(criteria: Criteria, *, near_label: str = "") -> list[Phrase]:
    """The criteria in the order in which a person says them. At most three queries for names."""
    return [_kind(criteria), *_phrases(criteria, near_label)]


def plain_sentence(criteria: Criteria, *, near_label: str = "") -> str:
    """The same without links, for a file or a title."""
    return ", ".join(
        f"{one.before}{one.slot}{one.after}" for one in sentence(criteria, near_label=near_label)
    )


def _kind(criteria: Criteria) -> Phrase:
    wanted = str(kinds.get(criteria.kind).wanted) if criteria.kind else _("a place")
    return _phrase("rodzaj", _("I am looking for [{kind}]").format(kind=wanted))


def _phrases(criteria: Criteria, near_label: str) -> Iterator[Phrase]:
    if criteria.text:
        yield _phrase("q", _("with the words [{words}]").format(words=f"„{criteria.text}”"))
    if criteria.capacity:
        text = ngettext("for [{count} person]", "for [{count} people]", criteria.capacity)
        yield _phrase("osoby", text.format(count=number(criteria.capacity)))
    if criteria.area_min:
        yield _phrase(
            "powierzchnia", _("of at least [{area}]").format(area=area(criteria.area_min, 0))
        )
    if criteria.area_max:
        yield _phrase(
            "powierzchnia", _("of at most [{area}]").format(area=area(criteria.area_max, 0))
        )
    if criteria.step_free == StepFree.YES:
        yield _phrase("bez-stopni", _("[without steps]"))
    elif criteria.step_free == StepFree.YES_OR_UNKNOWN:
        yield _phrase("bez-stopni", _("[without known steps]"))
    yield from _where(criteria.place, near_label)
    yield from _when(criteria)
    yield from _offers(criteria)


def _where(place: Place, near_label: str) -> Iterator[Phrase]:
    if place.near:
        yield _phrase(
            "promien",
            _("up to [{distance}]").format(distance=distance(place.radius)),
        )
        label = near_label or _("the chosen point")
        yield _phrase("adres", _("from [{place}]").format(place=label))
    if place.districts:
        names = District.objects.filter(number__in=place.districts)
        found = ", ".join(str(one) for one in names) or ", ".join(map(str, place.districts))
        yield _phrase("dzielnica", _("in the district [{district}]").format(district=found))
    if place.area_group:
        group = AreaGroup.objects.filter(slug=place.area_group).first()
        yield _phrase("dzielnica", _("in the area [{area}]").format(area=group or place.area_group))
    if place.within:
        yield _phrase("obszar", _("in [the drawn area]"))
    if place.bbox:
        yield _phrase("obszar", _("in [the view of the map]"))


def _when(criteria: Criteria) -> Iterator[Phrase]:
    match criteria.time:
        case Slot(period):
            start, end = period.start, period.end
            if start.date() == end.date():
                text = f"{day_long(start)}, {time_range(start, end)}"
            else:
                text = joined(f"{day_long(start)}, {start:%H:%M}", f"{day_long(end)}, {end:%H:%M}")
            yield _phrase("kiedy", f"[{text}]")
        case Series(weekly, first, last):
            for text in _weekly(weekly):
                yield _phrase("kiedy", f"[{text}]")
            yield _phrase("kiedy", f"[{day_range(first, last)}]")
        case Gap(minutes, first, last, from_minute, to_minute):
            text = ngettext("[{hours} hour] on end", "[{hours} hours] on end", round(minutes / 60))
            yield _phrase("kiedy", text.format(hours=number(round(minutes / 60, 2))))
            yield _phrase("kiedy", f"[{day_range(first, last)}]")
            if (from_minute, to_minute) != (0, 1440):
                hours = joined(write_minute(from_minute), write_minute(to_minute))
                yield _phrase("kiedy", _("between [{hours}]").format(hours=hours))


def _weekly(weekly: tuple[Weekly, ...]) -> list[str]:
    """ "on Tuesdays and Thursdays 17:00-19:00": weekdays with the same hours are said together."""
    by_hours: dict[tuple[int, int], list[int]] = {}
    for one in weekly:
        by_hours.setdefault((one.from_minute, one.to_minute), []).append(one.weekday)
    return [
        f"{on_weekdays(weekdays)} {joined(write_minute(start), write_minute(end))}"
        for (start, end), weekdays in by_hours.items()
    ]


def _offers(criteria: Criteria) -> Iterator[Phrase]:
    if criteria.equipment:
        english = (get_language() or "pl").startswith("en")
        for row in Equipment.objects.filter(code__in=criteria.equipment):
            name = row.name_en if english else row.name_pl
            yield _phrase("wyposazenie", _("with: [{equipment}]").format(equipment=name))
    if criteria.free_of_charge:
        yield _phrase("oplata", _("[free of charge]"))
    if criteria.vacant:
        yield _phrase("wolny-teraz", _("[vacant now]"))
    if criteria.open_to:
        who = Resource.OpenTo(criteria.open_to).label
        yield _phrase("dla-kogo", _("open to: [{who}]").format(who=who))
    if criteria.unit_kind:
        kind = ManagingUnit.Kind(criteria.unit_kind).label
        yield _phrase("opiekun", _("kept by: [{unit}]").format(unit=kind))
    if criteria.units:
        for unit in ManagingUnit.objects.filter(code__in=criteria.units):
            yield _phrase("opiekun", _("kept by: [{unit}]").format(unit=unit.name))
