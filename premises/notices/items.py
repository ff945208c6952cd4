"""A lot of a list, filled from what the stock and the rates already know."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.models import Premises, PublicNoticeItem
from premises.rates.rent import rent
from premises.rates.table import NoRate
from records import typography
from resources.models import Resource

Tenure = PublicNoticeItem.Tenure
#: What a list says where nobody wrote anything else; the officer edits it in the draft.
PAYMENT_TERMS = "czynsz płatny z góry do 10. dnia każdego miesiąca"
INDEXATION = "raz w roku o średnioroczny wskaźnik cen towarów i usług konsumpcyjnych (GUS)"


def prefilled(resource: Resource, tenure: str, on: date) -> dict[str, Any]:
    """Fields of art. 35(2) for a place, as far as they are known; the language of lists is Polish.

    Land register, parcels, area, use and plan come from the stock, the rate from the schedule of
    the day. What is not known stays empty, and publication asks for it.
    """
    premises = (
        Premises.objects.filter(resource=resource)
        .select_related("resource__site", "resource__unit")
        .prefetch_related("parts")
        .first()
    )
    with override("pl"):
        return {
            "address": _address(resource, premises),
            "area_m2": resource.area_m2 or Decimal(0),
            "part_of_property": premises is not None,
            **(_of_premises(premises) if premises else {"description": resource.description_pl}),
            **_fee(premises, tenure, on),
        }


def _address(resource: Resource, premises: Premises | None) -> str:
    address = (resource.site.address or resource.site.name) if resource.site else ""
    if premises and premises.unit_number:
        return f"{address}, lok. {premises.unit_number}"
    return address or resource.title_pl


def _of_premises(premises: Premises) -> dict[str, Any]:
    return {
        "kw_numbers": list(premises.land_register),
        "parcels": list(premises.parcel_ids),
        "description": _description(premises),
        "planned_use": premises.local_plan,
        "development": premises.permitted_use_pl,
    }


def _description(premises: Premises) -> str:
    """In a sentence or two: what it is, by parts, and how it is equipped."""
    parts = [
        f"{part.name or part.get_kind_display()} {typography.area(part.area_m2)}"
        for part in premises.parts.all()
    ]
    facts = [
        premises.resource.description_pl.strip(),
        _("Parts: %(parts)s.") % {"parts": ", ".join(parts)} if len(parts) > 1 else "",
        _("Floor: %(floor)d.") % {"floor": premises.floor} if premises.floor is not None else "",
        _("Technical state: %(state)d of 5.") % {"state": premises.technical_state}
        if premises.technical_state
        else "",
    ]
    return " ".join(fact for fact in facts if fact)


def _fee(premises: Premises | None, tenure: str, on: date) -> dict[str, Any]:
    """The rate of the schedule for anybody; a gratuitous loan has no fee."""
    if tenure == Tenure.LENDING:
        return {"payment_terms": "", "indexation_rule": ""}
    terms: dict[str, Any] = {"payment_terms": PAYMENT_TERMS, "indexation_rule": INDEXATION}
    if premises is None:
        return terms
    try:
        money = rent(premises, None, on, tenure=tenure)
    except NoRate:
        return terms
    if money.net > 0:
        terms |= {
            "fee_amount": money.net,
            "fee_unit": PublicNoticeItem.FeeUnit.MONTH,
            "vat_rate": money.vat_rate,
        }
    return terms


def gaps(item: PublicNoticeItem) -> list[str]:
    """What the law asks of the lot and the draft does not say yet, in words."""
    wanted: Iterable[tuple[bool, str]] = (
        (bool(item.address.strip()), _("address")),
        (bool(item.kw_numbers), _("land register")),
        (item.area_m2 > 0, _("area")),
        (bool(item.description.strip()), _("description")),
        (bool(item.planned_use.strip() or item.development.strip()), _("designated use")),
        (item.tenure == Tenure.LENDING or item.fee_amount is not None, _("fee")),
        (item.tenure == Tenure.LENDING or bool(item.payment_terms.strip()), _("payment dates")),
    )
    return [name for there, name in wanted if not there]
