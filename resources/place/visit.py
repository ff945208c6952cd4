"""What the page of a place says about the visitor's own dates and price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import Organisation
from records.clock import KRAKOW, today
from records.problems import Problem
from records.typography import day_long, day_range, day_short, on_weekdays, time_range
from resources.availability import DateVerdict, Verdict, judge_dates
from resources.booking.pricing import user_group
from resources.booking.wishes import Wish, same_hours
from resources.models import Resource, UserGroup
from resources.place.prices import GroupPrice, group_prices

#: How the ticks of a strip (records/templatetags/zasoby.py) call the verdicts.
TICKS = {Verdict.FREE: "free", Verdict.TAKEN: "taken", Verdict.CLOSED: "shut"}


@dataclass(frozen=True, slots=True)
class Visit:
    """The visitor's dates judged one by one, and a sentence that answers."""

    wish: Wish
    verdicts: tuple[DateVerdict, ...]

    @property
    def free(self) -> int:
        return sum(verdict.is_free for verdict in self.verdicts)

    @property
    def total(self) -> int:
        return len(self.verdicts)

    @property
    def ticks(self) -> list[str]:
        return [TICKS[verdict.verdict] for verdict in self.verdicts]

    @property
    def tone(self) -> str:
        if self.free == self.total:
            return "ok"
        return "wait" if self.free else "stop"

    @property
    def hindered(self) -> list[DateVerdict]:
        return [verdict for verdict in self.verdicts if not verdict.is_free]

    @property
    def question(self) -> str:
        first, last = self.verdicts[0].period, self.verdicts[-1].period
        if not self.wish.is_series:
            return _("Is it free on {day}, {hours}?").format(
                day=day_long(first.start), hours=time_range(first.start, first.end)
            )
        days = on_weekdays(
            one.period.start.astimezone(KRAKOW).isoweekday() for one in self.verdicts
        )
        hours = (
            time_range(first.start, first.end)
            if same_hours([one.period for one in self.verdicts])
            else _("at different hours")
        )
        return _("Is it free {days}, {hours}, {term}?").format(
            days=days, hours=hours, term=day_range(first.start, last.start)
        )

    @property
    def dates_hindered(self) -> str:
        """The dates that are taken or closed, for the source line."""
        return ", ".join(
            f"{day_short(one.period.start.astimezone(KRAKOW))} ({one.reason})"
            for one in self.hindered
        )

    @property
    def answer(self) -> str:
        if self.total == 1:
            return (
                _("Yes, it is free")
                if self.free
                else _("No: {reason}").format(reason=self.verdicts[0].reason)
            )
        return ngettext(
            "{free} of {total} date is free", "{free} of {total} dates are free", self.free
        ).format(free=self.free, total=self.total)


def visit(resource: Resource, query: Any) -> Visit | None:
    """The dates in the address of the page, judged; None when it names none. Raises Invalid."""
    if not (query.get("at") or query.get("weekly")):
        return None
    wish = Wish.from_query(query)
    verdicts = judge_dates(resource, wish.dates())
    if not verdicts:
        raise Problem(_("No date falls on this day of the week between the two days."))
    return Visit(wish, tuple(verdicts))


@dataclass(frozen=True, slots=True)
class PriceForVisitor:
    """The price of the group that the visitor belongs to, and who that is."""

    price: GroupPrice
    organisation: Organisation | None


def price_for(
    resource: Resource, organisations: Sequence[Organisation]
) -> tuple[PriceForVisitor | None, list[GroupPrice]]:
    """The visitor's own price (an organisation without fees if unknown), and all others."""
    prices = group_prices(resource, today())
    organisation = organisations[0] if organisations else None
    group = (
        user_group(organisation, fee_taking=False, on=today())
        if organisation
        else UserGroup.NGO_FREE
    )
    own = next((price for price in prices if price.group == group), None)
    return (PriceForVisitor(own, organisation) if own else None), prices
