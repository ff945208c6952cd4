"""Everything that the page of one contract shows, for the unit and for the tenant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from premises.leasing import (
    authorisation,
    cumulated,
    dates,
    facts,
    states,
    successors,
    terms,
    words,
)
from premises.leasing.states import Offer, Role
from premises.models import Lease, LeaseClash, LeaseParty, LeaseVersion
from premises.rules.authorisation import Need
from records import typography
from records.clock import today
from records.marks import Badge
from records.money import Money

FIELD_WORDS = {
    "ends_before": lambda: _("last day"),
    "rent_net": lambda: _("rent a month, net"),
    "vat_rate": lambda: _("VAT"),
    "payment_day": lambda: _("rent due by (day of the month)"),
    "indexed": lambda: _("indexed every year"),
    "purpose": lambda: _("purpose"),
    "business_allowed": lambda: _("business allowed"),
    "conditions": lambda: _("other conditions"),
    "spheres": lambda: _("spheres of public tasks"),
    "explanation": lambda: _("how the rent is counted"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A term before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of the terms in the timeline, with what it changed."""

    version: LeaseVersion
    first: date
    last: date | None
    is_now: bool
    is_past: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One contract with everything around it."""

    lease: Lease
    badge: Badge
    answer: str
    term: str
    parties: Sequence[LeaseParty]
    terms_now: LeaseVersion | None
    money: Money | None
    versions: Sequence[VersionLine]
    offers: Sequence[Offer]
    needs: Sequence[Need]
    clashes: Sequence[LeaseClash]
    months: int
    may_amend: bool
    may_end: bool
    may_put_off: bool
    may_renew: bool

    @property
    def steps(self) -> Any:
        return self.lease.steps.all()

    @property
    def open_needs(self) -> list[Need]:
        return [one for one in self.needs if one.is_open]


def cases_of(leases: QuerySet[Lease]) -> QuerySet[Lease]:
    """With everything that a case reads of its related rows."""
    return leases.select_related(
        "unit", "hold", "officer", "previous", "application", "procedure__kind", "legal_act",
        "termination__rule",
    ).prefetch_related(
        "objects_let__resource__site",
        "objects_let__resource__district",
        Prefetch("parties", LeaseParty.objects.select_related("organisation")),
        Prefetch("versions", LeaseVersion.objects.prefetch_related("spheres")),
        "securities", "insurances", "utilities", "third_parties", "works__outlays", "renewals",
        "steps",
    )  # fmt: skip


def case_of(lease: Lease, role: Role | None) -> Case:
    """The case of a contract read by `cases_of`; `role` None: somebody who only looks."""
    now = _on(lease.versions.all(), today())
    at = facts.situation(lease)
    offers = states.offers(lease.state, role, at) if role else []
    ends = [one for one in offers if one.transition.page == "terminate"]
    return Case(
        lease=lease,
        badge=words.badge(lease),
        answer=words.answer(lease),
        term=words.term(lease),
        parties=list(lease.parties.all()),
        terms_now=now,
        money=Money(now.rent_net, now.vat_rate) if now else None,
        versions=_lines(lease),
        offers=[one for one in offers if not one.transition.page or _has_page(one)],
        needs=authorisation.answers(lease) if role and lease.state in Lease.PREPARED else [],
        clashes=successors.open_clashes(lease) if role in (Role.OFFICER, Role.HEAD) else [],
        months=_months(lease),
        may_amend=bool(role) and lease.state in terms.AMENDABLE,
        may_end=bool(ends),
        may_put_off=bool(role)
        and lease.state in (Lease.State.SIGNED, Lease.State.HANDOVER_PENDING),
        may_renew=bool(role)
        and lease.ends_before is not None
        and lease.state in Lease.RUNNING
        and not [one for one in lease.renewals.all() if one.state != Lease.State.ABANDONED],
    )


def _has_page(offer: Offer) -> bool:
    return offer.transition.page in ("signed", "handover", "return")


def _on(versions: Iterable[LeaseVersion], day: date) -> LeaseVersion | None:
    """As terms.current, of versions at hand."""
    found = None
    for one in versions:
        if found is None or one.valid.lower <= day:
            found = one
    return found


def _lines(lease: Lease) -> list[VersionLine]:
    lines, before = [], None
    for one in lease.versions.all():
        last = dates.last_day(one.valid.upper)
        lines.append(
            VersionLine(
                version=one,
                first=one.valid.lower,
                last=last,
                is_now=one.valid.lower <= today() and (last is None or today() <= last),
                is_past=last is not None and last < today(),
                changes=_changes(before, one) if before else (),
            )
        )
        before = one
    return lines


def _changes(before: LeaseVersion, after: LeaseVersion) -> tuple[FieldChange, ...]:
    names = [name for name in FIELD_WORDS if name not in ("explanation", "spheres")]
    found = [
        change_words(name, getattr(before, name), getattr(after, name))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]
    spheres = [list(one.spheres.all()) for one in (before, after)]
    if spheres[0] != spheres[1]:
        found.append(change_words("spheres", *spheres))
    return tuple(found)


def change_words(name: str, before: Any, after: Any) -> FieldChange:
    return FieldChange(FIELD_WORDS[name](), value_words(name, before), value_words(name, after))


def value_words(name: str, value: Any) -> str:
    """A term as people read it."""
    if name == "ends_before":
        return typography.day(value - dates.DAY) if value else _("for an indefinite time")
    if name == "rent_net":
        return typography.money(value)
    if name == "vat_rate":
        return _("none") if value is None else f"{typography.number(Decimal(value))}\u00a0%"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    return str(value) if value not in (None, "") else "–"


def _months(lease: Lease) -> int:
    """How long these parties will have had the place by the end of this contract's first day."""
    bound = [
        one.organisation or one.name for one in lease.parties.all() if one.role in LeaseParty.BOUND
    ]
    places = [one.resource for one in lease.objects_let.all()]
    return max((cumulated.months(bound, one, lease.starts_on) for one in places), default=0)
