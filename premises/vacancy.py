"""Which premises are vacant, and which fall vacant: as querysets over the spine.

Premises are held while a binding claim of the stewardship layer covers the moment; what is held
without both layers (a room let to its operator) stays bookable and is not asked here. The state in
words, with its days, is premises/stock/status.py.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from premises.stock.status import FORECAST, Status, statuses
from records.clock import KRAKOW, now
from resources.models import Claim, Layer, Resource

#: The state of one premises, as those call it who only ask whether they are vacant.
Vacancy = Status


def vacancies(resources: Iterable[Resource]) -> dict[int, Status]:
    """The state of each today, by resource id."""
    return statuses([one.pk for one in resources])


def _held(at: datetime) -> QuerySet[Claim]:
    """Claims that keep the premises of the outer query at a moment."""
    return Claim.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=at),
        layer=Layer.STEWARDSHIP,
        space__leaf_rows__space=OuterRef("space"),
        period__contains=at,
    )


def vacant(resources: QuerySet[Resource], at: datetime | None = None) -> QuerySet[Resource]:
    """Those of the premises that nobody holds at a moment (now)."""
    return resources.filter(~Exists(_held(at or now())), kind="premises")


def falling_vacant(resources: QuerySet[Resource], at: datetime | None = None) -> QuerySet[Resource]:
    """Let or lent now, with an end within the forecast and nobody to follow; `ends` says when."""
    at = at or now()
    day = at.astimezone(KRAKOW).date()
    # A contract's claim stands until the hand-back; what one plans by is the end of its term.
    ending = (
        _held(at)
        .annotate(ends=F("hold__lease__ends_before"))
        .filter(ends__gt=day, ends__lte=day + FORECAST)
    )
    following = Claim.objects.filter(
        layer=Layer.STEWARDSHIP,
        space__leaf_rows__space=OuterRef("space"),
        period__startswith__gt=at,
    )
    return (
        resources.filter(Exists(ending), ~Exists(following), kind="premises")
        .annotate(ends=ending.values("ends")[:1])
        .order_by(F("ends"))
    )
