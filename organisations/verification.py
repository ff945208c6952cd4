"""The city confirms that an organisation is what it says: states, who moves it, and for how long.

    draft -> submitted -> verified -> stale -> verified
                 |             \\-> submitted (its identifying data changed)
                 \\-> draft (to be completed)
    any -> suspended -> submitted;  any -> archived

A confirmation lasts twelve months. Level and evidence stand in Verification rows.
"""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from organisations.models import Organisation, Person, Verification
from organisations.notify import notify
from organisations.people import coordinators, representatives_of
from organisations.permissions import require
from organisations.register import FORMS_IN_KRS
from organisations.roles import roles_of
from records import clock
from records.problems import Conflict, Forbidden, Invalid, Problem, Problems

State = Organisation.VerificationState
MONTHS_VALID = 12

#: step -> states it may start from
STEPS: dict[str, frozenset[str]] = {
    "submit": frozenset({State.DRAFT}),
    "verify": frozenset({State.SUBMITTED, State.STALE, State.VERIFIED}),
    "return": frozenset({State.SUBMITTED, State.STALE}),
    "suspend": frozenset({State.SUBMITTED, State.VERIFIED, State.STALE}),
    "reinstate": frozenset({State.SUSPENDED}),
    "archive": frozenset(set(State) - {State.ARCHIVED}),
}


def possible_steps(organisation: Organisation) -> list[str]:
    return [step for step, states in STEPS.items() if organisation.verification_state in states]


def _locked(organisation: Organisation, step: str) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.verification_state not in STEPS[step]:
        raise Conflict(
            _("This cannot be done now: the organisation is “%(state)s”.")
            % {"state": locked.get_verification_state_display()},
            code="wrong_state",
        )
    return locked


def missing_for_submission(organisation: Organisation) -> list[Problem]:
    """What the city will need; empty when the organisation can be sent."""
    missing: list[Problem] = []
    if organisation.legal_form in FORMS_IN_KRS and not organisation.krs:
        missing.append(Invalid(_("Enter the KRS number: this form has one."), field="krs"))
    registered_elsewhere = {
        Organisation.LegalForm.ORDINARY_ASSOCIATION,
        Organisation.LegalForm.SCHOOL_SPORTS_CLUB,
        Organisation.LegalForm.RURAL_WOMENS_CIRCLE,
        Organisation.LegalForm.CHURCH_ENTITY,
    }
    if organisation.legal_form in registered_elsewhere and not (
        organisation.krs or organisation.other_register
    ):
        missing.append(
            Invalid(_("Say in which register the organisation is entered."), field="other_register")
        )
    if organisation.legal_form == Organisation.LegalForm.LOCAL_BRANCH and not (
        organisation.krs or organisation.parent_id
    ):
        missing.append(
            Invalid(_("Choose the organisation that this is a branch of."), field="parent")
        )
    if not organisation.contacts.exists():
        missing.append(Invalid(_("Add at least one contact."), field="contacts"))
    return missing


@transaction.atomic
def submit(organisation: Organisation, by: Person) -> None:
    """Send to the city to be confirmed. Raises Problems with all that is missing."""
    if organisation.verification_state in STEPS["submit"]:
        require(by, "organisation.submit", organisation)
    locked = _locked(organisation, "submit")
    if missing := missing_for_submission(locked):
        raise Problems(missing)
    locked.verification_state = State.SUBMITTED
    locked.review_note = ""
    locked.updated_by_organisation_on = clock.today()
    locked.save()
    _refresh(organisation)
    notify(
        coordinators(),
        "organisation_submitted",
        {"organisation": locked.name},
        url=f"/organizacje/{locked.slug}/",
    )


