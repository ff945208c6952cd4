"""What is due on contracts: one query for each matter."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.opp import is_opp_on
from premises.leasing.rules import Rules, rules_of
from premises.models import (
    ArrearWarning,
    Asked,
    Inspection,
    Insurance,
    Lease,
    LeaseCondition,
    LeaseParty,
    LeaseRule,
    Reduction,
    Security,
    ThirdPartyConsent,
    UseReport,
    WorksConsent,
)
from premises.upkeep import supervision
from premises.upkeep.due import Due, Horizon, Matter
from premises.upkeep.rules import Code
from records import typography
from records.clock import KRAKOW
from resources.models import ManagingUnit

State = Lease.State
_RULE = LeaseRule.Code


def _one(  # noqa: PLR0917 - one of a kind: the words of a line, in the order of a line
    lease: Lease, unit: ManagingUnit, matter: Matter, due_on: Any, words: str, key: str = ""
) -> Due:
    return Due(
        f"lease:{lease.pk}:{key or matter}",
        matter,
        due_on,
        words,
        lease.number,
        reverse("lettings:upkeep", args=[unit.code, lease.number]),
        lease.officer_id,
    )


class _Days:
    """The rules of leases by kind of contract, each read once."""

    def __init__(self, unit: ManagingUnit, horizon: Horizon) -> None:
        self.unit, self.on = unit, horizon.today
        self.rules: dict[str, Rules] = {}

    def __call__(self, kind: str, code: str) -> timedelta:
        if kind not in self.rules:
            self.rules[kind] = rules_of(self.unit.pk, kind, self.on)
        return self.rules[kind].days(code)


def course(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """Ends, signatures, handovers, hand-backs, deposits to return."""
    days = _Days(unit, horizon)
    watched = (
        Q(state__in=Lease.RUNNING, ends_before__lte=horizon.until + timedelta(days=1))
        | Q(state=State.TO_SIGN, sign_by__isnull=False)
        | Q(state__in=[State.SIGNED, State.HANDOVER_PENDING], signed_on__isnull=False)
        | Q(state__in=[State.RETURN_PENDING, State.HOLDOVER], ends_before__isnull=False)
        | Q(state=State.RETURNED, securities__given_on__isnull=False,
            securities__returned_on=None, securities__kind=Security.Kind.DEPOSIT)
    )  # fmt: skip
    for one in Lease.objects.filter(watched, unit=unit).distinct():
        if one.state == State.TO_SIGN and one.sign_by:
            yield _one(one, unit, Matter.SIGN, one.sign_by, _("The tenant signs by this day."))
        elif one.state in (State.SIGNED, State.HANDOVER_PENDING) and one.signed_on:
            by = max(one.signed_on + days(one.kind, _RULE.HANDOVER_DAYS), one.starts_on)
            yield _one(one, unit, Matter.HANDOVER, by, _("Hand the place over."))
        elif one.state == State.RETURNED and one.returned_at:
            by = one.returned_at.astimezone(KRAKOW).date() + days(one.kind, _RULE.DEPOSIT_DAYS)
            words = _("Return the deposit, or set it off.")
            yield _one(one, unit, Matter.SECURITY, by, words, "deposit_back")
        elif one.ends_before:
            yield _ending(one, one.ends_before, unit, days)


def _ending(one: Lease, ends_before: date, unit: ManagingUnit, days: _Days) -> Due:
    """Of a running contract its last day; of one that is over the day of the hand-back."""
    if one.state in Lease.RUNNING:
        words = _("Last day of the term. Decide what comes next.")
        return _one(one, unit, Matter.END, ends_before - timedelta(days=1), words)
    late = one.state == State.HOLDOVER
    words = (
        _("Used without title: nobody has handed the place back.")
        if late
        else _("Take the place back.")
    )
    by = ends_before + days(one.kind, _RULE.RETURN_DAYS)
    return _one(one, unit, Matter.RETURN, by, words)


def secured(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """Securities not given or running out, policies running out or never seen."""
    binding = {"lease__unit": unit, "lease__state__in": Lease.BINDING}
    for one in Security.objects.filter(
        Q(given_on=None, due_on__lte=horizon.until)
        | Q(given_on__isnull=False, returned_on=None, valid_until__lte=horizon.until),
        **binding,
    ).select_related("lease"):
        if one.given_on is None:
            words = _("%(what)s is to be given.") % {"what": str(one).capitalize()}
            day = one.due_on
        else:
            words = _("%(what)s runs out.") % {"what": str(one).capitalize()}
            day = one.valid_until
        yield _one(one.lease, unit, Matter.SECURITY, day, words, f"security:{one.pk}")
    for policy in Insurance.objects.filter(
        valid__endswith__lte=horizon.until + timedelta(days=1), **binding
    ).select_related("lease"):
        last = policy.valid.upper - timedelta(days=1)
        words = _("The policy runs out: %(what)s.") % {"what": policy.scope}
        yield _one(policy.lease, unit, Matter.INSURANCE, last, words, f"insurance:{policy.pk}")


def consents(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """What tenants ask for and nobody answered; consents that run out."""
    binding = {"lease__unit": unit, "lease__state__in": Lease.BINDING}
    asked: list[tuple[str, QuerySet[Any]]] = [
        ("third", ThirdPartyConsent.objects.filter(state=Asked.ASKED, **binding)),
        ("works", WorksConsent.objects.filter(state=Asked.ASKED, **binding)),
    ]
    for name, rows in asked:
        for one in rows.select_related("lease"):
            day = one.asked_at.astimezone(KRAKOW).date() + timedelta(days=30)
            words = _("The tenant waits for an answer: %(what)s.") % {"what": one}
            yield _one(one.lease, unit, Matter.CONSENT, day, words, f"{name}:{one.pk}")
    for one in ThirdPartyConsent.objects.filter(
        state=Asked.GRANTED,
        valid__endswith__gt=horizon.today,
        valid__endswith__lte=horizon.until + timedelta(days=1),
        **binding,
    ).select_related("lease"):
        last = one.valid.upper - timedelta(days=1)
        words = _("The consent runs out: %(what)s.") % {"what": one.who}
        yield _one(one.lease, unit, Matter.CONSENT, last, words, f"third_end:{one.pk}")


def looks(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """Conditions to look at, inspections, what is to be mended."""
    for look in supervision.open_looks(unit.pk).filter(
        due_on__lte=horizon.until, condition__lease__state__in=Lease.BINDING
    ):
        yield _one(
            look.condition.lease, unit, Matter.SUPERVISION, look.due_on,
            _("Look at: %(what)s") % {"what": look.condition.text}, f"condition:{look.pk}",
        )  # fmt: skip
    for visit in Inspection.objects.filter(
        Q(held_on=None, planned_on__lte=horizon.until)
        | Q(mend_by__lte=horizon.until, mended_on=None, held_on__isnull=False),
        lease__unit=unit,
        lease__state__in=Lease.BINDING,
    ).select_related("lease"):
        if visit.held_on is None:
            day, words = visit.planned_on, _("Inspection of the place.")
        else:
            day, words = (
                visit.mend_by or visit.held_on,
                _("What the inspection found is to be mended."),
            )
        yield _one(visit.lease, unit, Matter.INSPECTION, day, words, f"inspection:{visit.pk}")


def arrears(unit: ManagingUnit, _horizon: Horizon) -> Iterator[Due]:
    """Calls to pay: delivery to be recorded, additional time that is over."""
    for call in ArrearWarning.objects.filter(
        paid_on=None, withdrawn_on=None, lease__unit=unit, lease__state__in=Lease.BINDING
    ).select_related("lease"):
        if call.extra_until is None:
            day = call.issued_on + timedelta(days=14)
            words = _("Record when the tenant received the call to pay.")
        else:
            day = call.extra_until
            words = _("The additional time to pay is over: %(sum)s.") % {
                "sum": typography.money(call.outstanding)
            }
        yield _one(call.lease, unit, Matter.ARREARS, day, words, f"warning:{call.pk}")


def reports(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """Last year's report of use that has not come, or waits for the unit."""
    year = horizon.today.year - 1
    by = supervision.report_due(year, horizon.numbers.number(Code.USE_REPORT_DAYS))
    leases = Lease.objects.filter(
        unit=unit, state__in=Lease.RUNNING, handed_over_on__year__lte=year
    ).prefetch_related(
        Prefetch("use_reports", UseReport.objects.filter(year=year), to_attr="last_reports")
    )
    for one in leases:
        sent = one.last_reports[0] if one.last_reports else None
        if sent is None or sent.state == UseReport.State.RETURNED:
            words = _("The tenant reports on the use in %(year)d.") % {"year": year}
        elif sent.state == UseReport.State.SENT:
            words = _("Read the report of use for %(year)d.") % {"year": year}
        else:
            continue
        yield _one(one, unit, Matter.REPORT, by, words, f"report:{year}")


