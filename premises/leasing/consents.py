"""What the tenant asks for and the unit answers: use by others, works. And rows of the unit."""

from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from premises.leasing import course
from premises.leasing.states import Role
from premises.models import (
    Asked,
    Insurance,
    Lease,
    LeaseParty,
    Security,
    ThirdPartyConsent,
    UtilityTerm,
    WorksConsent,
)
from records.clock import now
from records.problems import Conflict, Invalid

Row = LeaseParty | Security | Insurance | UtilityTerm
Consent = ThirdPartyConsent | WorksConsent


@transaction.atomic
def ask(lease: Lease, by: course.By, consent: Consent, *, as_tenant: bool = True) -> Consent:
    """Record what the tenant asks for; the unit is to answer."""
    locked, actor = course.take(lease, by, as_tenant=as_tenant)
    if locked.state not in Lease.RUNNING:
        raise Conflict(_("This can be asked while the contract runs."), code="wrong_state")
    consent.lease = locked
    consent.state, consent.asked_at, consent.asked_by = Asked.ASKED, now(), actor.name
    consent.save()
    course.save(locked)
    course.note(locked, actor, "asked", message=str(consent))
    return consent


@transaction.atomic
def decide(
    lease: Lease,
    by: course.By,
    consent: Consent,
    state: str,
    reason: str,
    *,
    settle: str = "",
    cap: Decimal | None = None,
) -> None:
    """Grant or refuse. Raises Invalid without a reason for a refusal, Conflict if decided."""
    locked, actor = course.take(lease, by)
    fresh = type(consent).objects.select_for_update().get(pk=consent.pk, lease=locked)
    if fresh.state != Asked.ASKED:
        raise Conflict(_("This is decided already."), code="decided")
    if state == Asked.REFUSED and not reason.strip():
        raise Invalid(_("Say why: the tenant reads it."), field="reason")
    fresh.state, fresh.reason = Asked(state), reason.strip()
    fresh.decided_at, fresh.decided_by = now(), actor.name
    if isinstance(fresh, WorksConsent) and settle:
        fresh.settle, fresh.cap = WorksConsent.Settle(settle), cap
    fresh.save()
    course.save(locked)
    words = _("%(what)s: %(answer)s. %(reason)s") % {
        "what": fresh, "answer": fresh.get_state_display(), "reason": fresh.reason,
    }  # fmt: skip
    course.note(locked, actor, "decided", message=words.strip())


@transaction.atomic
def save_row(lease: Lease, by: course.By, row: Row, *, seen: int | None = None) -> None:
    """A party, security, insurance or utility, as an officer writes it down."""
    locked, actor = course.take(lease, by, seen=seen)
    if actor.role not in (Role.OFFICER, Role.HEAD):
        raise Conflict(_("The unit keeps this."), code="not_yours")
    if locked.state in (Lease.State.ARCHIVED, Lease.State.ABANDONED):
        raise Conflict(_("This contract is closed."), code="wrong_state")
    row.lease = locked
    try:
        with transaction.atomic():
            row.save()
            _check_now()
    except IntegrityError as error:
        if "exceed the whole" in str(error):
            raise Invalid(
                _("The shares exceed the whole. Make another share smaller first."),
                field="share_numerator",
            ) from error
        raise
    course.save(locked)
    course.note(locked, actor, "row", message=f"{row._meta.verbose_name}: {row}", internal=True)


def _check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS lease_party_shares_fit IMMEDIATE")
        cursor.execute("SET CONSTRAINTS lease_party_shares_fit DEFERRED")
