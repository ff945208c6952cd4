"""Background jobs on PostgreSQL (procrastinate): what runs now and then, and what runs later.

An app puts its periodic work in `<app>/jobs.py`, which is found by its name:

    @periodic("*/5 * * * *")
    def expire_holds() -> int:
        ...

Such a function looks at the state of the database, never at the tick that started it: it does all
that is due, may run twice or late, and returns how many things it did. So a stopped worker loses
nothing: a starting one runs every job once (`bin/manage work`), and `bin/manage run_due` does the
same for people with a cron of their own.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from records import clock, delivery, limits
from records.history import acting_as
from records.models import OutgoingMail

logger = logging.getLogger(__name__)

Work = Callable[[], int]


@dataclass(frozen=True)
class PeriodicJob:
    """Work that is done over and over. `cron` is in UTC; `name` is unique."""

    name: str
    cron: str
    work: Work


PERIODIC: dict[str, PeriodicJob] = {}


def periodic(cron: str) -> Callable[[Work], Work]:
    """Decorator: run the function at the times of `cron`, and once when a worker starts."""

    def register(work: Work) -> Work:
        job = PeriodicJob(name=f"{work.__module__}.{work.__qualname__}", cron=cron, work=work)
        PERIODIC[job.name] = job

        # queueing_lock: at most one waits in the queue, however long the worker was away.
        @app.periodic(cron=cron)
        @app.task(name=job.name, queueing_lock=job.name)
        def run_by_worker(timestamp: int = 0) -> None:  # noqa: ARG001 -- state counts, not the tick
            run(job)

        return work

    return register


def run(job: PeriodicJob) -> int | None:
    """Do the job's due work now; None if another process is just doing it."""
    with _alone(job.name) as alone:
        if not alone:
            return None
        with acting_as(f"job:{job.name}"):
            done = job.work()
    if done:
        logger.info("%s: %d", job.name, done)
    return done


def run_due() -> dict[str, int | None]:
    """Do the due work of every periodic job once; how much each did."""
    return {name: run(job) for name, job in PERIODIC.items()}


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether this connection holds the name's advisory lock. It dies with the connection, so a
    killed worker leaves no lock behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@app.task(name="records.jobs.deliver_mail")
def deliver_mail() -> None:
    """Deferred with each mail, so that it leaves at once."""
    run(PERIODIC["records.jobs.deliver_waiting_mail"])


@periodic("* * * * *")
def deliver_waiting_mail() -> int:
    """Repeats of failed mails, delayed ones, and any whose own job was lost."""
    return delivery.deliver_due()


@periodic("17 3 * * *")
def forget_delivered_mail() -> int:
    """Mails hold names and addresses; a quarter after delivery nobody needs our copy."""
    long_ago = clock.now() - timedelta(days=90)
    return OutgoingMail.objects.filter(sent_at__lt=long_ago).delete()[0]


@periodic("27 3 * * *")
def forget_old_sessions() -> int:
    call_command("clearsessions")
    return 0


@periodic("7 * * * *")
def forget_past_rate_windows() -> int:
    return limits.forget_past_windows()


@periodic("37 3 * * *")
def forget_finished_jobs() -> int:
    """Finished jobs vanish at once; failed ones stay a fortnight for somebody to look at."""
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=14 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
    return 0


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="records.jobs.requeue_stalled",
    queueing_lock="records.jobs.requeue_stalled",
    pass_context=True,
)
async def requeue_stalled(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001
    """Jobs that a killed worker had begun are begun again: every job runs at least once."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)
