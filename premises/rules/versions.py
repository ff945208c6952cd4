"""Changing a rule: a unit proposes its own version from a day on, another person approves it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from premises.models.tenure_rules import DatedRule
from records.clock import now, today
from records.problems import Conflict, Forbidden, Invalid


def proposed(rule: Any, unit: Any, by: Any, start: date) -> Any:
    """An unsaved version of the rule for the unit from a day on, to be changed and saved.

    Raises Invalid for a day that is over: rules do not change what was decided by them.
    """
    if start < today():
        raise Invalid(_("Rules are not changed for days that have passed."), field="start")
    rule.pk = None
    rule._state.adding = True  # noqa: SLF001 - a version is a new row
    rule.unit = unit
    rule.valid = DateRange(start, None)
    rule.prepared_by, rule.prepared_at = by, now()
    rule.approved_by = rule.approved_at = None
    rule.confirmed = False
    rule.is_sample = unit.is_sample
    return rule


@transaction.atomic
def approve(rule: DatedRule, by: Any) -> None:
    """Let it hold; the unit's version before ends on its first day.

    Raises Forbidden for whoever prepared it, Conflict out of turn or for a day that has passed.
    """
    rows: Any = type(rule)._default_manager  # noqa: SLF001 - Django's
    locked = rows.select_for_update().get(pk=rule.pk)
    if locked.is_approved:
        raise Conflict(_("It is not waiting for approval any more."), code="out_of_turn")
    if by is not None and locked.prepared_by_id == by.pk:
        raise Forbidden(_("Another person has to approve it."))
    start = locked.valid.lower
    if start < today():
        raise Conflict(_("Its first day has passed. Move it first."), code="too_late")
    former = rows.select_for_update().filter(
        code=locked.code, unit=locked.unit_id, approved_at__isnull=False,
        valid__overlap=locked.valid,
    )  # fmt: skip
    for one in former:
        if one.valid.lower >= start:
            raise Conflict(_("A later version is approved already."), code="later_approved")
        rows.filter(pk=one.pk).update(valid=DateRange(one.valid.lower, start))
    rows.filter(pk=locked.pk).update(approved_by=by, approved_at=now())


def withdraw(rule: DatedRule) -> None:
    """Take a proposal back. Raises Conflict for an approved row, which stays."""
    rows: Any = type(rule)._default_manager  # noqa: SLF001 - Django's
    deleted, _rows = rows.filter(pk=rule.pk, approved_at=None).delete()
    if not deleted:
        raise Conflict(_("It is not waiting for approval any more."), code="out_of_turn")
