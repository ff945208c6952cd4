"""The yearly report of lettings to NGOs: what the evaluation of the premises policy rests on.

Task III.1.1 of the cooperation programme asks for an evaluation of the rules of lease and lending.
For one calendar year and one unit (or all): contracts in force with organisations, their area and
rent, by kind, district, rent per m² and sphere; what began and ended; applications and their
outcomes. Every table says what its rows are parts of.

A contract counts as one with an NGO when an organisation of the register, other than a party,
union or professional body, is bound by it on some day of the year. Its terms are those in force on
the last day of the year on which it stood.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from organisations.models import Organisation
from premises.models import Application, Lease, LeaseParty, LeaseVersion
from records import typography
from records.clock import KRAKOW
from records.money import to_grosz
from records.periods import local_moment
from resources.models import ManagingUnit

#: Upper ends of the classes of net rent per m² a month, PLN; the first class is "free".
RENT_CLASSES = (Decimal(5), Decimal(10), Decimal(20))
SIGNED = ~Q(state__in=[*Lease.PREPARED, Lease.State.ABANDONED])


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table as the page shows it."""

    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report: `of` says what its rows are parts of."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[object, ...]]
    of: str = ""

    @property
    def shown(self) -> list[list[Cell]]:
        """The rows as words and numbers in the reader's convention."""
        return [[_cell(value) for value in row] for row in self.rows]


def _cell(value: object) -> Cell:
    if value is None:
        return Cell("–", is_number=False)
    if isinstance(value, Decimal):
        return Cell(typography.number(value, 2), is_number=True)
    if isinstance(value, int):
        return Cell(typography.number(value), is_number=True)
    if isinstance(value, date):
        return Cell(typography.day(value), is_number=False)
    return Cell(str(value), is_number=False)


@dataclass(frozen=True, slots=True)
class Contract:
    """What the report takes from one contract. Sums are PLN net a month; areas m²."""

    number: str
    kind: str
    tenant: str
    place: str
    district: str
    area: Decimal | None
    rent: Decimal
    began: date
    ended: date | None
    spheres: tuple[str, ...]
    organisations: frozenset[int]
    is_sample: bool

    @property
    def rent_per_m2(self) -> Decimal | None:
        return to_grosz(self.rent / self.area) if self.area else None


@dataclass(frozen=True, slots=True)
class Report:
    """The year's report; `unit` None: of all units."""

    year: int
    unit: ManagingUnit | None
    contracts: list[Contract]
    tables: list[Table]

    @property
    def area(self) -> Decimal:
        return sum((one.area or Decimal(0) for one in self.contracts), Decimal(0))

    @property
    def rent(self) -> Decimal:
        return sum((one.rent for one in self.contracts), Decimal(0))

    @property
    def is_sample(self) -> bool:
        return any(one.is_sample for one in self.contracts)

    @property
    def organisations(self) -> int:
        return len(frozenset().union(*(one.organisations for one in self.contracts)))


def report_of(year: int, unit: ManagingUnit | None = None) -> Report:
    """A constant number of queries, however many contracts there are."""
    contracts = _contracts(year, unit)
    return Report(
        year=year,
        unit=unit,
        contracts=contracts,
        tables=[
            _by_kind(contracts),
            _by_district(contracts),
            _by_rent(contracts),
            _by_sphere(contracts),
            _movement(year, contracts),
            _applications(year, unit),
            _list(contracts),
        ],
    )


def years(unit: ManagingUnit | None, last: int) -> list[int]:
    """Years for which there may be something to report, newest first."""
    leases = Lease.objects.filter(SIGNED)
    if unit is not None:
        leases = leases.filter(unit=unit)
    first = leases.order_by("starts_on").values_list("starts_on", flat=True).first()
    return list(range(last, (first.year if first else last) - 1, -1))


