"""Building a list: a draft from chosen places, its lots edited, ordered and taken out."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from premises.models import PublicNotice, PublicNoticeItem
from premises.notices.items import prefilled
from records.clock import now, today
from records.problems import Conflict, Invalid
from resources.models import ManagingUnit, Resource

#: Fields of a list and of a lot that an officer writes.
NOTICE_FIELDS = ("subject_pl", "subject_en", "contact", "correction_reason")
ITEM_FIELDS = (
    "address",
    "kw_numbers",
    "cadastral_unit",
    "parcels",
    "area_m2",
    "part_of_property",
    "description",
    "planned_use",
    "development",
    "development_deadline",
    "tenure",
    "term_months",
    "term_from",
    "fee_amount",
    "fee_unit",
    "vat_rate",
    "payment_terms",
    "indexation_rule",
    "priority_deadline",
)


@transaction.atomic
def start(
    unit: ManagingUnit,
    resources: Iterable[Resource],
    *,
    tenure: str,
    subject_pl: str,
    actor: str,
    subject_en: str = "",
    term_months: int | None = None,
) -> PublicNotice:
    """A draft with a lot for each place, filled from the stock. Invalid for foreign places."""
    notice = PublicNotice.objects.create(
        unit=unit,
        subject_pl=subject_pl,
        subject_en=subject_en,
        contact=", ".join(one for one in (unit.public_phone, unit.public_email) if one),
        created_at=now(),
        created_by=actor,
        # Lists of an invented unit are invented: they go when the sample city goes.
        is_sample=unit.is_sample,
    )
    for resource in resources:
        add(notice, resource, tenure=tenure, term_months=term_months)
    return notice


def add(
    notice: PublicNotice,
    resource: Resource,
    *,
    tenure: str,
    term_months: int | None = None,
) -> PublicNoticeItem:
    """One more lot at the end. Raises Invalid for a place of another unit or one that is there."""
    if resource.unit_id != notice.unit_id:
        raise Invalid(_("This place is kept by another unit."), field="resource")
    if notice.items.filter(resource=resource, tenure=tenure).exists():
        raise Invalid(_("This place already stands in the list."), field="resource")
    values = prefilled(resource, tenure, today())
    if values["area_m2"] <= 0:
        raise Invalid(
            _("The stock does not say how large “%(place)s” is. Enter the area there first.")
            % {"place": resource.title_pl},
            field="resource",
        )
    return PublicNoticeItem.objects.create(
        notice=notice,
        lot_no=(notice.items.aggregate(last=Max("lot_no"))["last"] or 0) + 1,
        resource=resource,
        tenure=tenure,
        term_months=term_months,
        **values,
    )


@transaction.atomic
def save_notice(notice: PublicNotice, values: Mapping[str, Any], *, edit: int) -> None:
    """Write what the officer typed about the list. Conflict if somebody has saved it since."""
    _claim(notice, edit, **{name: values[name] for name in NOTICE_FIELDS if name in values})


@transaction.atomic
def save_item(item: PublicNoticeItem, values: Mapping[str, Any], *, edit: int) -> None:
    """Write what the officer typed about a lot; `edit` is the state of the whole list."""
    _claim(item.notice, edit)
    for name in ITEM_FIELDS:
        if name in values:
            setattr(item, name, values[name])
    item.full_clean(exclude=["notice", "resource", "corrects"])
    item.save()


@transaction.atomic
def take_out(item: PublicNoticeItem, *, edit: int) -> None:
    """Strike a lot; those after it move up."""
    notice = item.notice
    _claim(notice, edit)
    after = notice.items.filter(lot_no__gt=item.lot_no)
    number = item.lot_no
    item.delete()
    after.filter(lot_no__gt=number).update(lot_no=F("lot_no") - 1)


@transaction.atomic
def discard(notice: PublicNotice) -> None:
    """Throw a draft away. Raises Conflict for a published list."""
    gone, _rows = PublicNotice.objects.filter(pk=notice.pk, state="draft").delete()
    if not gone:
        raise Conflict(_("A published list stays."), code="published")


def _claim(notice: PublicNotice, edit: int, **fields: Any) -> None:
    """Count the edit; of two people who began from the same state the second is told."""
    changed = PublicNotice.objects.filter(
        pk=notice.pk, state=PublicNotice.State.DRAFT, edit=edit
    ).update(edit=F("edit") + 1, **fields)
    if not changed:
        raise Conflict(
            _("Somebody else has changed or published this list while you were writing."),
            code="edited_meanwhile",
        )
    notice.refresh_from_db()
