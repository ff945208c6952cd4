"""A run before it is carried out: which contracts, from what rent to what, and who is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from premises.models import (
    ConsumerPriceIndex,
    IndexationLine,
    IndexationRule,
    IndexationRun,
    Lease,
)
from records import typography
from records.clock import now, today
from records.problems import Conflict, Forbidden, Invalid
from resources.models import ManagingUnit

State = IndexationRun.State

#: Contracts whose rent goes on: signed and nobody has ended them. Notice given still pays.
INDEXED_STATES = (Lease.State.SIGNED, Lease.State.HANDOVER_PENDING, *Lease.RUNNING)

#: Why a contract is left out: code -> words.
REASONS: dict[str, Any] = {
    "not_indexed": gettext_lazy("the contract rules indexation out"),
    "too_new": gettext_lazy("begun after the year that the index measures"),
    "starts_then": gettext_lazy("its terms change on that very day"),
    "later_terms": gettext_lazy("later terms are agreed already"),
    "no_change": gettext_lazy("the rent stays the same"),
    "changed_since": gettext_lazy("its terms were changed after the preview"),
}

# One statement: the terms of each contract on the day, its rent after, and why not. The frozen tree
# is the former rent with its own tree, and the difference; together they are the new rent.
_LINES = """
INSERT INTO premises_indexationline
    (run_id, lease_id, state, why_left_out, net_before, net_after, explanation)
SELECT %(run)s, found.lease_id,
       CASE WHEN found.why = '' THEN 'waiting' ELSE 'left_out' END, found.why,
       found.rent_net, CASE WHEN found.why = '' THEN found.after ELSE found.rent_net END,
       CASE WHEN found.why = '' THEN jsonb_build_array(
           jsonb_build_object('label', %(former)s::text, 'amount', found.rent_net::text,
                              'basis', '', 'parts', found.explanation),
           jsonb_build_object('label', %(change)s::text,
                              'amount', (found.after - found.rent_net)::text,
                              'basis', %(basis)s::text, 'parts', '[]'::jsonb))
       ELSE '[]'::jsonb END
FROM (
    SELECT terms.*, CASE
        WHEN NOT terms.indexed THEN 'not_indexed'
        WHEN terms.starts_on > %(measured_until)s THEN 'too_new'
        WHEN lower(terms.valid) = %(day)s THEN 'starts_then'
        WHEN NOT upper_inf(terms.valid) THEN 'later_terms'
        WHEN terms.after = terms.rent_net THEN 'no_change'
        ELSE '' END AS why
    FROM (
        SELECT version.lease_id, version.rent_net, version.explanation, version.indexed,
               version.valid, lease.starts_on,
               round(version.rent_net * (1 + %(percent)s::numeric / 100), 2) AS after
        FROM premises_lease lease
        JOIN premises_leaseversion version
          ON version.lease_id = lease.id AND version.valid @> %(day)s::date
        WHERE lease.unit_id = %(unit)s AND lease.kind = %(kind)s AND lease.state = ANY(%(states)s)
          AND (lease.ends_before IS NULL OR lease.ends_before > %(day)s)
          AND version.rent_net > 0
    ) terms
) found
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in numbers; sums in PLN net a month, of the contracts that change."""

    waiting: int = 0
    done: int = 0
    left_out: int = 0
    before: Decimal = Decimal("0.00")
    after: Decimal = Decimal("0.00")

    @property
    def changing(self) -> int:
        return self.waiting + self.done

    @property
    def difference(self) -> Decimal:
        return self.after - self.before

    @property
    def share_done(self) -> float:
        return self.done / self.changing if self.changing else 1.0


def bounded(percent: Decimal, rule: IndexationRule) -> Decimal:
    """The index within the rule's floor and cap."""
    if rule.floor_percent is not None:
        percent = max(percent, rule.floor_percent)
    if rule.cap_percent is not None:
        percent = min(percent, rule.cap_percent)
    return percent


def next_day(rule: IndexationRule, after: date | None = None) -> date:
    """The next first day of the rule's month, not in the past."""
    after = after or today()
    day = date(after.year, rule.effective_month, 1)
    return day if day >= after else day.replace(year=day.year + 1)


