"""Arrears as the finance system tells them, and the way from them to a termination.

An import is the whole state of a unit on one day: a contract it does not name has paid. The way:
rent of at least so many full periods unpaid (LeaseRule arrears_periods, art. 687 of the Civil Code)
-> a call to pay in additional time, which runs from the day of delivery (extra_time_months) -> only
then may the head terminate without notice. Nothing on this way is automatic but noting the facts.

A full period counts if nothing of its rent was paid and its payment day is past: the reading of
the provision that is kinder to the tenant; a lawyer of the city has to confirm it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from premises.leasing import course, dates
from premises.leasing.rules import rules_for
from premises.leasing.states import Role
from premises.models import Arrear, ArrearsImport, ArrearWarning, Lease, LeaseRule
from records import typography
from records.clock import today
from records.problems import Conflict, Invalid
from resources.models import ManagingUnit

State = Lease.State
_NOTED = "Zaległość według systemu finansowego na %(day)s: %(sum)s."
_PAID = "Zapłacone według systemu finansowego na %(day)s."


@dataclass(frozen=True, slots=True)
class Owed:
    """What a contract owes by the latest import. `periods`: months of rent wholly unpaid."""

    as_of: date
    source: ArrearsImport
    rows: tuple[Arrear, ...] = ()

    @property
    def overdue(self) -> tuple[Arrear, ...]:
        return tuple(row for row in self.rows if row.due_on < self.as_of)

    @property
    def outstanding(self) -> Decimal:
        return sum((row.outstanding for row in self.overdue), Decimal(0))

    @property
    def periods(self) -> int:
        return len(
            {
                row.month
                for row in self.overdue
                if row.kind == Arrear.Kind.RENT and row.outstanding == row.amount
            }
        )


def latest(unit: ManagingUnit) -> ArrearsImport | None:
    """The newest state of the unit's arrears; of one day, what was imported last."""
    return ArrearsImport.objects.filter(unit=unit).order_by("-as_of", "-pk").first()


def owed(lease: Lease) -> Owed | None:
    """None where finance has told nothing yet. Two queries."""
    source = ArrearsImport.objects.filter(unit=lease.unit_id).order_by("-as_of", "-pk").first()
    if source is None:
        return None
    return Owed(source.as_of, source, tuple(source.arrears.filter(lease=lease)))


def owed_by_unit(source: ArrearsImport) -> dict[int, Owed]:
    """By contract, of one import. One query."""
    rows: dict[int, list[Arrear]] = {}
    for row in source.arrears.order_by("due_on"):
        rows.setdefault(row.lease_id, []).append(row)
    return {lease: Owed(source.as_of, source, tuple(found)) for lease, found in rows.items()}


def note_facts(source: ArrearsImport) -> int:
    """Let contracts follow what the newest import says: into arrears, and out of them when paid.

    An older import that was loaded later changes nothing. Inside the import's transaction.
    """
    newest = ArrearsImport.objects.filter(unit=source.unit_id).order_by("-as_of", "-pk").first()
    if newest is None or newest.pk != source.pk:
        return 0
    told = owed_by_unit(source)
    by = course.Actor(Role.SYSTEM)
    words = {"day": typography.day(source.as_of)}
    moved = 0
    for lease in Lease.objects.filter(
        unit=source.unit_id, state__in=[State.ACTIVE, State.EXPIRING, State.ARREARS, State.WARNED]
    ).order_by("pk"):
        debt = told.get(lease.pk)
        outstanding = debt.outstanding if debt else Decimal(0)
        if outstanding and lease.state in (State.ACTIVE, State.EXPIRING):
            reason = _NOTED % {**words, "sum": typography.money(outstanding)}
            moved += _try(lease, State.ARREARS, by, reason)
        elif not outstanding and lease.state in (State.ARREARS, State.WARNED):
            lease.warnings.filter(paid_on=None, withdrawn_on=None).update(paid_on=source.as_of)
            moved += _try(lease, State.ACTIVE, by, _PAID % words)
    return moved


def _try(lease: Lease, to: State, by: course.Actor, reason: str) -> bool:
    """The clock may have ended the term just before: then there is nothing to note."""
    try:
        with transaction.atomic():
            course.move(lease, to, by, reason=reason)
    except Conflict:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the way has gone, and what may be done now."""

    owed: Owed | None
    warning: ArrearWarning | None
    needed: int
    months: int
    rule: LeaseRule

    @property
    def may_warn(self) -> bool:
        return self.warning is None and self.owed is not None and self.owed.periods >= self.needed

    @property
    def may_terminate(self) -> bool:
        until = self.warning.extra_until if self.warning else None
        return until is not None and today() >= until and bool(self.owed and self.owed.outstanding)


def standing(lease: Lease) -> Standing:
    rules = rules_for(lease)
    rule = rules.row(LeaseRule.Code.ARREARS_PERIODS)
    return Standing(
        owed(lease),
        lease.warnings.filter(paid_on=None, withdrawn_on=None).first(),
        rule.number,
        rules.months(LeaseRule.Code.EXTRA_TIME_MONTHS),
        rule,
    )


@course.retrying
@transaction.atomic
def warn(lease: Lease, by: course.By, *, seen: int | None = None) -> ArrearWarning:
    """Call the tenant to pay in additional time. Raises Conflict below the needed periods."""
    now_ = standing(lease)
    debt = now_.owed
    if debt is None or debt.periods < now_.needed:
        raise Conflict(
            _("A call to pay needs %(needed)d full unpaid periods; finance tells of %(found)d.")
            % {"needed": now_.needed, "found": debt.periods if debt else 0},
            code="too_few_periods",
        )
    reason = _("%(periods)d full periods unpaid, %(sum)s, as of %(day)s.") % {
        "periods": debt.periods,
        "sum": typography.money(debt.outstanding),
        "day": typography.day(debt.as_of),
    }
    course.move(lease, State.WARNED, by, reason=reason, seen=seen)
    return ArrearWarning.objects.create(
        lease=lease,
        source=debt.source,
        as_of=debt.as_of,
        periods=debt.periods,
        outstanding=debt.outstanding,
        issued_on=today(),
        rule=f"{now_.rule.basis} ({now_.needed}, {now_.months})"[:300],
        issued_by=str(by.name if isinstance(by, course.Actor) else by),
    )


@transaction.atomic
def delivered(warning: ArrearWarning, on: date) -> ArrearWarning:
    """Record when the tenant got the call: from that day the additional time runs."""
    locked = ArrearWarning.objects.select_for_update().get(pk=warning.pk)
    if on > today():
        raise Invalid(_("This is recorded when it has happened."), field="delivered_on")
    if on < locked.issued_on:
        raise Invalid(_("It cannot be received before it was issued."), field="delivered_on")
    months = rules_for(locked.lease, on).months(LeaseRule.Code.EXTRA_TIME_MONTHS)
    locked.delivered_on = on
    locked.extra_until = dates.day_after(dates.add_months(on, months))
    locked.save()
    return locked


@course.retrying
@transaction.atomic
def withdraw(warning: ArrearWarning, by: course.By, why: str) -> ArrearWarning:
    """Take a call back (paid otherwise, instalments agreed). The contract stands as before."""
    if not why.strip():
        raise Invalid(_("Say why it is withdrawn."), field="why")
    course.move(warning.lease, State.ACTIVE, by, reason=why)
    locked = ArrearWarning.objects.select_for_update().get(pk=warning.pk)
    locked.withdrawn_on, locked.why_withdrawn = today(), why.strip()[:300]
    locked.save()
    return locked
