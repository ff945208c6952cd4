"""The dated terms of a contract: what applied on a day, and what an amendment changes.

Versions tile the time from the first day on. An amendment from a day splits the version of that
day; where later versions exist already (an indexation known in advance), a changed field is
carried into those that had not changed it themselves, so that nobody's later agreement is undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Sphere
from premises.leasing import claims, clock, course
from premises.models import Lease, LeaseVersion
from records.clock import now
from records.problems import Conflict, Invalid

Reason = LeaseVersion.Reason
State = Lease.State

#: What an amendment may change. Spheres, of another table, are handled beside them.
FIELDS = (
    "ends_before", "rent_net", "vat_rate", "explanation", "payment_day", "indexed", "purpose",
    "business_allowed", "conditions",
)  # fmt: skip
#: Amendable while the contract binds and nobody has ended it.
AMENDABLE = (
    State.SIGNED,
    State.HANDOVER_PENDING,
    State.ACTIVE,
    State.ARREARS,
    State.WARNED,
    State.BREACH,
    State.EXPIRING,
    State.RENEWAL_REQUESTED,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as stored."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """What an amendment would do: the version of the day, its changes, and later versions."""

    base: LeaseVersion
    from_: date
    changes: tuple[Change, ...]
    carried: tuple[LeaseVersion, ...]  # later versions that take the changes over
    kept: tuple[LeaseVersion, ...]  # later versions that changed the same themselves


def on(lease: Lease, day: date) -> LeaseVersion | None:
    """The terms that applied on the day; None before the contract's first day. One query."""
    return lease.versions.filter(valid__contains=day).first()


def current(lease: Lease, day: date) -> LeaseVersion | None:
    """The terms on a day, and before the first day those that will come first."""
    return on(lease, day) or lease.versions.order_by("valid").first()


def preview(lease: Lease, from_: date, values: Mapping[str, Any]) -> Preview:
    """What changes if these fields get these values from a day on. Nothing is written.

    `values` may name fields of FIELDS and "spheres" (a list of Sphere). Raises Invalid: the day
    is before the first one, or nothing would change.
    """
    base = on(lease, from_)
    if base is None:
        raise Invalid(_("Terms cannot change before the first day of the contract."), field="from_")
    changes = tuple(
        Change(name, _value(base, name), value)
        for name, value in values.items()
        if _value(base, name) != value
    )
    if not changes:
        raise Invalid(_("Nothing would change. Change at least one term."), field="from_")
    later = list(lease.versions.filter(valid__startswith__gt=from_).order_by("valid"))
    kept = [
        one
        for one in later
        if any(_value(one, change.field) != change.before for change in changes)
    ]
    return Preview(
        base, from_, changes, tuple(one for one in later if one not in kept), tuple(kept)
    )


@course.retrying
@transaction.atomic
def amend(
    lease: Lease,
    by: course.By,
    from_: date,
    values: Mapping[str, Any],
    *,
    signed_on: date,
    note: str,
    reason: str = Reason.AMENDMENT,
    seen: int | None = None,
) -> LeaseVersion:
    """A signed amendment: the new version of the terms from a day on.

    A changed end moves the contract's term, if what comes next leaves room. Raises Conflict (no
    such state, PlaceTaken, ChangedMeanwhile), Invalid (see `preview`).
    """
    locked, actor = course.take(lease, by, seen=seen)
    if locked.state not in AMENDABLE:
        raise Conflict(
            _("A contract that is “%(state)s” is not amended any more.")
            % {"state": locked.get_state_display()},
            code="wrong_state",
        )
    planned = preview(locked, from_, values)
    ends = next((one for one in planned.changes if one.field == "ends_before"), None)
    if ends is not None:
        _check_end(locked, from_, ends.after)
    version = _write(locked, planned, signed_on=signed_on, note=note, reason=reason, actor=actor)
    if ends is not None:
        locked.ends_before = ends.after
    course.save(locked)
    course.note(locked, actor, reason, message=note)
    clock.catch_up(locked)
    return version


def _check_end(lease: Lease, from_: date, ends_before: date | None) -> None:
    if ends_before is not None and ends_before <= max(from_, lease.starts_on):
        raise Invalid(
            _("The new term must end after the day from which it applies."), field="last_day"
        )
    claims.check_end(lease, ends_before)


def _write(
    lease: Lease, planned: Preview, *, signed_on: date, note: str, reason: str,
    actor: course.Actor,
) -> LeaseVersion:  # fmt: skip
    """Split the version of the day and carry the changes into later ones."""
    base = planned.base
    first, until = base.valid.lower, base.valid.upper
    spheres = list(base.spheres.all())
    changed = {one.field: one.after for one in planned.changes}
    new = LeaseVersion(lease=lease, **{name: getattr(base, name) for name in FIELDS})
    _set(new, changed)
    new.valid = (planned.from_, until)
    new.reason, new.note, new.signed_on = reason, note, signed_on
    new.annex = _next_annex(lease) if reason != Reason.INDEXATION else 0
    new.recorded_at, new.recorded_by = now(), actor.name
    if first == planned.from_:
        # Another agreement from the same day: the earlier one stays in the history.
        base.delete()
    else:
        base.valid = (first, planned.from_)
        base.save(update_fields=["valid"])
    new.save()
    new.spheres.set(changed.get("spheres", spheres))
    for one in (*planned.carried, *planned.kept):
        fitting = {
            change.field: change.after
            for change in planned.changes
            if _value(one, change.field) == change.before
        }
        _set(one, fitting)
        one.save()
        if "spheres" in fitting:
            one.spheres.set(fitting["spheres"])
    return new


def _set(version: LeaseVersion, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name != "spheres":
            setattr(version, name, value)


def _value(version: LeaseVersion, name: str) -> Any:
    if name == "spheres":
        return list(version.spheres.all())
    return getattr(version, name)


def _next_annex(lease: Lease) -> int:
    return max(lease.versions.values_list("annex", flat=True), default=0) + 1


def draft(
    lease: Lease,
    *,
    ends_before: date | None,
    rent_net: Decimal = Decimal(0),
    vat_rate: Decimal | None = None,
    spheres: list[Sphere] | None = None,
    actor: str = "",
    **values: Any,
) -> LeaseVersion:
    """The original terms of a contract in preparation, written anew each time it is saved."""
    lease.versions.all().delete()
    version = LeaseVersion.objects.create(
        lease=lease,
        valid=(lease.starts_on, None),
        ends_before=ends_before,
        rent_net=rent_net,
        vat_rate=vat_rate,
        recorded_at=now(),
        recorded_by=actor,
        **values,
    )
    version.spheres.set(spheres or [])
    return version
