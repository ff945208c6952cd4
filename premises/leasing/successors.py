"""A next use agreed while somebody is still in: clashes, putting off, who follows whom.

While the tenant is on time nothing happens: the claim ends where the next one begins. Once the
term is over without a hand-back, both cases are told (LeaseClash), and officers decide: record the
hand-back, put the next contract off, or rescind it. No claim is moved by the clock.
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from premises.leasing import claims, course
from premises.models import Lease, LeaseClash
from records import typography
from records.clock import KRAKOW, now, today
from records.problems import Conflict, Invalid
from resources import claim_ends
from resources.claims import retrying
from resources.models import Hold

State = Lease.State
#: The term is over or ended, and nobody recorded the hand-back.
OVERDUE = (State.ENDED, State.TERMINATED_IMMEDIATE, State.RETURN_PENDING, State.HOLDOVER)


@retrying
@transaction.atomic
def put_off(
    lease: Lease, by: course.By, starts_on: date, reason: str, *, seen: int | None = None
) -> Lease:
    """Begin a signed contract later, since the place is not free; whoever is in holds it until
    then. The term keeps its end.

    Raises Conflict once it is handed over, Invalid for a day that is not later or beyond the end.
    """
    locked, actor = course.take(lease, by, seen=seen)
    if locked.state not in (State.SIGNED, State.HANDOVER_PENDING):
        raise Conflict(_("Only a contract before its handover can be put off."), code="wrong_state")
    if not reason.strip():
        raise Invalid(_("Write why: the tenant reads it."), field="reason")
    if starts_on <= locked.starts_on:
        raise Invalid(_("Choose a later first day."), field="starts_on")
    if locked.ends_before is not None and starts_on >= locked.ends_before:
        raise Invalid(_("The term would have no day left."), field="starts_on")
    claims.put_off(locked, starts_on)
    _move_first_day(locked, starts_on)
    locked.starts_on = starts_on
    course.save(locked)
    course.note(
        locked, actor, "put_off",
        message=_("Begins on %(day)s instead: %(reason)s")
        % {"day": typography.day(starts_on), "reason": reason.strip()},
    )  # fmt: skip
    settle(locked)
    return locked


def _move_first_day(lease: Lease, starts_on: date) -> None:
    for version in lease.versions.order_by("valid"):
        first, until = version.valid.lower, version.valid.upper
        if until is not None and until <= starts_on:
            version.delete()
        elif first < starts_on:
            version.valid = (starts_on, until)
            version.save(update_fields=["valid"])


def raise_clashes() -> int:
    """Tell both cases of every place that is not back although something comes next."""
    overdue = Lease.objects.filter(
        state__in=[*Lease.RUNNING, *OVERDUE], ends_before__lte=today()
    ).exclude(hold=None)
    return sum(_raise_for(one) for one in overdue.order_by("pk")) + settle()


@retrying
@transaction.atomic
def _raise_for(lease: Lease) -> int:
    locked = course.lock(lease)
    if locked.hold is None or locked.state not in (*Lease.RUNNING, *OVERDUE):
        return 0
    first: dict[int, claim_ends.Neighbour] = {}
    for one in claim_ends.followed_by(locked.hold):
        first.setdefault(one.hold_id, one)
    continuing = {
        one.hold_id for one in locked.renewals.all() if one.starts_on == locked.ends_before
    }
    raised = 0
    for hold_id, one in first.items():
        if hold_id in continuing:
            continue
        later = Lease.objects.filter(hold=hold_id).first()
        clash, is_new = LeaseClash.objects.get_or_create(
            earlier=locked,
            hold_id=hold_id,
            settled_at=None,
            defaults={"later": later, "next_from": one.start, "raised_at": now()},
        )
        if is_new:
            raised += 1
            _tell(clash, one)
    return raised


def _tell(clash: LeaseClash, one: claim_ends.Neighbour) -> None:
    day = typography.day(one.start.astimezone(KRAKOW))
    whom = clash.later.number if clash.later else f"„{one.label}”"
    course.note(
        clash.earlier, course.SYSTEM, "clash", internal=True,
        message=_("Not handed back, and promised from %(day)s: %(next)s.")
        % {"day": day, "next": whom},
    )  # fmt: skip
    if clash.later is not None:
        course.note(
            clash.later, course.SYSTEM, "clash", internal=True,
            message=_("The place promised from %(day)s is not handed back under %(number)s.")
            % {"day": day, "number": clash.earlier.number},
        )  # fmt: skip


def settle(later: Lease | None = None) -> int:
    """Close the clashes that are none any more; how many."""
    found = LeaseClash.objects.filter(settled_at=None).select_related("earlier__hold", "hold")
    if later is not None:
        found = found.filter(hold=later.hold)
    over = [one.pk for one in found if not _stands(one)]
    return LeaseClash.objects.filter(pk__in=over).update(settled_at=now())


def _stands(clash: LeaseClash) -> bool:
    if clash.earlier.returned_at or clash.earlier.hold is None or not clash.hold.binding:
        return False
    if clash.earlier.ends_before is None or clash.earlier.ends_before > today():
        return False
    if clash.later is not None and clash.later.starts_on > today():
        begins = clash.later.starts_on
        if begins > clash.next_from.astimezone(KRAKOW).date():
            return False  # put off; raised anew by the next look, with the new day
    following = {one.hold_id for one in claim_ends.followed_by(clash.earlier.hold)}
    return clash.hold_id in following


def open_clashes(lease: Lease) -> list[LeaseClash]:
    """Clashes on either side of the contract, for its page."""
    return list(
        (lease.clashes_ahead.filter(settled_at=None) | lease.clashes_behind.filter(settled_at=None))
        .select_related("earlier", "later", "hold")
        .distinct()
    )


def label_of(hold: Hold) -> str:
    return f"{hold.get_kind_display()}: {hold.label}"
