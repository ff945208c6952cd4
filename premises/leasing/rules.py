"""The numbers of days and months that the course of a contract follows: dated rows.

Each row rests on a provision or on practice, and officials change them by adding a row from a day
on. A row of the unit goes before one of the city, one for the kind of contract before one for all.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from premises.models import Lease, LeaseRule
from records.clock import today
from records.dictionaries import Loaded, read_csv
from records.models import LegalAct
from records.problems import Conflict, Invalid
from resources.models import ManagingUnit

Code = LeaseRule.Code


@dataclass(frozen=True, slots=True)
class Rules:
    """The rows that hold for one unit and kind of contract on one day, most special first."""

    rows: dict[str, LeaseRule]

    def row(self, code: str) -> LeaseRule:
        """Raises Conflict where nobody has set the number: an official can."""
        if code not in self.rows:
            raise Conflict(
                _("No number is set for the rule “%(rule)s”. Add it on the page “Rules”.")
                % {"rule": Code(code).label},
                code="rule_missing",
            )
        return self.rows[code]

    def days(self, code: str) -> timedelta:
        return timedelta(days=self.row(code).number)

    def months(self, code: str) -> int:
        return self.row(code).number


def rules_of(unit_id: int, kind: str, on: date | None = None) -> Rules:
    """What holds on a day (today). One query."""
    found = (
        LeaseRule.objects.filter(
            Q(unit=None) | Q(unit=unit_id), Q(kind="") | Q(kind=kind), valid__contains=on or today()
        )
        .select_related("legal_act")
        .order_by(F("unit").desc(nulls_last=True), F("kind").desc())
    )
    rows: dict[str, LeaseRule] = {}
    for row in found:
        rows.setdefault(row.code, row)
    return Rules(rows)


def rules_for(lease: Lease, on: date | None = None) -> Rules:
    return rules_of(lease.unit_id, lease.kind, on)


@transaction.atomic
def set_rule(
    unit: ManagingUnit, code: str, number: int, from_: date, *, kind: str = "", basis: str = "",
    legal_act: LegalAct | None = None,
) -> LeaseRule:  # fmt: skip
    """A number of the unit from a day on; the one before ends there.

    Raises Invalid where a later number is set already: mend that one.
    """
    same = LeaseRule.objects.select_for_update().filter(unit=unit, code=code, kind=kind)
    if same.filter(valid__startswith__gte=from_).exists():
        raise Invalid(
            _("A number is set from that day or a later one. Choose a later day."), field="from_"
        )
    for former in same.filter(valid__contains=from_):
        former.valid = (former.valid.lower, from_)
        former.save(update_fields=["valid"])
    return LeaseRule.objects.create(
        unit=unit, code=code, kind=kind, number=number, valid=(from_, None), basis=basis,
        legal_act=legal_act,
    )  # fmt: skip


@transaction.atomic
def load_lease_rules() -> Loaded:
    """Defaults of the city: fixtures/lease_rules.csv. A rule that has rows already is left alone,
    so that what officials set is never overwritten."""
    loaded = Loaded("lease rules")
    acts = {act.code: act for act in LegalAct.objects.all()}
    for row in read_csv("lease_rules.csv"):
        known = LeaseRule.objects.filter(unit=None, code=row["code"], kind=row["kind"]).exists()
        if not known:
            LeaseRule.objects.create(
                code=row["code"],
                kind=row["kind"],
                number=int(row["number"]),
                valid=(date.fromisoformat(row["valid_from"]), None),
                basis=row["basis"],
                legal_act=acts.get(row["act"]),
            )
        loaded.count(is_new=not known)
    return loaded
