"""Contracts of the sample city: who holds the premises until when, on what terms.

One contract for each tenancy of the stock, and one for each Civic Centre's operator, which leaves
the rooms bookable. All invented.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from config.sample.city import City
from config.sample.holds import Holds
from config.sample.reading import dice
from organisations.models import Organisation, Sphere
from premises.leasing.claims import label_of
from premises.leasing.numbers import SERIES, prefix_of
from premises.models import Lease, LeaseObject, LeaseParty, LeaseStep, LeaseVersion, NumberSeries
from records.money import Explanation, to_grosz
from records.periods import local_moment
from resources.models import Layer, ManagingUnit, Resource

State = Lease.State
TENANTS = (
    ("przedsiębiorca (przykład)", True),
    ("spółka (przykład)", False),
    ("osoba fizyczna (przykład)", True),
)
PURPOSES = {
    True: (
        "działalność statutowa: zajęcia i poradnictwo dla mieszkańców",
        "świetlica i zajęcia dla dzieci i młodzieży",
        "klub seniora, spotkania międzypokoleniowe",
        "biuro organizacji i magazyn sprzętu",
        "pracownia artystyczna otwarta dla mieszkańców",
    ),
    False: ("handel i usługi", "biuro", "gastronomia bez sprzedaży alkoholu", "usługi"),
}
SIGHT = timedelta(days=180)


@dataclass(slots=True)
class Planned:
    """A contract before it is written."""

    places: Sequence[Resource]
    kind: str
    first: date
    before: date | None
    organisation: Organisation | None = None
    tenant: tuple[str, bool] = ("", False)
    exclusive: bool = True
    purpose: str = ""
    rate: Decimal = Decimal(0)


def tenancy(
    city: City, place: Resource, kind: str, term: tuple[date, date | None], throw: Random
) -> Planned:
    """Who holds one premises over a term: an NGO for a loan, and for one lease in five."""
    ngos = [one for one in city.organisations.values() if one.legal_form != "informal_group"]
    ngo = kind == Lease.Kind.LENDING or throw.random() < 0.22
    rate = Decimal(throw.randint(620, 1480) if ngo else throw.randint(1400, 4200)) / 100
    return Planned(
        [place],
        kind,
        *term,
        organisation=throw.choice(ngos) if ngo else None,
        tenant=("", False) if ngo else throw.choice(TENANTS),
        purpose=throw.choice(PURPOSES[ngo]),
        rate=Decimal(0) if kind == Lease.Kind.LENDING else rate,
    )


def operators(city: City, rooms: Iterable[Resource]) -> list[Planned]:
    """The contracts by which an operator runs each Civic Centre: stewardship only."""
    throw = dice("operators")
    by_site: dict[int, list[Resource]] = {}
    for room in rooms:
        if room.site_id is not None:
            by_site.setdefault(room.site_id, []).append(room)
    ngos = [
        one
        for one in city.organisations.values()
        if one.legal_form == Organisation.LegalForm.FOUNDATION
    ]
    return [
        Planned(
            places,
            Lease.Kind.LENDING,
            city.days_ago(400),
            city.today + timedelta(days=500 + 90 * number),
            organisation=throw.choice(ngos),
            exclusive=False,
            purpose="prowadzenie Centrum Obywatelskiego (przykład)",
        )
        for number, (_site, places) in enumerate(sorted(by_site.items()))
    ]


def write_leases(city: City, planned: Sequence[Planned], holds: Holds) -> list[Lease]:
    """Rows, holds and claims of all of them at once."""
    throw = dice("lease codes")
    numbers: Counter[tuple[int, int]] = Counter()
    prefixes: dict[int, str] = {}
    leases = []
    for one in planned:
        unit = one.places[0].unit
        year = one.first.year
        numbers[unit.pk, year] += 1
        prefix = prefixes.setdefault(unit.pk, prefix_of(unit))
        leases.append(_lease(city, one, unit, f"{prefix}-{numbers[unit.pk, year]}-{year}"))
    for one, lease in zip(planned, leases, strict=True):
        end = lease.returned_at
        lease.hold = holds.take(
            kind=one.kind if one.kind != Lease.Kind.LAND_LEASE else Lease.Kind.LEASE,
            code=holds.new_code("L", throw, (4, 4)),
            label=label_of(lease),
            made_at=lease.created_at,
            times=[(place, (local_moment(one.first, 0), end)) for place in one.places],
            layers=(Layer.OCCUPANCY, Layer.STEWARDSHIP) if one.exclusive else (Layer.STEWARDSHIP,),
            padded=False,
        )
    holds.write()
    Lease.objects.bulk_create(leases)
    NumberSeries.objects.bulk_create(
        NumberSeries(unit_id=unit, series=SERIES, year=year, last=last)
        for (unit, year), last in numbers.items()
    )
    _write_rows(planned, leases)
    return leases


def _lease(city: City, one: Planned, unit: ManagingUnit, number: str) -> Lease:
    over = one.before is not None and one.before <= city.today
    sight = one.before is not None and one.before - SIGHT <= city.today
    state = State.ARCHIVED if over else State.EXPIRING if sight else State.ACTIVE
    since = one.before if over else one.before - SIGHT if sight else one.first
    return Lease(
        unit=unit,
        number=number,
        kind=one.kind,
        state=state,
        state_since=local_moment(since or one.first, 600),
        exclusive=one.exclusive,
        basis="bez przetargu (przykład)" if one.organisation else "przetarg ustny (przykład)",
        starts_on=one.first,
        ends_before=one.before,
        signed_on=one.first - timedelta(days=16),
        handed_over_on=one.first,
        returned_at=local_moment(one.before, 0) if over and one.before else None,
        created_at=local_moment(one.first - timedelta(days=30), 600),
        source=city.source,
        is_sample=True,
    )


def _write_rows(planned: Sequence[Planned], leases: Sequence[Lease]) -> None:
    both = list(zip(planned, leases, strict=True))
    LeaseObject.objects.bulk_create(
        LeaseObject(lease=lease, resource=place, area_m2=place.area_m2)
        for one, lease in both
        for place in one.places
    )
    LeaseParty.objects.bulk_create(
        LeaseParty(
            lease=lease,
            role=LeaseParty.Role.TENANT if one.exclusive else LeaseParty.Role.OPERATOR,
            organisation=one.organisation,
            name="" if one.organisation else one.tenant[0],
            natural_person=one.tenant[1],
            share_numerator=1,
            share_denominator=1,
            valid=(one.first, None),
        )
        for one, lease in both
    )
    versions = LeaseVersion.objects.bulk_create(_version(one, lease) for one, lease in both)
    _write_spheres(both, versions)
    LeaseStep.objects.bulk_create(
        LeaseStep(
            lease=lease,
            at=local_moment(day, 660),
            action=state,
            from_state=source,
            to_state=state,
            actor="dział najmu",
        )
        for one, lease in both
        for day, source, state in _course(one, lease)
    )


def _version(one: Planned, lease: Lease) -> LeaseVersion:
    area = sum((place.area_m2 or Decimal(0) for place in one.places), Decimal(0))
    rent = to_grosz(one.rate * area)
    tree = Explanation(f"{area} m² × {one.rate} zł/m²", rent, basis="stawka z umowy (przykład)")
    return LeaseVersion(
        lease=lease,
        valid=(one.first, None),
        signed_on=lease.signed_on,
        ends_before=one.before,
        rent_net=rent,
        vat_rate=Decimal(23) if rent else None,
        explanation=[tree.as_dict()] if rent else [],
        payment_day=10 if rent else None,
        indexed=bool(rent),
        purpose=one.purpose,
        business_allowed=one.organisation is None,
        recorded_at=lease.created_at,
        recorded_by="dział najmu",
    )


def _write_spheres(both: Sequence[tuple[Planned, Lease]], versions: Sequence[LeaseVersion]) -> None:
    spheres = list(Sphere.objects.values_list("pk", flat=True))
    if not spheres:
        return
    through = LeaseVersion.spheres.through
    through.objects.bulk_create(
        through(leaseversion=version, sphere_id=pk)
        for (one, lease), version in zip(both, versions, strict=True)
        if one.organisation
        for pk in dice("lease spheres", lease.number).sample(spheres, min(2, len(spheres)))
    )


def _course(one: Planned, lease: Lease) -> list[tuple[date, str, str]]:
    first = one.first
    steps = [
        (first - timedelta(days=28), State.DRAFTING, State.LEGAL_CHECK),
        (first - timedelta(days=22), State.LEGAL_CHECK, State.TO_SIGN),
        (first - timedelta(days=16), State.TO_SIGN, State.SIGNED),
        (first - timedelta(days=10), State.SIGNED, State.HANDOVER_PENDING),
        (first, State.HANDOVER_PENDING, State.ACTIVE),
    ]
    if one.before is not None and lease.state in (State.EXPIRING, State.ARCHIVED):
        sight = max(one.before - SIGHT, first)
        steps.append((sight, State.ACTIVE, State.EXPIRING))
    if one.before is not None and lease.state == State.ARCHIVED:
        steps += [
            (one.before, State.EXPIRING, State.ENDED),
            (one.before, State.ENDED, State.RETURN_PENDING),
            (one.before, State.RETURN_PENDING, State.RETURNED),
        ]
    return [(day, str(source), str(state)) for day, source, state in steps]
