"""The course of a contract as data: from which state to which, by whom, on what condition.

Practice behind it: docs/leases.md. Nothing else in the product changes Lease.state; course.py
does, by this table. From one state to another leads at most one way, so a step is named by where
it leads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from premises.models import Lease
from records import typography
from records.problems import Conflict, Forbidden, Invalid, Problem

State = Lease.State


class Role(StrEnum):
    """On whose behalf somebody acts in this case."""

    OFFICER = "officer"
    HEAD = "head"
    TENANT = "tenant"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Situation:
    """What guards look at, read under the locks of the step.

    `not_back` names contracts whose tenants are still in the place; `missing` what a draft lacks;
    `unanswered` needs of the rules without evidence or override; `open_securities` and
    `open_outlays` what is not settled; `unsecured` what should have been given before handover.
    """

    today: date
    starts_on: date
    ends_before: date | None = None
    terminated: bool = False
    near_end_from: date | None = None
    return_by: date | None = None
    claims_until: date | None = None
    extra_time_over: date | None = None
    continued: bool = False
    missing: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    unsecured: tuple[str, ...] = ()
    not_back: tuple[str, ...] = ()
    open_securities: tuple[str, ...] = ()
    open_outlays: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        return self.ends_before is not None and self.today >= self.ends_before


Guard = Callable[[Situation], Problem | None]


def complete(at: Situation) -> Problem | None:
    if at.missing:
        return Conflict(
            _("Complete the draft first: %(what)s.") % {"what": ", ".join(at.missing)},
            code="draft_incomplete",
        )
    return None


def needs_answered(at: Situation) -> Problem | None:
    if at.unanswered:
        return Conflict(
            _("Record the evidence, or go on without it by name and with a reason: %(what)s.")
            % {"what": ", ".join(at.unanswered)},
            code="needs_unanswered",
        )
    return complete(at)


def secured(at: Situation) -> Problem | None:
    if at.unsecured:
        return Conflict(
            _("Before the handover is still missing: %(what)s.")
            % {"what": ", ".join(at.unsecured)},
            code="unsecured",
        )
    return None


def place_is_back(at: Situation) -> Problem | None:
    if at.not_back:
        return Conflict(
            _("The place is not handed back yet under %(what)s. Record the hand-back first.")
            % {"what": ", ".join(at.not_back)},
            code="not_handed_back",
        )
    return None


def term_over(at: Situation) -> Problem | None:
    if not at.over:
        return Conflict(_("The term is not over yet."), code="term_not_over")
    return None


def term_over_not_continued(at: Situation) -> Problem | None:
    if at.continued:
        return Conflict(_("The tenant stays under the next contract."), code="continued")
    return term_over(at)


def term_over_and_continued(at: Situation) -> Problem | None:
    if not at.continued:
        return Conflict(_("No next contract of this tenant begins on that day."), code="no_next")
    return term_over(at)


def end_in_sight(at: Situation) -> Problem | None:
    if at.near_end_from is None or at.today < at.near_end_from:
        return Conflict(_("The end is not in sight yet."), code="end_not_near")
    return None


def end_out_of_sight(at: Situation) -> Problem | None:
    if at.near_end_from is not None and at.today >= at.near_end_from:
        return Conflict(_("The term was not prolonged."), code="not_prolonged")
    return None


def is_terminated(at: Situation) -> Problem | None:
    if not at.terminated:
        return Conflict(_("Record the notice or the agreement first."), code="no_termination")
    return None


def extra_time_over(at: Situation) -> Problem | None:
    if at.extra_time_over is not None and at.today < at.extra_time_over:
        return Conflict(
            _("The additional time to pay runs until %(day)s.")
            % {"day": typography.day(at.extra_time_over)},
            code="extra_time_runs",
        )
    return is_terminated(at)


def return_overdue(at: Situation) -> Problem | None:
    if at.return_by is None or at.today < at.return_by:
        return Conflict(_("The time to hand back is not over yet."), code="return_not_due")
    return None


def all_settled(at: Situation) -> Problem | None:
    still = at.open_securities + at.open_outlays
    if still:
        return Conflict(
            _("Settle first: %(what)s.") % {"what": ", ".join(still)}, code="not_settled"
        )
    return None


def claims_lapsed(at: Situation) -> Problem | None:
    if at.claims_until is None or at.today < at.claims_until:
        day = typography.day(at.claims_until) if at.claims_until else "–"
        return Conflict(
            _("Claims from the contract may be raised until %(day)s.") % {"day": day},
            code="claims_run",
        )
    return None


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from `source` to `target`. `words` is what the button says, if a person may do it."""

    source: State
    target: State
    roles: frozenset[Role]
    words: str | Promise
    guard: Guard | None = None
    needs_reason: bool = False
    #: Done on a page of its own, which asks for dates and shows what follows.
    page: str = ""


