"""How far the contracts of the sample city have come: most run, each trouble has its example.

A contract is planned as a place, a tenant and a term (leases.py). Here a few of them get another
fate than running on: notice, arrears, a tenant who stays after the end, a draft on somebody's desk.
What a fate did on which day is told as steps of the table of states (premises/leasing/states.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config.sample.city import City
from config.sample.planned import Planned
from premises.models import Lease

State = Lease.State
#: As the rules of the sample say (fixtures/lease_rules.csv).
SIGHT = timedelta(days=180)
RETURN_DAYS = {Lease.Kind.LENDING: 7}
USUAL_RETURN_DAYS = 14
CLAIMS = timedelta(days=366)

Step = tuple[date, str, str, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """So many contracts shall come to a state; `fits` says which can."""

    state: str
    number: int
    fits: Callable[[City, Planned], bool]


def _runs(city: City, one: Planned) -> bool:
    """In force for long, and not before its end: what happens to it can be shown."""
    far = one.before is None or one.before - SIGHT > city.today
    return one.first < city.days_ago(200) and far and one.exclusive


def _near_its_end(city: City, one: Planned) -> bool:
    return (
        one.before is not None
        and one.organisation is not None
        and city.today + timedelta(days=20) < one.before <= city.today + SIGHT
        and one.exclusive
    )


def _firm(city: City, one: Planned) -> bool:
    return _runs(city, one) and one.organisation is None and one.rate > 0


def _ngo(city: City, one: Planned) -> bool:
    return _runs(city, one) and one.organisation is not None


WISHES = (
    Wish(State.RENEWAL_REQUESTED, 5, _near_its_end),
    Wish(State.WARNED, 2, _firm),
    Wish(State.ARREARS, 5, _firm),
    Wish(State.BREACH, 2, _firm),
    Wish(State.NOTICE_GIVEN, 4, _firm),
    Wish(State.RETURN_PENDING, 3, _runs),
    Wish(State.HOLDOVER, 2, _firm),
    Wish(State.RETURNED, 2, _runs),
)
#: In preparation on vacant premises, in this order.
PREPARED = (
    State.DRAFTING,
    State.DRAFTING,
    State.LEGAL_CHECK,
    State.TO_SIGN,
    State.TO_SIGN,
    State.HANDOVER_PENDING,
    State.HANDOVER_PENDING,
)


def decide(city: City, planned: Sequence[Planned]) -> None:
    """Give every planned contract its state, and to some a term that fits it."""
    for one in planned:
        if not one.state:
            one.state = _plain(city, one)
    for wish in WISHES:
        chosen = [
            one
            for one in planned
            if one.state in (State.ACTIVE, State.EXPIRING) and wish.fits(city, one)
        ][: wish.number]
        for number, one in enumerate(chosen):
            one.state = wish.state
            if wish.state == State.RETURN_PENDING:
                one.before = city.days_ago(2 + number)
            elif wish.state == State.RETURNED:
                one.before = city.days_ago(4 + 5 * number)
            elif wish.state == State.HOLDOVER:
                one.before = city.days_ago(45 + 30 * number)
            elif wish.state == State.NOTICE_GIVEN:
                one.told_on = city.days_ago(20 + 9 * number)
                one.before = _three_months_on(one.told_on)


def _plain(city: City, one: Planned) -> str:
    """What became of a contract by its dates alone."""
    if one.before is None or one.before > city.today:
        near = one.before is not None and one.before - SIGHT <= city.today
        return State.EXPIRING if near else State.ACTIVE
    if one.before > city.days_ago(25):
        return State.RETURNED
    return State.ARCHIVED if one.before + CLAIMS <= city.today else State.SETTLED


def _three_months_on(day: date) -> date:
    """Three months' notice, to the end of a month: the first day after it (art. 688 KC)."""
    month = day.month + 4
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def returned_on(one: Planned) -> date | None:
    """The day of the hand-back; None while the tenant is in, and where nobody moved in."""
    over = one.state in (State.RETURNED, State.SETTLED, State.ARCHIVED)
    return one.before if over else None


