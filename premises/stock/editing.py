"""Changing premises by hand: one by one, or many at once, with an eye on who else does.

`version` of Premises counts changes. A person's form remembers the version that it showed and the
values of then: whoever saves second is told. Changes of different fields are put together; changes
of the same field are refused with both states, and nothing typed is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from premises.models import Premises
from premises.stock.columns import BY_CODE, Column, check_together
from premises.stock.values import (
    Values,
    accessibility_evidence,
    changed,
    packed,
    unpacked,
    values_of,
    with_values,
    write,
)
from records.problems import Conflict, Invalid, Problem, Problems
from resources.importing.tables import CellError


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed: what it was, what the other made of it, what one wants."""

    column: Column
    before: str
    theirs: str
    mine: str


class EditedMeanwhile(Conflict):
    """Somebody changed the same fields since the form was shown."""

    code = "edited_meanwhile"

    def __init__(self, differences: list[Difference], version: int, current: Values) -> None:
        super().__init__(_("Somebody changed the same fields while you were editing."))
        self.differences, self.version, self.current = differences, version, current


@dataclass(slots=True)
class Saved:
    """What saving did: columns that changed, and whether it was put together with other changes."""

    changes: Values = field(default_factory=dict)
    merged: bool = False


def base_of(values: Values) -> Values:
    """What a form remembers of the values that it showed."""
    return packed(values)


@transaction.atomic
def save(
    premises: Premises, *, version: int, base: Mapping[str, Any], wanted: Values, role: str
) -> Saved:
    """Save `wanted` (by column) over the values that the form showed (`base`, packed; `version`).

    Raises EditedMeanwhile, or Problems with the fields to mend.
    """
    Premises.objects.select_for_update().get(pk=premises.pk)
    row = with_values(Premises.objects.filter(pk=premises.pk)).get()
    now_is = values_of(row)
    shown = unpacked({code: base[code] for code in wanted})
    mine = changed(shown, wanted)
    theirs = changed(shown, {code: now_is[code] for code in wanted})
    clashing = [code for code in mine if code in theirs and theirs[code] != mine[code]]
    if clashing:
        raise EditedMeanwhile(
            [_difference(code, shown, now_is, wanted) for code in clashing], row.version, now_is
        )
    changes = changed(now_is, mine)
    if not changes:
        return Saved()
    _check(now_is, changes)
    try:
        write(row, changes, role=role, evidence=accessibility_evidence(imported=False))
    except CellError as error:
        raise Invalid(f"{error.reason} {error.remedy}".strip()) from error
    return Saved(changes, merged=row.version - 1 != version)


def _difference(code: str, shown: Values, now_is: Values, wanted: Values) -> Difference:
    column = BY_CODE[code]
    return Difference(
        column, *(column.kind.show(one[code]) or "–" for one in (shown, now_is, wanted))
    )


def _check(before: Values, changes: Values) -> None:
    known = check_together(before)
    wrong: list[Problem] = [
        Invalid(str(what), field=code)
        for code, what in check_together(before | changes)
        if (code, what) not in known
    ]
    if wrong:
        raise Problems(wrong)


# --- many at once ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One row of a bulk edit: what it changes, or why it cannot."""

    premises: Premises
    before: str
    after: str
    trouble: str = ""
    changes: bool = True

    @property
    def token(self) -> str:
        """What the preview remembers of the row."""
        return f"{self.premises.pk}:{self.premises.version}"


def preview(premises: Iterable[Premises], wanted: Values) -> list[BulkRow]:
    """What setting these columns would change in each of the premises (from `with_values`)."""
    rows = []
    for row in premises:
        before = values_of(row)
        changes = changed(before, wanted)
        trouble = ""
        try:
            _check(before, changes)
        except Problems as problem:
            trouble = str(problem.message)
        rows.append(
            BulkRow(
                row,
                "; ".join(BY_CODE[code].kind.show(before[code]) or "–" for code in wanted),
                "; ".join(BY_CODE[code].kind.show(wanted[code]) or "–" for code in wanted),
                trouble,
                bool(changes),
            )
        )
    return rows


@transaction.atomic
def apply(tokens: Mapping[int, int], wanted: Values, premises: Any, *, role: str) -> int:
    """Set the columns in all rows of the preview; returns how many changed.

    `tokens` are the versions that the preview showed, by id; `premises` is the queryset of those
    that the person may edit. Raises Conflict when a row changed since, Problems when one may not
    be changed so; then nothing is.
    """
    locked = list(premises.filter(pk__in=tokens).order_by("pk").select_for_update(of=("self",)))
    since = [row for row in locked if row.version != tokens[row.pk]]
    if since or len(locked) != len(tokens):
        raise Conflict(
            _("Changed since the preview: %(which)s. Look at the preview again.")
            % {"which": ", ".join(row.number or str(row.pk) for row in since) or "–"},
            code="changed_since",
        )
    done = 0
    for row in with_values(Premises.objects.filter(pk__in=tokens)):
        before = values_of(row)
        changes = changed(before, wanted)
        if not changes:
            continue
        _check(before, changes)
        try:
            write(row, changes, role=role, evidence=accessibility_evidence(imported=False))
        except CellError as error:
            raise Invalid(f"{row.number}: {error.reason}") from error
        done += 1
    return done
