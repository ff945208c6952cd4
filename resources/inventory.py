"""Changing the inventory: places, what is known of their accessibility, and their pictures.

Whoever saves a description also confirms it: it is true as of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from records.clock import now, today
from records.pictures import store_picture
from records.problems import Invalid
from resources.claims import retrying
from resources.models import (
    AccessibilityFact,
    Equipment,
    Feature,
    ManagingUnit,
    OpeningRule,
    Resource,
    ResourceEquipment,
    ResourcePhoto,
    Room,
    RoomLayout,
    Site,
    Space,
    ThreeValued,
)
from resources.spaces import divide, new_leaf


@transaction.atomic
def save_room(
    resource: Resource,
    room: Room,
    *,
    layouts: Mapping[str, int],
    equipment: Mapping[str, int],
    role: str,
) -> None:
    """Save a room with how many people fit (by layout) and its equipment (quantity by code).

    `resource` and `room` carry the new values, checked by the form. The largest layout becomes the
    capacity by which search filters.
    """
    resource.capacity = max(layouts.values(), default=resource.capacity)
    resource.verified_on, resource.verified_by = today(), role
    resource.save()
    room.resource = resource
    room.save()
    room.layouts.exclude(layout__in=layouts).delete()
    for layout, capacity in layouts.items():
        RoomLayout.objects.update_or_create(
            room=room, layout=layout, defaults={"capacity": capacity}
        )
    resource.equipment.exclude(equipment__code__in=equipment).delete()
    known = {one.code: one for one in Equipment.objects.filter(code__in=equipment)}
    for code, quantity in equipment.items():
        ResourceEquipment.objects.update_or_create(
            resource=resource, equipment=known[code], defaults={"quantity": quantity}
        )


@transaction.atomic
def new_room(unit: ManagingUnit, site: Site, *, title_pl: str) -> Resource:
    """A draft of a room of a unit at one of its sites; the public does not see it yet."""
    resource = Resource.objects.create(
        code=_next_code(unit),
        kind="room",
        unit=unit,
        site=site,
        space=new_leaf(title_pl),
        title_pl=title_pl,
        point=site.point,
        district=site.district,
        tenure=Resource.Tenure.TIME,
        visibility=Resource.Visibility.DRAFT,
        open_to=[Resource.OpenTo.NGO, Resource.OpenTo.INFORMAL_GROUP],
        observes=["public_holiday"],
        is_sample=unit.is_sample,
        source=unit.source,
        created_at=now(),
    )
    Room.objects.create(resource=resource)
    return resource


def _next_code(unit: ManagingUnit) -> str:
    """A code nobody has: the unit's, and a number. The unit's row is locked, so two don't meet."""
    ManagingUnit.objects.select_for_update().get(pk=unit.pk)
    number = Resource.objects.filter(unit=unit).count() + 1
    while Resource.objects.filter(code=f"{unit.code[:30]}-{number:02}").exists():
        number += 1
    return f"{unit.code[:30]}-{number:02}"


@retrying
@transaction.atomic
def divide_room(resource: Resource, parts: Sequence[str]) -> list[Resource]:
    """Make parts of a room places of their own; whatever was booked holds all of them.

    The parts start as drafts with the hall's hours, rules and prices. Raises Conflict when the
    room is divided already.
    """
    if resource.space is None:
        raise Invalid(_("This place has no space that could be divided."))
    leaves = divide(resource.space, parts)
    return [_part_of(resource, leaf) for leaf in leaves]


def _part_of(hall: Resource, leaf: Space) -> Resource:
    part = Resource.objects.create(
        code=_next_code(hall.unit),
        kind=hall.kind,
        unit=hall.unit,
        site=hall.site,
        space=leaf,
        part_of=hall,
        title_pl=f"{hall.title_pl}, {leaf.name}",
        point=hall.point,
        district=hall.district,
        tenure=hall.tenure,
        visibility=Resource.Visibility.DRAFT,
        open_to=hall.open_to,
        turnaround_minutes=hall.turnaround_minutes,
        observes=hall.observes,
        policy=hall.policy,
        price_list=hall.price_list,
        is_sample=hall.is_sample,
        source=hall.source,
        created_at=now(),
    )
    Room.objects.create(resource=part)
    OpeningRule.objects.bulk_create(
        OpeningRule(
            resource=part,
            weekday=rule.weekday,
            opens=rule.opens,
            closes=rule.closes,
            valid=rule.valid,
        )
        for rule in hall.opening_rules.all()
    )
    return part


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of one feature."""

    value: str
    detail_pl: str = ""
    detail_en: str = ""


@transaction.atomic
def record_accessibility(
    subject: Resource | Site,
    statements: Mapping[str, Statement],
    *,
    evidence: str,
    role: str,
) -> int:
    """Write what was found, feature by feature; returns how many facts changed.

    A feature that is stated as before keeps its date: only what somebody looked at is new.
    """
    key = {"site": subject} if isinstance(subject, Site) else {"resource": subject}
    known = {fact.feature: fact for fact in AccessibilityFact.objects.filter(**key)}
    changed = 0
    for feature, said in statements.items():
        fact = known.get(feature) or AccessibilityFact(
            **key, feature=Feature(feature), value=ThreeValued.UNKNOWN
        )
        before = (fact.value, fact.detail_pl, fact.detail_en)
        if before == (said.value, said.detail_pl, said.detail_en):
            continue
        fact.value, fact.detail_pl, fact.detail_en = said.value, said.detail_pl, said.detail_en
        fact.evidence, fact.checked_on, fact.checked_by = evidence, today(), role
        fact.save()
        changed += 1
    return changed


@transaction.atomic
def add_photo(
    resource: Resource,
    upload: BinaryIO,
    *,
    kind: str,
    alt_pl: str,
    alt_en: str = "",
    credit: str = "",
    actor: str,
) -> ResourcePhoto:
    """Keep a picture of a place. Raises Invalid for a bad file, and beyond ten pictures."""
    if resource.photos.count() >= 10:
        raise Invalid(_("Ten pictures are enough: remove one first."), field="file")
    stored = store_picture(upload, name=f"{resource.code}-{kind}", actor=actor)
    return ResourcePhoto.objects.create(
        resource=resource,
        kind=kind,
        file=stored,
        alt_pl=alt_pl,
        alt_en=alt_en,
        credit=credit,
        order=resource.photos.count(),
    )


@transaction.atomic
def remove_photo(photo: ResourcePhoto) -> None:
    """Delete a picture and its file."""
    stored = photo.file
    photo.delete()
    # The bytes go only when the row's deletion is certain.
    transaction.on_commit(lambda: stored.file.delete(save=False))
    stored.delete()