def signed_on(one: Planned) -> date | None:
    prepared = one.state in Lease.PREPARED
    return None if prepared else one.first - timedelta(days=16)


def handed_over_on(one: Planned) -> date | None:
    return None if one.state in (*Lease.PREPARED, State.HANDOVER_PENDING) else one.first


def steps_of(city: City, one: Planned) -> list[Step]:
    """(day, from, to, message) of the course, in order; the last one leads to the state."""
    first, state = one.first, one.state
    begin = [
        (first - timedelta(days=28), State.DRAFTING, State.LEGAL_CHECK, ""),
        (first - timedelta(days=22), State.LEGAL_CHECK, State.TO_SIGN, ""),
        (first - timedelta(days=16), State.TO_SIGN, State.SIGNED, ""),
        (first - timedelta(days=10), State.SIGNED, State.HANDOVER_PENDING, ""),
        (first, State.HANDOVER_PENDING, State.ACTIVE, ""),
    ]
    for number, (_day, source, _target, _message) in enumerate(begin):
        if source == state:
            return _plain_steps(begin[:number])
    return _plain_steps([*begin, *_after(city, one)])


def _after(city: City, one: Planned) -> list[Step]:
    """What followed the handover."""
    state, before = one.state, one.before
    if state == State.ACTIVE or (before is None and state == State.EXPIRING):
        return []
    if state in (State.ARREARS, State.WARNED):
        unpaid = city.days_ago(75 if state == State.WARNED else 20)
        found: list[Step] = [
            (unpaid, State.ACTIVE, State.ARREARS, "Zaległość: dwa pełne okresy płatności.")
        ]
        if state == State.WARNED:
            found.append(
                (city.days_ago(12), State.ARREARS, State.WARNED,
                 "Wezwanie z dodatkowym miesięcznym terminem zapłaty.")
            )  # fmt: skip
        return found
    if state == State.BREACH:
        why = "Lokal używany bez zgody do innego celu niż w umowie."
        return [(city.days_ago(12), State.ACTIVE, State.BREACH, why)]
    if state == State.NOTICE_GIVEN:
        why = "Wypowiedzenie złożone przez najemcę."
        return [(one.told_on or city.days_ago(20), State.ACTIVE, State.NOTICE_GIVEN, why)]
    if before is None:
        raise ValueError(f"a contract that is {state} has an end")
    sight = max(before - SIGHT, one.first)
    found = [(sight, State.ACTIVE, State.EXPIRING, "")]
    if state == State.RENEWAL_REQUESTED:
        asked = max(sight, city.days_ago(15))
        found.append((asked, State.EXPIRING, State.RENEWAL_REQUESTED, ""))
    elif state != State.EXPIRING:
        found += _ended(one, before)
    return found


def _ended(one: Planned, before: date) -> list[Step]:
    found: list[Step] = [
        (before, State.EXPIRING, State.ENDED, ""),
        (before, State.ENDED, State.RETURN_PENDING, ""),
    ]
    if one.state == State.HOLDOVER:
        due = before + timedelta(days=RETURN_DAYS.get(one.kind, USUAL_RETURN_DAYS))
        found.append((due, State.RETURN_PENDING, State.HOLDOVER, ""))
    elif one.state != State.RETURN_PENDING:
        found.append((before, State.RETURN_PENDING, State.RETURNED, ""))
        if one.state != State.RETURNED:
            found.append((before + timedelta(days=20), State.RETURNED, State.SETTLED, ""))
        if one.state == State.ARCHIVED:
            found.append((before + CLAIMS, State.SETTLED, State.ARCHIVED, ""))
    return found


def _plain_steps(steps: Sequence[Step]) -> list[Step]:
    return [(day, str(source), str(target), message) for day, source, target, message in steps]
