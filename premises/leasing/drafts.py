"""Contracts in preparation: from scratch, from a granted application, or after another one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import Organisation, Person, Sphere
from premises.leasing import course, dates, numbers, terms
from premises.models import Application, Lease, LeaseObject, LeaseParty
from records.clock import now, today
from records.models import LegalAct
from records.problems import Conflict, Invalid, Problem, Problems
from resources.models import ManagingUnit, Resource

State = Lease.State


@dataclass(frozen=True, slots=True)
class Party:
    """One party of a draft: an organisation, or a name with whether it is a natural person."""

    organisation: Organisation | None = None
    name: str = ""
    natural_person: bool = False
    role: str = LeaseParty.Role.TENANT
    share: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a contract in preparation says. `ends_before` None: for an indefinite time."""

    kind: str
    places: Sequence[Resource]
    parties: Sequence[Party]
    starts_on: date
    ends_before: date | None
    rent_net: Decimal = Decimal(0)
    vat_rate: Decimal | None = None
    explanation: Sequence[dict[str, Any]] = ()
    payment_day: int | None = None
    indexed: bool = True
    purpose: str = ""
    spheres: Sequence[Sphere] = ()
    business_allowed: bool = False
    conditions: str = ""
    exclusive: bool = True
    basis: str = ""
    legal_act: LegalAct | None = None
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@course.retrying
@transaction.atomic
def create(
    unit: ManagingUnit,
    draft: Draft,
    actor: course.Actor,
    *,
    officer: Person | None = None,
    application: Application | None = None,
    previous: Lease | None = None,
) -> Lease:
    """A numbered contract in preparation. The caller has checked the person's right.

    Raises Problems with everything that is wrong, so that it is mended in one go.
    """
    _check(unit, draft)
    if application is not None and application.leases.exclude(state=State.ABANDONED).exists():
        raise Conflict(
            _("A contract from this application is being prepared already."), code="has_lease"
        )
    lease = Lease(
        unit=unit,
        officer=officer,
        application=application,
        procedure=application.procedure if application else None,
        previous=previous,
        number=numbers.new_number(unit),
        state=State.DRAFTING,
        state_since=now(),
        created_at=now(),
        is_sample=unit.is_sample,
    )
    _fill(lease, draft)
    lease.save()
    _write_rows(lease, draft, actor)
    course.note(lease, actor, "created", message=_origin(application, previous), internal=True)
    return lease


@course.retrying
@transaction.atomic
def change(lease: Lease, by: course.By, draft: Draft, *, seen: int | None = None) -> Lease:
    """Save a draft anew. Raises Conflict once it left preparation, Problems, ChangedMeanwhile."""
    locked, actor = course.take(lease, by, seen=seen)
    if locked.state != State.DRAFTING:
        raise Conflict(
            _("Only a contract in preparation is edited; later ones are amended."),
            code="wrong_state",
        )
    _check(locked.unit, draft)
    _fill(locked, draft)
    course.save(locked)
    locked.objects_let.all().delete()
    locked.parties.all().delete()
    _write_rows(locked, draft, actor)
    course.note(locked, actor, "edited", internal=True)
    return locked


def renewal_of(lease: Lease, *, months: int | None = None) -> Draft:
    """The next contract of the same parties over the same places, to be looked through.

    It begins where this one ends and lasts as long, or `months`.
    """
    if lease.ends_before is None:
        raise Conflict(_("A contract for an indefinite time has no next one."), code="indefinite")
    version = terms.current(lease, lease.ends_before)
    whole, rest = dates.months_between(lease.starts_on, lease.ends_before)
    ends = dates.add_months(lease.ends_before, months or whole)
    if months is None:
        ends += dates.DAY * rest
    return Draft(
        kind=lease.kind,
        places=[one.resource for one in lease.objects_let.select_related("resource")],
        parties=parties_of(lease),
        starts_on=lease.ends_before,
        ends_before=ends,
        exclusive=lease.exclusive,
        basis=lease.basis,
        legal_act=lease.legal_act,
        **(
            {
                "rent_net": version.rent_net,
                "vat_rate": version.vat_rate,
                "explanation": version.explanation,
                "payment_day": version.payment_day,
                "indexed": version.indexed,
                "purpose": version.purpose,
                "spheres": list(version.spheres.all()),
                "business_allowed": version.business_allowed,
                "conditions": version.conditions,
            }
            if version
            else {}
        ),
    )


