"""Ending a contract before its time: notice, agreement, termination without notice."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from premises.leasing import claims, clock, course, dates
from premises.leasing.rules import rules_for
from premises.models import Lease, LeaseRule, Termination
from records.clock import now, today
from records.problems import Invalid

State = Lease.State
Way = Termination.Way


@dataclass(frozen=True, slots=True)
class Effective:
    """When a contract ends: the first day on which it no longer binds, and by which rule."""

    ends_before: date
    rule: LeaseRule | None


def effective(lease: Lease, way: str, delivered_on: date) -> Effective:
    """The day computed from the statement's arrival and the rule in force on that day.

    Notice: the rule's months, to the end of a month. Without notice and by agreement: the day
    after, since the day of the statement still belongs to the contract.
    """
    if way == Way.NOTICE:
        rule = rules_for(lease, delivered_on).row(LeaseRule.Code.NOTICE_MONTHS)
        return Effective(dates.notice_ends_before(delivered_on, rule.number), rule)
    return Effective(delivered_on + dates.DAY, None)


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody declared: how, whose will, when it arrived, on what ground."""

    way: str
    side: str
    delivered_on: date
    ground: str


@course.retrying
@transaction.atomic
def terminate(
    lease: Lease,
    by: course.By,
    said: Statement,
    *,
    ends_before: date | None = None,
    seen: int | None = None,
) -> Lease:
    """Record the statement or agreement, and end the contract on its day.

    `ends_before` departs from the computed day: for an agreement, or where the contract says
    otherwise. Raises Conflict (wrong state, additional time runs), Invalid (dates, no ground).
    """
    locked, actor = course.take(lease, by, seen=seen)
    if not said.ground.strip():
        raise Invalid(_("Write the ground: it stands in the statement."), field="ground")
    if said.delivered_on > today():
        raise Invalid(_("The statement cannot arrive in the future."), field="delivered_on")
    computed = effective(locked, said.way, said.delivered_on)
    ends = ends_before or computed.ends_before
    if ends < said.delivered_on:
        raise Invalid(
            _("A contract cannot end before the statement arrived."), field="ends_last_day"
        )
    if locked.ends_before is not None and ends > locked.ends_before:
        raise Invalid(
            _("The term ends on %(day)s anyway, before this notice would end it.")
            % {"day": dates.words(dates.last_day(locked.ends_before))},
            field="delivered_on",
        )
    claims.check_end(locked, ends)
    locked.termination = Termination.objects.create(
        lease=locked,
        way=said.way,
        side=said.side,
        delivered_on=said.delivered_on,
        ends_before=ends,
        computed_ends_before=computed.ends_before,
        ground=said.ground.strip(),
        rule=computed.rule,
        recorded_by=actor.name,
        recorded_at=now(),
    )
    locked.ends_before = max(ends, locked.starts_on + dates.DAY)
    target = State.TERMINATED_IMMEDIATE if said.way == Way.IMMEDIATE else State.NOTICE_GIVEN
    course.step(locked, target, actor, reason=said.ground)
    clock.catch_up(locked)
    return locked
