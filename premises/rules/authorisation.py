"""What a planned lease, gratuitous loan or land lease needs, with reason and basis.

The conditions are rows (TenureRule), so a new act is a new row. Conditions are three-valued: no
beats unknown beats yes. A rule that would hold if something unknown were so is listed as uncertain
and names what to find out. The check advises and blocks nothing: an officer may go on, by name and
with a reason (`override`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation
from organisations.opp import is_opp_on
from premises.leasing import cumulated
from premises.models import (
    AuthorisationEvidence,
    AuthorisationOverride,
    Premises,
    Requirement,
    TenureRule,
)
from premises.rates.lines import local
from premises.rules.months import lasts_over
from records.clock import now, today
from records.problems import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Plan:
    """A contract that somebody thinks of. [start, end); `end` None: for an indefinite time.

    `mode` is the code of a kind of procedure ("" not chosen yet). `months_before` counts the months
    for which the same party held the same premises until `start`. None is what nobody knows.
    """

    tenure: str
    start: date
    end: date | None
    mode: str = ""
    months_before: int | None = 0
    party_is_opp: bool | None = False
    ownership: str | None = "municipal"
    permanent_management: bool | None = False
    management_until: date | None = None
    written_form: bool | None = True
    unit_id: int | None = None

    @property
    def successive(self) -> bool | None:
        return None if self.months_before is None else self.months_before > 0


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the plan needs. `certain` is False while `unknown` is not found out.

    `met` says by what it is there: the chosen procedure, evidence, or an override.
    """

    needed: str
    reason: str
    basis: str
    rule_id: int | None = None
    code: str = ""
    instead: tuple[str, ...] = ()
    confirmed: bool = False
    certain: bool = True
    unknown: tuple[str, ...] = ()
    met: str = ""
    overridden: bool = False
    in_mode: bool = field(default=False)

    @property
    def label(self) -> str:
        return str(Requirement(self.needed).label)

    @property
    def instead_labels(self) -> list[str]:
        return [str(Requirement(one).label) for one in self.instead]

    @property
    def is_advice(self) -> bool:
        """An effect to know of, which asks for nothing."""
        return self.needed == Requirement.CAUTION

    @property
    def is_open(self) -> bool:
        return not (self.is_advice or self.met)


_FACTS: Mapping[str, Any] = {
    "months_before": gettext_lazy("whether and how long the party held the premises before"),
    "party_is_opp": gettext_lazy("whether the party is a public benefit organisation"),
    "ownership": gettext_lazy("who owns the building"),
    "permanent_management": gettext_lazy("whether the unit has permanent management"),
    "written_form": gettext_lazy("the form of the contract"),
    "mode": gettext_lazy("the kind of procedure"),
}

#: A condition's answer: holds, does not, or None with the fact that nobody knows.
_Answer = tuple[bool | None, str]


def rules_on(unit_id: int | None, on: date) -> list[TenureRule]:
    """The approved rules of the day: the city's, with the unit's own in their places. One query."""
    found: dict[str, TenureRule] = {}
    rows = (
        TenureRule.objects.filter(approved_at__isnull=False, valid__contains=on)
        .filter(Q(unit_id=None) | Q(unit_id=unit_id))
        .select_related("legal_act")
        .order_by(F("unit_id").asc(nulls_first=True))
    )
    for rule in rows:
        found[rule.code] = rule
    return sorted(found.values(), key=lambda rule: (rule.order, rule.code))


def check(plan: Plan, on: date | None = None) -> list[Need]:
    """What the plan needs by the rules of a day (today), in the order of the rules."""
    return list(weigh(rules_on(plan.unit_id, on or today()), plan))


def weigh(rules: Iterable[TenureRule], plan: Plan) -> Iterator[Need]:
    """`check` for rules at hand."""
    for rule in rules:
        unknown = []
        for holds, fact in _conditions(rule, plan):
            if holds is False:
                break
            if holds is None:
                unknown.append(str(_FACTS[fact]))
        else:
            yield _need(rule, plan, unknown)
    if _outlasts_management(plan):
        yield Need(
            Requirement.CAUTION,
            _("The contract would outlast the permanent management itself."),
            _("art. 43(2)(3) of the act on real estate management"),
            code="outlasts-management",
        )


def _need(rule: TenureRule, plan: Plan, unknown: list[str]) -> Need:
    in_mode = bool(plan.mode) and plan.mode in rule.met_by_modes
    return Need(
        needed=rule.needed,
        reason=local(rule, "reason"),
        basis=", ".join(text for text in (rule.provision, str(rule.legal_act)) if text),
        rule_id=rule.pk,
        code=rule.code,
        instead=tuple(rule.instead),
        confirmed=rule.confirmed,
        certain=not unknown,
        unknown=tuple(unknown),
        met=_("the chosen procedure") if in_mode else "",
        in_mode=in_mode,
    )


