"""The courses of procedures and applications as tables: every step allowed and forbidden, by role.

The tables are spelt out here once more, by hand, as the practice they stand for (domain: procedure
and application states). What is not listed is refused, for every kind, state, action and role.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from django.core.management import call_command

from premises.applications import states as of_application
from premises.applications.states import Situation as ApplicationSituation
from premises.models import AllocationProcedure, Application, KindTransition, ProcedureKind
from premises.procedures import states as of_procedure
from premises.procedures import steps
from premises.procedures.kinds import TABLES, load_procedure_kinds
from premises.procedures.states import Situation
from premises.procedures.steps import Role, Subject
from records.clock import KRAKOW
from records.problems import Conflict, Forbidden, Invalid

NOON = datetime(2026, 11, 23, 12, tzinfo=KRAKOW)
DAY = NOON.date()

#: Nothing stands in the way of any guard.
CLEAR = Situation(
    now=NOON,
    opens_at=NOON - timedelta(days=1),
    closes_at=NOON + timedelta(days=1),
    granted=1,
    signed=1,
)
CLEAR_APPLICATION = ApplicationSituation(
    now=NOON,
    today=DAY,
    is_call_open=True,
    sign_by=DAY - timedelta(days=1),
    checks_may_begin=True,
    defects=1,
    cards=2,
    cards_needed=2,
)

#: Steps that need another moment, or another outcome.
CLEAR_FOR = {
    "close": replace(CLEAR, closes_at=NOON),
    "fail": replace(CLEAR, granted=0, signed=0),
}

# (action, from, to): who, in all the usual kinds together.
PROCEDURE = {
    ("approve", "draft", "approved"): {"head"},
    ("return", "approved", "draft"): {"officer", "head"},
    ("post_notice", "approved", "notice_published"): {"officer", "head", "system"},
    ("open", "approved", "call_open"): {"officer", "system"},
    ("open", "notice_published", "call_open"): {"officer", "system"},
    ("close", "call_open", "call_closed"): {"officer", "system"},
    ("assess", "call_closed", "evaluation"): {"officer", "commission"},
    ("rank", "evaluation", "ranked"): {"commission"},
    ("decide", "evaluation", "decided"): {"head"},
    ("decide", "ranked", "decided"): {"head"},
    ("decide", "approved", "decided"): {"head"},
    ("sign", "decided", "contracted"): {"officer", "system"},
    ("fail", "call_closed", "failed"): {"head"},
    ("fail", "evaluation", "failed"): {"head"},
    ("fail", "ranked", "failed"): {"head"},
    ("fail", "decided", "failed"): {"head"},
    ("cancel", "approved", "cancelled"): {"head"},
    ("cancel", "notice_published", "cancelled"): {"head"},
    ("cancel", "call_open", "cancelled"): {"head"},
    ("cancel", "call_closed", "cancelled"): {"head"},
    ("cancel", "evaluation", "cancelled"): {"head"},
    ("cancel", "ranked", "cancelled"): {"head"},
    ("cancel", "decided", "cancelled"): {"head"},
}
_BOARD = {"officer", "commission"}
APPLICATION = {
    ("submit", "draft", "submitted"): {"applicant"},
    ("record", "draft", "granted"): {"officer"},
    ("check", "submitted", "formal_check"): _BOARD,
    ("admit", "formal_check", "admitted"): _BOARD,
    ("request_correction", "formal_check", "correction_requested"): _BOARD,
    ("correct", "correction_requested", "formal_check"): {"applicant"},
    ("reject", "formal_check", "rejected_formally"): _BOARD,
    ("reject", "correction_requested", "rejected_formally"): _BOARD,
    ("review", "admitted", "merit_review"): _BOARD,
    ("score", "merit_review", "scored"): {"commission"},
    ("ask_opinion", "admitted", "opinion"): {"officer"},
    ("ask_opinion", "scored", "opinion"): {"officer"},
    **{
        (action, source, target): _BOARD
        for source in ("admitted", "opinion")
        for action, target in (
            ("recommend", "recommended"),
            ("reserve", "reserve_list"),
            ("not_recommend", "not_recommended"),
        )
    },
    ("recommend", "scored", "recommended"): {"commission"},
    ("reserve", "scored", "reserve_list"): {"commission"},
    ("not_recommend", "scored", "not_recommended"): {"commission"},
    ("grant", "recommended", "granted"): {"head"},
    ("grant", "reserve_list", "granted"): {"head"},
    ("refuse", "recommended", "not_granted"): {"head"},
    ("refuse", "not_recommended", "not_granted"): {"head"},
    ("refuse", "reserve_list", "not_granted"): {"head"},
    ("sign", "granted", "contract_signed"): {"officer", "system"},
    ("resign", "granted", "resigned"): {"applicant"},
    ("lapse", "granted", "lapsed"): {"officer"},
    **{
        (action, source, target): {role}
        for source in (
            "submitted", "formal_check", "correction_requested", "admitted", "merit_review",
            "scored", "opinion", "recommended", "reserve_list", "not_recommended",
        )
        for action, target, role in (
            ("withdraw", "withdrawn", "applicant"), ("annul", "annulled", "head"),
        )
    },
    ("annul", "granted", "annulled"): {"head"},
}  # fmt: skip
NEGATIVE = {
    "rejected_formally", "not_recommended", "not_granted", "lapsed", "annulled", "failed",
    "cancelled",
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds():
    call_command("load_procedure_kinds", verbosity=0)


def all_rows(subject: Subject) -> steps.Permitted:
    """What the usual kinds permit, together."""
    return frozenset(
        KindTransition.objects.filter(subject=subject).values_list(
            "action", "source", "target", "role"
        )
    )


def said(table: dict) -> set[tuple[str, str, str, str]]:
    return {(*key, role) for key, roles in table.items() for role in roles}


@pytest.mark.parametrize(
    ("subject", "table"), [(Subject.PROCEDURE, PROCEDURE), (Subject.APPLICATION, APPLICATION)]
)
def test_the_usual_kinds_permit_these_steps_and_no_others(subject, table):
    assert all_rows(subject) == said(table)


@pytest.mark.parametrize(
    ("subject", "table", "course", "names", "clear"),
    [
        (
            Subject.PROCEDURE, PROCEDURE, of_procedure.STEPS,
            (AllocationProcedure.State, of_procedure.Action), CLEAR,
        ),
        (
            Subject.APPLICATION, APPLICATION, of_application.STEPS,
            (Application.State, of_application.Action), CLEAR_APPLICATION,
        ),
    ],
    ids=["procedure", "application"],
)  # fmt: skip
def test_every_step_from_every_state_by_every_role(subject, table, course, names, clear):
    states, actions = names
    rows = all_rows(subject)
    for state, action, role in product(states, actions, Role):
        targets = {key[2] for key in table if key[:2] == (action.value, state.value)}
        mine = {key[2] for key, who in table.items() if key[:2] == (action.value, state.value)
                and role.value in who}  # fmt: skip
        case = f"{action} from {state} by {role}"

        def take(state=state, action=action, role=role):
            return steps.require(
                course, rows, state=state, action=action, role=role,
                at=CLEAR_FOR.get(action.value, clear), label="…", reason="because",
            )  # fmt: skip

        if mine:
            assert {take().target} == mine, case
        elif targets:
            with pytest.raises(Forbidden):
                take()
        else:
            with pytest.raises(Conflict) as refused:
                take()
            assert refused.value.code == "wrong_state", case


@pytest.mark.parametrize("course", [of_procedure.STEPS, of_application.STEPS])
def test_each_negative_outcome_needs_a_reason(course):
    for step in course:
        if step.target in NEGATIVE:
            assert step.needs_reason, step.key
            rows = frozenset((*step.key, role) for role in step.roles)
            role = next(iter(step.roles))
            clear = CLEAR if course is of_procedure.STEPS else CLEAR_APPLICATION
            with pytest.raises(Invalid) as refused:
                steps.require(
                    course, rows, state=step.source, action=step.action, role=role, at=clear,
                    label="…", reason="  ", target=step.target,
                )  # fmt: skip
            assert refused.value.code == "reason_missing"


def test_nothing_is_refused_automatically():
    bad = {"rejected_formally", "not_recommended", "not_granted", "lapsed", "annulled"}
    for step in of_application.STEPS:
        if step.target in bad:
            assert Role.SYSTEM not in step.roles, step.key


def test_ended_states_have_no_way_out():
    for ended in Application.ENDED:
        assert not [one for one in of_application.STEPS if one.source == ended]
    for ended in AllocationProcedure.ENDED:
        assert not [one for one in of_procedure.STEPS if one.source == ended]


GUARDS = [
    ("a plan with a fault", of_procedure.plan_is_whole,
     {"plan": Invalid("x", code="no_lots")}, "no_lots"),
    ("closing in the past", of_procedure.plan_is_whole, {"closes_at": NOON}, "closes_in_past"),
    ("a whole plan", of_procedure.plan_is_whole, {}, None),
    ("a list that runs still", of_procedure.may_open,
     {"notice_run": Conflict("x", code="notice_runs")}, "notice_runs"),
    ("a second before opening", of_procedure.may_open,
     {"opens_at": NOON + timedelta(seconds=1)}, "too_early"),
    ("at the hour of opening", of_procedure.may_open, {"opens_at": NOON}, None),
    ("opening after closing", of_procedure.may_open, {"closes_at": NOON}, "too_late"),
    ("a second before closing", of_procedure.closing_has_come,
     {"closes_at": NOON + timedelta(seconds=1)}, "still_open"),
    ("at the hour of closing", of_procedure.closing_has_come, {"closes_at": NOON}, None),
    ("offers not opened", of_procedure.offers_are_opened, {"sealed_unopened": True}, "sealed"),
    ("an unchecked application", of_procedure.all_checked, {"unchecked": 1}, "unchecked"),
    ("an unanswered application", of_procedure.somebody_granted, {"unanswered": 1}, "unanswered"),
    ("nobody granted", of_procedure.somebody_granted, {"granted": 0}, "nobody_granted"),
    ("failing though granted", of_procedure.nothing_granted, {}, "granted"),
    ("failing with a reserve", of_procedure.nothing_granted,
     {"granted": 0, "signed": 0, "reserved": 1}, "reserved"),
    ("failing with nothing", of_procedure.nothing_granted, {"granted": 0, "signed": 0}, None),
    ("an unsigned contract", of_procedure.all_signed, {"unsigned": 1}, "unsigned"),
    ("no contract at all", of_procedure.all_signed, {"signed": 0}, "nothing_signed"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "given", "code"), [row[1:] for row in GUARDS], ids=[row[0] for row in GUARDS]
)
def test_guards_of_a_procedure(guard, given, code):
    problem = guard(replace(CLEAR, **given))
    assert (problem.code if problem else None) == code


APPLICATION_GUARDS = [
    ("closed call", of_application.call_is_open, {"is_call_open": False}, "call_closed"),
    ("too early to check", of_application.checks_may_begin, {"checks_may_begin": False},
     "checks_too_early"),
    ("an open line", of_application.checklist_is_whole, {"undecided_lines": 1}, "checklist_open"),
    ("an unmet line", of_application.checklist_is_whole, {"unmet_lines": 1}, "checklist_unmet"),
    ("no defects listed", of_application.defects_are_listed, {"defects": 0}, "no_defects"),
    ("the last day to complete", of_application.correction_is_over, {"correction_due": DAY},
     "still_time"),
    ("the day after", of_application.correction_is_over,
     {"correction_due": DAY - timedelta(days=1)}, None),
    ("one card of two", of_application.enough_cards, {"cards": 1}, "too_few_cards"),
    ("granted to another", of_application.lot_is_free, {"lot_is_free": False}, "lot_granted"),
    ("not the next", of_application.moves_up, {"is_next": False}, "not_next"),
    ("the last day of the reserve", of_application.moves_up, {"reserve_until": DAY}, None),
    ("after the reserve", of_application.moves_up,
     {"reserve_until": DAY - timedelta(days=1)}, "reserve_over"),
    ("the last day to sign", of_application.signing_is_over, {"sign_by": DAY}, "still_time"),
    ("no day to sign", of_application.signing_is_over, {"sign_by": None}, "still_time"),
    ("the day after signing", of_application.signing_is_over,
     {"sign_by": date(2026, 11, 22)}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "given", "code"),
    [row[1:] for row in APPLICATION_GUARDS],
    ids=[row[0] for row in APPLICATION_GUARDS],
)
def test_guards_of_an_application(guard, given, code):
    problem = guard(replace(CLEAR_APPLICATION, **given))
    assert (problem.code if problem else None) == code


def test_a_row_cannot_invent_a_step_nor_give_it_to_somebody_it_never_belongs_to():
    kind = ProcedureKind.objects.get(code="no_tender")
    rows = [
        KindTransition(kind=kind, subject="application", action="grant", source="draft",
                       target="granted", role="head"),
        KindTransition(kind=kind, subject="application", action="reject", source="formal_check",
                       target="rejected_formally", role="system"),
        KindTransition(kind=kind, subject="procedure", action="approve", source="draft",
                       target="approved", role="head"),
    ]  # fmt: skip
    assert len(steps.unknown(rows, TABLES)) == 2


def test_loading_again_changes_nothing_and_keeps_what_officials_changed():
    kind = ProcedureKind.objects.get(code="no_tender")
    kind.stages.filter(code="formal_check").update(days=10)
    counted = [KindTransition.objects.count(), ProcedureKind.objects.count()]
    load_procedure_kinds()
    assert [KindTransition.objects.count(), ProcedureKind.objects.count()] == counted
    assert kind.stages.get(code="formal_check").days == 10
    assert ProcedureKind.objects.count() == 6


def test_a_kind_without_a_step_refuses_it():
    auction = ProcedureKind.objects.get(code="oral_auction")
    rows = steps.permitted(auction, Subject.APPLICATION)
    with pytest.raises(Conflict):
        steps.require(
            of_application.STEPS, rows, state="admitted", action="review", role=Role.COMMISSION,
            at=CLEAR_APPLICATION, label="…",
        )  # fmt: skip
