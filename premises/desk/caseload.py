"""Who looks after which contracts and procedures, and passing them on.

Every case has one officer or none. The head sees how the work is spread, gives a case to somebody
and passes a whole caseload on, when a person leaves or is away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.models import Person
from organisations.notify import notify
from premises.models import AllocationProcedure, Lease
from premises.permissions import OFFICERS, TABLE
from records.clock import today
from records.problems import Invalid
from resources.models import ManagingUnit, StaffRole

#: Nothing more is done about these contracts.
CLOSED_LEASES = (Lease.State.ARCHIVED, Lease.State.ABANDONED)
#: The kind of the message to whoever gets the cases; the words are its template.
NOTIFICATION = "caseload_given"
TEMPLATES = "premises/notifications"


@dataclass(frozen=True, slots=True)
class Load:
    """What one person looks after; `person` None: what nobody does."""

    person: Person | None
    in_preparation: int = 0
    running: int = 0
    ending: int = 0
    after_the_end: int = 0
    procedures: int = 0
    #: Whether the person still serves the unit's lettings: if not, the cases should be passed on.
    serves: bool = True

    @property
    def total(self) -> int:
        return (
            self.in_preparation + self.running + self.ending + self.after_the_end + self.procedures
        )


@dataclass(slots=True)
class _Counts:
    leases: dict[str, int] = field(default_factory=dict)
    procedures: int = 0


_ENDING = (Lease.State.EXPIRING, Lease.State.RENEWAL_REQUESTED, Lease.State.NOTICE_GIVEN)
_AFTER = (
    Lease.State.TERMINATED_IMMEDIATE,
    Lease.State.ENDED,
    Lease.State.RETURN_PENDING,
    Lease.State.HOLDOVER,
    Lease.State.RETURNED,
    Lease.State.SETTLED,
)
_PREPARED = (*Lease.PREPARED, Lease.State.SIGNED, Lease.State.HANDOVER_PENDING)


def officers_of(unit: ManagingUnit) -> list[Person]:
    """Who may look after lettings of the unit today, by name."""
    roles = [StaffRole.Role.LETTINGS_OFFICER, StaffRole.Role.HEAD]
    return list(
        Person.objects.filter(
            staff_roles__unit=unit, staff_roles__role__in=roles,
            staff_roles__valid__contains=today(), is_active=True,
        )
        .distinct()
        .order_by("full_name", "pk")
    )  # fmt: skip


def open_leases(unit: ManagingUnit) -> Q:
    return Q(unit=unit) & ~Q(state__in=CLOSED_LEASES)


def open_procedures(unit: ManagingUnit) -> Q:
    return Q(unit=unit) & ~Q(state__in=AllocationProcedure.ENDED)


def caseload(unit: ManagingUnit) -> list[Load]:
    """Everybody who may have cases, who has any, and what nobody has; the fullest first.

    Four queries, however many people and cases there are.
    """
    counts: dict[int | None, _Counts] = {}
    leases = Lease.objects.filter(open_leases(unit)).order_by()
    for officer, state, number in leases.values_list("officer", "state").annotate(n=Count("pk")):
        counts.setdefault(officer, _Counts()).leases[state] = number
    procedures = AllocationProcedure.objects.filter(open_procedures(unit)).order_by()
    for officer, number in procedures.values_list("officer").annotate(n=Count("pk")):
        counts.setdefault(officer, _Counts()).procedures = number
    serving: dict[int | None, Person | None] = {one.pk: one for one in officers_of(unit)}
    gone = Person.objects.in_bulk([pk for pk in counts if pk is not None and pk not in serving])
    people = {**serving, **gone}
    if None in counts:
        people[None] = None
    loads = [
        _load(person, counts.get(pk, _Counts()), serves=pk is None or pk in serving)
        for pk, person in people.items()
    ]
    return sorted(loads, key=lambda load: (load.person is None, -load.total, str(load.person)))


def _load(person: Person | None, counts: _Counts, *, serves: bool) -> Load:
    def of(states: Sequence[str]) -> int:
        return sum(counts.leases.get(state, 0) for state in states)

    return Load(
        person=person,
        in_preparation=of(_PREPARED),
        running=of([state for state in Lease.RUNNING if state not in _ENDING]),
        ending=of(_ENDING),
        after_the_end=of(_AFTER),
        procedures=counts.procedures,
        serves=serves,
    )


@transaction.atomic
def hand_over(
    unit: ManagingUnit, *, giver: Person | None, taker: Person, by: Person, note: str = ""
) -> int:
    """Give everything that `giver` looks after (None: what nobody does) to `taker`; how many.

    Raises Forbidden where `by` may not, Invalid where the taker does not serve the unit's lettings.
    The taker is told; with nothing to pass on nobody is.
    """
    TABLE.require(by, "caseload.manage", unit)
    _serves(unit, taker)
    if giver == taker:
        raise Invalid(_("Choose somebody else."), field="taker", code="same_person")
    leases = Lease.objects.filter(open_leases(unit), officer=giver).update(officer=taker)
    procedures = AllocationProcedure.objects.filter(open_procedures(unit), officer=giver).update(
        officer=taker
    )
    if leases + procedures:
        _tell(unit, taker, by, leases + procedures, note)
    return leases + procedures


@transaction.atomic
def assign(
    unit: ManagingUnit,
    *,
    taker: Person,
    by: Person,
    leases: Sequence[int] = (),
    procedures: Sequence[int] = (),
    note: str = "",
) -> int:
    """Give these cases of the unit (by primary key) to one person; how many changed hands.

    What is not of the unit, closed, or the taker's already is left as it is.
    """
    TABLE.require(by, "caseload.manage", unit)
    _serves(unit, taker)
    changed = (
        Lease.objects.filter(open_leases(unit), pk__in=leases)
        .exclude(officer=taker)
        .update(officer=taker)
    )
    changed += (
        AllocationProcedure.objects.filter(open_procedures(unit), pk__in=procedures)
        .exclude(officer=taker)
        .update(officer=taker)
    )
    if changed:
        _tell(unit, taker, by, changed, note)
    return changed


def _serves(unit: ManagingUnit, taker: Person) -> None:
    if not OFFICERS & TABLE.roles_to(taker, unit):
        raise Invalid(
            _("This person does not look after lettings in the unit."),
            field="taker",
            code="does_not_serve",
        )


def _tell(unit: ManagingUnit, taker: Person, by: Person, number: int, note: str) -> None:
    if taker == by:
        return
    notify(
        taker,
        NOTIFICATION,
        {"unit": unit.name, "giver": str(by), "number": number, "note": note},
        url=reverse("lettings:unit", args=[unit.code]),
    )
