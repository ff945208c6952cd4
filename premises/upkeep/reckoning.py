"""A month's charges of a contract, from its dated terms: pure functions, worked tables as tests.

The rule, stated in each explanation: a part of a month counts its days over the days of that
month (28 to 31; days are calendar days, so clock changes do not matter). The parts of one month
with one VAT rate are summed exactly and rounded once, half up to grosz.

Rent runs from the day of the handover (the protocol's date) to the end of the term. After the term
and until the day of the hand-back, which is not counted, use without title is charged: a percentage
of what a month would cost, one for the days allowed for handing back, another for those after.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from premises.leasing.dates import add_months
from records import typography
from records.money import Explanation, to_grosz

Days = tuple[date, date]  # [first, before)


class Terms(NamedTuple):
    """What a month costs over [first, before): before None is without end."""

    first: date
    before: date | None
    month_net: Decimal
    vat_rate: Decimal | None = None
    payment_day: int | None = None
    label: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One charge as it should be. `net` is rounded, `vat` is of the rounded net."""

    kind: str
    subject: str
    month: date
    first: date
    before: date
    net: Decimal
    vat_rate: Decimal | None
    due_on: date
    explanation: tuple[Explanation, ...] = field(default=(), compare=False)
    note: str = ""

    @property
    def vat(self) -> Decimal:
        return to_grosz(self.net * (self.vat_rate or Decimal(0)) / 100)


def month_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return add_months(month, 1)


def days_in(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def overlap(one: Days, first: date, before: date | None) -> Days | None:
    """The days that both have; None if there are none."""
    start, end = max(one[0], first), min(one[1], before or date.max)
    return (start, end) if start < end else None


def share(month_net: Decimal, days: int, month: date) -> Decimal:
    """Exact, not rounded."""
    return month_net * days / days_in(month)


def payment_date(month: date, day: int) -> date:
    """The day of the month, or its last: the 31st of February is the 28th or 29th."""
    return month.replace(day=min(day, days_in(month)))


def due_date(first: date, day: int) -> date:
    """When a charge for days from `first` on is due: the month's payment day, or the next month's
    if the days begin only after it."""
    month = month_of(first)
    due = payment_date(month, day)
    return due if due >= first else payment_date(next_month(month), day)


def monthly(
    kind: str,
    subject: str,
    month: date,
    charged: Days,
    terms: Sequence[Terms],
    *,
    payment_day: int,
    note: str = "",
) -> list[Reckoned]:
    """Charges of a month for the days of `charged`, one for each VAT rate, from its terms.

    `terms` may overlap (two advances of one kind): each counts. A sum of nothing is no charge.
    """
    window = overlap((month, next_month(month)), *charged)
    if window is None:
        return []
    parts: dict[Decimal | None, list[tuple[Days, Terms]]] = {}
    for one in terms:
        days = overlap(window, one.first, one.before)
        if days is not None and one.month_net:
            parts.setdefault(one.vat_rate, []).append((days, one))
    made = []
    for rate, found in parts.items():
        net = to_grosz(
            sum((share(t.month_net, (d[1] - d[0]).days, month) for d, t in found), Decimal(0))
        )
        if not net:
            continue
        first, before = min(d[0] for d, _t in found), max(d[1] for d, _t in found)
        day = found[0][1].payment_day or payment_day
        made.append(
            Reckoned(
                kind, subject, month, first, before, net, rate, due_date(first, day),
                tuple(_part(days, one, month) for days, one in found), note,
            )
        )  # fmt: skip
    return made


def _part(days: Days, terms: Terms, month: date) -> Explanation:
    number, whole = (days[1] - days[0]).days, days_in(month)
    words = _("%(label)s: %(sum)s a month")
    label = words % {"label": terms.label, "sum": typography.money(terms.month_net)}
    if number != whole:
        label += ", " + _("%(number)d of %(whole)d days (%(days)s)") % {
            "number": number,
            "whole": whole,
            "days": typography.day_range(days[0], days[1] - timedelta(days=1)),
        }
    return Explanation(label, to_grosz(share(terms.month_net, number, month)), terms.basis)


class Without(NamedTuple):
    """Use without title: from when to when (None: still), and its percentages with their basis."""

    ended: date
    back: date | None
    return_by: date
    in_time: int
    late: int
    in_time_basis: str = ""
    late_basis: str = ""


def holdover(
    month: date, use: Without, terms: Iterable[Terms], today: date, *, payment_day: int
) -> list[Reckoned]:
    """The charge of a month for use without title; nothing until the month, or the use, is over.

    Compensation stands outside VAT. Due on the payment day of the month after it.
    """
    if use.back is None and today < next_month(month):
        return []
    if use.back is not None and use.back > today:
        return []
    end = use.back or next_month(month)
    spans = [
        (use.ended, min(use.return_by, end), use.in_time, use.in_time_basis),
        (use.return_by, end, use.late, use.late_basis),
    ]
    raised = [
        one._replace(
            first=days[0], before=days[1], month_net=one.month_net * percent / 100, vat_rate=None,
            label=_("%(percent)d %% of: %(what)s")
            % {"percent": percent, "what": one.label},
            basis=basis,
        )
        for first, before, percent, basis in spans
        for one in terms
        if first < before and (days := overlap((first, before), one.first, one.before))
    ]  # fmt: skip
    found = monthly("holdover", "", month, (use.ended, end), raised, payment_day=payment_day)
    due = payment_date(next_month(month), payment_day)
    return [
        Reckoned(
            one.kind, one.subject, one.month, one.first, one.before, one.net, None, due,
            one.explanation, one.note,
        )
        for one in found
    ]  # fmt: skip