def opp_losses(unit: ManagingUnit, horizon: Horizon) -> Iterator[Due]:
    """Contracts that rest on the tenant's OPP status, which the register says is lost.

    A contract rests on it if a condition says so, or if its rent was lowered for it.
    """
    words_of = [
        words
        for pair in Reduction.objects.filter(kind=Reduction.Kind.OPP).values_list(
            "label_pl", "label_en"
        )
        for words in pair
        if words
    ]
    lowered = Q(pk__in=[])
    for words in set(words_of):
        lowered |= Q(
            versions__explanation__icontains=words, versions__valid__contains=horizon.today
        )
    rests = Q(
        decision_conditions__kind=LeaseCondition.Kind.OPP_STATUS,
        decision_conditions__closed_on=None,
    )
    leases = (
        Lease.objects.filter(rests | lowered, unit=unit, state__in=Lease.BINDING)
        .distinct()
        .prefetch_related(
            Prefetch(
                "parties",
                LeaseParty.objects.filter(
                    role__in=LeaseParty.BOUND,
                    valid__contains=horizon.today,
                    organisation__isnull=False,
                ).select_related("organisation"),
                to_attr="bound_now",
            )
        )
    )
    for one in leases:
        for party in one.bound_now:
            organisation = party.organisation
            if organisation and is_opp_on(organisation, horizon.today) is False:
                day = organisation.opp_until or organisation.opp_checked_on or horizon.today
                words = _(
                    "%(who)s is no public benefit organisation any more; the contract rests on it."
                )
                yield _one(
                    one, unit, Matter.OPP, day, words % {"who": organisation},
                    f"opp:{organisation.pk}",
                )  # fmt: skip


SOURCES = {
    "course": course,
    "secured": secured,
    "consents": consents,
    "looks": looks,
    "arrears": arrears,
    "reports": reports,
    "opp": opp_losses,
}
