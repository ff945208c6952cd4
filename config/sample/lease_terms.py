"""What the contracts of the sample city agree: rent, indexed every year; what secures it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from config.sample.city import City
from config.sample.planned import Planned
from config.sample.reading import dice
from organisations.models import Sphere
from premises.models import (
    ConsumerPriceIndex,
    Insurance,
    Lease,
    LeaseVersion,
    Security,
    UtilityTerm,
)
from records.money import Explanation, to_grosz
from records.periods import local_moment

Both = tuple[Planned, Lease]
#: Rents follow the prices of the year before from this month on.
INDEXED_IN = 3
BY = "dział najmu"


def write_terms(city: City, both: Sequence[Both]) -> None:
    prices = dict(ConsumerPriceIndex.objects.values_list("year", "percent"))
    versions = LeaseVersion.objects.bulk_create(
        version for one, lease in both for version in _versions(city, one, lease, prices)
    )
    _write_spheres(both, versions)
    Security.objects.bulk_create(
        row for one, lease in both for row in _securities(city, one, lease)
    )
    Insurance.objects.bulk_create(
        row for one, lease in both for row in _insurances(city, one, lease)
    )
    UtilityTerm.objects.bulk_create(row for one, lease in both for row in _utilities(one, lease))


def _versions(
    city: City, one: Planned, lease: Lease, prices: dict[int, Decimal]
) -> Iterator[LeaseVersion]:
    """The contract, then a version for each spring in which its rent was indexed."""
    area = sum((place.area_m2 or Decimal(0) for place in one.places), Decimal(0))
    rent = to_grosz(one.rate * area)
    tree = Explanation(f"{area} m² × {one.rate} zł/m²", rent, basis="stawka z umowy (przykład)")
    changes = [(one.first, LeaseVersion.Reason.ORIGINAL, rent, [tree.as_dict()] if rent else [])]
    last = min(city.today, one.before or city.today)
    for year in range(one.first.year + 1, last.year + 1):
        day = date(year, INDEXED_IN, 1)
        percent = prices.get(year - 1)
        if not rent or percent is None or percent <= 0 or not one.first < day <= last:
            continue
        before, rent = rent, to_grosz(rent * (1 + percent / 100))
        label = f"{before} zł × (100 + {percent.normalize():f}) %"
        tree = Explanation(label, rent, basis=f"wskaźnik cen GUS za {year - 1} r.")
        changes.append((day, LeaseVersion.Reason.INDEXATION, rent, [tree.as_dict()]))
    ends = [day for day, *_rest in changes[1:]]
    for (day, reason, amount, explanation), until in zip(changes, [*ends, None], strict=True):
        original = reason == LeaseVersion.Reason.ORIGINAL
        recorded = local_moment(day - timedelta(days=20), 600)
        yield LeaseVersion(
            lease=lease,
            valid=(day, until),
            reason=reason,
            signed_on=lease.signed_on if original else None,
            ends_before=one.before,
            rent_net=amount,
            vat_rate=Decimal(23) if amount else None,
            explanation=explanation,
            payment_day=10 if amount else None,
            indexed=bool(amount),
            purpose=one.purpose,
            business_allowed=one.organisation is None,
            recorded_at=lease.created_at if original else recorded,
            recorded_by=BY,
        )


def _write_spheres(both: Sequence[Both], versions: Sequence[LeaseVersion]) -> None:
    """The same two spheres in every version of a contract with an organisation."""
    spheres = list(Sphere.objects.values_list("pk", flat=True))
    with_ngo = {lease.pk: lease.number for one, lease in both if one.organisation}
    through = LeaseVersion.spheres.through
    through.objects.bulk_create(
        through(leaseversion=version, sphere_id=pk)
        for version in versions
        if version.lease_id in with_ngo
        for pk in dice("lease spheres", with_ngo[version.lease_id]).sample(
            spheres, min(2, len(spheres))
        )
    )


def _securities(city: City, one: Planned, lease: Lease) -> Iterator[Security]:
    """Three months' rent from firms; it is back where the contract is settled."""
    if one.organisation or not one.rate or lease.signed_on is None:
        return
    area = sum((place.area_m2 or Decimal(0) for place in one.places), Decimal(0))
    given = lease.handed_over_on is not None or dice("deposit", lease.number).random() < 0.5
    back = lease.state in (Lease.State.SETTLED, Lease.State.ARCHIVED) and one.before
    yield Security(
        lease=lease,
        kind=Security.Kind.DEPOSIT,
        amount=to_grosz(one.rate * area * 3 * Decimal("1.23")),
        due_on=one.first - timedelta(days=5),
        given_on=min(one.first - timedelta(days=8), city.today) if given else None,
        returned_on=one.before + timedelta(days=18) if back and one.before else None,
        reference="przelew (przykład)" if given else "",
    )


def _insurances(city: City, one: Planned, lease: Lease) -> Iterator[Insurance]:
    """Liability for every place in use; some policies have run out."""
    if lease.handed_over_on is None or lease.returned_at is not None:
        return
    until = city.today + timedelta(days=dice("policy", lease.number).randint(-25, 340))
    yield Insurance(
        lease=lease,
        scope="odpowiedzialność cywilna najemcy",
        insurer="Ubezpieczyciel przykładowy",
        policy_number=f"OC/{lease.number}",
        sum_insured=Decimal(100_000),
        valid=(max(one.first, until - timedelta(days=365)), until)
        if one.first < until
        else (one.first, one.first + timedelta(days=365)),
        checked_on=one.first,
    )


def _utilities(one: Planned, lease: Lease) -> Iterator[UtilityTerm]:
    """Rates as a real notice of 2024 in Nowa Huta told them."""
    if not one.exclusive:
        return
    for kind, method, rate in (
        (UtilityTerm.Kind.HEATING, UtilityTerm.Method.FLAT_PER_M2, Decimal("9.53")),
        (UtilityTerm.Kind.WATER, UtilityTerm.Method.METER, Decimal("5.95")),
        (UtilityTerm.Kind.SEWAGE, UtilityTerm.Method.METER, Decimal("7.67")),
        (UtilityTerm.Kind.WASTE, UtilityTerm.Method.FLAT, Decimal("102.52")),
    ):
        yield UtilityTerm(
            lease=lease,
            kind=kind,
            method=method,
            rate_net=rate,
            settled_every_months=12 if method == UtilityTerm.Method.METER else None,
            valid=(one.first, None),
        )
    yield UtilityTerm(
        lease=lease,
        kind=UtilityTerm.Kind.ELECTRICITY,
        method=UtilityTerm.Method.DIRECT,
        valid=(one.first, None),
    )
