"""Approved runs become terms: each contract gets a version from the day on, batch by batch.

A batch is one transaction and leaves its lines as done, so a killed worker loses at most one batch
and the next goes on behind it. A line whose contract was changed after the preview is left out and
says so; nobody's later agreement is overwritten.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from premises.indexation.preparing import INDEXED_STATES
from premises.models import IndexationLine, IndexationRun
from records import typography
from records.clock import now

BATCH = 1000

# Leases are locked in id order, as premises/leasing/course.py locks its one.
_LOCK = """
SELECT lease.id FROM premises_lease lease
WHERE lease.id = ANY(%(leases)s) ORDER BY lease.id FOR NO KEY UPDATE
"""

# Contracts that are still as the preview saw them: their open-ended terms of the day.
_UNCHANGED = """
SELECT line.id, version.id
FROM premises_indexationline line
JOIN premises_lease lease ON lease.id = line.lease_id AND lease.state = ANY(%(states)s)
    AND (lease.ends_before IS NULL OR lease.ends_before > %(day)s)
JOIN premises_leaseversion version ON version.lease_id = line.lease_id
    AND version.valid @> %(day)s::date AND upper_inf(version.valid)
    AND lower(version.valid) < %(day)s AND version.rent_net = line.net_before AND version.indexed
WHERE line.id = ANY(%(lines)s)
"""

_CUT = """
UPDATE premises_leaseversion SET valid = daterange(lower(valid), %(day)s)
WHERE id = ANY(%(versions)s)
"""

_ADD = """
INSERT INTO premises_leaseversion
    (lease_id, valid, reason, annex, ends_before, rent_net, vat_rate, explanation, payment_day,
     indexed, purpose, business_allowed, conditions, note, recorded_at, recorded_by)
SELECT old.lease_id, daterange(%(day)s, NULL), 'indexation', old.annex, old.ends_before,
       line.net_after, old.vat_rate, line.explanation, old.payment_day, old.indexed, old.purpose,
       old.business_allowed, old.conditions, %(note)s, %(at)s, %(by)s
FROM premises_leaseversion old
JOIN premises_indexationline line ON line.lease_id = old.lease_id AND line.id = ANY(%(lines)s)
WHERE old.id = ANY(%(versions)s)
"""

_SPHERES = """
INSERT INTO premises_leaseversion_spheres (leaseversion_id, sphere_id)
SELECT added.id, sphere.sphere_id
FROM premises_leaseversion_spheres sphere
JOIN premises_leaseversion old ON old.id = sphere.leaseversion_id
JOIN premises_leaseversion added ON added.lease_id = old.lease_id
    AND lower(added.valid) = %(day)s
WHERE old.id = ANY(%(versions)s)
"""

_TELL = """
INSERT INTO premises_leasestep
    (lease_id, at, actor, action, from_state, to_state, message, internal)
SELECT lease.id, %(at)s, %(by)s, 'indexation', lease.state, lease.state, %(note)s, FALSE
FROM premises_lease lease
JOIN premises_indexationline line ON line.lease_id = lease.id AND line.id = ANY(%(lines)s)
"""

_COUNT_EDIT = """
UPDATE premises_lease SET version = version + 1
WHERE id IN (SELECT lease_id FROM premises_indexationline WHERE id = ANY(%(lines)s))
"""


def carry_out_approved(batch: int = BATCH) -> int:
    """All approved runs to their end; how many contracts were written. Safe to repeat."""
    written = 0
    for run in IndexationRun.objects.filter(state=IndexationRun.State.APPROVED).order_by("pk"):
        written += carry_out(run, batch=batch)
    return written


def carry_out(run: IndexationRun, *, batch: int = BATCH) -> int:
    """One approved run to its end, or from where it stopped; how many contracts were written."""
    written = 0
    while True:
        lines = _one_batch(run, batch)
        if lines is None:
            return written
        written += lines


@transaction.atomic
def _one_batch(run: IndexationRun, size: int) -> int | None:
    """How many contracts of the next batch were written; None when nothing is left to do."""
    locked = IndexationRun.objects.select_for_update(no_key=True).select_related("index")
    run = locked.get(pk=run.pk)
    if run.state != IndexationRun.State.APPROVED:
        return None
    waiting = IndexationLine.objects.filter(run=run, state=IndexationLine.State.WAITING)
    rows = list(waiting.order_by("pk").values_list("pk", "lease_id")[:size])
    if not rows:
        IndexationRun.objects.filter(pk=run.pk).update(
            state=IndexationRun.State.DONE, finished_at=now()
        )
        return None
    return _write(run, [pk for pk, _lease in rows], [lease for _pk, lease in rows])


def _write(run: IndexationRun, lines: list[int], leases: list[int]) -> int:
    at = now()
    values: dict[str, Any] = {
        "day": run.effective_on,
        "leases": leases,
        "lines": lines,
        "states": [str(state) for state in INDEXED_STATES],
        "at": at,
        "by": str(run.approved_by or ""),
        "note": _note(run),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, values)
        cursor.execute(_UNCHANGED, values)
        found = cursor.fetchall()
        values |= {"lines": [row[0] for row in found], "versions": [row[1] for row in found]}
        for statement in (_CUT, _ADD, _SPHERES, _TELL, _COUNT_EDIT):
            cursor.execute(statement, values)
    _mark(lines, {line for line, _version in found}, at)
    return len(found)


def _mark(lines: list[int], done: set[int], at: datetime) -> None:
    everything = IndexationLine.objects.filter(pk__in=lines)
    everything.filter(pk__in=done).update(state=IndexationLine.State.DONE, written_at=at)
    everything.exclude(pk__in=done).update(
        state=IndexationLine.State.LEFT_OUT, why_left_out="changed_since"
    )


def _note(run: IndexationRun) -> str:
    with override("pl"):
        return _("Indexation from %(day)s: %(change)s") % {
            "day": typography.day(run.effective_on),
            "change": typography.change(run.percent),
        }