def _conditions(rule: TenureRule, plan: Plan) -> Iterator[_Answer]:
    yield not rule.tenures or plan.tenure in rule.tenures, "tenure"
    if rule.term_over_months is not None:
        yield lasts_over(plan.start, plan.end, rule.term_over_months), "term"
    if rule.term_up_to_months is not None:
        yield not lasts_over(plan.start, plan.end, rule.term_up_to_months), "term"
    yield _is(plan.end is None, rule.indefinite), "term"
    if rule.modes:
        yield (plan.mode in rule.modes) if plan.mode else None, "mode"
    if rule.ownerships:
        yield None if plan.ownership is None else plan.ownership in rule.ownerships, "ownership"
    yield _is(plan.successive, rule.successive), "months_before"
    if rule.cumulated_over_months is not None:
        yield _cumulated(plan, rule.cumulated_over_months), "months_before"
    yield _is(plan.party_is_opp, rule.party_is_opp), "party_is_opp"
    yield _is(plan.permanent_management, rule.permanent_management), "permanent_management"
    yield _is(plan.written_form, rule.written_form), "written_form"


def _is(fact: bool | None, wanted: bool | None) -> bool | None:  # noqa: FBT001 - three values
    if wanted is None:
        return True
    return None if fact is None else fact == wanted


def _cumulated(plan: Plan, months: int) -> bool | None:
    if lasts_over(plan.start, plan.end, months):
        return True
    if plan.months_before is None:
        return None
    return lasts_over(plan.start, plan.end, months - plan.months_before)


def _outlasts_management(plan: Plan) -> bool:
    """`management_until` is the last day of the permanent management."""
    until = plan.management_until
    if not plan.permanent_management or until is None:
        return False
    return plan.end is None or plan.end.toordinal() - 1 > until.toordinal()


def plan_for(
    premises: Premises,
    organisation: Organisation | None,
    tenure: str,
    start: date,
    end: date | None,
    *,
    mode: str = "",
) -> Plan:
    """A plan with what the registers know of the premises and the party."""
    building = getattr(premises.resource.site, "building", None) if premises.resource.site else None
    title = Premises.LegalTitle(premises.legal_title)
    managed = title is Premises.LegalTitle.PERMANENT_MANAGEMENT
    return Plan(
        tenure=tenure,
        start=start,
        end=end,
        mode=mode,
        months_before=cumulated.months(organisation, premises.resource, start)
        if organisation
        else 0,
        party_is_opp=is_opp_on(organisation, start) if organisation else False,
        ownership=_owner(title, building),
        permanent_management=None if title is Premises.LegalTitle.UNKNOWN else managed,
        management_until=premises.permanent_management_until if managed else None,
        unit_id=premises.resource.unit_id,
    )


def _owner(title: Premises.LegalTitle, building: Any) -> str | None:
    """Premises of the State Treasury may lie in anybody's building: the title goes first."""
    if title is Premises.LegalTitle.STATE_TREASURY:
        return "state_treasury"
    return building.ownership if building else None


# --- what was recorded ---------------------------------------------------------------------------


def answered(needs: Iterable[Need], subject: str) -> list[Need]:
    """The needs with what is recorded for a case: evidence, or an override. Two queries."""
    papers: dict[str, AuthorisationEvidence] = {
        one.needed: one
        for one in AuthorisationEvidence.objects.filter(subject=subject, withdrawn_at=None)
    }
    overrides = {one.needed: one for one in AuthorisationOverride.objects.filter(subject=subject)}
    return [_answer(need, papers, overrides) for need in needs]


def _answer(
    need: Need,
    papers: Mapping[str, AuthorisationEvidence],
    overrides: Mapping[str, AuthorisationOverride],
) -> Need:
    if need.met or need.is_advice:
        return need
    for code in (need.needed, *need.instead):
        if code in papers:
            return replace(need, met=str(papers[code]))
    if need.needed in overrides:
        said = overrides[need.needed]
        return replace(need, met=f"{said.officer_name}: {said.reason}", overridden=True)
    return need


def record_evidence(
    subject: str, needed: str, *, number: str, issued_on: date, officer: Any, note: str = ""
) -> AuthorisationEvidence:
    """A resolution, consent, notification: its number and day. Raises Invalid."""
    if not number.strip():
        raise Invalid(_("Give the number of the document."), field="number")
    if issued_on > today():
        raise Invalid(_("A document cannot be of a day to come."), field="issued_on")
    return AuthorisationEvidence.objects.create(
        subject=subject,
        needed=Requirement(needed),
        number=number.strip(),
        issued_on=issued_on,
        note=note.strip(),
        recorded_by=officer,
        recorded_at=now(),
    )


def override(subject: str, need: Need, *, reason: str, officer: Any) -> AuthorisationOverride:
    """Go on without what is needed: a named officer says why. Raises Invalid, Conflict."""
    if len(reason.strip()) < 10:
        raise Invalid(_("Say why it may go on, in a sentence."), field="reason")
    if AuthorisationOverride.objects.filter(subject=subject, needed=need.needed).exists():
        raise Conflict(_("This was overridden already."), code="overridden")
    return AuthorisationOverride.objects.create(
        subject=subject,
        needed=need.needed,
        rule_id=need.rule_id,
        reason=reason.strip(),
        officer=officer,
        officer_name=officer.full_name or officer.email,
        made_at=now(),
    )
