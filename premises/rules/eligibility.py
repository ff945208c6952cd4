"""Whether an organisation can have premises, from its own entry in the register.

Each condition is a row (EligibilityRule) whose question the register answers: met, not met, or not
known. What the city knows already is not asked again. Nothing is refused by this: it says what to
expect and what to do.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from organisations.models import Organisation
from premises.leasing import cumulated
from premises.models import EligibilityRule, Premises, Tenure
from premises.rates.lines import local
from premises.rules.arrears import arrears_of
from premises.rules.months import add_months
from records import typography
from records.clock import today
from resources.booking.pricing import is_verified
from resources.models import Resource

Question = EligibilityRule.Question
#: (met, not met or not known; what it rests on)
Answer = tuple[bool | None, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition and what the register says to it. `met` None: nobody knows."""

    label: str
    met: bool | None
    detail: str
    hint: str = ""
    basis: str = ""
    required: bool = True

    @property
    def state(self) -> str:
        return {True: "yes", False: "no", None: "unknown"}[self.met]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: `held` says that the city has it and does not ask again."""

    label: str
    held: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All conditions and papers for one organisation (None: anybody) and premises."""

    conditions: tuple[Condition, ...]
    papers: tuple[Paper, ...]

    @property
    def met(self) -> int:
        return sum(one.met is True for one in self.conditions)

    @property
    def may(self) -> bool | None:
        """False if a required condition is not met, None if one is not known."""
        required = [one.met for one in self.conditions if one.required]
        if False in required:
            return False
        return None if None in required else True

    @property
    def missing(self) -> list[Condition]:
        """Required conditions that are not met."""
        return [one for one in self.conditions if one.required and one.met is False]

    @property
    def held(self) -> list[Paper]:
        return [one for one in self.papers if one.held]

    @property
    def to_bring(self) -> list[Paper]:
        return [one for one in self.papers if not one.held]


@dataclass(frozen=True, slots=True)
class _Case:
    """What a condition may look at."""

    premises: Premises
    organisation: Organisation
    on: date
    rule: EligibilityRule


def rules_on(
    unit_id: int | None, on: date, tenure: str | None = Tenure.LEASE
) -> list[EligibilityRule]:
    """The approved rows of the day: the city's, with the unit's own in their places. `tenure`
    None: for any kind of contract. One query."""
    rows = (
        EligibilityRule.objects.filter(approved_at__isnull=False, valid__contains=on)
        .filter(Q(unit_id=None) | Q(unit_id=unit_id))
        .select_related("legal_act")
        .order_by(F("unit_id").asc(nulls_first=True))
    )
    found = {rule.code: rule for rule in rows}
    wanted = [
        rule
        for rule in found.values()
        if tenure is None or not rule.tenures or tenure in rule.tenures
    ]
    return sorted(wanted, key=lambda rule: (rule.order, rule.code))


def eligibility(
    premises: Premises,
    organisation: Organisation | None,
    on: date | None = None,
    *,
    tenure: str = Tenure.LEASE,
    rules: Iterable[EligibilityRule] | None = None,
) -> Eligibility:
    """The conditions with the register's answers. For nobody in particular all are open."""
    on = on or today()
    if rules is None:
        rules = rules_on(premises.resource.unit_id, on, tenure)
    conditions, papers = [], []
    for rule in rules:
        if rule.question == Question.PAPER:
            papers.append(_paper(rule, organisation, on))
        else:
            conditions.append(_condition(rule, premises, organisation, on))
    return Eligibility(tuple(conditions), tuple(papers))


def _condition(
    rule: EligibilityRule, premises: Premises, organisation: Organisation | None, on: date
) -> Condition:
    met: bool | None = None
    detail = ""
    if organisation is not None:
        met, detail = ANSWERS[Question(rule.question)](_Case(premises, organisation, on, rule))
    elif rule.question == Question.OPEN_TO:
        met, detail = _open_to_ngos(premises)
    basis = ", ".join(text for text in (rule.provision, str(rule.legal_act)) if text)
    hint = "" if met is True else _hint(rule)
    return Condition(local(rule, "label"), met, detail, hint, basis, rule.required)


def _hint(rule: EligibilityRule) -> str:
    return local(rule, "hint") if rule.hint_pl else ""


# --- what the register answers -------------------------------------------------------------------