@transaction.atomic
def prepare(
    unit: ManagingUnit, rule: IndexationRule, index: ConsumerPriceIndex, effective_on: date, by: Any
) -> IndexationRun:
    """A run in preview, with a line for each contract. Nothing is changed yet.

    Raises Invalid: the day is over, is not the first of the rule's month, or the index does not
    measure the year before; the rule does not hold then. Raises Conflict: there is such a run.
    """
    _check(unit, rule, index, effective_on)
    try:
        with transaction.atomic():
            run = IndexationRun.objects.create(
                unit=unit,
                rule=rule,
                index=index,
                effective_on=effective_on,
                percent=bounded(index.percent, rule),
                created_by=by,
                created_at=now(),
            )
    except IntegrityError as error:
        raise Conflict(_("This indexation was begun already."), code="begun") from error
    _write_lines(run)
    return run


def _check(
    unit: ManagingUnit, rule: IndexationRule, index: ConsumerPriceIndex, effective_on: date
) -> None:
    if effective_on < today():
        raise Invalid(_("Rents are not indexed for days that have passed."), field="effective_on")
    if (effective_on.month, effective_on.day) != (rule.effective_month, 1):
        raise Invalid(_("The rule works from the first day of its month."), field="effective_on")
    if index.year != effective_on.year - 1:
        raise Invalid(_("The index must measure the year before."), field="index")
    lower, upper = rule.valid.lower, rule.valid.upper
    if not rule.is_approved or effective_on < lower or (upper and effective_on >= upper):
        raise Invalid(_("The rule does not hold on that day."), field="rule")
    if rule.unit_id not in (None, unit.pk):
        raise Invalid(_("The rule is of another unit."), field="rule")


def _write_lines(run: IndexationRun) -> None:
    rule = run.rule
    # Contracts and letters are Polish, whoever prepares the run.
    with override("pl"):
        words = {
            "former": _("Rent until %(day)s")
            % {"day": typography.day(date.fromordinal(run.effective_on.toordinal() - 1))},
            "change": _("Indexation from %(day)s: %(change)s")
            % {
                "day": typography.day(run.effective_on),
                "change": typography.change(run.percent),
            },
            "basis": _("consumer prices of %(year)s: %(change)s; %(basis)s")
            % {
                "year": run.index.year,
                "change": typography.change(run.index.percent),
                "basis": ", ".join(t for t in (rule.provision, str(rule.legal_act)) if t),
            },
        }
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES,
            {
                "run": run.pk,
                "unit": run.unit_id,
                "kind": rule.tenure,
                "states": [str(state) for state in INDEXED_STATES],
                "day": run.effective_on,
                "percent": run.percent,
                "measured_until": date(run.index.year, 12, 31),
                **words,
            },
        )


def figures(run: IndexationRun) -> Figures:
    """One query."""
    state = IndexationLine.State
    changing = ~Q(state=state.LEFT_OUT)
    found = run.lines.aggregate(
        waiting=Count("pk", filter=Q(state=state.WAITING)),
        done=Count("pk", filter=Q(state=state.DONE)),
        left_out=Count("pk", filter=Q(state=state.LEFT_OUT)),
        before=Sum("net_before", filter=changing, default=Decimal("0.00")),
        after=Sum("net_after", filter=changing, default=Decimal("0.00")),
    )
    return Figures(**found)


def runs_of(unit: ManagingUnit) -> Iterable[IndexationRun]:
    return IndexationRun.objects.filter(unit=unit).select_related(
        "rule", "index", "created_by", "approved_by"
    )


@transaction.atomic
def approve(run: IndexationRun, by: Any) -> IndexationRun:
    """A second person lets it work. Raises Forbidden for the first one, Conflict out of turn."""
    locked = IndexationRun.objects.select_for_update().get(pk=run.pk)
    if locked.state != State.PREVIEW:
        raise Conflict(_("It is not waiting for approval any more."), code="out_of_turn")
    if by is not None and locked.created_by_id == by.pk:
        raise Forbidden(_("Another person has to approve it."))
    if locked.effective_on < today():
        raise Conflict(_("Rents are not indexed for days that have passed."), code="too_late")
    IndexationRun.objects.filter(pk=run.pk).update(
        state=State.APPROVED, approved_by=by, approved_at=now()
    )
    locked.refresh_from_db()
    return locked


@transaction.atomic
def cancel(run: IndexationRun) -> None:
    """Give up a preview. What is approved is carried out to the end."""
    changed = IndexationRun.objects.filter(pk=run.pk, state=State.PREVIEW).update(
        state=State.CANCELLED, finished_at=now()
    )
    if not changed:
        raise Conflict(_("It is not waiting for approval any more."), code="out_of_turn")


def biggest_changes(run: IndexationRun, number: int = 20) -> list[IndexationLine]:
    lines = run.lines.exclude(state=IndexationLine.State.LEFT_OUT)
    return list(
        lines.select_related("lease").order_by((F("net_after") - F("net_before")).desc())[:number]
    )
