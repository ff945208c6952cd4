"""Papers of upkeep, through the document engine: the frozen copy of a signed protocol."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from organisations.models import Person
from premises.models import HandoverProtocol, LeaseParty
from records import typography
from records.documents import Picture, Signature, Table, documents_about, issue
from records.models import IssuedDocument

TEMPLATE = "handover-protocol"


def issue_protocol(protocol: HandoverProtocol, by: Person) -> IssuedDocument:
    """The document of a signed protocol, in Polish, with a tagged PDF. In the caller's transaction.

    A correction names the document that it replaces.
    """
    with translation.override("pl"):
        return issue(
            TEMPLATE,
            "pl",
            values_of(protocol),
            about=protocol,
            actor=f"person:{by.pk}",
            owner=protocol.lease.unit.code,
            number=protocol.lease.number,
            replaces=documents_about(protocol.replaces).first() if protocol.replaces else None,
            is_sample=protocol.lease.is_sample,
        )


def document_of(protocol: HandoverProtocol) -> IssuedDocument | None:
    return documents_about(protocol).first()


def values_of(protocol: HandoverProtocol) -> dict[str, Any]:
    """What the template may say, in the active language."""
    lease = protocol.lease
    unit = lease.unit
    places = [one.resource for one in lease.objects_let.select_related("resource__site")]
    area = sum((one.area_m2 for one in lease.objects_let.all() if one.area_m2), 0)
    bound = lease.parties.filter(role__in=LeaseParty.BOUND, valid__contains=protocol.day)
    tenant = ", ".join(str(one) for one in bound.select_related("organisation"))
    replaced = (
        _("Corrects the protocol of %(day)s: %(why)s.")
        % {"day": typography.day(protocol.replaces.day), "why": protocol.why_replaced}
        if protocol.replaces
        else ""
    )
    remarks = " ".join(part for part in (protocol.condition, protocol.remarks, replaced) if part)
    return {
        "city": "Gmina Miejska Kraków",
        "place": "Kraków",
        "unit": unit.name,
        "unit_address": getattr(unit, "address", ""),
        "unit_contact": getattr(unit, "email", ""),
        "representative": "",
        "number": lease.number,
        "date": protocol.day,
        "contract": lease.number,
        "direction": str(protocol.get_direction_display()),
        "held_on": protocol.day,
        "premises": ", ".join(place.title_pl for place in places),
        "address": ", ".join(str(place.site) for place in places if place.site) or "–",
        "area": area,
        "tenant": tenant or "–",
        "meters": _table(
            _("Meters"),
            [_("Meter"), _("Number and place"), _("Reading")],
            [
                [
                    one.get_kind_display(),
                    ", ".join(part for part in (one.number, one.place) if part) or "–",
                    f"{typography.number(one.value)} {one.get_unit_display()}",
                ]
                for one in protocol.meterreading_rows.all()
                if one.value is not None
            ],
            2,
        ),
        "keys": _table(
            _("Keys"),
            [_("To what"), _("How many")],
            [[one.what, str(one.count)] for one in protocol.keyitem_rows.all()],
            1,
        ),
        "inventory": _table(
            _("Equipment"),
            [_("What"), _("How many"), _("State")],
            [
                [one.what, str(one.count), one.get_condition_display()]
                for one in protocol.inventoryline_rows.all()
            ],
        )
        if protocol.inventoryline_rows.exists()
        else None,
        "defects": _table(
            _("Defects"),
            [_("Where"), _("What"), _("Who mends it")],
            [
                [
                    one.where or "–",
                    one.what,
                    one.get_mends_display() + (f", {typography.day(one.by)}" if one.by else ""),
                ]
                for one in protocol.defect_rows.all()
            ],
        )
        if protocol.defect_rows.exists()
        else None,
        "photos": [
            Picture(one.file, one.alt, one.alt)
            for one in protocol.handoverphoto_rows.select_related("file")
        ],
        "accessibility": protocol.accessibility.rstrip("."),
        "remarks": remarks.rstrip("."),
        "signatures": [
            Signature(
                str(one.get_role_display()),
                one.name,
                ", ".join(
                    part
                    for part in (one.capacity, _("refused to sign") if one.refused else "")
                    if part
                ),
            )
            for one in protocol.signatory_rows.all()
            if one.name
        ],
    }


def _table(caption: str, columns: list[str], rows: list[list[str]], *numeric: int) -> Table:
    return Table(str(caption), columns, rows or [["–"] * len(columns)], frozenset(numeric))
