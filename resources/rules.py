"""Rules, terms and prices of a unit: dated, and never overwritten.

A change of rules makes a new BookingPolicy that replaces the old one, and the places go over to it;
requests sent before keep what they were promised in their own rows. A change of prices ends the old
rate the day before the new one begins.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from records.clock import today
from records.problems import Conflict, Invalid
from resources.models import (
    BookingPolicy,
    ManagingUnit,
    PolicyTerms,
    PriceList,
    PriceRate,
    Resource,
)

#: What a head sets; the rest of the row is kept by this module.
POLICY_FIELDS = (
    "name",
    "min_lead_hours",
    "max_lead_days",
    "grid_minutes",
    "min_minutes",
    "max_minutes",
    "free_hours_per_week",
    "max_pending",
    "auto_approve_participants",
    "reply_working_days",
    "series_reply_days",
    "return_days",
    "proposal_days",
    "contract_days",
    "contract_after_days",
    "cancel_hours",
    "owner_cancel_days",
    "no_show_limit",
    "no_show_window_days",
    "ban_days",
    "minors_declaration",
    "insurance_required",
    "documents",
)


def policies_in_force(unit: ManagingUnit) -> QuerySet[BookingPolicy]:
    """Rules that nothing has replaced, with the places that follow them."""
    return BookingPolicy.objects.filter(unit=unit, replaced_by__isnull=True).order_by("name", "pk")


def new_policy(unit: ManagingUnit, values: Mapping[str, Any]) -> BookingPolicy:
    """The first rules of their kind in a unit; no place follows them yet."""
    policy = BookingPolicy(unit=unit, valid_from=today(), **_only_known(values))
    policy.full_clean(exclude=["unit"])
    policy.save()
    return policy


@transaction.atomic
def change_policy(policy: BookingPolicy, values: Mapping[str, Any]) -> BookingPolicy:
    """A new version from today on, for every place that follows the old one.

    Returns the old row where nothing differs. Raises Conflict when somebody changed it meanwhile.
    """
    locked = BookingPolicy.objects.select_for_update().get(pk=policy.pk)
    if BookingPolicy.objects.filter(replaces=locked).exists():
        raise Conflict(
            _("Somebody changed these rules meanwhile. Look at them again."), code="changed"
        )
    changed = {
        name: value for name, value in _only_known(values).items() if getattr(locked, name) != value
    }
    if not changed:
        return locked
    fresh = BookingPolicy(
        unit_id=locked.unit_id,
        legal_act_id=locked.legal_act_id,
        valid_from=today(),
        replaces=locked,
        **{name: getattr(locked, name) for name in POLICY_FIELDS} | changed,
    )
    fresh.full_clean(exclude=["unit", "replaces", "legal_act"])
    fresh.save()
    Resource.objects.filter(policy=locked).update(policy=fresh)
    PolicyTerms.objects.bulk_create(
        PolicyTerms(
            policy=fresh,
            version=one.version,
            valid_from=one.valid_from,
            text_pl=one.text_pl,
            text_en=one.text_en,
            legal_act_id=one.legal_act_id,
        )
        for one in locked.terms.all()
    )
    return fresh


def _only_known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in POLICY_FIELDS}


def add_terms(
    policy: BookingPolicy, *, version: str, valid_from: date, text_pl: str, text_en: str = ""
) -> PolicyTerms:
    """A new version of the terms of use. Versions in force are never edited. Raises Invalid."""
    if valid_from < today():
        raise Invalid(
            _("New terms begin today or later: earlier ones were accepted as they were."),
            field="valid_from",
        )
    if policy.terms.filter(Q(version=version) | Q(valid_from=valid_from)).exists():
        raise Invalid(
            _("There is already a version with this name or from this day."), field="version"
        )
    return PolicyTerms.objects.create(
        policy=policy, version=version, valid_from=valid_from, text_pl=text_pl, text_en=text_en
    )


@transaction.atomic
def set_rate(
    price_list: PriceList,
    *,
    user_group: str,
    first: date,
    net_per_hour: Decimal,
    vat_rate: Decimal | None,
    ground_pl: str = "",
    from_minute: int = 0,
    to_minute: int = 24 * 60,
    last: date | None = None,
) -> PriceRate:
    """A price of a group from a day on; the price before it ends the day before.

    A price for part of the day leaves the group's other bands as they are, so the old band must
    not reach over it. Raises Invalid.
    """
    if first < today():
        raise Invalid(_("A new price begins today or later."), field="first")
    if net_per_hour == 0 and not ground_pl.strip():
        raise Invalid(_("Say on what ground the use is free."), field="ground_pl")
    if from_minute >= to_minute:
        raise Invalid(_("The hours must end after they begin."), field="to_minute")
    if last is not None and last < first:
        raise Invalid(_("The last day is before the first one."), field="last")
    PriceList.objects.select_for_update().get(pk=price_list.pk)
    term = DateRange(first, date.fromordinal(last.toordinal() + 1) if last else None)
    for old in PriceRate.objects.filter(
        price_list=price_list,
        user_group=user_group,
        valid__overlap=term,
        from_minute__lt=to_minute,
        to_minute__gt=from_minute,
    ):
        if (old.from_minute, old.to_minute) != (from_minute, to_minute):
            raise Invalid(
                _("This group has a price for other hours then. Use the same hours, or end it."),
                field="from_minute",
            )
        _end_before(old, term)
    return PriceRate.objects.create(
        price_list=price_list,
        user_group=user_group,
        valid=term,
        from_minute=from_minute,
        to_minute=to_minute,
        net_per_hour=net_per_hour,
        vat_rate=vat_rate,
        ground_pl=ground_pl.strip(),
    )


def _end_before(rate: PriceRate, term: DateRange) -> None:
    """Leave of a rate what lies before the term, and what lies after it as a row of its own."""
    before, after = rate.valid.lower, rate.valid.upper
    rest = None
    if term.upper is not None and (after is None or term.upper < after):
        rest = DateRange(term.upper, after)
    if before is None or before < term.lower:
        rate.valid = DateRange(before, term.lower)
        rate.save(update_fields=["valid"])
        if rest is not None:
            rate.pk = None
            rate.valid = rest
            rate.save(force_insert=True)
    elif rest is not None:
        rate.valid = rest
        rate.save(update_fields=["valid"])
    else:
        rate.delete()


def end_rate(rate: PriceRate, last: date) -> None:
    """Let a price hold until a day (included). Raises Invalid for a day before today."""
    if last < today():
        raise Invalid(_("What was charged stays: end it today or later."), field="last")
    upper = date.fromordinal(last.toordinal() + 1)
    if rate.valid.lower is not None and upper <= rate.valid.lower:
        rate.delete()
        return
    PriceRate.objects.filter(pk=rate.pk).update(valid=DateRange(rate.valid.lower, upper))
