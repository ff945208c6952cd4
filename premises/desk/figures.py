"""Lettings of a unit in figures for its head: times, refusals, vacancies, each with its base.

A time is counted from one recorded date to another, never from a state that somebody typed. A
median says how many cases it is the median of; without any there is no figure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from premises.models import Application, Lease
from premises.vacancy import vacancies
from records.clock import KRAKOW, today
from records.periods import local_moment
from resources.models import Layer, ManagingUnit, Resource

MONTHS_BACK = 12

#: Outcomes that the applicant did not want, in the order of the procedure.
REFUSALS = (
    Application.State.REJECTED_FORMALLY,
    Application.State.NOT_RECOMMENDED,
    Application.State.NOT_GRANTED,
    Application.State.LAPSED,
    Application.State.ANNULLED,
)


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of so many days; None of no case."""

    days: float | None
    cases: int

    @classmethod
    def of(cls, days: Iterable[int]) -> "Median":
        known = list(days)
        return cls(median(known) if known else None, len(known))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Applications that ended in one way, with the reasons that the applicants read."""

    state: str
    label: str
    count: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """How much of the stock was vacant when a month ended (today for the running month)."""

    day: date
    vacant: int
    stock: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened from `first` to `last` (both included), and the stock as it is."""

    first: date
    last: date
    submission_to_decision: Median
    preparation_to_signature: Median
    signature_to_handover: Median
    vacant_now: Median
    never_let: int
    applications: int
    refusals: list[Refusal]
    months: list[MonthEnd]

    @property
    def refused(self) -> int:
        return sum(one.count for one in self.refusals)


def figures_of(unit: ManagingUnit, first: date, last: date) -> Figures:
    """A constant number of queries, however much there is."""
    start, end = local_moment(first, 0), local_moment(last, 24 * 60)
    applications = Application.objects.filter(procedure__unit=unit)
    decided = applications.filter(decided_at__gte=start, decided_at__lt=end)
    leases = Lease.objects.filter(unit=unit)
    signed = leases.filter(signed_on__range=(first, last))
    handed = leases.filter(handed_over_on__range=(first, last), signed_on__isnull=False)
    vacant = _vacant_days(unit)
    return Figures(
        first=first,
        last=last,
        submission_to_decision=_between(
            decided.filter(submitted_at__isnull=False).values_list("submitted_at", "decided_at")
        ),
        preparation_to_signature=_between(
            signed.annotate(created_on=TruncDate("created_at", tzinfo=KRAKOW)).values_list(
                "created_on", "signed_on"
            )
        ),
        signature_to_handover=_between(handed.values_list("signed_on", "handed_over_on")),
        vacant_now=Median.of(days for days in vacant if days is not None),
        never_let=sum(days is None for days in vacant),
        applications=applications.filter(submitted_at__gte=start, submitted_at__lt=end).count(),
        refusals=_refusals(decided),
        months=vacant_by_month(unit, month_ends(last)),
    )


def _between(pairs: Iterable[tuple[Any, Any]]) -> Median:
    """Of the whole days from the first to the second of each pair of dates or of moments."""
    return Median.of((later - earlier).days for earlier, later in pairs)


def _refusals(decided: QuerySet[Application]) -> list[Refusal]:
    found: dict[str, Counter[str]] = {}
    for state, reason in decided.filter(state__in=REFUSALS).values_list("state", "reason"):
        found.setdefault(state, Counter())[reason] += 1
    return [
        Refusal(
            state=state,
            label=str(state.label),
            count=found[state].total(),
            reasons=tuple(reason for reason, _times in found[state].most_common()),
        )
        for state in REFUSALS
        if state in found
    ]


def _vacant_days(unit: ManagingUnit) -> list[int | None]:
    """For each vacant premises the days since it fell vacant; None where no tenancy is known."""
    stock = list(Resource.objects.filter(unit=unit, kind="premises"))
    return [
        (today() - state.since).days if state.since else None
        for state in vacancies(stock).values()
        if state.is_vacant
    ]


def month_ends(last: date, months: int = MONTHS_BACK) -> list[date]:
    """Last days of the months up to the one of `last`, which itself stands for its month."""
    days = [last]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def vacant_by_month(unit: ManagingUnit, days: Sequence[date]) -> list[MonthEnd]:
    """How many premises nobody held at the end of each of the days, of how many there were then.

    Premises count from the day on which they were entered or first held, so that a growing
    inventory does not look like a falling vacancy. One query.
    """
    moments = [local_moment(day, 24 * 60) - timedelta(seconds=1) for day in days]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH stock AS (
                SELECT r.space_id, least(r.created_at, min(lower(claim.period))) AS known_from
                FROM resources_resource r
                JOIN resources_spaceleaf leaf ON leaf.space_id = r.space_id
                LEFT JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
                    AND claim.layer = {int(Layer.STEWARDSHIP)}
                WHERE r.unit_id = %s AND r.kind = 'premises'
                GROUP BY r.id
            )
            SELECT moment,
                   count(*) FILTER (WHERE NOT EXISTS (
                       SELECT FROM resources_spaceleaf leaf
                       JOIN resources_claim claim ON claim.space_id = leaf.leaf_id
                           AND claim.layer = {int(Layer.STEWARDSHIP)} AND claim.period @> moment
                       WHERE leaf.space_id = stock.space_id)),
                   count(stock.space_id)
            FROM unnest(%s::timestamptz[]) moment
            LEFT JOIN stock ON stock.known_from <= moment
            GROUP BY moment ORDER BY moment
            """,  # noqa: S608 - a constant is put in
            [unit.pk, moments],
        )
        rows = cursor.fetchall()
    return [
        MonthEnd(day, vacant if stock else 0, stock)
        for day, (_moment, vacant, stock) in zip(days, rows, strict=True)
    ]