def renew(lease: Lease, by: course.By, *, months: int | None = None) -> Lease:
    """A draft of the next contract, linked to this one. Raises Conflict if there is one."""
    actor = course.acting(by, lease)
    if lease.renewals.exclude(state=State.ABANDONED).exists():
        raise Conflict(_("The next contract is being prepared already."), code="has_renewal")
    return create(
        lease.unit,
        renewal_of(lease, months=months),
        actor,
        officer=lease.officer,
        previous=lease,
    )


def from_application(application: Application) -> Draft:
    """What a granted application says of the contract: who, which premises, for what."""
    lot = application.lot
    if lot is None:
        raise Conflict(_("The application names no premises."), code="no_lot")
    starts_on = max(lot.term_from or today(), today())
    ends_before = dates.day_after(lot.term_until)
    if ends_before is None and lot.term_months:
        ends_before = dates.add_months(starts_on, lot.term_months)
    organisations = [application.organisation, *accepted_partners(application)]
    return Draft(
        kind=lot.tenure,
        places=[lot.resource],
        parties=[
            Party(
                organisation=one,
                role=LeaseParty.Role.CO_TENANT if number else LeaseParty.Role.TENANT,
            )
            for number, one in enumerate(organisations)
        ],
        starts_on=starts_on,
        ends_before=ends_before,
        basis=str(application.procedure),
    )


def accepted_partners(application: Application) -> list[Organisation]:
    """Organisations that apply together with the first one and have said yes."""
    return [
        one.organisation
        for one in application.co_applicants.filter(state="accepted").select_related("organisation")
    ]


def parties_of(lease: Lease) -> list[Party]:
    """Those bound by the contract and those let in, as a draft takes them."""
    return [
        Party(
            organisation=one.organisation,
            name=one.name,
            natural_person=one.natural_person,
            role=one.role,
            share=(one.share_numerator, one.share_denominator)
            if one.share_numerator and one.share_denominator
            else None,
        )
        for one in lease.parties.select_related("organisation")
        if one.valid.upper is None
    ]


def _check(unit: ManagingUnit, draft: Draft) -> None:
    problems: list[Problem] = []
    if draft.ends_before is not None and draft.ends_before <= draft.starts_on:
        problems.append(Invalid(_("The term must end after its first day."), field="last_day"))
    if any(place.unit_id != unit.pk for place in draft.places):
        problems.append(Invalid(_("Choose places of this unit."), field="places"))
    if any(place.space_id is None for place in draft.places):
        problems.append(
            Invalid(_("A place without a space of its own cannot be let."), field="places")
        )
    if draft.kind == Lease.Kind.LENDING and draft.rent_net:
        problems.append(Invalid(_("A gratuitous loan has no rent: enter 0."), field="rent_net"))
    if problems:
        raise Problems(problems)


def _fill(lease: Lease, draft: Draft) -> None:
    lease.kind = draft.kind
    lease.exclusive = draft.exclusive
    lease.starts_on, lease.ends_before = draft.starts_on, draft.ends_before
    lease.basis, lease.legal_act, lease.note = draft.basis, draft.legal_act, draft.note


def _write_rows(lease: Lease, draft: Draft, actor: course.Actor) -> None:
    LeaseObject.objects.bulk_create(
        LeaseObject(lease=lease, resource=place, area_m2=place.area_m2) for place in draft.places
    )
    for one in draft.parties:
        LeaseParty.objects.create(
            lease=lease,
            organisation=one.organisation,
            name="" if one.organisation else one.name,
            natural_person=one.natural_person,
            role=one.role,
            share_numerator=one.share[0] if one.share else None,
            share_denominator=one.share[1] if one.share else None,
            valid=(lease.starts_on, None),
        )
    terms.draft(
        lease,
        ends_before=draft.ends_before,
        rent_net=draft.rent_net,
        vat_rate=draft.vat_rate,
        spheres=list(draft.spheres),
        actor=actor.name,
        explanation=list(draft.explanation),
        payment_day=draft.payment_day,
        indexed=draft.indexed,
        purpose=draft.purpose,
        business_allowed=draft.business_allowed,
        conditions=draft.conditions,
    )


def _origin(application: Application | None, previous: Lease | None) -> str:
    if previous is not None:
        return _("Continues %(number)s.") % {"number": previous.number}
    if application is not None:
        return _("From the application %(number)s.") % {"number": application}
    return ""
