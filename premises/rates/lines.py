"""The lines of a rent's tree, in the active language, each with its basis."""

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from premises.models import BaseRate, Multiplier, RateSchedule, RateZone, Reduction
from records import typography
from records.money import Explanation, Kind


def local(row: object, name: str) -> str:
    """`name`_en or `name`_pl of a row by the active language, Polish where English is empty."""
    english = getattr(row, f"{name}_en", "") if (get_language() or "pl").startswith("en") else ""
    return english or getattr(row, f"{name}_pl")


def _basis(schedule: RateSchedule, provision: str) -> str:
    return ", ".join(text for text in (str(schedule.legal_act), provision) if text)


def _ibidem(provision: str) -> str:
    """After the first line the act is known; its provision alone is told."""
    return _("ibidem, %(provision)s") % {"provision": provision} if provision else ""


def base_line(schedule: RateSchedule, base: BaseRate, zone: RateZone) -> Explanation:
    since = _("from %(start)s") % {"start": typography.day(schedule.valid.lower)}
    return Explanation(
        _("Base rate, zone %(zone)s") % {"zone": zone.code},
        base.net_m2,
        f"{_basis(schedule, base.provision)}, {since}",
        kind=Kind.RATE,
    )


def factor_line(one: Multiplier, surveyed_on: date | None) -> Explanation:
    basis = _ibidem(one.provision)
    if one.kind == Multiplier.Kind.TECHNICAL_STATE and surveyed_on:
        survey = _("survey of %(day)s") % {"day": typography.day(surveyed_on)}
        basis = "; ".join(text for text in (basis, survey) if text)
    return Explanation(local(one, "label"), one.factor, basis, kind=Kind.FACTOR)


def reduction_line(one: Reduction) -> Explanation:
    label = _("Reduction: %(ground)s") % {"ground": local(one, "label")}
    basis = _ibidem(one.provision)
    if one.fixed_net_m2 is not None:
        return Explanation(label, one.fixed_net_m2, basis, kind=Kind.RATE)
    return Explanation(label, -(one.percent or Decimal(0)), basis, kind=Kind.PERCENT)


def capped_line(schedule: RateSchedule) -> Explanation:
    most = schedule.most_reduced_percent or Decimal(0)
    return Explanation(_("All reductions together at most"), -most, kind=Kind.PERCENT)


def raised(schedule: RateSchedule, floor: Decimal) -> Explanation:
    reason = _("a lease cannot cost less than the upkeep")
    basis = "; ".join(text for text in (reason, schedule.floor_provision) if text)
    return Explanation(_("Raised to the operating cost"), floor, basis, kind=Kind.RATE)


def stays(floor: Decimal | None) -> str:
    if floor is None:
        return ""
    return _("not below the operating cost of %(cost)s, so it stays") % {
        "cost": typography.per_m2(floor)
    }