_OFFICE = frozenset({Role.OFFICER, Role.HEAD})
_HEAD = frozenset({Role.HEAD})
_SYSTEM = frozenset({Role.SYSTEM})
_OFFICE_OR_SYSTEM = _OFFICE | _SYSTEM

#: From these the clock ends a term that is over.
_RUNS = Lease.RUNNING
#: In these the parties may end it early.
_MAY_END = tuple(one for one in _RUNS if one is not State.NOTICE_GIVEN)


def _steps() -> Iterator[Transition]:
    yield Transition(
        State.DRAFTING, State.LEGAL_CHECK, _OFFICE,
        gettext_lazy("Send to the lawyer and the treasurer"), complete,
    )  # fmt: skip
    yield Transition(
        State.LEGAL_CHECK, State.DRAFTING, _OFFICE, gettext_lazy("Return with remarks"),
        needs_reason=True,
    )  # fmt: skip
    yield Transition(
        State.LEGAL_CHECK, State.TO_SIGN, _HEAD, gettext_lazy("Approve and send to be signed"),
        needs_answered,
    )  # fmt: skip
    yield Transition(
        State.TO_SIGN, State.SIGNED, _OFFICE, gettext_lazy("Record the signatures"),
        needs_answered, page="signed",
    )  # fmt: skip
    for source in (State.DRAFTING, State.TO_SIGN):
        yield Transition(
            source, State.ABANDONED, _OFFICE, gettext_lazy("Abandon"), needs_reason=True
        )
    # Rescinded before anybody moved in; nothing is to be handed back then.
    for source in (State.SIGNED, State.HANDOVER_PENDING):
        yield Transition(
            source, State.ABANDONED, _HEAD, gettext_lazy("Rescind before the handover"),
            needs_reason=True,
        )  # fmt: skip
    yield Transition(
        State.SIGNED, State.HANDOVER_PENDING, _OFFICE, gettext_lazy("Prepare the handover"),
        secured,
    )  # fmt: skip
    yield Transition(
        State.HANDOVER_PENDING, State.ACTIVE, _OFFICE, gettext_lazy("Record the handover"),
        place_is_back, page="handover",
    )  # fmt: skip
    yield from _troubles()
    yield from _ends()
    yield from _afterwards()


def _troubles() -> Iterator[Transition]:
    for source in (State.ACTIVE, State.EXPIRING):
        yield Transition(
            source, State.ARREARS, _OFFICE_OR_SYSTEM, gettext_lazy("Note arrears"),
            needs_reason=True,
        )  # fmt: skip
        yield Transition(
            source, State.BREACH, _OFFICE, gettext_lazy("Note a breach"), needs_reason=True
        )
    yield Transition(
        State.ARREARS, State.WARNED, _OFFICE, gettext_lazy("Call to pay in additional time"),
        needs_reason=True,
    )  # fmt: skip
    for source in (State.ARREARS, State.WARNED):
        yield Transition(source, State.ACTIVE, _OFFICE_OR_SYSTEM, gettext_lazy("Arrears are paid"))
    yield Transition(
        State.BREACH, State.ACTIVE, _OFFICE, gettext_lazy("The breach is cured"),
        needs_reason=True,
    )  # fmt: skip
    yield Transition(
        State.WARNED, State.TERMINATED_IMMEDIATE, _HEAD, gettext_lazy("Terminate without notice"),
        extra_time_over, needs_reason=True, page="terminate",
    )  # fmt: skip
    yield Transition(
        State.BREACH, State.TERMINATED_IMMEDIATE, _HEAD,
        gettext_lazy("Terminate without notice"), is_terminated, needs_reason=True,
        page="terminate",
    )  # fmt: skip


