"""The life of one premises on one page: who used them, on what terms, what was decided.

Whoever knows something of premises contributes it: contracts, procedures, notices, holds. The list
CONTRIBUTORS is filled in config/composition.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from premises.models import (
    AllocationProcedure,
    Lease,
    Lot,
    OfficerHold,
    Premises,
    PublicNoticeItem,
    StockImportRow,
)
from records.clock import KRAKOW


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, is so, or is planned.

    `on` is its day, or the first of its days; `until` the last one (None: one day, or no end, as
    `lasting` says). `detail` are terms or reasons, `address` the page of the case.
    """

    on: date
    title: str
    detail: str = ""
    until: date | None = None
    lasting: bool = False
    address: str = ""
    icon: str = "doc"


#: (premises, the person who looks) -> what they may know of it.
Contributor = Callable[[Premises, Any], Iterable[Happening]]

CONTRIBUTORS: list[Contributor] = []


def happenings(premises: Premises, person: Any) -> list[Happening]:
    """Everything that contributors know, the newest first."""
    found = [one for contribute in CONTRIBUTORS for one in contribute(premises, person)]
    return sorted(found, key=lambda one: (one.on, one.title), reverse=True)


def contracts(premises: Premises, _person: Any) -> Iterable[Happening]:
    """Leases and gratuitous loans of these premises that were ever signed."""
    rows = (
        Lease.objects.filter(objects_let__resource=premises.resource_id)
        .exclude(state__in=[*Lease.PREPARED, Lease.State.ABANDONED])
        .prefetch_related("parties__organisation")
        .distinct()
    )
    for one in rows:
        names = [str(party.organisation or party.name) for party in one.parties.all()]
        detail = [one.number, str(one.get_state_display()), one.basis]
        yield Happening(
            on=one.starts_on,
            title=f"{str(one.get_kind_display()).capitalize()}: {', '.join(dict.fromkeys(names))}",
            detail=" · ".join(filter(None, detail)),
            until=one.ends_before - timedelta(days=1) if one.ends_before else None,
            lasting=True,
            icon="user",
        )


def procedures(premises: Premises, _person: Any) -> Iterable[Happening]:
    """Procedures in which the premises were to be given; drafts are nobody's history yet."""
    lots = (
        Lot.objects.filter(resource=premises.resource_id)
        .exclude(procedure__state=AllocationProcedure.State.DRAFT)
        .select_related("procedure__kind")
    )
    for lot in lots:
        one = lot.procedure
        began = (one.opens_at or one.created_at).astimezone(KRAKOW).date()
        detail = [str(one.get_state_display()), str(lot.get_tenure_display()), one.reason]
        yield Happening(
            on=began,
            title=_("Procedure %(number)s: %(title)s")
            % {"number": str(one), "title": one.title_pl},
            detail=" · ".join(filter(None, detail)),
            until=one.decided_at.astimezone(KRAKOW).date() if one.decided_at else None,
            lasting=True,
            icon="flag",
        )


def notices(premises: Premises, _person: Any) -> Iterable[Happening]:
    """Public notice lists on which the premises stood."""
    items = PublicNoticeItem.objects.filter(resource=premises.resource_id).select_related("notice")
    for item in items:
        notice = item.notice
        if notice.published_on is None:
            continue
        yield Happening(
            on=notice.published_on,
            title=_("Public notice list %(number)s") % {"number": f"{notice.number}/{notice.year}"},
            detail=f"{notice.get_state_display()} · {notice.subject_pl}",
            icon="list",
        )


def officer_holds(premises: Premises, _person: Any) -> Iterable[Happening]:
    for one in OfficerHold.objects.filter(premises=premises):
        upper = one.period.upper
        note = f"{one.note} ({one.recorded_by})"
        if one.lifted_at:
            note += " " + _("Lifted: %(why)s (%(who)s).") % {
                "why": one.lift_note or "–",
                "who": one.lifted_by,
            }
        yield Happening(
            on=one.period.lower,
            title=str(one.get_reason_display()).capitalize(),
            detail=note,
            until=date.fromordinal(upper.toordinal() - 1) if upper else None,
            lasting=True,
            icon="pause",
        )


def imports(premises: Premises, _person: Any) -> Iterable[Happening]:
    rows = StockImportRow.objects.filter(premises=premises).select_related("stock_import")
    for one in rows:
        loaded_at = one.stock_import.loaded_at
        if loaded_at is None:
            continue
        title = _("Added by an import") if one.before is None else _("Changed by an import")
        yield Happening(
            on=loaded_at.astimezone(KRAKOW).date(),
            title=title,
            detail=f"{one.stock_import.file_name}, {one.stock_import.get_state_display()}",
            icon="down",
        )