def _contracts(year: int, unit: ManagingUnit | None) -> list[Contract]:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    parties = (
        LeaseParty.objects.filter(
            role__in=LeaseParty.BOUND,
            organisation__isnull=False,
            valid__overlap=(first, after),
        )
        .exclude(organisation__legal_form=Organisation.LegalForm.EXCLUDED_ENTITY)
        .select_related("organisation")
    )
    leases = (
        Lease.objects.filter(SIGNED, pk__in=parties.values("lease"), starts_on__lt=after)
        .filter(Q(returned_at=None) | Q(returned_at__gte=local_moment(first, 0)))
        .prefetch_related(
            Prefetch("parties", parties, to_attr="ngos"),
            Prefetch("versions", LeaseVersion.objects.prefetch_related("spheres")),
            "objects_let__resource__site",
            "objects_let__resource__district",
        )
        .order_by("number")
    )
    if unit is not None:
        leases = leases.filter(unit=unit)
    return [one for lease in leases if (one := _contract(lease, first, after)) is not None]


def _contract(lease: Lease, first: date, after: date) -> Contract | None:
    ended = _last_day_out(lease)
    if ended is not None and ended <= first:
        return None
    last_day = min(after, ended) if ended else after
    terms = [one for one in lease.versions.all() if one.valid.lower < last_day]
    in_force = max(terms, key=lambda one: one.valid.lower, default=None)
    objects = list(lease.objects_let.all())
    areas = [one.area_m2 or one.resource.area_m2 for one in objects]
    districts = {one.resource.district for one in objects if one.resource.district}
    return Contract(
        number=lease.number,
        kind=lease.kind,
        tenant=", ".join(str(one.organisation) for one in lease.ngos),  # type: ignore[attr-defined]
        place=", ".join(one.resource.title_pl for one in objects),
        district=", ".join(
            typography.district(one.number, one.name)
            for one in sorted(districts, key=lambda one: one.number)
        ),
        area=sum((area for area in areas if area), Decimal(0)) if all(areas) and areas else None,
        rent=in_force.rent_net if in_force else Decimal(0),
        began=lease.starts_on,
        ended=ended,
        spheres=tuple(str(sphere) for sphere in in_force.spheres.all()) if in_force else (),
        organisations=frozenset(one.organisation_id for one in lease.ngos),  # type: ignore[attr-defined]
        is_sample=lease.is_sample,
    )


def _last_day_out(lease: Lease) -> date | None:
    """The first day on which the tenant no longer has the place, as far as it is known."""
    if lease.returned_at is not None:
        return lease.returned_at.astimezone(KRAKOW).date()
    return None


# --- the tables ----------------------------------------------------------------------------------


def _summed(
    title: str,
    first_column: str,
    contracts: Iterable[Contract],
    keys: Callable[[Contract], Sequence[str]],
    *,
    of: str,
    order: Sequence[str] = (),
) -> Table:
    """Contracts, area and rent by some property; in the order given, else the most area first."""
    groups: dict[str, list[Contract]] = defaultdict(list)
    for one in contracts:
        for key in keys(one):
            groups[key].append(one)
    names = [name for name in order if name in groups] if order else sorted(
        groups, key=lambda name: (-sum(one.area or 0 for one in groups[name]), name)
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for name in names:
        found = groups[name]
        area = sum((one.area or Decimal(0) for one in found), Decimal(0))
        rent = sum((one.rent for one in found), Decimal(0))
        rows.append((name, len(found), area, rent, to_grosz(rent / area) if area else None))
    header = (
        first_column,
        _("Contracts"),
        _("Area (m²)"),
        _("Rent a month, net (PLN)"),
        _("Rent per m² (PLN)"),
    )
    return Table(title, header, rows, of)


def _whole(contracts: Sequence[Contract]) -> str:
    return _("of %(number)d contracts with organisations in force in the year") % {
        "number": len(contracts)
    }


def _by_kind(contracts: Sequence[Contract]) -> Table:
    kinds = {value: str(label) for value, label in Lease.Kind.choices}
    return _summed(
        _("By kind of contract"),
        _("Kind"),
        contracts,
        lambda one: [kinds[one.kind]],
        of=_whole(contracts),
        order=list(kinds.values()),
    )


def _by_district(contracts: Sequence[Contract]) -> Table:
    return _summed(
        _("By district"),
        _("District"),
        contracts,
        lambda one: [one.district or _("no district known")],
        of=_whole(contracts),
    )


def rent_class(per_m2: Decimal | None) -> str:
    """The class of a net rent per m² a month, PLN."""
    if per_m2 is None:
        return _("area not known")
    if per_m2 == 0:
        return _("free of rent")
    lower = Decimal(0)
    for upper in RENT_CLASSES:
        if per_m2 < upper:
            return _("%(lower)s up to %(upper)s PLN") % {
                "lower": typography.number(lower, 0),
                "upper": typography.number(upper, 0),
            }
        lower = upper
    return _("%(lower)s PLN and more") % {"lower": typography.number(lower, 0)}


def _by_rent(contracts: Sequence[Contract]) -> Table:
    below = [RENT_CLASSES[0] / 2, *(upper for upper in RENT_CLASSES)]
    order = [rent_class(Decimal(0)), *(rent_class(one) for one in below), rent_class(None)]
    return _summed(
        _("By rent per m² a month, net"),
        _("Rent"),
        contracts,
        lambda one: [rent_class(one.rent_per_m2)],
        of=_whole(contracts),
        order=order,
    )


def _by_sphere(contracts: Sequence[Contract]) -> Table:
    return _summed(
        _("By sphere of public tasks"),
        _("Sphere"),
        contracts,
        lambda one: one.spheres or [_("not stated")],
        of=_whole(contracts) + "; " + _("a contract counts in each of its spheres"),
    )


def _movement(year: int, contracts: Sequence[Contract]) -> Table:
    began = [one for one in contracts if one.began.year == year]
    ended = [one for one in contracts if one.ended and one.ended.year == year]
    rows: list[tuple[object, ...]] = [
        (words, len(found), sum((one.area or Decimal(0) for one in found), Decimal(0)))
        for words, found in (
            (_("begun in the year"), began),
            (_("handed back in the year"), ended),
            (_("standing at the end of the year"), [
                one for one in contracts if one.ended is None or one.ended.year > year
            ]),
        )
    ]  # fmt: skip
    header = ("", _("Contracts"), _("Area (m²)"))
    return Table(_("What began and what ended"), header, rows, _whole(contracts))


def _applications(year: int, unit: ManagingUnit | None) -> Table:
    start, end = local_moment(date(year, 1, 1), 0), local_moment(date(year + 1, 1, 1), 0)
    sent = Application.objects.filter(submitted_at__gte=start, submitted_at__lt=end)
    if unit is not None:
        sent = sent.filter(procedure__unit=unit)
    counted = dict(sent.order_by().values_list("state").annotate(number=Count("pk")))
    rows = [
        (str(label), counted[value])
        for value, label in Application.State.choices
        if value in counted
    ]
    return Table(
        _("Applications sent in the year, by what became of them"),
        (pgettext("of an application", "State today"), _("Applications")),
        list(rows),
        _("of %(number)d applications") % {"number": sum(counted.values())},
    )


def _list(contracts: Sequence[Contract]) -> Table:
    kinds = {value: str(label) for value, label in Lease.Kind.choices}
    header = (
        _("Number"), _("Kind"), _("Organisation"), _("Place"), _("District"), _("Area (m²)"),
        _("Rent a month, net (PLN)"), _("Rent per m² (PLN)"), _("From"), _("Handed back"),
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            one.number, kinds[one.kind], one.tenant, one.place, one.district, one.area,
            one.rent, one.rent_per_m2, one.began, one.ended,
        )
        for one in contracts
    ]  # fmt: skip
    return Table(_("Contracts"), header, rows, _whole(contracts))