@transaction.atomic
def verify(organisation: Organisation, by: Person, *, level: str, evidence: str) -> Verification:
    """Confirm for twelve months. Raises Invalid without level and evidence."""
    _require_other(organisation, by, "organisation.verify")
    locked = _locked(organisation, "verify")
    if level not in Verification.Level.values:
        raise Invalid(_("Choose how you checked."), field="level")
    if not evidence.strip():
        raise Invalid(
            _("Say what you compared: an extract, a document, a meeting."), field="evidence"
        )
    until = clock.today() + relativedelta(months=MONTHS_VALID)
    verification = Verification.objects.create(
        organisation=locked,
        level=level,
        evidence=evidence.strip()[:300],
        verified_at=clock.now(),
        verified_by=str(by),
        valid_until=until,
    )
    locked.verification_state = State.VERIFIED
    locked.verified_until = until
    locked.review_note = ""
    locked.save()
    _refresh(organisation)
    _tell(locked, "organisation_verified", until=until)
    return verification


@transaction.atomic
def send_back(organisation: Organisation, by: Person, *, reason: str) -> None:
    """To be completed: the organisation reads what to mend and sends it again."""
    _require_other(organisation, by, "organisation.verify")
    locked = _locked(organisation, "return")
    locked.verification_state = State.DRAFT
    locked.review_note = _reason(reason)
    locked.save()
    _refresh(organisation)
    _tell(locked, "organisation_returned", reason=locked.review_note)


@transaction.atomic
def suspend(organisation: Organisation, by: Person, *, reason: str) -> None:
    """No new requests for now. Bookings that stand are for their units to judge."""
    _require_other(organisation, by, "organisation.suspend")
    locked = _locked(organisation, "suspend")
    locked.verification_state = State.SUSPENDED
    locked.review_note = _reason(reason)
    locked.save()
    _refresh(organisation)
    _tell(locked, "organisation_suspended", reason=locked.review_note)


@transaction.atomic
def reinstate(organisation: Organisation, by: Person) -> None:
    """The reason is gone; it is looked at again before it counts as confirmed."""
    _require_other(organisation, by, "organisation.suspend")
    locked = _locked(organisation, "reinstate")
    locked.verification_state = State.SUBMITTED
    locked.review_note = _("Was suspended: %(reason)s") % {"reason": locked.review_note}
    locked.save()
    _refresh(organisation)


@transaction.atomic
def archive(organisation: Organisation, by: Person, *, reason: str) -> None:
    """The organisation has ended; its record and its past requests stay."""
    _require_other(organisation, by, "organisation.archive")
    locked = _locked(organisation, "archive")
    locked.verification_state = State.ARCHIVED
    locked.review_note = _reason(reason)
    locked.save()
    _refresh(organisation)


def waiting() -> QuerySet[Organisation]:
    """The queue: sent to be confirmed, and stale ones whose members looked through their data."""
    return Organisation.objects.filter(
        Q(verification_state=State.SUBMITTED)
        | Q(verification_state=State.STALE, updated_by_organisation_on__gte=F("verified_until"))
    ).order_by("updated_by_organisation_on", "name")


def age_confirmations(today: date | None = None) -> int:
    """Confirmations past their last day become stale, and representatives are told. How many."""
    day = today or clock.today()
    aged = 0
    with transaction.atomic():
        due = Organisation.objects.select_for_update(skip_locked=True).filter(
            verification_state=State.VERIFIED, verified_until__lte=day
        )
        for organisation in due:
            organisation.verification_state = State.STALE
            organisation.save()
            notify(
                representatives_of(organisation),
                "organisation_stale",
                {"organisation": organisation.name},
                url=f"/organizacje/{organisation.slug}/",
                key=f"organisation:{organisation.pk}:stale:{organisation.verified_until}",
            )
            aged += 1
    return aged


def _require_other(organisation: Organisation, by: Person, action: str) -> None:
    """Nobody confirms or suspends an organisation that they belong to."""
    require(by, action, organisation)
    if organisation.pk in roles_of(by).organisations:
        raise Forbidden(_("You belong to this organisation: another coordinator must do this."))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Give the reason in a simple sentence."), field="reason")
    return reason.strip()[:500]


def _refresh(organisation: Organisation) -> None:
    organisation.refresh_from_db()


def _tell(organisation: Organisation, kind: str, **context: object) -> None:
    notify(
        representatives_of(organisation),
        kind,
        {"organisation": organisation.name, **context},
        url=f"/organizacje/{organisation.slug}/",
    )
