"""The rent of premises for an organisation on a day, from what the registers know of both."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from organisations.models import Organisation
from organisations.opp import is_opp_on
from premises.models import Position, Premises, PremisesPart, Tenure
from premises.rates.reckoning import Facts, Grounds, Part, Rent, by_offer, free, reckon
from premises.rates.table import RateTable, table_on, vat_on, zone_at
from records.clock import today
from records.money import Money
from resources.booking.pricing import is_verified

#: Civil Code, art. 710: a gratuitous loan is free by definition.
LENDING_BASIS = "art. 710 KC"


def rent(
    premises: Premises,
    organisation: Organisation | None,
    on: date | None = None,
    *,
    tenure: str = Tenure.LEASE,
    activity: str = "",
    indefinite: bool | None = None,
    public_task: bool = False,
    renovation: bool = False,
    organisations: int = 1,
    offer_net_m2: Decimal | None = None,
    table: RateTable | None = None,
) -> Money:
    """A month's rent: net, dated VAT, gross, and its tree in the active language.

    `organisation` None is anybody without a ground for a reduction. `offer_net_m2` is the rate of
    a tender, auction or contest (PLN net for 1 m²), which goes before the schedule. `table` spares
    reading the schedule again for a list. Raises NoRate.
    """
    return estimate(
        premises,
        organisation,
        on,
        tenure=tenure,
        activity=activity,
        indefinite=indefinite,
        public_task=public_task,
        renovation=renovation,
        organisations=organisations,
        offer_net_m2=offer_net_m2,
        table=table,
    ).money


def estimate(
    premises: Premises,
    organisation: Organisation | None,
    on: date | None = None,
    *,
    tenure: str = Tenure.LEASE,
    activity: str = "",
    indefinite: bool | None = None,
    public_task: bool = False,
    renovation: bool = False,
    organisations: int = 1,
    offer_net_m2: Decimal | None = None,
    table: RateTable | None = None,
) -> Rent:
    """`rent` with the schedule it rests on and notes on what nobody knows."""
    on = on or today()
    resource = premises.resource
    parts = tuple(_parts(premises))
    if tenure == Tenure.LENDING:
        return free(Facts(parts, operating_cost_m2=premises.operating_cost_m2), LENDING_BASIS)
    vat = vat_on(tenure, on)
    if offer_net_m2 is not None:
        return by_offer(Facts(parts), offer_net_m2, vat)
    table = table or table_on(resource.unit_id, on)
    grounds, unverified = grounds_of(organisation, on)
    facts = Facts(
        parts=parts,
        zone=zone_at(table.schedule, resource.point),
        standard="" if premises.standard == Premises.Standard.UNKNOWN else premises.standard,
        technical_state=premises.technical_state,
        surveyed_on=premises.surveyed_on,
        step_free=resource.step_free or "",
        operating_cost_m2=premises.operating_cost_m2,
        activity=activity,
        indefinite=indefinite,
        grounds=Grounds(
            spheres=grounds.spheres,
            is_opp=grounds.is_opp,
            public_task=public_task,
            renovation=renovation,
            organisations=organisations,
        ),
    )
    found = reckon(table, facts, vat)
    notes = (*found.notes, *([_unverified()] if unverified else []))
    return Rent(found.money, found.schedule, notes)


def grounds_of(organisation: Organisation | None, on: date) -> tuple[Grounds, bool]:
    """What the register says in favour of the organisation, and whether nobody confirmed it yet.

    Identifiers come from public registers, so reductions are for confirmed organisations.
    """
    if organisation is None:
        return Grounds(), False
    if not is_verified(organisation, on):
        return Grounds(), True
    codes = organisation.spheres.values_list("sphere__code", flat=True)
    return Grounds(frozenset(codes), is_opp_on(organisation, on)), False


def _unverified() -> str:
    return _("Reductions count once the city has confirmed the organisation.")


def _parts(premises: Premises) -> Iterator[Part]:
    """The parts as rates see them; premises without parts are one part."""
    parts = list(premises.parts.all())
    for part in parts:
        part.premises = premises
        yield Part(_words(part), part.rated_as, counted_area(part), _floor(premises, part))
    area = premises.resource.area_m2
    if not parts and area is not None:
        yield Part(_("Premises"), premises.position, area, premises.floor)


def counted_area(part: PremisesPart) -> Decimal:
    """m² that count for the rent: of common parts the share alone, to 0.01 m²."""
    if not part.share_numerator or not part.share_denominator:
        return part.area_m2
    share = part.area_m2 * part.share_numerator / part.share_denominator
    return share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _floor(premises: Premises, part: PremisesPart) -> int | None:
    if part.floor is not None or part.kind != PremisesPart.Kind.ROOMS:
        return part.floor
    return premises.floor


def _words(part: PremisesPart) -> str:
    words = part.name or str(part.get_kind_display())
    if part.kind == PremisesPart.Kind.ROOMS and part.rated_as != Position.UNKNOWN:
        words = f"{words}, {Position(part.rated_as).label}"
    return words[:1].upper() + words[1:]