def _ends() -> Iterator[Transition]:
    yield Transition(
        State.ACTIVE, State.EXPIRING, _SYSTEM, gettext_lazy("The end is in sight"), end_in_sight
    )
    yield Transition(
        State.EXPIRING, State.RENEWAL_REQUESTED, _OFFICE | {Role.TENANT},
        gettext_lazy("Ask for the next contract"),
    )  # fmt: skip
    yield Transition(
        State.RENEWAL_REQUESTED, State.EXPIRING, _OFFICE,
        gettext_lazy("Refuse the next contract"), needs_reason=True,
    )  # fmt: skip
    for source in (State.EXPIRING, State.RENEWAL_REQUESTED):
        yield Transition(source, State.ACTIVE, _SYSTEM, gettext_lazy("Prolonged"), end_out_of_sight)
    for source in _MAY_END:
        yield Transition(
            source, State.NOTICE_GIVEN, _OFFICE, gettext_lazy("End by notice or agreement"),
            is_terminated, needs_reason=True, page="terminate",
        )  # fmt: skip
    for source in _RUNS:
        yield Transition(source, State.ENDED, _SYSTEM, gettext_lazy("The term is over"), term_over)
    yield Transition(
        State.ENDED, State.RETURN_PENDING, _SYSTEM, gettext_lazy("The place is to be handed back"),
        term_over_not_continued,
    )  # fmt: skip
    yield Transition(
        State.ENDED, State.ARCHIVED, _SYSTEM, gettext_lazy("Continued by the next contract"),
        term_over_and_continued,
    )  # fmt: skip
    yield Transition(
        State.TERMINATED_IMMEDIATE, State.RETURN_PENDING, _OFFICE_OR_SYSTEM,
        gettext_lazy("The place is to be handed back"),
    )  # fmt: skip


def _afterwards() -> Iterator[Transition]:
    yield Transition(
        State.RETURN_PENDING, State.HOLDOVER, _OFFICE_OR_SYSTEM,
        gettext_lazy("Used without title"), return_overdue,
    )  # fmt: skip
    for source in (State.RETURN_PENDING, State.HOLDOVER):
        yield Transition(
            source, State.RETURNED, _OFFICE, gettext_lazy("Record the hand-back"), page="return"
        )
    yield Transition(
        State.RETURNED, State.SETTLED, _OFFICE, pgettext_lazy("a contract", "Close as settled"),
        all_settled,
    )  # fmt: skip
    yield Transition(
        State.SETTLED, State.ARCHIVED, _OFFICE_OR_SYSTEM, gettext_lazy("Archive"), claims_lapsed
    )


TRANSITIONS: tuple[Transition, ...] = tuple(_steps())
BY_ENDS = {(one.source, one.target): one for one in TRANSITIONS}
FINAL = frozenset(State) - {one.source for one in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that somebody may take, and what stands in its way now (None: nothing)."""

    transition: Transition
    problem: Problem | None = field(default=None)


def offers(state: str, role: Role, at: Situation) -> list[Offer]:
    """What this side may do in this state; a blocked step says why."""
    return [
        Offer(one, one.guard(at) if one.guard else None)
        for one in TRANSITIONS
        if one.source == state and role in one.roles
    ]


def require(source: str, target: str, role: Role, at: Situation, *, reason: str = "") -> Transition:
    """The transition, or the Problem that says why not.

    Raises Conflict (no such way, or its guard says no), Forbidden (another side's to do), Invalid
    (it needs a reason).
    """
    found = BY_ENDS.get((State(source), State(target)))
    if found is None:
        raise Conflict(
            _("This cannot be done now: the contract is “%(state)s”.")
            % {"state": State(source).label},
            code="wrong_state",
            extra={"state": str(source)},
        )
    if role not in found.roles:
        raise Forbidden(_("Somebody else takes this step."))
    if found.guard and (problem := found.guard(at)):
        raise problem
    if found.needs_reason and not reason.strip():
        raise Invalid(
            _("Write why: it stays with the case."), code="reason_missing", field="reason"
        )
    return found
