"""An indexation run of many contracts against plain SQL on the same rows.

Two floors, both with the same history triggers: one UPDATE of the rents in place, which is what a
program without dated terms would do, and the two statements (end the old terms, add the new) that
dated terms need at the least. The run adds its preview, the frozen trees, the course of each
contract, checks against later changes, and batches that survive a kill.
"""

import time
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from premises.indexation.carrying_out import carry_out
from premises.indexation.preparing import approve, figures, next_day, prepare
from premises.models import ConsumerPriceIndex, IndexationRule, Lease, LeaseVersion
from records.clock import now
from records.models import DataSource, LegalAct
from resources.models import Hold, ManagingUnit

SINCE = date(2020, 1, 1)
CHUNK = 5000

_PLAIN = "UPDATE premises_leaseversion SET rent_net = round(rent_net * 1.036, 2)"
_DATED = (
    "UPDATE premises_leaseversion SET valid = daterange(lower(valid), %(day)s)",
    """
    INSERT INTO premises_leaseversion
        (lease_id, valid, reason, annex, rent_net, vat_rate, explanation, payment_day, indexed,
         purpose, business_allowed, conditions, note, recorded_at, recorded_by)
    SELECT lease_id, daterange(%(day)s, NULL), 'indexation', annex, round(rent_net * 1.036, 2),
           vat_rate, explanation, payment_day, indexed, purpose, business_allowed, conditions, '',
           now(), ''
    FROM premises_leaseversion
    """,
)


def build(leases: int) -> ManagingUnit:
    """A unit with so many running contracts, each with a rent and its tree."""
    unit = ManagingUnit.objects.create(code="bench-najem", name="Bench", kind="premises")
    tree = [{"label": "Lokal", "amount": "1000.00", "basis": "", "parts": []}]
    for start in range(0, leases, CHUNK):
        numbers = range(start, min(start + CHUNK, leases))
        holds = Hold.objects.bulk_create(
            Hold(kind=Hold.Kind.LEASE, code=f"B-{n}", label="Najem", created_at=now())
            for n in numbers
        )
        made = Lease.objects.bulk_create(
            Lease(
                unit=unit,
                number=f"B-{n}",
                kind=Lease.Kind.LEASE,
                state=Lease.State.ACTIVE,
                state_since=now(),
                starts_on=SINCE,
                created_at=now(),
                hold=hold,
            )
            for n, hold in zip(numbers, holds, strict=True)
        )
        LeaseVersion.objects.bulk_create(
            LeaseVersion(
                lease=lease,
                valid=DateRange(SINCE, None),
                rent_net=Decimal(400 + n % 4000),
                vat_rate=Decimal(23),
                explanation=tree,
                recorded_at=now(),
            )
            for n, lease in zip(numbers, made, strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return unit


def run(leases: int, say: Callable[[str], None]) -> None:
    """Build, measure, and leave nothing behind: all of it is rolled back."""
    with transaction.atomic():
        unit = build(leases)
        say(f"{leases:,} contracts")
        index, rule = _rule()
        day = next_day(rule)
        plain = _rolled_back(lambda: _execute(_PLAIN, day))
        dated = _rolled_back(lambda: _execute_all(_DATED, day))
        started = time.perf_counter()
        prepared = prepare(unit, rule, index, day, None)
        preview = time.perf_counter() - started
        approve(prepared, None)
        started = time.perf_counter()
        written = carry_out(prepared)
        carried = time.perf_counter() - started
        done = figures(prepared).done
        if not written == done == leases:
            raise AssertionError(f"{written} written, {done} done of {leases}")
        transaction.set_rollback(True)
    say(f"  plain UPDATE in place         {plain:6.2f} s")
    say(f"  plain SQL of dated terms      {dated:6.2f} s")
    say(f"  preview of the run            {preview:6.2f} s")
    say(f"  carried out in batches        {carried:6.2f} s")
    say(f"run / plain UPDATE: {(preview + carried) / plain:.1f}")
    say(f"run / plain SQL of dated terms: {(preview + carried) / dated:.1f}")


def _rule() -> tuple[ConsumerPriceIndex, IndexationRule]:
    act, _new = LegalAct.objects.get_or_create(
        code="bench", defaults={"kind": LegalAct.Kind.ORDER, "title": "Bench"}
    )
    rule = IndexationRule.objects.create(
        code="bench",
        name_pl="Bench",
        valid=DateRange(SINCE, None),
        legal_act=act,
        effective_month=3,
        prepared_at=now(),
        approved_at=now(),
    )
    source, _new = DataSource.objects.get_or_create(code="bench", defaults={"name": "Bench"})
    index, _new = ConsumerPriceIndex.objects.get_or_create(
        year=next_day(rule).year - 1, defaults={"percent": Decimal("3.6"), "source": source}
    )
    return index, rule


def _execute_all(statements: Iterable[str], day: date) -> None:
    for one in statements:
        _execute(one, day)


def _execute(statement: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day})


def _rolled_back(work: Callable[[], object]) -> float:
    """Seconds of the work, whose effects are undone."""
    with transaction.atomic():
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds
