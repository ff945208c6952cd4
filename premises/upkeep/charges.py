"""The register of charges: what a contract's month costs, written once, corrected by differences.

`generate` may run as often as it likes. What is not yet with the finance system is brought up to
what the contract says now; what went there stays, and a change becomes another row with the
difference (art. 687 and accounts alike want to see both).
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.leasing.rules import rules_for
from premises.models import Charge, Lease, LeaseVersion, Security, UtilityTerm
from premises.upkeep import reckoning
from premises.upkeep.reckoning import Days, Reckoned, Terms, Without, next_month
from premises.upkeep.rules import Code, Numbers, numbers_of
from records import typography
from records.clock import KRAKOW, now, today
from resources.models import ManagingUnit

Kind = Charge.Kind
#: Reckoned from the contract; OTHER is entered by hand and left alone.
RECKONED = (Kind.RENT, Kind.HOLDOVER, Kind.UTILITY, Kind.DEPOSIT)
#: A change of the terms is followed this far back.
MONTHS_BACK = 12


@transaction.atomic
def generate(lease: Lease, month: date, actor: str) -> list[Charge]:
    """The charges of a month of one contract as its terms say them now: rows made or changed.

    `month` is its first day. Two callers at once wait for each other; a repeat does nothing.
    """
    locked = Lease.objects.select_for_update(no_key=True).get(pk=lease.pk)
    with override("pl"):  # stored, and read by the finance system
        wanted = expected(locked, month)
        return _write(locked, month, wanted, actor)


def expected(lease: Lease, month: date) -> list[Reckoned]:
    """What the contract costs in the month, reckoned anew. About seven queries."""
    numbers = numbers_of(lease.unit_id, month)
    day = numbers.number(Code.PAYMENT_DAY)
    versions = [_terms(one) for one in lease.versions.order_by("valid")]
    found: list[Reckoned] = []
    charged = rent_days(lease)
    if charged is not None:
        found += reckoning.monthly(Kind.RENT, "", month, charged, versions, payment_day=day)
        found += _utilities(lease, month, charged, versions, day)
        found += _holdover(lease, month, versions, numbers, day)
    found += _deposits(lease, month)
    return found


def rent_days(lease: Lease) -> Days | None:
    """The days for which rent is due: from the protocol's date to the end of the term."""
    if lease.handed_over_on is None:
        return None
    before = lease.ends_before or date.max
    first = max(lease.handed_over_on, lease.starts_on)
    return (first, before) if first < before else None


def _terms(version: LeaseVersion) -> Terms:
    name = version.get_reason_display()
    return Terms(
        version.valid.lower,
        version.valid.upper,
        version.rent_net,
        version.vat_rate,
        version.payment_day,
        _("Rent"),
        _("%(name)s, from %(day)s") % {"name": name, "day": typography.day(version.valid.lower)},
    )


def _utilities(
    lease: Lease, month: date, charged: Days, versions: list[Terms], day: int
) -> list[Reckoned]:
    """Advances, at the VAT rate of the contract on each day."""
    advances = [
        one
        for one in lease.utilities.all()
        if one.advance_net and one.method != UtilityTerm.Method.DIRECT
    ]
    found: list[Reckoned] = []
    for kind in sorted({one.kind for one in advances}):
        terms = [
            Terms(*days, one.advance_net or Decimal(0), version.vat_rate, version.payment_day,
                  _("Advance: %(what)s") % {"what": one.get_kind_display()}, version.basis)
            for one in advances
            if one.kind == kind
            for version in versions
            if (days := reckoning.overlap(
                (version.first, version.before or date.max), one.valid.lower, one.valid.upper
            ))
        ]  # fmt: skip
        found += reckoning.monthly(Kind.UTILITY, kind, month, charged, terms, payment_day=day)
    return found


def _holdover(
    lease: Lease, month: date, versions: list[Terms], numbers: Numbers, day: int
) -> list[Reckoned]:
    ended = lease.ends_before
    if ended is None or next_month(month) <= ended or not _stays(lease, ended):
        return []
    back = lease.returned_at.astimezone(KRAKOW).date() if lease.returned_at else None
    in_time = numbers.row(Code.RETURN_TIME_PERCENT)
    late = numbers.row(Code.HOLDOVER_PERCENT)
    use = Without(
        ended,
        back,
        ended + rules_for(lease, ended).days("return_days"),
        in_time.number,
        late.number,
        in_time.basis,
        late.basis,
    )
    return reckoning.holdover(month, use, _bases(lease, versions), today(), payment_day=day)


def _stays(lease: Lease, ended: date) -> bool:
    """The tenant was in when the term ended, and does not go on under the next contract."""
    return not lease.renewals.filter(
        state__in=[*Lease.BINDING, Lease.State.RETURNED, Lease.State.SETTLED],
        starts_on=ended,
    ).exists()


def _bases(lease: Lease, versions: list[Terms]) -> list[Terms]:
    """What a month is worth: the rent, or what somebody recorded where there is none."""
    own = [one for one in versions if one.month_net]
    if own:
        return own
    rows = list(lease.holdover_bases.order_by("valid_from"))
    return [
        Terms(
            row.valid_from,
            rows[number + 1].valid_from if number + 1 < len(rows) else None,
            row.month_net,
            label=_("Worth of a month"),
            basis=row.basis,
        )
        for number, row in enumerate(rows)
    ]


def lacks_base(lease: Lease) -> bool:
    """Used without title, and nobody said what a month is worth: nothing can be charged."""
    return (
        lease.state in (Lease.State.RETURN_PENDING, Lease.State.HOLDOVER)
        and not lease.versions.filter(rent_net__gt=0).exists()
        and not lease.holdover_bases.exists()
    )


def _deposits(lease: Lease, month: date) -> list[Reckoned]:
    return [
        Reckoned(
            Kind.DEPOSIT, f"security:{one.pk}", month, one.due_on,
            one.due_on + timedelta(days=1), one.amount, None, one.due_on, (), str(one),
        )
        for one in lease.securities.all()
        if one.kind == Security.Kind.DEPOSIT
        and one.amount
        and one.due_on is not None
        and reckoning.month_of(one.due_on) == month
    ]  # fmt: skip


# --- writing --------------------------------------------------------------------------------------

_Key = tuple[str, str, Decimal | None]


def _write(lease: Lease, month: date, wanted: list[Reckoned], actor: str) -> list[Charge]:
    standing: dict[_Key, list[Charge]] = {}
    for row in lease.charges.filter(month=month, kind__in=RECKONED).order_by("sequence"):
        standing.setdefault((row.kind, row.subject, row.vat_rate), []).append(row)
    by_key: dict[_Key, Reckoned] = {(one.kind, one.subject, one.vat_rate): one for one in wanted}
    touched = []
    for key in dict.fromkeys([*by_key, *standing]):
        changed = _settle(_Line(lease, month, key, actor), by_key.get(key), standing.get(key, []))
        if changed is not None:
            touched.append(changed)
    return touched


class _Line(NamedTuple):
    """Which line of the register, and who writes."""

    lease: Lease
    month: date
    key: _Key
    actor: str


def _settle(line: _Line, want: Reckoned | None, rows: list[Charge]) -> Charge | None:
    """Bring one line of the register to what is wanted, beside what finance has already."""
    sent = [row for row in rows if row.export_id is not None]
    open_ = next((row for row in rows if row.export_id is None), None)
    net = (want.net if want else Decimal(0)) - sum((row.net for row in sent), Decimal(0))
    vat = (want.vat if want else Decimal(0)) - sum((row.vat for row in sent), Decimal(0))
    if not net and not vat:
        if open_ is not None:
            open_.delete()
        return None
    due_on = want.due_on if want else sent[-1].due_on
    first, before = (want.first, want.before) if want else sent[-1].days
    values = {
        "period": (first, before),
        "net": net,
        "vat": vat,
        "gross": net + vat,
        "due_on": due_on if not sent else _later_due(due_on),
        "explanation": [one.as_dict() for one in want.explanation] if want else [],
        "note": want.note if want and not sent else _("Correction") if sent else "",
    }
    if open_ is None:
        return Charge.objects.create(
            lease=line.lease, kind=line.key[0], subject=line.key[1], vat_rate=line.key[2],
            month=line.month, sequence=len(sent), created_at=now(), created_by=line.actor,
            **values,
        )  # fmt: skip
    same = open_.days == values["period"] and (open_.net, open_.vat) == (net, vat)
    if same and (sent or open_.due_on == values["due_on"]):
        return None
    for name, value in values.items():
        setattr(open_, name, value)
    open_.save()
    return open_


def _later_due(due_on: date) -> date:
    """A correction is due on the original day, or on the next one of its kind that is to come."""
    while due_on < today():
        due_on = reckoning.payment_date(next_month(reckoning.month_of(due_on)), due_on.day)
    return due_on


# --- all contracts --------------------------------------------------------------------------------


def wanting(month: date, units: Iterable[ManagingUnit] | None = None) -> QuerySet[Lease]:
    """Contracts that a month may still lack something of: with a tenant in, or a deposit due."""
    after = next_month(month)
    in_ = Q(handed_over_on__lt=after) & (
        Q(ends_before=None) | Q(ends_before__gt=month) | Q(returned_at=None)
        | Q(returned_at__date__gte=month)
    )  # fmt: skip
    deposit = Q(securities__due_on__gte=month, securities__due_on__lt=after)
    found = Lease.objects.filter(in_ | deposit).exclude(
        state__in=[*Lease.PREPARED, Lease.State.ABANDONED]
    )
    if units is not None:
        found = found.filter(unit__in=list(units))
    return found.distinct().order_by("pk")


def generate_month(month: date, actor: str, *, units: Iterable[ManagingUnit] | None = None) -> int:
    """Every contract's charges of a month; how many rows were made or changed."""
    return sum(len(generate(lease, month, actor)) for lease in wanting(month, units).iterator())


def run() -> int:
    """The due work: this month and the one before for everybody; and a year back for contracts
    whose terms, end or hand-back were recorded within a week."""
    month = reckoning.month_of(today())
    made = sum(
        generate_month(one, "job:charges") for one in (reckoning.add_months(month, -1), month)
    )
    week = now() - timedelta(days=7)
    changed = Lease.objects.filter(
        Q(versions__recorded_at__gte=week)
        | Q(termination__recorded_at__gte=week)
        | Q(returned_at__gte=week),
        handed_over_on__isnull=False,
    ).distinct()
    for lease in changed:
        for back in range(MONTHS_BACK + 1):
            made += len(generate(lease, reckoning.add_months(month, -back), "job:charges"))
    return made
