"""What the guards of states.py look at, read from a contract's rows."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from premises.leasing import authorisation, dates
from premises.leasing.rules import Rules, rules_for
from premises.leasing.states import Situation
from premises.models import Lease, LeaseParty
from records.clock import KRAKOW, today
from records.problems import Conflict

State = Lease.State
PREPARED = Lease.PREPARED


def situation(lease: Lease) -> Situation:
    """The facts of one contract now; about a dozen queries, for a page or a step of one case."""
    rules = rules_for(lease)
    preparing = lease.state in PREPARED
    return Situation(
        today=today(),
        starts_on=lease.starts_on,
        ends_before=lease.ends_before,
        terminated=hasattr(lease, "termination"),
        near_end_from=near_end_from(lease, rules),
        return_by=lease.ends_before + rules.days("return_days") if lease.ends_before else None,
        claims_until=dates.add_months(
            lease.returned_at.astimezone(KRAKOW).date(), rules.months("claims_months")
        )
        if lease.returned_at
        else None,
        extra_time_over=_extra_time_over(lease, rules),
        continued=is_continued(lease),
        missing=missing(lease) if preparing else (),
        unanswered=authorisation.unanswered(lease) if preparing else (),
        unsecured=_unsecured(lease) if lease.state == State.SIGNED else (),
        not_back=tuple(one.number for one in still_inside(lease))
        if lease.state == State.HANDOVER_PENDING
        else (),
        open_securities=_open_securities(lease) if lease.state == State.RETURNED else (),
        open_outlays=_open_outlays(lease) if lease.state == State.RETURNED else (),
    )


def near_end_from(lease: Lease, rules: Rules) -> date | None:
    """From which day the end is in sight; None for an indefinite time."""
    return lease.ends_before - rules.days("expiring_days") if lease.ends_before else None


def is_continued(lease: Lease) -> bool:
    """A signed contract of the same chain begins on the very day after this one."""
    return (
        lease.ends_before is not None
        and lease.renewals.filter(state__in=Lease.BINDING, starts_on=lease.ends_before).exists()
    )


def sharing_places(lease: Lease) -> QuerySet[Lease]:
    """Other contracts over some of the same leaf spaces."""
    return (
        Lease.objects.filter(objects_let__resource__space__leaf_rows__leaf__in=leaf_ids(lease))
        .exclude(pk=lease.pk)
        .distinct()
    )


def leaf_ids(lease: Lease) -> QuerySet:
    return lease.objects_let.values("resource__space__leaf_rows__leaf")


def still_inside(lease: Lease) -> list[Lease]:
    """Earlier contracts over the same places whose hand-back nobody recorded; but the one that
    this continues."""
    return list(
        sharing_places(lease)
        .filter(state__in=Lease.BINDING, starts_on__lt=lease.starts_on)
        .exclude(pk__in=[lease.previous_id] if lease.previous_id else [])
        .order_by("starts_on")
    )


def offered_elsewhere(lease: Lease) -> list[Lease]:
    """Contracts waiting for signature over the same places at the same time."""
    others = sharing_places(lease).filter(state=State.TO_SIGN)
    others = others.filter(Q(ends_before=None) | Q(ends_before__gt=lease.starts_on))
    if lease.ends_before:
        others = others.filter(starts_on__lt=lease.ends_before)
    return list(others.order_by("pk"))


def missing(lease: Lease) -> tuple[str, ...]:
    """What a draft lacks before anybody checks it."""
    lacking = []
    if not lease.objects_let.exists():
        lacking.append(_("the premises"))
    if not lease.parties.filter(role__in=LeaseParty.BOUND).exists():
        lacking.append(_("a tenant"))
    version = lease.versions.order_by("valid").first()
    if version is None or not version.purpose:
        lacking.append(_("the purpose"))
    if version is not None and lease.kind != Lease.Kind.LENDING and not version.rent_net:
        lacking.append(_("the rent"))
    return tuple(lacking)


def _unsecured(lease: Lease) -> tuple[str, ...]:
    given = [str(one) for one in lease.securities.all() if one.given_on is None]
    seen = [str(one) for one in lease.insurances.all() if one.checked_on is None]
    return (*given, *seen)


def _open_securities(lease: Lease) -> tuple[str, ...]:
    return tuple(
        str(one)
        for one in lease.securities.all()
        if one.given_on and not one.returned_on and one.set_off != one.amount
    )


def _open_outlays(lease: Lease) -> tuple[str, ...]:
    return tuple(
        str(one)
        for works in lease.works.exclude(settle="none").prefetch_related("outlays")
        for one in works.outlays.all()
        if one.settled_on is None
    )


def _extra_time_over(lease: Lease, rules: Rules) -> date | None:
    """The first day after the additional time that a warning gave."""
    if lease.state != State.WARNED:
        return None
    warned = lease.steps.filter(to_state=State.WARNED).order_by("-at").first()
    if warned is None:
        raise Conflict(_("No warning is recorded."), code="no_warning")
    return dates.add_months(warned.at.astimezone(KRAKOW).date(), rules.months("extra_time_months"))