def _verified(case: _Case) -> Answer:
    one = case.organisation
    if is_verified(one, case.on):
        if one.verified_until is None:
            return True, ""
        return True, _("until %(day)s") % {"day": typography.day(one.verified_until)}
    return False, str(one.get_verification_state_display())


def _legal_form(case: _Case) -> Answer:
    form = case.organisation.legal_form
    return form in case.rule.codes, str(case.organisation.get_legal_form_display())


def _active(case: _Case) -> Answer:
    since = case.organisation.registered_on
    if since is None:
        return None, _("the day of the register entry is not known")
    months = case.rule.number or 0
    words = _("entered in the register on %(day)s") % {"day": typography.day(since)}
    return add_months(since, months) <= case.on, words


def _sphere(case: _Case) -> Answer:
    english = (get_language() or "pl").startswith("en")
    spheres = [
        (row.sphere.code, row.sphere.text_en if english else row.sphere.text_pl)
        for row in case.organisation.spheres.select_related("sphere").order_by("sphere__order")
    ]
    if not spheres:
        return None, _("the entry names no spheres")
    wanted = case.rule.codes
    fitting = [text for code, text in spheres if not wanted or code in wanted]
    shown = [text.split(",")[0] for text in fitting[:3]]
    return bool(fitting), _("%(spheres)s; from your entry") % {"spheres": ", ".join(shown)}


def _no_arrears(case: _Case) -> Answer:
    owes, checked = arrears_of(case.organisation, case.on)
    if owes is None:
        return None, _("the city will check it")
    day = typography.day(checked or case.on)
    return not owes, _("checked on %(day)s") % {"day": day}


def _open_to(case: _Case) -> Answer:
    group = case.organisation.legal_form == Organisation.LegalForm.INFORMAL_GROUP
    wanted = Resource.OpenTo.INFORMAL_GROUP if group else Resource.OpenTo.NGO
    return _opened(case.premises, wanted)


def _open_to_ngos(premises: Premises) -> Answer:
    return _opened(premises, Resource.OpenTo.NGO)


def _opened(premises: Premises, wanted: str) -> Answer:
    open_to = premises.resource.open_to
    if not open_to:
        return None, _("the unit has not said for whom they are")
    names = [str(Resource.OpenTo(one).label) for one in open_to]
    return wanted in open_to, _("meant for: %(groups)s") % {"groups": ", ".join(names)}


def _no_council(case: _Case) -> Answer:
    """Whether a contract of the usual longest term still stays within the cumulated months."""
    months = cumulated.months(case.organisation, case.premises.resource, case.on)
    longest = case.rule.number or 0
    if months == 0:
        return True, _("first contract on these premises; 0 months in all")
    words = ngettext(
        "this organisation has held them for %(months)s month",
        "this organisation has held them for %(months)s months",
        months,
    ) % {"months": months}
    return months < longest, words


def _paper_is_no_condition(_case: _Case) -> Answer:
    return None, ""


ANSWERS: Mapping[Question, Callable[[_Case], Answer]] = {
    Question.VERIFIED: _verified,
    Question.LEGAL_FORM: _legal_form,
    Question.MIN_MONTHS_ACTIVE: _active,
    Question.SPHERE: _sphere,
    Question.NO_ARREARS: _no_arrears,
    Question.OPEN_TO: _open_to,
    Question.NO_COUNCIL: _no_council,
    Question.PAPER: _paper_is_no_condition,
}


# --- papers --------------------------------------------------------------------------------------


def _paper(rule: EligibilityRule, organisation: Organisation | None, on: date) -> Paper:
    kept = EligibilityRule.KeptWith(rule.kept_with)
    held = (
        organisation is not None
        and {
            EligibilityRule.KeptWith.NOTHING: False,
            EligibilityRule.KeptWith.KRS: bool(organisation.krs),
            EligibilityRule.KeptWith.REGISTER: organisation.updated_by_organisation_on is not None,
            EligibilityRule.KeptWith.VERIFICATION: is_verified(organisation, on),
        }[kept]
    )
    label = local(rule, "label")
    if held and kept == EligibilityRule.KeptWith.KRS and organisation:
        return Paper(label, held, f"KRS {organisation.krs}")
    return Paper(label, bool(held), "" if held else _hint(rule))
