"""How long a notice list hangs, and where it has to: dated rows, read by the day of publication."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from premises.models import NoticeRule
from records.dictionaries import Loaded, read_csv
from records.models import LegalAct
from records.problems import Conflict


def rule_on(day: date) -> NoticeRule:
    """The rule in force. Raises Conflict where nobody has entered one."""
    rule = NoticeRule.objects.filter(valid__contains=day).select_related("legal_act").first()
    if rule is None:
        raise Conflict(
            _("No rule says how long a notice list hangs on that day. Ask the head to enter one."),
            code="no_notice_rule",
        )
    return rule


@transaction.atomic
def load_notice_rules() -> Loaded:
    """fixtures/notice_rules.csv. Where any rule stands, an official's word counts: it stays."""
    loaded = Loaded("rules of notice lists")
    known = NoticeRule.objects.exists()
    for row in read_csv("notice_rules.csv"):
        loaded.count(is_new=not known)
        if not known:
            NoticeRule.objects.create(
                valid=(date.fromisoformat(row["from"]), None),
                days_required=int(row["days"]),
                counted=row["counted"].split(),
                legal_act=LegalAct.objects.get(code=row["act"]),
                basis=row["basis"],
                note=row["note"],
            )
    return loaded
