"""The numbers that upkeep follows: dated rows, the unit's before the city's."""

from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from premises.models import InspectionQuestion, UpkeepRule
from records.clock import today
from records.dictionaries import Loaded, read_csv
from records.models import LegalAct
from records.problems import Conflict

Code = UpkeepRule.Code


class Numbers(NamedTuple):
    """What holds for one unit on one day: a row for each code, and the thresholds of alerts."""

    rows: dict[str, UpkeepRule]
    thresholds: tuple[int, ...]  # days, largest first

    def row(self, code: str) -> UpkeepRule:
        """Raises Conflict where nobody has set the number: an official can."""
        if code not in self.rows:
            raise Conflict(
                _("No number is set for the rule “%(rule)s”. Add it to the rules of upkeep.")
                % {"rule": Code(code).label},
                code="rule_missing",
            )
        return self.rows[code]

    def number(self, code: str) -> int:
        return self.row(code).number


def numbers_of(unit_id: int | None, on: date | None = None) -> Numbers:
    """What holds on a day (today). One query. A unit with thresholds of its own has only those."""
    found = (
        UpkeepRule.objects.filter(Q(unit=None) | Q(unit=unit_id), valid__contains=on or today())
        .select_related("legal_act")
        .order_by(F("unit").desc(nulls_last=True))
    )
    rows: dict[str, UpkeepRule] = {}
    own: list[int] = []
    common: list[int] = []
    for row in found:
        if row.code == Code.ALERT_DAYS:
            (common if row.unit_id is None else own).append(row.number)
        else:
            rows.setdefault(row.code, row)
    return Numbers(rows, tuple(sorted(own or common, reverse=True)))


@transaction.atomic
def load_upkeep_rules() -> Loaded:
    """Defaults of the city: fixtures/upkeep_rules.csv. What officials set is left alone."""
    loaded = Loaded("upkeep rules")
    acts = {act.code: act for act in LegalAct.objects.all()}
    there = set(UpkeepRule.objects.filter(unit=None).values_list("code", flat=True))
    for row in read_csv("upkeep_rules.csv"):
        is_new = row["code"] not in there
        if is_new:
            UpkeepRule.objects.create(
                code=row["code"],
                number=int(row["number"]),
                valid=(date.fromisoformat(row["valid_from"]), None),
                basis=row["basis"],
                legal_act=acts.get(row["act"]),
            )
        loaded.count(is_new=is_new)
    return loaded


@transaction.atomic
def load_inspection_questions() -> Loaded:
    """The city's checklist: fixtures/inspection_questions.csv, if there is none yet."""
    loaded = Loaded("inspection questions")
    is_new = not InspectionQuestion.objects.filter(unit=None).exists()
    for position, row in enumerate(read_csv("inspection_questions.csv")):
        if is_new:
            InspectionQuestion.objects.create(
                position=position,
                kind=row["kind"],
                text_pl=row["text_pl"],
                text_en=row["text_en"],
                basis=row["basis"],
                valid=(date.fromisoformat(row["valid_from"]), None),
            )
        loaded.count(is_new=is_new)
    return loaded
