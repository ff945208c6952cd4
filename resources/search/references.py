"""What a search names and the database knows: kinds, area groups, units, equipment.

Asked before the search, so that a name that nobody has is told and does not find nothing.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maps.models import AreaGroup
from records.problems import Invalid, Problem, Problems
from resources import kinds
from resources.models import Equipment, ManagingUnit, Resource
from resources.search.criteria import Criteria


def check(criteria: Criteria) -> None:
    """Raises Problems with every name in the criteria that does not exist. No query if none."""
    problems: list[Problem] = []
    registered = {kind.code for kind in kinds.every()}
    if criteria.kind and criteria.kind not in registered:
        problems.append(_unknown("kind", criteria.kind, sorted(registered)))
    if criteria.open_to and criteria.open_to not in Resource.OpenTo:
        problems.append(_unknown("open_to", criteria.open_to, Resource.OpenTo.values))
    if criteria.unit_kind and criteria.unit_kind not in ManagingUnit.Kind:
        problems.append(_unknown("unit_kind", criteria.unit_kind, ManagingUnit.Kind.values))
    problems += _area_group(criteria.place.area_group)
    problems += _missing(
        "equipment", criteria.equipment, Equipment.objects.values_list("code", flat=True)
    )
    problems += _missing(
        "unit", criteria.units, ManagingUnit.objects.values_list("code", flat=True)
    )
    if problems:
        raise Problems(problems)


def _unknown(name: str, value: str, options: Iterable[str] = ()) -> Invalid:
    message = _("There is no {value}.").format(value=value)
    if options := list(options):
        message += " " + _("Give one of: {options}.").format(options=", ".join(options))
    return Invalid(f"{name}: {message}", code="bad_parameter", field=name)


def _missing(name: str, wanted: tuple[str, ...], known: QuerySet[Any, str]) -> list[Problem]:
    if not wanted:
        return []
    there = set(known.filter(code__in=wanted))
    return [_unknown(name, code) for code in wanted if code not in there]


def _area_group(slug: str) -> list[Problem]:
    if not slug:
        return []
    group = AreaGroup.objects.filter(slug=slug).first()
    if group is None:
        return [_unknown("area_group", slug)]
    if not group.loaded:
        message = _("The borders of {group} are not loaded.").format(group=group)
        return [Invalid(f"area_group: {message}", code="not_loaded", field="area_group")]
    return []
