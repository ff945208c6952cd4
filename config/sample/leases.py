"""Contracts of the sample city: who holds the premises until when, on what terms.

One contract for each tenancy of the stock, and one for each Civic Centre's operator, which leaves
the rooms bookable. All invented.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from config.sample import fates
from config.sample.city import City
from config.sample.holds import Holds
from config.sample.lease_terms import write_terms
from config.sample.planned import Planned
from config.sample.reading import dice
from organisations.models import Organisation, Person
from premises.leasing.claims import label_of
from premises.leasing.numbers import SERIES, prefix_of
from premises.models import (
    Lease,
    LeaseObject,
    LeaseParty,
    LeaseStep,
    NumberSeries,
    Termination,
)
from records.periods import local_moment
from resources.models import Layer, ManagingUnit, Resource, StaffRole

State = Lease.State
#: Steps that the clock takes.
BY_ITSELF = frozenset({State.EXPIRING, State.ENDED, State.RETURN_PENDING, State.HOLDOVER})
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


def tenancy(
    city: City,
    place: Resource,
    kind: str,
    term: tuple[date, date | None],
    throw: Random,
    *,
    before: Planned | None = None,
) -> Planned:
    """Who holds one premises over a term: an NGO for a loan, and for one lease in five.

    Half of those who follow somebody (`before`) are the same tenant with the next contract.
    """
    if before is not None and before.before == term[0] and throw.random() < 0.5:
        rate = (before.rate * Decimal("1.12")).quantize(Decimal("0.01"))
        return replace(before, first=term[0], before=term[1], previous=before, rate=rate)
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
    fates.decide(city, planned)
    numbers: Counter[tuple[int, int]] = Counter()
    prefixes: dict[int, str] = {}
    officers = _officers(city)
    leases = []
    for one in planned:
        unit = one.places[0].unit
        year = one.first.year
        numbers[unit.pk, year] += 1
        prefix = prefixes.setdefault(unit.pk, prefix_of(unit))
        lease = _lease(city, one, unit, f"{prefix}-{numbers[unit.pk, year]}-{year}")
        lease.officer = officers[unit.pk][len(leases) % len(officers[unit.pk])]
        leases.append(lease)
    _take_places(planned, leases, holds)
    Lease.objects.bulk_create(leases)
    of_planned = {id(one): lease for one, lease in zip(planned, leases, strict=True)}
    for one, lease in zip(planned, leases, strict=True):
        if one.previous is not None:
            lease.previous = of_planned[id(one.previous)]
    Lease.objects.bulk_update([one for one in leases if one.previous_id], ["previous"])
    NumberSeries.objects.bulk_create(
        NumberSeries(unit_id=unit, series=SERIES, year=year, last=last)
        for (unit, year), last in numbers.items()
    )
    _write_rows(city, planned, leases)
    return leases


def _officers(city: City) -> dict[int, list[Person | None]]:
    """Who looks after the contracts of each unit: its lettings officers, then its head; one in
    so many contracts has nobody yet."""
    roles = StaffRole.objects.filter(
        unit__in=[unit.pk for unit in city.units.values()],
        role__in=[StaffRole.Role.LETTINGS_OFFICER, StaffRole.Role.HEAD],
        valid__contains=city.today,
    )
    found: dict[int, list[Person | None]] = defaultdict(lambda: [None])
    for role in roles.select_related("person").order_by("-role", "pk"):
        times = 12 if role.role == StaffRole.Role.LETTINGS_OFFICER else 3
        found[role.unit_id] = [*[role.person] * times, *found[role.unit_id]]
    return found


def _take_places(planned: Sequence[Planned], leases: Sequence[Lease], holds: Holds) -> None:
    """Claims of what was signed, from the first day to the recorded hand-back."""
    throw = dice("lease codes")
    for one, lease in zip(planned, leases, strict=True):
        if one.state in Lease.PREPARED:
            continue
        lease.hold = holds.take(
            kind=one.kind if one.kind != Lease.Kind.LAND_LEASE else Lease.Kind.LEASE,
            code=holds.new_code("L", throw, (4, 4)),
            label=label_of(lease),
            made_at=lease.created_at,
            times=[
                (place, (local_moment(one.first, 0), lease.returned_at)) for place in one.places
            ],
            layers=(Layer.OCCUPANCY, Layer.STEWARDSHIP) if one.exclusive else (Layer.STEWARDSHIP,),
            padded=False,
        )
    holds.write()


def _lease(city: City, one: Planned, unit: ManagingUnit, number: str) -> Lease:
    returned = fates.returned_on(one)
    steps = fates.steps_of(city, one)
    since = steps[-1][0] if steps else one.first - timedelta(days=30)
    asked = one.state == State.RENEWAL_REQUESTED
    return Lease(
        unit=unit,
        number=number,
        kind=one.kind,
        state=one.state,
        state_since=local_moment(since, 660),
        exclusive=one.exclusive,
        basis="bez przetargu (przykład)" if one.organisation else "przetarg ustny (przykład)",
        starts_on=one.first,
        ends_before=one.before,
        sign_by=city.today + timedelta(days=9) if one.state == State.TO_SIGN else None,
        signed_on=fates.signed_on(one),
        handed_over_on=fates.handed_over_on(one),
        returned_at=local_moment(returned, 0) if returned else None,
        renewal_asked_at=local_moment(since, 660) if asked else None,
        created_at=local_moment(one.first - timedelta(days=30), 600),
        source=city.source,
        is_sample=True,
    )


def _write_rows(city: City, planned: Sequence[Planned], leases: Sequence[Lease]) -> None:
    both = list(zip(planned, leases, strict=True))
    LeaseObject.objects.bulk_create(
        LeaseObject(lease=lease, resource=place, area_m2=place.area_m2)
        for one, lease in both
        for place in one.places
    )
    LeaseParty.objects.bulk_create(party for one, lease in both for party in _parties(one, lease))
    write_terms(city, both)
    LeaseStep.objects.bulk_create(
        LeaseStep(
            lease=lease,
            at=local_moment(day, 660),
            action=target,
            from_state=source,
            to_state=target,
            actor="" if target in BY_ITSELF else "dział najmu",
            message=message,
        )
        for one, lease in both
        for day, source, target, message in fates.steps_of(city, one)
    )
    Termination.objects.bulk_create(
        Termination(
            lease=lease,
            way=Termination.Way.NOTICE,
            side=Termination.Side.TENANT,
            delivered_on=one.told_on,
            ends_before=one.before,
            computed_ends_before=one.before,
            ground="Najemca kończy działalność w lokalu (przykład).",
            recorded_by="dział najmu",
            recorded_at=local_moment(one.told_on, 660),
        )
        for one, lease in both
        if one.told_on is not None
    )


def _parties(one: Planned, lease: Lease) -> Iterator[LeaseParty]:
    """The tenant, and for a joint contract the second organisation with the other half."""
    whole = 2 if one.co_tenant else 1
    yield LeaseParty(
        lease=lease,
        role=LeaseParty.Role.TENANT if one.exclusive else LeaseParty.Role.OPERATOR,
        organisation=one.organisation,
        name="" if one.organisation else one.tenant[0],
        natural_person=one.tenant[1],
        share_numerator=1,
        share_denominator=whole,
        valid=(one.first, None),
    )
    if one.co_tenant:
        yield LeaseParty(
            lease=lease,
            role=LeaseParty.Role.CO_TENANT,
            organisation=one.co_tenant,
            share_numerator=1,
            share_denominator=whole,
            valid=(one.first, None),
        )
