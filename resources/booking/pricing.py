"""What a use costs: every factor named, free hours counted by ISO week.

A rate holds for a user group, a term and a band of the local day, so a meeting is cut at band
edges and at midnight. Each piece is rounded to grosz half up; VAT is taken from the sum of its
rate, as tax law allows. Hours beyond an organisation's free quota are billed at the tariff of
organisations that take a fee. Nothing here reads the database: see quota.py and requests.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.models import Organisation
from records import typography
from records.clock import KRAKOW
from records.money import Explanation, Money, to_grosz
from records.periods import Period, local_moment
from resources.models import PriceRate, UserGroup

#: (ISO year, ISO week)
Week = tuple[int, int]

BEYOND_QUOTA = UserGroup.NGO_FEE


def user_group(
    organisation: Organisation | None,
    *,
    fee_taking: bool,
    on: date,
    public_task: bool = False,
) -> UserGroup:
    """As whom price lists see the applicant.

    Free use is for verified organisations: a number from a register proves nothing about who is
    writing, so until somebody checked it an organisation pays like one that takes a fee.
    """
    form = Organisation.LegalForm
    verified = is_verified(organisation, on)
    if organisation is not None and organisation.legal_form == form.EXCLUDED_ENTITY:
        return UserGroup.COMMERCIAL
    if public_task and verified:
        return UserGroup.PUBLIC_TASK
    if fee_taking:
        return UserGroup.NGO_FEE
    if organisation is None or organisation.legal_form == form.INFORMAL_GROUP:
        return UserGroup.INFORMAL_GROUP
    return UserGroup.NGO_FREE if verified else UserGroup.NGO_FEE


def is_verified(organisation: Organisation | None, on: date) -> bool:
    """Whether the organisation's confirmation may be relied on that day."""
    return (
        organisation is not None
        and organisation.verification_state == Organisation.VerificationState.VERIFIED
        and (organisation.verified_until is None or organisation.verified_until >= on)
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a meeting under one rate. `rate` is None where no price is set."""

    period: Period
    rate: PriceRate | None
    beyond_quota: bool = False

    @property
    def minutes(self) -> int:
        return round(self.period.length.total_seconds() / 60)

    @property
    def net(self) -> Decimal:
        if self.rate is None:
            return Decimal(0)
        return to_grosz(self.rate.net_per_hour * self.minutes / 60)


@dataclass(frozen=True, slots=True)
class QuotaWeek:
    """Free hours of one ISO week, in minutes: allowed, used before, wanted now."""

    week: Week
    allowed: int
    before: int
    wanted: int

    @property
    def free_now(self) -> int:
        return min(self.wanted, max(0, self.allowed - self.before))

    @property
    def beyond(self) -> int:
        return self.wanted - self.free_now

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.before - self.wanted)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(*self.week, 1)


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of all dates together."""

    group: UserGroup
    pieces: tuple[Piece, ...]
    quota: tuple[QuotaWeek, ...] = field(default=())

    @property
    def known(self) -> bool:
        """Whether every hour has a rate; if not, the unit names the price itself."""
        return all(piece.rate is not None for piece in self.pieces)

    @property
    def minutes(self) -> int:
        return sum(piece.minutes for piece in self.pieces)

    @property
    def net(self) -> Decimal:
        return sum((piece.net for piece in self.pieces), Decimal("0.00"))

    @property
    def gross(self) -> Decimal:
        return sum((part.gross for part in self.by_vat()), Decimal("0.00"))

    @property
    def is_free(self) -> bool:
        return self.known and self.net == 0

    def by_vat(self) -> list[Money]:
        """One sum for each VAT rate, without explanations."""
        nets: dict[Decimal | None, Decimal] = {}
        for piece in self.pieces:
            if piece.rate is not None:
                vat = piece.rate.vat_rate
                nets[vat] = nets.get(vat, Decimal("0.00")) + piece.net
        return [Money(net, vat) for vat, net in nets.items()]

    def money(self) -> Money:
        """The whole sum with its tree, in the active language.

        With several VAT rates the sum has none of its own; the tree names each.
        """
        sums = self.by_vat()
        vat = sums[0].vat_rate if len(sums) == 1 else None
        return Money(self.net, vat, (explain(self),))


def quote(
    rates: Iterable[PriceRate],
    periods: Sequence[Period],
    group: UserGroup,
    *,
    free_minutes_a_week: int | None = None,
    used_minutes: Mapping[Week, int] | None = None,
) -> Quote:
    """The price of `periods` for `group`.

    `free_minutes_a_week` limits what is free for NGO_FREE (None: no limit); `used_minutes` says
    how much of it other bookings of the organisation take, by ISO week of the local start.
    """
    table = list(rates)
    limited = group == UserGroup.NGO_FREE and free_minutes_a_week is not None
    if not limited:
        pieces = [piece for period in periods for piece in _priced(table, period, group)]
        return Quote(group, tuple(pieces))
    used = dict(used_minutes or {})
    wanted: dict[Week, int] = {}
    pieces = []
    for period in sorted(periods):
        week = week_of(period.start)
        length = round(period.length.total_seconds() / 60)
        taken = used.get(week, 0) + wanted.get(week, 0)
        free = min(length, max(0, (free_minutes_a_week or 0) - taken))
        wanted[week] = wanted.get(week, 0) + length
        within, beyond = split(period, free)
        if within:
            pieces += _priced(table, within, group)
        if beyond:
            pieces += [
                Piece(one.period, one.rate, beyond_quota=True)
                for one in _priced(table, beyond, BEYOND_QUOTA)
            ]
    weeks = tuple(
        QuotaWeek(week, free_minutes_a_week or 0, used.get(week, 0), minutes)
        for week, minutes in sorted(wanted.items())
    )
    return Quote(group, tuple(pieces), weeks)


def together(quotes: Sequence[Quote], used_minutes: Mapping[Week, int]) -> Quote:
    """Quotes of one request, priced one after the other, as one; free hours summed by week."""
    wanted: dict[Week, int] = {}
    for one in quotes:
        for week in one.quota:
            wanted[week.week] = wanted.get(week.week, 0) + week.wanted
    allowed = next((week.allowed for one in quotes for week in one.quota), 0)
    return Quote(
        quotes[0].group,
        tuple(piece for one in quotes for piece in one.pieces),
        tuple(
            QuotaWeek(week, allowed, used_minutes.get(week, 0), minutes)
            for week, minutes in sorted(wanted.items())
        ),
    )


def week_of(moment: datetime) -> Week:
    """The ISO week of the local day."""
    year, week, _day = moment.astimezone(KRAKOW).isocalendar()
    return year, week


def split(period: Period, minutes: int) -> tuple[Period | None, Period | None]:
    """The first `minutes` of a period and the rest."""
    cut = datetime.fromtimestamp(
        period.start.timestamp() + timedelta(minutes=minutes).total_seconds(), KRAKOW
    )
    first = Period(period.start, cut) if cut.timestamp() > period.start.timestamp() else None
    rest = Period(cut, period.end) if cut.timestamp() < period.end.timestamp() else None
    return first, rest


def _priced(table: Sequence[PriceRate], period: Period, group: UserGroup) -> Iterator[Piece]:
    """The period in pieces of one rate each, in order."""
    start = period.start.astimezone(KRAKOW)
    while start.timestamp() < period.end.timestamp():
        day = start.date()
        edges = {local_moment(day, minute) for minute in _edges(table, group, day) | {24 * 60}}
        # By moments, not by the wall clock, which says 2:30 twice in one night of the year.
        later = [edge for edge in edges if edge.timestamp() > start.timestamp()]
        end = min([*later, period.end], key=lambda moment: moment.timestamp())
        yield Piece(Period(start, end), _rate(table, group, day, start.hour * 60 + start.minute))
        start = end.astimezone(KRAKOW)


def _edges(table: Sequence[PriceRate], group: UserGroup, day: date) -> set[int]:
    mine = [rate for rate in table if rate.user_group == group and _in_force(rate, day)]
    return {rate.from_minute for rate in mine} | {rate.to_minute for rate in mine}


def _in_force(rate: PriceRate, day: date) -> bool:
    lower, upper = rate.valid.lower, rate.valid.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def _rate(table: Sequence[PriceRate], group: UserGroup, day: date, minute: int) -> PriceRate | None:
    for rate in table:
        if (
            rate.user_group == group
            and _in_force(rate, day)
            and rate.from_minute <= minute < rate.to_minute
        ):
            return rate
    return None


def hours(minutes: int) -> str:
    """Minutes as hours for a reader: 90 is "1,5 godz." in Polish."""
    value = Decimal(minutes) / 60
    exact = value.quantize(Decimal("0.01")).normalize()
    return _("%(hours)s h") % {"hours": typography.number(Decimal(f"{exact:f}"))}


def explain(quote_: Quote) -> Explanation:
    """The tree of a quote in the active language: equal rates together, then VAT."""
    same: dict[tuple[int, bool], list[Piece]] = {}
    for piece in quote_.pieces:
        same.setdefault((id(piece.rate), piece.beyond_quota), []).append(piece)
    parts = tuple(_explain_pieces(pieces) for pieces in same.values())
    vat = tuple(
        Explanation(
            _("VAT %(rate)s from %(net)s")
            % {
                "rate": typography.percent(money.vat_rate / 100),
                "net": typography.money(money.net),
            },
            money.vat,
        )
        for money in quote_.by_vat()
        if money.vat_rate
    )
    return Explanation(
        _("The whole use: %(hours)s") % {"hours": hours(quote_.minutes)},
        quote_.gross if quote_.known else None,
        str(UserGroup(quote_.group).label),
        parts + vat,
    )


def _explain_pieces(pieces: Sequence[Piece]) -> Explanation:
    minutes = sum(piece.minutes for piece in pieces)
    rate = pieces[0].rate
    if rate is None:
        return Explanation(
            _("%(hours)s without a set price") % {"hours": hours(minutes)},
            None,
            _("the unit will name the price in its answer"),
        )
    polish = (get_language() or "pl").startswith("pl")
    ground = rate.ground_pl if polish else rate.ground_en or rate.ground_pl
    act = str(rate.legal_act) if rate.legal_act_id else ""
    label = _("%(hours)s × %(rate)s net for an hour") % {
        "hours": hours(minutes),
        "rate": typography.money(rate.net_per_hour),
    }
    if pieces[0].beyond_quota:
        label = _("%(line)s, beyond the free hours of the week") % {"line": label}
    basis = "; ".join(text for text in (ground, act) if text)
    return Explanation(label, sum((piece.net for piece in pieces), Decimal("0.00")), basis)
